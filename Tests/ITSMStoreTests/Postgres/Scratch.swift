import ITSMCore
import ITSMTestSupport
import Synchronization

@testable import ITSMStore

/// A database of its own with the tables of one test, and an engine on it.
struct Scratch {
    let database: TestDatabase
    let desk: PostgresDatabase

    init(
        _ tables: String = "", as user: KeyPath<TestDatabase, String> = \.ownerURL, clock: any WallClock = SystemClock(),
        commits: Ledger<Int>? = nil, configure: (inout PostgresConfiguration) -> Void = { _ in }
    ) async throws {
        database = try await TestDatabase.make(migrated: false)
        let owner = database.ownerURL
        try await onThread("tables") { try AdminSession(owner).runScript(tables) }
        var configuration = PostgresConfiguration(connectionString: database[keyPath: user])
        configuration.logger = .quiet
        // A loaded machine must not decide which thread a unit runs on.
        configuration.requestStatementTimeout = .seconds(30)
        configuration.answerLimit = .seconds(60)
        configure(&configuration)
        desk = PostgresDatabase(configuration, clock: clock, onCommit: { commits?.add(1) })
    }

    /// What stands in the database, asked from outside.
    func query(_ sql: String) async throws -> [[String?]] {
        let url = database.superuserURL
        return try await onThread("query") { try AdminSession(url).run(sql) }
    }

    func value(_ sql: String) async throws -> String? { try await query(sql).first?.first ?? nil }

    /// Waits until a query answers with `t`.
    func until(_ sql: String) async throws {
        let url = database.superuserURL
        try await onThread("until") {
            let session = try AdminSession(url)
            while try session.run(sql).first?.first != "t" {}
        }
    }

    /// One connection without an engine, on a thread of its own.
    func connected<Value: Sendable>(
        _ change: (inout SessionSettings) -> Void = { _ in }, _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        var settings = SessionSettings(connectionString: database.superuserURL, applicationName: "test")
        settings.logger = .quiet
        change(&settings)
        return try await onThread("connected") { [settings] in
            let connection = Connection(settings: settings)
            try connection.open()
            return try body(connection)
        }
    }
}

extension Transaction {
    /// The connection under a unit of work.
    var connection: Connection { (self as! UnitOfWork).connection }
}

extension Connection {
    /// A transaction as a connection thread runs it, without its retries.
    func transact<Value>(_ body: () throws -> Value) throws -> Value {
        reset()
        begin()
        do {
            let value = try body()
            try commit()
            return value
        } catch {
            recover()
            throw error
        }
    }

    func integer(_ sql: SQL) throws -> Int { try first(sql) ?? -1 }
}

/// Something that happens once, and that threads and tasks wait for.
final class Signal: Sendable {
    private let monitor = Monitor()
    private let fired = Mutex(false)

    var hasFired: Bool { fired.withLock { $0 } }

    func fire() {
        monitor.locked {
            fired.withLock { $0 = true }
            monitor.broadcast()
        }
    }

    /// For closures that run on a connection's thread.
    func block() {
        monitor.locked {
            while !fired.withLock({ $0 }) { monitor.wait() }
        }
    }

    func wait() async throws { try await onThread("signal") { self.block() } }
}

/// Counts, and remembers, from any thread.
final class Ledger<Entry: Sendable>: Sendable {
    private let stored = Mutex<[Entry]>([])

    var entries: [Entry] { stored.withLock { $0 } }
    var count: Int { entries.count }

    /// - Returns: how many there are now.
    @discardableResult
    func add(_ entry: Entry) -> Int {
        stored.withLock {
            $0.append(entry)
            return $0.count
        }
    }
}
