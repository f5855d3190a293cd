import Foundation
import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct GroupCommitTests {
    private static let tables = """
        CREATE TABLE groups (id bigint CONSTRAINT groups_pkey PRIMARY KEY);
        CREATE TABLE notes (id bigint CONSTRAINT notes_pkey PRIMARY KEY, group_id bigint CONSTRAINT notes_group REFERENCES groups,
            number bigint GENERATED ALWAYS AS IDENTITY, xid xid8 DEFAULT pg_current_xact_id());
        CREATE TABLE timers (note_id bigint CONSTRAINT timers_note REFERENCES notes);
        INSERT INTO groups VALUES (1);
        """

    private struct Mishap: Error, Equatable {
        var id: Int
    }

    /// A note with its timer, written as a create is: no reading on the way.
    private func create(_ id: Int, group: Int = 1, in desk: PostgresDatabase) async throws -> Int {
        try await desk.write(.grouped) { tx in
            let number = try tx.connection.later("INSERT INTO notes (id, group_id) VALUES (\(id), \(group)) RETURNING number", as: Int.self)
            try tx.connection.execute("INSERT INTO timers VALUES (\(id))")
            if group == 0 { throw Mishap(id: id) }
            return number
        }.value
    }

    @Test func eachFaultInsideAGroupIsItsOwn() async throws {
        let scratch = try await Scratch(Self.tables)
        let total = 4_000
        let outcomes = await withTaskGroup(of: (Int, Result<Int, any Error>).self) { tasks in
            for worker in 0..<16 {
                tasks.addTask { (-1 - worker, .success(0)) }
            }
            var next = 0
            var outcomes: [Int: Result<Int, any Error>] = [:]
            while let (finished, result) = await tasks.next() {
                if finished >= 0 { outcomes[finished] = result }
                guard next < total else { continue }
                let id = next
                next += 1
                // 20 that name no group, 20 whose closure throws.
                let group = id % 200 == 7 ? 99 : id % 200 == 107 ? 0 : 1
                tasks.addTask {
                    do { return (id, .success(try await create(id, group: group, in: scratch.desk))) } catch { return (id, .failure(error)) }
                }
            }
            return outcomes
        }
        #expect(outcomes.count == total)
        for (id, outcome) in outcomes {
            switch outcome {
            case .success: #expect(id % 100 != 7)
            case .failure(let error as Mishap): #expect(error == Mishap(id: id) && id % 200 == 107)
            case .failure(let error): #expect((error as? ITSMError)?.code == .invalidValue && id % 200 == 7)
            }
        }
        #expect(try await scratch.value("SELECT count(*) FROM notes") == "\(total - 40)")
        #expect(try await scratch.value("SELECT count(*) FROM notes FULL JOIN timers ON note_id = id WHERE id IS NULL OR note_id IS NULL") == "0")
        let statistics = scratch.desk.statistics.request
        #expect(statistics.groups > 0 && statistics.groupedUnits > statistics.groups)
    }

    /// While one thread is busy the rest gathers, and goes as one transaction in the order it came.
    @Test func waitingUnitsShareOneTransaction() async throws {
        let commits = Ledger<Int>()
        let scratch = try await Scratch(Self.tables, commits: commits) { $0.requestThreads = 1 }
        let numbers = try await whileBusy(scratch.desk) {
            try await withThrowingTaskGroup(of: Int.self) { tasks in
                for id in 0..<10 { tasks.addTask { try await create(id, in: scratch.desk) } }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
        } once: {
            $0.waiting == 10
        }
        #expect(numbers.count == 10)
        #expect(try await scratch.value("SELECT count(DISTINCT xid) FROM notes") == "1")
        #expect(commits.count == 1)
        #expect(scratch.desk.statistics.request.groups == 1)
        #expect(scratch.desk.statistics.request.groupedUnits == 10)
    }

    @Test func aGroupHasAtMostItsLimit() async throws {
        let scratch = try await Scratch(Self.tables) {
            $0.requestThreads = 1
            $0.groupLimit = 4
        }
        _ = try await whileBusy(scratch.desk) {
            try await withThrowingTaskGroup(of: Int.self) { tasks in
                for id in 0..<10 { tasks.addTask { try await create(id, in: scratch.desk) } }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
        } once: {
            $0.waiting == 10
        }
        #expect(try await scratch.query("SELECT count(*) FROM notes GROUP BY xid ORDER BY min(number)").map(\.[0]) == ["4", "4", "2"])
    }

    /// The fall back to single runs counts as the first of four.
    @Test func aGroupThatFailedCountsAsARun() async throws {
        let scratch = try await Scratch(Self.tables) { $0.requestThreads = 1 }
        let runs = Ledger<Int>()
        _ = try await whileBusy(scratch.desk) {
            async let other = create(1, in: scratch.desk)
            await #expect(throws: ITSMError.databaseBusy) {
                try await scratch.desk.write(.grouped) { tx in
                    runs.add(1)
                    try tx.connection.execute("DO $$ BEGIN RAISE EXCEPTION 'once more' USING ERRCODE = '40001'; END $$")
                }
            }
            return try await other
        } once: {
            $0.waiting == 2
        }
        #expect(runs.count == 4)
        #expect(try await scratch.value("SELECT count(*) FROM notes") == "1")
    }

    @Test func whatWaitsForAnAnswerIsAProgrammingError() async throws {
        await #expect(processExitsWith: .failure) { try Self.grouped { _ = try $0.first("SELECT 1", as: Int.self) } }
        await #expect(processExitsWith: .failure) { try Self.grouped { _ = try $0.all("SELECT 1", as: Int.self) } }
        await #expect(processExitsWith: .failure) { try Self.grouped { try $0.execute("SELECT 1", expecting: 1) } }
        await #expect(processExitsWith: .failure) { try Self.grouped { try $0.flush() } }
        await #expect(processExitsWith: .failure) { try Self.grouped { _ = try $0.savepoint {} } }
        await #expect(processExitsWith: .failure) { try Self.grouped { try $0.copyIn("COPY x FROM STDIN") { _ in } } }
        await #expect(processExitsWith: .success) { do { try Self.grouped { try $0.execute("SELECT 1") } } catch { /* It is not connected. */  } }
    }

    private static func grouped(_ body: (Connection) throws -> Void) throws {
        let connection = Connection(settings: SessionSettings(connectionString: "", applicationName: "test"))
        connection.isGrouped = true
        try body(connection)
    }
}

/// Keeps the only request thread busy until `condition` holds of its queue, and gives what `body` gives.
func whileBusy<Value: Sendable>(
    _ desk: PostgresDatabase, _ body: @escaping @Sendable () async throws -> Value, once condition: @escaping @Sendable (QueueStatistics) -> Bool
) async throws -> Value {
    let (started, released) = (Signal(), Signal())
    async let busy: Void = desk.read { _ in
        started.fire()
        released.block()
    }
    try await started.wait()
    async let value = body()
    try await onThread("busy") { while !condition(desk.statistics.request) {} }
    released.fire()
    try await busy
    return try await value
}
