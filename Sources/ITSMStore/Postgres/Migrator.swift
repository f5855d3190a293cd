import Foundation
import Logging

/// Brings a database to this program's schema, before anything serves.
///
/// Any number of servers may start at once: one migrates, the others wait for it. It blocks: run it with `onThread`.
public struct Migrator: Sendable {
    /// How a database stands after `run`.
    public struct Report: Sendable {
        /// The names of the migrations that ran now, such as `0001_people`.
        public var applied: [String]
        /// The newest migration of the database, which may be newer than the program.
        public var version: Int
        /// The feed's epoch; higher than before where the cluster is no longer the one it was.
        public var epoch: Int
        /// Whether the server's role is kept from changing the activity log. False where one role both migrates and serves.
        public var separatesRoles: Bool
    }

    let migrations: [Migration]
    private let log: Logger

    /// - Parameter migrations: in ascending order of their numbers.
    public init(_ migrations: [Migration] = Migration.all, log: Logger) {
        precondition(zip(migrations, migrations.dropFirst()).allSatisfy { $0.number < $1.number }, "migrations must ascend")
        self.migrations = migrations
        self.log = log
    }

    /// Applies what is missing, grants the server's role what it may do, and raises the feed's epoch if this is no longer the cluster it was.
    ///
    /// With a role that does not own the schema it only checks that there is nothing to do.
    ///
    /// - Parameters:
    ///   - owner: the connection of the role that owns the schema.
    ///   - app: the connection of the role that serves; the same as `owner` where there is one role.
    /// - Throws: `SetupError` with the remedy.
    public func run(owner: String, app: String) throws -> Report {
        let appRole = try Self.connect(app, setting: "ITSM_DATABASE_URL").value("SELECT current_user")!
        let session = try Self.connect(owner, setting: "ITSM_MIGRATION_URL")
        do {
            return try run(on: session, appRole: appRole)
        } catch let failure as AdminSession.Failure {
            throw SetupError("The database could not be brought up to date: \(failure)")
        }
    }

    static func connect(_ connection: String, setting: String) throws -> AdminSession {
        do {
            return try AdminSession(connection)
        } catch {
            throw SetupError("The database does not answer. Check \(setting). PostgreSQL says: \(error)")
        }
    }

    private func run(on session: AdminSession, appRole: String) throws -> Report {
        try session.runScript("SET search_path = public; SET client_min_messages = warning; SET statement_timeout = 0; SET lock_timeout = 0")
        guard try session.value("SELECT pg_is_in_recovery()") == "f" else {
            throw SetupError("The database is a standby, which cannot be written. Add target_session_attrs=read-write to ITSM_DATABASE_URL.")
        }
        try lock(session)

        let history = try SchemaHistory(session)
        try history.check(against: migrations)
        let missing = migrations.filter { !history.has($0) }
        let role = try session.value("SELECT current_user")!
        if history.isOwned {
            for migration in missing { try apply(migration, on: session, readableBy: history.readableBy) }
            if role != appRole { try grantRights(to: appRole, on: session) }
            try raiseEpochIfClusterChanged(session)
        } else {
            let isSameCluster = try isClusterOfNewestEpoch(session)
            guard missing.isEmpty, isSameCluster else {
                throw SetupError(
                    "The database has to be \(missing.isEmpty ? "marked as restored" : "migrated"), and the role \(role) does not own its tables. "
                        + "Run `itsm-server migrate` with ITSM_MIGRATION_URL set to the connection of the role that does.")
            }
        }
        return Report(
            applied: missing.map(\.label), version: max(history.newest, migrations.last?.number ?? 0), epoch: try epoch(session),
            separatesRoles: role != appRole || !history.isOwned)
    }

    /// Held until the session ends.
    private func lock(_ session: AdminSession) throws {
        let key = "5283648293510477153"  // which begin_feed_epoch() locks too, and nothing else
        guard try session.value("SELECT pg_try_advisory_lock($1::bigint)", [key]) == "f" else { return }
        log.notice("another server migrates the database; waiting for it")
        try session.run("SELECT pg_advisory_lock($1::bigint)", [key])
    }

    private func apply(_ migration: Migration, on session: AdminSession, readableBy: Int) throws {
        let start = ContinuousClock.now
        let record = {
            _ = try session.run(
                """
                INSERT INTO schema_migrations (number, name, checksum, readable_by)
                VALUES ($1::integer, $2, $3, $4::integer)
                """,
                [String(migration.number), migration.name, migration.checksum, String(migration.readableBy ?? readableBy)])
        }
        do {
            if migration.isTransactional {
                try session.transaction {
                    try session.runScript(migration.sql)
                    try record()
                }
            } else {
                for statement in migration.statements { try session.run(statement) }
                try record()
            }
        } catch let failure as AdminSession.Failure {
            throw SetupError("Migration \(migration.label) failed: \(failure)")
        }
        log.info("migrated", metadata: ["migration": "\(migration.label)", "took": "\(ContinuousClock.now - start)"])
    }
}
