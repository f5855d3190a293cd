import ITSMCore
import ITSMStore

/// The core's services over one database.
struct DeskServices: Sendable {
    let database: any Database
    let secrets: any SecretSource
    let signIns: SignInService
    let apiTokens: APITokenService
    let credentialUses = CredentialUses()
    let account: AccountService
    let passwordResets: PasswordResetService
    let secondFactors: SecondFactorService
    let people: PeopleService
    let groups: GroupService
    let roles: RoleService
    let identityProviders: IdentityProviderService
    let identities: IdentityService
    let firstAdmin: FirstAdmin
    let tickets: TicketService
    let views: ViewService
    let conditions: ConditionService
    let notices: NoticeService
    let escalations: EscalationService
    let sla: SLAService
    let slaRecompute: SLARecomputeService
    let reports: ReportService
    let settings: SettingsService
    let portfolio: ServicePortfolio
    let categories: CategoryService
    let customFields: CustomFieldService
    let calendars: SLACalendarService
    let agreements: AgreementService
    let simulations: SLASimulationService
    let escalationRules: EscalationRuleService
    let escalationRehearsals: EscalationRehearsalService
    let assignmentRules: AssignmentRuleService
    let assignmentRehearsals: AssignmentRehearsalService
    let activity: ActivityService
    let record: RecordService
    let sealer: RecordSealer
    let jobs: JobService
    let imports: ImportService

    init(
        database: any Database, secret: DeskSecrets, issuer: any AccessTokenIssuer, desk: @escaping @Sendable () -> DeskSnapshot, work: BlockingWork,
        figures: Figures, checkpoints: any CheckpointArchive
    ) {
        let hasher = Argon2(on: work), secrets = SodiumSecrets(key: secret.key(for: .tokenHashes))
        self.database = database
        self.secrets = secrets
        let codes = TimeBasedCodes()
        signIns = SignInService(
            database: database, hasher: hasher, secrets: secrets, codes: codes, sealing: secret, issuer: issuer, outcomes: figures.signIn)
        secondFactors = SecondFactorService(database: database, hasher: hasher, secrets: secrets, codes: codes, sealing: secret)
        apiTokens = APITokenService(database: database, secrets: secrets)
        account = AccountService(database: database, hasher: hasher, secrets: secrets)
        passwordResets = PasswordResetService(database: database, hasher: hasher, secrets: secrets)
        people = PeopleService(database: database, hasher: hasher)
        groups = GroupService(database: database)
        roles = RoleService(database: database)
        identityProviders = IdentityProviderService(database: database, sealing: secret)
        identities = IdentityService(database: database, people: people, signIns: signIns)
        firstAdmin = FirstAdmin(database: database, hasher: hasher, secrets: secrets)
        tickets = TicketService(database: database, desk: desk)
        views = ViewService(database: database, desk: desk)
        conditions = ConditionService(database: database, desk: desk)
        notices = NoticeService(database: database)
        slaRecompute = SLARecomputeService(database: database, desk: desk)
        sla = SLAService(database: database, desk: desk)
        escalations = EscalationService(database: database, tickets: tickets, notices: notices, desk: desk)
        reports = ReportService(database: database, desk: desk)
        settings = SettingsService(database: database)
        portfolio = ServicePortfolio(database: database)
        categories = CategoryService(database: database)
        customFields = CustomFieldService(database: database)
        calendars = SLACalendarService(database: database)
        agreements = AgreementService(database: database)
        simulations = SLASimulationService(database: database, desk: desk)
        escalationRules = EscalationRuleService(database: database)
        escalationRehearsals = EscalationRehearsalService(database: database, desk: desk)
        assignmentRules = AssignmentRuleService(database: database, desk: desk)
        assignmentRehearsals = AssignmentRehearsalService(database: database, rules: assignmentRules, desk: desk)
        activity = ActivityService(database: database)
        let signer = SodiumSigner(seed: secret.key(for: .checkpoints))
        record = RecordService(database: database, cryptography: SodiumSeals(), keys: [signer.publicKey], archive: checkpoints)
        sealer = RecordSealer(database: database, cryptography: SodiumSeals(), signer: signer)
        jobs = JobService(database: database)
        imports = ImportService(
            database: database, desk: desk, tickets: tickets, people: people, groups: groups, categories: categories, services: portfolio, work: work)
    }
}
