import Foundation
import ITSMCore
import ITSMTestSupport

@testable import ITSMStore

/// A desk in a database of its own, to write activity on and read it back.
struct ActivityDesk: Sendable {
    let source: TestDatabase
    let database: PostgresDatabase
    let activity: ActivityService

    static let writer = Principal(
        id: User.automationID, username: "automation", name: "Automation", grants: Grants(),
        origin: .init(channel: .api, requestID: "r-1", address: "192.0.2.7", cause: "import:7", depth: 2))

    static func make(threads: Int = 2) async throws -> ActivityDesk {
        let source = try await TestDatabase.make()
        var configuration = PostgresConfiguration(connectionString: source.url)
        configuration.requestThreads = threads
        configuration.logger = .quiet
        let database = PostgresDatabase(configuration)
        return ActivityDesk(source: source, database: database, activity: ActivityService(database: database))
    }

    /// An activity that is known again by its number.
    static func entry(_ number: Int, _ kind: Activity.Kind = .serviceUpdated, at time: Instant = Instant(seconds: 1_000)) -> Activity {
        Activity(
            kind, on: .init(.service, ID<BusinessService>("00000000-0000-7000-8000-000000000001")!), payload: ["number": .integer(Int64(number))],
            occurredAt: time)
    }

    func append(_ activities: [Activity], as caller: Principal = writer) async throws {
        try await database.write { try $0.activity.append(activities, by: caller) }
    }

    /// Everything after `cursor` that is final now, in the feed's order.
    func feed(after cursor: FeedCursor = .start) async throws -> [ActivityEntry] {
        var entries: [ActivityEntry] = []
        var place = cursor
        while true {
            let from = place
            let batch = try await database.read { try self.activity.feed(after: from, limit: 7, in: $0) }
            entries += batch.events.map(\.entry)
            place = batch.next
            if batch.isCaughtUp { return entries }
        }
    }

    /// Waits until all that was written is final. Other tests write in the same cluster at the same time, and any transaction of it that is still open
    /// holds the feed's frontier.
    func settle() async throws {
        try await owner { session in
            while try session.run("SELECT max(xid) < pg_snapshot_xmin(pg_current_snapshot()) FROM activity").first?.first == "f" {}
        }
    }

    /// A session of the role that owns the tables, on a thread of its own.
    func owner<Value: Sendable>(_ body: @escaping @Sendable (AdminSession) throws -> Value) async throws -> Value {
        let url = source.ownerURL
        return try await onThread("owner") { try body(AdminSession(url)) }
    }

    func superuser<Value: Sendable>(_ body: @escaping @Sendable (AdminSession) throws -> Value) async throws -> Value {
        let url = source.superuserURL
        return try await onThread("superuser") { try body(AdminSession(url)) }
    }
}

extension ActivityEntry {
    var number: Int { if case .integer(let number)? = changes?.value["number"] { Int(number) } else { -1 } }
}

/// A transaction that was begun outside the engine and stays open until it is told to end.
final class OpenTransaction: @unchecked Sendable {
    // Touched by one thread at a time: the test awaits each step.
    private let session: AdminSession

    private init(_ url: String) throws {
        session = try AdminSession(url)
        try session.run("BEGIN")
    }

    static func begin(on desk: ActivityDesk) async throws -> OpenTransaction {
        let url = desk.source.ownerURL
        return try await onThread("begin") { try OpenTransaction(url) }
    }

    func append(_ number: Int) async throws {
        try await onThread("append") {
            try self.session.run(
                """
                INSERT INTO activity (occurred_at, recorded_at, principal_id, record_type, record_id, kind, payload, channel)
                VALUES (to_timestamp(1000), to_timestamp(1000), '00000000-0000-7000-8000-000000000001', 'service',
                    '00000000-0000-7000-8000-000000000001', 'service.updated', jsonb_build_object('number', $1::bigint), 'api')
                """, [String(number)])
        }
    }

    func commit() async throws { _ = try await onThread("commit") { try self.session.run("COMMIT") } }
}
