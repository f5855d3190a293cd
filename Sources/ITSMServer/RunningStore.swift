import ITSMStore
import Logging

/// What a server stands on: its data folder, a running and migrated PostgreSQL, and the desk's secret.
struct RunningStore: Sendable {
    let dataFolder: DataFolder
    /// What the server's connections use, for libpq.
    let databaseURL: String
    let schema: Migrator.Report
    /// Every key is derived from it.
    let secret: DeskSecrets
    /// Nil where `ITSM_DATABASE_URL` names a cluster of the user's.
    private let postgres: EmbeddedPostgres?

    /// Prepares the data folder, becomes its owner if this process is root's, starts PostgreSQL if it is the private one, and migrates.
    ///
    /// - Throws: `SetupError` with the remedy.
    static func open(_ configuration: ServerConfiguration, log: Logger) async throws -> RunningStore {
        let folder = try DataFolder(preparing: configuration.dataFolder)
        try folder.becomeOwner()
        guard let url = configuration.databaseURL else {
            let postgres = try await EmbeddedPostgres.start(in: folder, log: log)
            do {
                return try await RunningStore(
                    folder, postgres, owner: postgres.connectionString(as: .owner), app: postgres.connectionString(as: .app), configuration, log)
            } catch {
                await postgres.stop()
                throw error
            }
        }
        return try await RunningStore(folder, nil, owner: configuration.migrationURL ?? url, app: url, configuration, log)
    }

    private init(
        _ folder: DataFolder, _ postgres: EmbeddedPostgres?, owner: String, app: String, _ configuration: ServerConfiguration, _ log: Logger
    ) async throws {
        let place = configuration.secretKeyPlace(in: folder.path)
        (schema, secret) = try await onThread("migrate") {
            let schema = try Migrator(log: log).run(owner: owner, app: app)
            return (schema, try DeskSecrets.open(place, for: app))
        }
        if !schema.separatesRoles {
            log.warning(
                "one database role both migrates and serves, so the database itself does not protect the activity log; see ITSM_MIGRATION_URL")
        }
        self.dataFolder = folder
        self.postgres = postgres
        databaseURL = app
    }

    /// Stops the private PostgreSQL.
    func close() async { await postgres?.stop() }
}
