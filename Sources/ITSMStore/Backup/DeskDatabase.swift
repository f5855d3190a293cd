import Foundation
import ITSMCore

/// A desk's database as an administrator's program sees it.
public struct DeskDatabase: Sendable {
    /// How the role connects that owns the tables, for libpq.
    public var owner: String
    /// How the role connects that serves; the same where one role does both.
    public var app: String
    /// Whether it is the private one of a data folder.
    public var isPrivate: Bool

    public init(owner: String, app: String, isPrivate: Bool) {
        (self.owner, self.app, self.isPrivate) = (owner, app, isPrivate)
    }

    /// A session of the owner that waits as long as it takes.
    func session() throws -> AdminSession {
        do {
            let session = try AdminSession(owner)
            try session.runScript(
                """
                SET search_path = public; SET client_min_messages = warning; SET statement_timeout = 0; SET lock_timeout = 0;
                SET idle_in_transaction_session_timeout = 0
                """)
            return session
        } catch let failure as AdminSession.Failure {
            throw SetupError("The database does not answer: \(failure)")
        }
    }
}

extension AdminSession {
    /// Such as 15.
    func majorVersion() throws -> Int { (try value("SELECT current_setting('server_version_num')").flatMap { Int($0) } ?? 0) / 10_000 }

    /// How many rows each table of the desk has.
    func rowCounts() throws -> [String: Int64] {
        let tables = try run(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')")
        var counts: [String: Int64] = [:]
        for name in tables.compactMap({ $0[0] }) {
            counts[name] = try value("SELECT count(*) FROM public.\(quoted(name))").flatMap { Int64($0) } ?? 0
        }
        return counts
    }
}
