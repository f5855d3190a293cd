/// One unit of work on the desk's records: a table of contents of the stores, one per family of tables.
///
/// It lives on one connection's thread for the length of one closure. Writes are queued and sent with what follows; a fault that the database finds
/// surfaces at the next flush or at the commit, as an `ITSMError` with its field. Nobody catches it inside a unit, but `savepoint`.
public protocol Transaction {
    var tickets: any TicketStore { get }
    var comments: any CommentStore { get }
    var links: any TicketLinkStore { get }
    var watchers: any WatcherStore { get }
    var bulk: any BulkStore { get }
    var views: any ViewStore { get }
    var drafts: any DraftStore { get }
    var presence: any PresenceStore { get }
    var notices: any NoticeStore { get }
    var reports: any ReportStore { get }
    var attachments: any AttachmentStore { get }
    var blobs: any BlobStore { get }
    var sla: any SLAStore { get }
    var searchIndex: any SearchIndexStore { get }

    var settings: any SettingsStore { get }
    var services: any BusinessServiceStore { get }
    var categories: any CategoryStore { get }
    var customFields: any CustomFieldStore { get }
    var slaDefinitions: any SLADefinitionStore { get }
    var assignmentRules: any AssignmentRuleStore { get }
    var desk: any DeskStore { get }
    var activity: any ActivityStore { get }
    var seals: any SealStore { get }
    var reads: any ConfidentialReadStore { get }
    var jobs: any JobStore { get }
    var imports: any ImportStore { get }

    /// The time of this unit, fixed when it was made and cut to milliseconds; a second run of the closure sees the same.
    var now: Instant { get }

    /// A new identity; a second run of the closure gets the same ones in the same order.
    func newID<Record>() -> ID<Record>

    /// Sends what is queued and waits for all answers.
    func flush() throws

    /// Runs `body` so that its failure undoes only what it did. Costs a round trip.
    func savepoint<Value>(_ body: () throws -> Value) throws -> Result<Value, ITSMError>

    // MARK: Families of tables

    var users: any UserStore { get }
    var groups: any GroupStore { get }
    var roles: any RoleStore { get }
    var signIns: any SignInStore { get }
    var signInAttempts: any SignInAttemptStore { get }
    var passwordResets: any PasswordResetStore { get }
    var secondFactors: any SecondFactorStore { get }
    var apiTokens: any APITokenStore { get }
    var secrets: any SecretStore { get }
    var outsideIdentities: any IdentityStore { get }
    var idempotency: any IdempotencyStore { get }
}
