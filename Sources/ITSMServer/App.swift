import Foundation
import Hummingbird
import HummingbirdCore
import ITSMCore
import ITSMStore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The only place that wires the server together: database, services, routes, workers.
struct App: Sendable {
    static let version = "0.1.0"
    /// Requests may go on for so long after the server was asked to end; then they are cut off.
    private static let longestShutdown = Duration.seconds(30)

    let database: PostgresDatabase
    let services: DeskServices
    let desk: CurrentDesk
    let principals: PrincipalCache
    /// What happens, for the streams that are open here.
    let live: LiveFeed
    let files: AttachmentFolder
    let table: RouteTable

    /// Signalled by every commit of this process.
    private let commits: WakeUp
    private let deskChanges = WakeUp()
    /// Signalled when a ticket's state or its wait may have changed.
    private let waitChanges = WakeUp()
    /// Signalled when a ticket's clocks may have changed.
    private let clockChanges = WakeUp()
    /// Signalled when a job was made here.
    private let newJobs: WakeUp
    /// Signalled by whatever happened.
    private let unsealed = WakeUp()
    private let checkpoints: CheckpointFile
    /// Signalled when a bulk change was begun here, or its undoing.
    private let newBulkChanges: WakeUp
    let imports: ImportFolders
    private let handlers: [(handler: any FeedHandler, wakeUp: WakeUp)]
    private let environment: RouteEnvironment
    private let requestLog: RequestLog
    private let edge: EdgeConfiguration
    private let figures = Figures()
    private let operations: RouteTable
    private let admission: Admission
    private let certificates: CertificateKeeper?
    private let pages: Pages
    private let secret: DeskSecrets
    /// Browsers' cookies.
    let sessions: WebSessions
    private let logger: Logger

    /// Wires all services and routes over a migrated database.
    ///
    /// - Parameters:
    ///   - commits: signalled by `database` after each commit.
    ///   - attachments: the folder of the desk's files.
    ///   - checkpointFile: where checkpoints of the record are kept outside the database.
    ///   - uptime: what callers' rates are measured by.
    ///   - webFolder: where the pages' templates and assets are worked on; nil for those that the program carries.
    /// - Throws: `unavailable` while the database cannot be reached; `SetupError` when the folder cannot be used.
    init(
        database: PostgresDatabase, commits: WakeUp, attachments: String, checkpointFile: String, secret: DeskSecrets,
        edge: EdgeConfiguration = EdgeConfiguration(), certificates: CertificateKeeper? = nil,
        clock: any WallClock = SystemClock(), uptime: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        webFolder: String? = nil, logger: Logger
    ) async throws {
        let tokens = AccessTokens { secret.all.map { .init(id: $0.id.text, bytes: $0.key(for: .accessTokens)) } }
        let desk = try await CurrentDesk(database)
        let work = BlockingWork()
        let files = try await AttachmentFolder.open(attachments, of: database, work: work, log: logger)
        let figures = figures
        let checkpoints = CheckpointFile(checkpointFile, work: work, log: logger)
        let services = DeskServices(
            database: database, secret: secret, issuer: tokens, desk: { desk.snapshot }, work: work, figures: figures, checkpoints: checkpoints)
        let principals = PrincipalCache(
            DeskPrincipals(signIns: services.signIns, apiTokens: services.apiTokens, uses: services.credentialUses, clock: clock))
        let live = LiveFeed(at: try await services.activity.end())
        // Inside the folder of attachments, which servers of one desk share.
        let imports = ImportFolders(root: ImportFolderRoot(path: attachments + "/imports"), work: work, clock: clock, ids: SystemIDSource())
        let newJobs = WakeUp(), newBulkChanges = WakeUp()
        let admission = Admission(
            maximum: edge.maximumConnections, maximumOfAddress: edge.maximumConnectionsOfAddress, proxies: edge.trustedProxies)
        let health = HealthRoutes(database: DatabaseCheck(database), files: files)
        let sessions = WebSessions { secret.keys(for: .webSessions) }
        var table = Self.routes(
            database, services, desk, live, files, imports, newJobs, newBulkChanges)
        health.add(to: &table)
        func metrics(for readers: Networks?) -> MetricsRoutes {
            MetricsRoutes(figures: figures, database: database, live: live, admission: admission, certificates: certificates, readers: readers)
        }
        metrics(for: edge.metricsFrom).add(to: &table)
        var operations = RouteTable()
        health.add(to: &operations)
        metrics(for: nil).add(to: &operations)
        HolidayRoutes(calendars: services.calendars, work: work, clock: clock, desk: desk).add(to: &table)
        SignInPages(signIns: services.signIns, sessions: sessions, providers: services.identityProviders).add(to: &table)
        ProviderPages(
            providers: services.identityProviders, identities: services.identities, client: OpenIDConnectClient(clock: clock), sealing: secret,
            sessions: sessions, account: AccountPages(services: services, desk: desk), clock: clock, logger: logger
        ).add(to: &table)
        SecondFactorPages(secondFactors: services.secondFactors).add(to: &table)
        PasswordResetPages(resets: services.passwordResets).add(to: &table)
        QueuePages(
            database: database, tickets: services.tickets, sla: services.sla, views: services.views, desk: { desk.snapshot },
            newBulkChanges: newBulkChanges
        ).add(to: &table)
        ViewPages(database: database, views: services.views, desk: desk).add(to: &table)
        NewTicketPages(tickets: services.tickets, desk: { desk.snapshot }).add(to: &table)
        TicketPages(database: database, tickets: services.tickets, sla: services.sla, files: files, desk: { desk.snapshot }).add(to: &table)
        BulkPages(
            database: database, tickets: services.tickets, jobs: services.jobs, desk: { desk.snapshot }, wakeUp: newBulkChanges
        ).add(to: &table)
        NoticePages(notices: services.notices, desk: desk).add(to: &table)
        ReportPages(reports: services.reports, desk: desk).add(to: &table)
        AccountPages(services: services, desk: desk).add(to: &table)
        AdministrationPages(services: services, desk: desk, imports: imports, newJobs: newJobs, work: work).add(to: &table)
        PortalPages(database: database, tickets: services.tickets, sla: services.sla, files: files, desk: { desk.snapshot }).add(to: &table)
        AssetRoutes().add(to: &table)
        self.database = database
        self.services = services
        self.desk = desk
        self.principals = principals
        self.live = live
        self.files = files
        self.imports = imports
        self.newJobs = newJobs
        self.checkpoints = checkpoints
        self.newBulkChanges = newBulkChanges
        self.table = table
        self.commits = commits
        handlers = [(SearchIndexer(), WakeUp())]
        self.edge = edge
        self.operations = operations
        self.admission = admission
        self.certificates = certificates
        self.logger = logger
        self.secret = secret
        let pages = try Pages(folder: webFolder, desk: desk, sessions: sessions, live: live, notices: services.notices)
        self.pages = pages
        self.sessions = sessions
        requestLog = RequestLog(level: logger.logLevel, clock: clock)
        environment = RouteEnvironment(
            database: database,
            authentication: Authentication(
                tokens: tokens, sessions: sessions, principals: principals, clock: clock, whyUnused: services.signIns.whyUnused),
            cursors: CursorSigner { secret.keys(for: .cursors) }, documents: try Documents(table, version: Self.version), pages: pages,
            rates: RateLimiter(perPerson: edge.rateOfPerson, perAddress: edge.rateOfAddress, now: uptime))
    }

    /// Every route of the product.
    private static func routes(
        _ database: any Database, _ services: DeskServices, _ desk: CurrentDesk, _ live: LiveFeed, _ files: AttachmentFolder,
        _ imports: ImportFolders, _ newJobs: WakeUp, _ newBulkChanges: WakeUp
    ) -> RouteTable {
        var table = RouteTable()
        AuthenticationRoutes(signIns: services.signIns, account: services.account, people: services.people, apiTokens: services.apiTokens).add(
            to: &table)
        UserRoutes(people: services.people, passwordResets: services.passwordResets, secrets: services.secrets).add(to: &table)
        SecondFactorRoutes(secondFactors: services.secondFactors).add(to: &table)
        GroupRoutes(groups: services.groups, desk: desk).add(to: &table)
        RoleRoutes(roles: services.roles).add(to: &table)
        IdentityProviderRoutes(providers: services.identityProviders).add(to: &table)
        ViewRoutes(views: services.views).add(to: &table)
        ExpressionRoutes(conditions: services.conditions).add(to: &table)
        TicketRoutes(tickets: services.tickets, views: services.views, desk: { desk.snapshot }).add(to: &table)
        TimerRoutes(sla: services.sla).add(to: &table)
        BulkRoutes(tickets: services.tickets, desk: { desk.snapshot }, wakeUp: newBulkChanges).add(to: &table)
        CommentRoutes(tickets: services.tickets).add(to: &table)
        DraftRoutes(tickets: services.tickets).add(to: &table)
        AttachmentRoutes(tickets: services.tickets, files: files).add(to: &table)
        NoticeRoutes(notices: services.notices).add(to: &table)
        ReportRoutes(reports: services.reports, desk: desk).add(to: &table)
        SettingsRoutes(settings: services.settings, desk: desk).add(to: &table)
        ServiceRoutes(portfolio: services.portfolio, desk: desk).add(to: &table)
        CategoryRoutes(categories: services.categories, desk: desk).add(to: &table)
        CustomFieldRoutes(fields: services.customFields, desk: desk).add(to: &table)
        PolicyRoutes(agreements: services.agreements, desk: desk).add(to: &table)
        SimulationRoutes(simulations: services.simulations).add(to: &table)
        SLACalendarRoutes(calendars: services.calendars, desk: desk).add(to: &table)
        EscalationRuleRoutes(rules: services.escalationRules, rehearsals: services.escalationRehearsals, desk: desk).add(to: &table)
        AssignmentRuleRoutes(
            rules: services.assignmentRules, rehearsals: services.assignmentRehearsals, tickets: services.tickets, desk: desk
        ).add(to: &table)
        ActivityRoutes(activity: services.activity).add(to: &table)
        RecordRoutes(record: services.record, newJobs: newJobs).add(to: &table)
        EventRoutes(activity: services.activity, live: live).add(to: &table)
        ImportRoutes(imports: services.imports, jobs: services.jobs, folders: imports, wakeUp: newJobs).add(to: &table)
        JobRoutes(jobs: services.jobs).add(to: &table)
        DocumentationRoutes(desk: desk).add(to: &table)
        return table
    }

    // MARK: Serving

    func router() -> Router<AppContext> { router(of: table, isTLS: certificates != nil) }

    private func router(of table: RouteTable, isTLS: Bool) -> Router<AppContext> {
        let router = Router(context: AppContext.self)
        router.add(middleware: Front(table: table, edge: edge, isTLS: isTLS, log: requestLog, figures: figures, pages: pages, logger: logger))
        table.install(on: router, environment)
        return router
    }

    /// What runs on every server beside the requests: what it remembers stays current, and its streams hear what happens.
    var companions: [any Service] {
        let (principals, deskChanges, waitChanges, clockChanges, handlers) = (principals, deskChanges, waitChanges, clockChanges, handlers)
        let unsealed = unsealed
        return [
            requestLog,
            CredentialUseWriter(
                signIns: services.signIns, apiTokens: services.apiTokens, uses: services.credentialUses,
                rounds: Rounds(name: "writing uses of sign-ins and API tokens", periodSeconds: 60, logger: logger)),
            DeskKeeper(desk: desk, wakeUp: deskChanges, logger: logger),
            SecretKeeper(secret: secret, database: database, rounds: Rounds(name: "looking for the desk's keys", periodSeconds: 5, logger: logger)),
            FeedReader(
                database: database, activity: services.activity, live: live, wakeUp: commits,
                observers: [
                    { kinds in if kinds.contains(where: \.changesRights) { principals.empty() } },
                    { kinds in if kinds.contains(where: \.changesDesk) { deskChanges.signal() } },
                    { kinds in if kinds.contains(.ticketStatusChanged) || kinds.contains(.ticketUpdated) { waitChanges.signal() } },
                    { kinds in if kinds.contains(where: \.movesClocks) { clockChanges.signal() } },
                    { _ in for (_, wakeUp) in handlers { wakeUp.signal() } },
                    { _ in unsealed.signal() },
                ], logger: logger),
        ]
    }

    /// What runs on servers that work beside answering.
    var workers: [any Service] {
        let upkeep = PeopleUpkeep(
            database: database, signIns: services.signIns,
            rounds: Rounds(name: "upkeep of sign-ins", periodSeconds: 60, logger: logger))
        let due = DueWorker.tickets(
            services.tickets, rounds: Rounds(name: "moving tickets on whose time has come", periodSeconds: 60, logger: logger), changes: waitChanges)
        // The period is short for the sake of wall clocks that are set forward.
        let escalations = DueWorker.escalations(
            services.escalations, rounds: Rounds(name: "escalation", periodSeconds: 5, logger: logger), changes: clockChanges)
        let garbage = AttachmentGarbageWorker(
            files: files, rounds: Rounds(name: "removing files that nothing uses", periodSeconds: 3_600, logger: logger))
        let answers = IdempotencyUpkeep(
            database: database, rounds: Rounds(name: "removing kept answers whose time is over", periodSeconds: 600, logger: logger))
        let tickets = TicketUpkeep(
            database: database, rounds: Rounds(name: "removing what is over from around tickets", periodSeconds: 600, logger: logger))
        let jobs = JobRunner(
            database: database,
            handlers: [
                ImportJob(imports: services.imports, folders: imports, database: database), SLARecomputeJob(recompute: services.slaRecompute),
                RecordCheckJob(record: services.record),
            ], wakeUp: newJobs,
            logger: logger)
        let record = RecordUpkeep(
            sealer: services.sealer, file: checkpoints, database: database,
            sealing: Rounds(name: "sealing the record", periodSeconds: 60, wakeUp: unsealed, logger: logger),
            filing: Rounds(name: "writing the checkpoint file", periodSeconds: 60, logger: logger))
        // People wait for these, and an import may take an hour.
        let bulk = JobRunner(database: database, handlers: BulkJob.handlers(services.tickets), wakeUp: newBulkChanges, logger: logger)
        return [upkeep, due, escalations, garbage, answers, tickets, jobs, bulk, record]
            + handlers.map { FeedHandlerWorker(handler: $0.handler, activity: services.activity, wakeUp: $0.wakeUp, logger: logger) }
    }

    /// The HTTP server, without the workers.
    func server(on address: BindAddress, ready: @escaping Ready = { _ in }) -> some ApplicationProtocol {
        listener(on: address, router().buildResponder(), admission, certificates, ready)
    }

    /// The server of figures and health alone, with room of its own.
    func operationsServer(on address: BindAddress, ready: @escaping Ready = { _ in }) -> some ApplicationProtocol {
        let room = Admission(maximum: 100, maximumOfAddress: 100, proxies: .none)
        return listener(on: address, router(of: operations, isTLS: false).buildResponder(), room, nil, ready)
    }

    /// The plain port beside TLS.
    func redirectServer(on address: BindAddress, to port: Int, ready: @escaping Ready = { _ in }) -> some ApplicationProtocol {
        listener(on: address, SecureRedirect(port: port), admission, nil, ready)
    }

    typealias Ready = @Sendable (any NIOCore.Channel) async -> Void

    private func listener<Responder: HTTPResponder>(
        on address: BindAddress, _ responder: Responder, _ admission: Admission, _ certificates: CertificateKeeper?, _ ready: @escaping Ready
    ) -> some ApplicationProtocol where Responder.Context == AppContext {
        let group = MultiThreadedEventLoopGroup.singleton
        let (pace, figures, logger) = (edge.pace, figures, logger)
        return Application(
            responder: responder,
            server: HTTPServerBuilder { responder in
                DeskChannel(responder, on: group, admission: admission, pace: pace, certificates: certificates, figures: figures, logger: logger)
            },
            configuration: ApplicationConfiguration(address: address, serverName: nil, backlog: 1_024),
            onServerRunning: ready,
            eventLoopGroupProvider: .shared(group),
            logger: logger)
    }

    /// Serves until the process is asked to end (SIGTERM, SIGINT).
    static func run(_ configuration: ServerConfiguration, on store: RunningStore, log: Logger) async throws {
        var postgres = PostgresConfiguration(connectionString: store.databaseURL)
        postgres.logger = log
        postgres.checksCluster = true
        let commits = WakeUp()
        let notifier = Notifier(store.databaseURL, log: log)
        defer { notifier.stop() }
        let database = PostgresDatabase(postgres) {
            commits.signal()
            notifier.notify()
        }
        do {
            let certificates = try configuration.edge.certificate.map { try CertificateKeeper($0, logger: log) }
            let app = try await App(
                database: database, commits: commits, attachments: store.dataFolder.path + "/attachments",
                checkpointFile: configuration.checkpointFile ?? store.dataFolder.path + "/checkpoints.jsonl", secret: store.secret,
                edge: configuration.edge, certificates: certificates, webFolder: configuration.webFolder, logger: log)
            let admin = try await app.services.firstAdmin.ensure(password: configuration.adminPassword)
            try FirstAdminNotice(folder: store.dataFolder, logger: log).tell(admin)
            if configuration.isDemo { try await app.fillDemo(secrets: SodiumSecrets(key: store.secret.key(for: .tokenHashes))) }
            try await app.serve(configuration, beside: OtherServers(listener: Listener(store.databaseURL, log: log), wakeUp: commits))
        } catch {
            await database.shutdown()
            throw error
        }
        await database.shutdown()
    }

    private func fillDemo(secrets: any SecretSource) async throws {
        switch try await DemoDesk(database: database, services: services, secrets: secrets).fill(at: SystemClock().now()) {
        case .leftAsItIs: print("The desk is not empty: --demo leaves it as it is.")
        case .filled(let count, let signIns):
            print("Filled the desk with \(count) tickets of the last 60 days. Sign-ins, told only now:")
            for signIn in signIns { print("  \(signIn.username)  \(signIn.password)  \(signIn.what)") }
        }
        fflush(nil)
    }

    private func serve(_ configuration: ServerConfiguration, beside others: OtherServers) async throws {
        var running = companions + [others]
        if configuration.role.runsWorkers { running += workers }
        let logger = logger
        func tell(_ what: String) -> Ready {
            { channel in logger.notice("\(what)", metadata: ["address": "\(channel.localAddress.map { "\($0)" } ?? "")"]) }
        }
        if configuration.role.servesRequests {
            if let certificates { running.append(certificates) }
            running.append(server(on: .init(configuration.listen), ready: tell("serving")))
            if let address = edge.redirectListen {
                running.append(redirectServer(on: .init(address), to: configuration.listen.port, ready: tell("leading to TLS")))
            }
            if !configuration.listen.isLoopback, certificates == nil, edge.trustedProxies.isEmpty {
                logger.warning(
                    "passwords travel readable to this address: set \(Setting.tlsCertificateFile.label), or \(Setting.trustedProxies.label) where a proxy ends TLS"
                )
            }
        }
        if let address = edge.metricsListen { running.append(operationsServer(on: .init(address), ready: tell("serving figures"))) }
        var group = ServiceGroupConfiguration(
            services: running.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = Self.longestShutdown
        try await ServiceGroup(configuration: group).run()
    }
}

extension BindAddress {
    init(_ address: ListenAddress) { self = .hostname(address.host, port: address.port) }
}
