import Foundation
import ITSMCore
import Logging

/// Looks at a desk's database from outside: whether it is set up to keep what it is given, and keeps up.
///
/// It blocks: run it with `onThread`.
public struct DatabaseExamination {
    private let session: AdminSession
    private let url: String
    private let log: Logger

    /// All findings, the first fault of connecting included. Changes nothing.
    public static func findings(of url: String, log: Logger) -> [Finding] {
        do {
            return DatabaseExamination(session: try AdminSession(url), url: url, log: log).findings()
        } catch {
            return [.fault("database", "The database does not answer: \(error)", "Start PostgreSQL, or correct ITSM_DATABASE_URL.")]
        }
    }

    private func findings() -> [Finding] {
        [version, schema, recovery, durability, connections, clock, transactions, transactionIDs, autovacuum, jobs, feed, roles].map { check in
            do {
                return try check()
            } catch {
                return .fault("database", "A question to the database failed: \(error)", "Look into PostgreSQL's log.")
            }
        }
    }

    private func number(_ statement: String) throws -> Double { try session.value(statement).flatMap(Double.init) ?? 0 }

    private func version() throws -> Finding {
        let text = try session.value("SHOW server_version") ?? ""
        return try number("SHOW server_version_num") >= 150_000
            ? .ok("PostgreSQL", "Version \(text).") : .fault("PostgreSQL", "Version \(text) is too old.", "Install PostgreSQL 15 or newer.")
    }

    private func schema() throws -> Finding {
        do {
            try Migrator(log: log).requireCurrent(url)
            return .ok("migrations", "The database is at this program's version.")
        } catch let error as SetupError {
            return .fault("migrations", error.description, "Run itsm-server migrate, or install the program that the database belongs to.")
        }
    }

    private func recovery() throws -> Finding {
        try session.value("SELECT pg_is_in_recovery()") == "t"
            ? .fault(
                "writing", "This is a standby, which can only be read.", "Promote it, or add target_session_attrs=read-write to ITSM_DATABASE_URL.")
            : .ok("writing", "The database can be written.")
    }

    private func durability() throws -> Finding {
        let off = try session.run(
            "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' ORDER BY name"
        ).compactMap { $0[0] }
        return off.isEmpty
            ? .ok("durability", "What is acknowledged is on disk.")
            : .fault("durability", "\(off.joined(separator: ", ")) is off: a crash loses what was acknowledged.", "Set it to on in postgresql.conf.")
    }

    private func connections() throws -> Finding {
        let used = try number("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"), all = try number("SHOW max_connections")
        return .number(
            "connections", used / max(all, 1), warnAbove: 0.8, faultAbove: 0.95, "\(Int(used)) of \(Int(all)) connections are open.",
            remedy: "Raise max_connections, or end clients that need none.")
    }

    private func clock() throws -> Finding {
        let theirs = try number("SELECT extract(epoch FROM clock_timestamp())"), ours = Double(SystemClock().now().microseconds) / 1e6
        let apart = abs(theirs - ours)
        return .number(
            "clocks", apart, warnAbove: 1, faultAbove: 30, String(format: "PostgreSQL's clock is %.1f s away from this machine's.", apart),
            remedy: "Let both machines take their time from NTP (chronyc tracking).")
    }

    private func transactions() throws -> Finding {
        let age = try number(
            "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0) FROM pg_stat_activity WHERE backend_xid IS NOT NULL")
        let prepared = try number("SELECT count(*) FROM pg_prepared_xacts")
        if prepared > 0 {
            return .warning(
                "transactions", "\(Int(prepared)) prepared transactions hold back live updates and search.",
                "ROLLBACK PREPARED what nobody will commit.")
        }
        return .number(
            "transactions", age, warnAbove: 60, faultAbove: 600, "The oldest open change has been open for \(Int(age)) s.",
            remedy: "End its client: it holds back live updates and search (runbook, \"Live updates and search are behind\").")
    }

    private func transactionIDs() throws -> Finding {
        let age = try number("SELECT max(age(datfrozenxid)) FROM pg_database")
        return .number(
            "transaction ids", age, warnAbove: 1e9, faultAbove: 1.8e9, "\(Int(age / 1e6)) million of 2,000 million are in use.",
            remedy: "VACUUM FREEZE as the database's owner, and find out why autovacuum does not.")
    }

    private func autovacuum() throws -> Finding {
        try session.value("SHOW autovacuum") == "on"
            ? .ok("autovacuum", "On.") : .warning("autovacuum", "Off: tables grow, and lists become slow.", "Set autovacuum = on in postgresql.conf.")
    }

    private func jobs() throws -> Finding {
        let age = try number(
            "SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0) FROM jobs WHERE status = 'queued' AND due_at <= now()")
        return .number(
            "jobs", age, warnAbove: 60, faultAbove: 600, age > 0 ? "A job has been due for \(Int(age)) s." : "No job waits.",
            remedy: "Start a server with the role all or worker.")
    }

    private func feed() throws -> Finding {
        let age = try number(
            """
            SELECT coalesce(max(extract(epoch FROM now() - l.since)), 0)
            FROM feed_cursors c,
                LATERAL (
                    SELECT a.recorded_at AS since
                    FROM activity a
                    WHERE (a.epoch, a.xid, a.id) > (c.epoch, c.xid, c.id)
                    ORDER BY a.epoch, a.xid, a.id
                    LIMIT 1) AS l
            """)
        return .number(
            "feed", age, warnAbove: 60, faultAbove: 600,
            age > 0 ? "Search is \(Int(age)) s behind what is on record." : "Search knows all that is on record.",
            remedy: "Start a server with the role all or worker; if one runs, see the runbook, \"Live updates and search are behind\".")
    }

    private func roles() throws -> Finding {
        try session.value("SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('activity')") == "t"
            ? .warning(
                "roles", "The serving role owns the tables, so the database does not protect the record.",
                "Two roles: admin guide, \"A PostgreSQL of your own\".")
            : .ok("roles", "The serving role may only add to the record.")
    }
}
