import Foundation
import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct UnitOfWorkTests {
    private static let tables = """
        CREATE TABLE notes (id bigint CONSTRAINT notes_pkey PRIMARY KEY, text text);
        CREATE TABLE keys (id uuid PRIMARY KEY);
        """

    private struct Mishap: Error {}

    private struct FixedClock: WallClock {
        func now() -> Instant { Instant(microseconds: 1_777_000_000_123_000) }
    }

    @Test func aWriteCommitsWhenItsClosureReturns() async throws {
        let commits = Ledger<Int>()
        let scratch = try await Scratch(Self.tables, commits: commits)
        let number = try await scratch.desk.write { tx in
            try tx.connection.later("INSERT INTO notes VALUES (\(1)) RETURNING id + 1", as: Int.self)
        }.value
        #expect(number == 2)
        #expect(try await scratch.value("SELECT count(*) FROM notes") == "1")
        #expect(commits.count == 1)
    }

    @Test func aWriteIsUndoneWhenItsClosureThrows() async throws {
        let commits = Ledger<Int>()
        let scratch = try await Scratch(Self.tables, commits: commits)
        for flushes in [false, true] {
            await #expect(throws: Mishap.self) {
                try await scratch.desk.write { tx in
                    try tx.connection.execute("INSERT INTO notes VALUES (\(1))")
                    if flushes { try tx.flush() }
                    throw Mishap()
                }
            }
        }
        #expect(try await scratch.value("SELECT count(*) FROM notes") == "0")
        #expect(commits.count == 0)
        #expect(try await scratch.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'") == "0")
    }

    @Test func aUnitWithoutStatementsNeedsNoTrip() async throws {
        let sent = Ledger<String>()
        let scratch = try await Scratch { $0.observer = { sent.add($0.text) } }
        #expect(try await scratch.desk.write { _ in 7 } == 7)
        await #expect(throws: Mishap.self) { try await scratch.desk.write { _ in throw Mishap() } }
        #expect(try await scratch.desk.read { _ in 8 } == 8)
        #expect(sent.count == 0)
    }

    @Test func writesAreReadCommittedAndReadsAreNot() async throws {
        let scratch = try await Scratch(Self.tables)
        let ask: @Sendable (any Transaction) throws -> String? = { try $0.connection.first("SELECT current_setting('transaction_isolation')") }
        #expect(try await scratch.desk.write(ask) == "read committed")
        #expect(try await scratch.desk.read(ask) == "repeatable read")
    }

    @Test func aReadIsOneSnapshotAcrossItsFlushes() async throws {
        let scratch = try await Scratch(Self.tables)
        let (looked, written) = (Signal(), Signal())
        async let counts = scratch.desk.read { tx in
            let before = try tx.connection.integer("SELECT count(*) FROM notes")
            looked.fire()
            written.block()
            let after = try tx.connection.integer("SELECT count(*) FROM notes")
            try tx.flush()
            return [before, after, try tx.connection.integer("SELECT count(*) FROM notes -- once more")]
        }
        try await looked.wait()
        _ = try await scratch.query("INSERT INTO notes VALUES (1)")
        written.fire()
        #expect(try await counts == [0, 0, 0])
        #expect(try await scratch.desk.read { try $0.connection.integer("SELECT count(*) FROM notes") } == 1)
    }

    @Test func aReadCannotWrite() async throws {
        let scratch = try await Scratch(Self.tables)
        await #expect(throws: ITSMError.unexpected) {
            try await scratch.desk.read { try $0.connection.execute("INSERT INTO notes VALUES (\(1))") }
        }
        #expect(try await scratch.value("SELECT count(*) FROM notes") == "0")
    }

    @Test func nowAndIdentitiesAreFixedWhenTheUnitIsMade() async throws {
        let runs = Ledger<[ID<Principal>]>()
        let scratch = try await Scratch(Self.tables, clock: FixedClock())
        try await scratch.desk.write { tx in
            let ids: [ID<Principal>] = [tx.newID(), tx.newID()]
            for id in ids { try tx.connection.execute("INSERT INTO keys VALUES (\(id))") }
            #expect(tx.now == FixedClock().now())
            if runs.add(ids) < 4 { try tx.connection.execute("DO $$ BEGIN RAISE EXCEPTION 'once more' USING ERRCODE = '40001'; END $$") }
        }
        #expect(runs.count == 4)
        #expect(Set(runs.entries).count == 1)
        #expect(Set(runs.entries[0]).count == 2)
        #expect(try await scratch.value("SELECT count(*) FROM keys") == "2")
        #expect(scratch.desk.statistics.request.repeated == 3)
    }

    @Test func fourRunsAreTheMost() async throws {
        let runs = Ledger<Int>()
        let scratch = try await Scratch(Self.tables)
        let error = await #expect(throws: ITSMError.self) {
            try await scratch.desk.write { tx in
                runs.add(1)
                try tx.connection.execute("DO $$ BEGIN RAISE EXCEPTION 'once more' USING ERRCODE = '40P01'; END $$")
            }
        }
        #expect(runs.count == 4)
        #expect(error == .databaseBusy)
        #expect(error?.retryAfterSeconds == 1)
    }

    /// Two transactions that wait for each other: the server ends one, which is run again and sees the same identities.
    @Test func aDeadlockIsRunAgain() async throws {
        let scratch = try await Scratch(Self.tables + "INSERT INTO notes VALUES (1, ''), (2, '');", as: \.superuserURL)
        let (first, second, runs) = (Signal(), Signal(), Ledger<String>())
        @Sendable func update(_ ids: [Int], mine: Signal, other: Signal, _ mark: String) async throws {
            try await scratch.desk.write(.alone, on: .long) { tx in
                runs.add("\(mark) \(tx.newID() as ID<Principal>)")
                try tx.connection.execute("SET LOCAL deadlock_timeout = '10ms'")
                try tx.connection.execute("UPDATE notes SET text = text || \(mark) WHERE id = \(ids[0])")
                try tx.flush()
                mine.fire()
                other.block()
                try tx.connection.execute("UPDATE notes SET text = text || \(mark) WHERE id = \(ids[1])")
            }
        }
        async let a: Void = update([1, 2], mine: first, other: second, "a")
        async let b: Void = update([2, 1], mine: second, other: first, "b")
        _ = try await (a, b)
        #expect(runs.count > 2)
        #expect(Set(runs.entries).count == 2)
        #expect(Set(try await scratch.query("SELECT length(text) FROM notes").map(\.[0])) == ["2"])
    }

    @Test func plansThatTheSchemaOutdatedAreMadeAgain() async throws {
        let scratch = try await Scratch(Self.tables + "INSERT INTO notes VALUES (1, 'x')") {
            $0.requestThreads = 1
            $0.longThreads = 1
        }
        @Sendable func texts(_ lane: WorkLane) async throws -> [String?] {
            try await scratch.desk.read(on: lane) { tx in
                try tx.connection.all("SELECT notes.* FROM notes") { row in
                    row.skip()
                    defer { while !row.isAtEnd { row.skip() } }
                    return try row.next() as String?
                }
            }
        }
        #expect(try await texts(.request) == ["x"])
        #expect(try await texts(.long) == ["x"])
        _ = try await scratch.query("ALTER TABLE notes ADD COLUMN more integer")
        #expect(try await texts(.request) == ["x"])
        #expect(try await texts(.long) == ["x"])
        let statistics = scratch.desk.statistics
        #expect(statistics.request.repeated == 1)
        #expect(statistics.long.repeated == 1)
        // Within a write as well.
        try await scratch.desk.write { tx in
            _ = try tx.connection.all("SELECT notes.* FROM notes") { row in
                while !row.isAtEnd { row.skip() }
            }
        }
    }

    @Test func textWithNULIsTheCallersFault() async throws {
        let scratch = try await Scratch(Self.tables)
        let error = await #expect(throws: ITSMError.self) {
            try await scratch.desk.write { try $0.connection.execute("INSERT INTO notes VALUES (\(1), \("a\0b"))") }
        }
        #expect(error?.code == .invalidValue)
        #expect(try await scratch.value("SELECT count(*) FROM notes") == "0")
    }

    /// The transaction is committed by then: the unit is told, and not run again.
    @Test func anAnswerThatCannotBeReadIsNotRunAgain() async throws {
        let (runs, commits) = (Ledger<Int>(), Ledger<Int>())
        let scratch = try await Scratch(Self.tables, commits: commits)
        await #expect(throws: ITSMError.unexpected) {
            try await scratch.desk.write { tx in
                runs.add(1)
                _ = try tx.connection.later("INSERT INTO notes VALUES (\(1)) RETURNING id", as: String.self)
            }
        }
        #expect(runs.count == 1)
        // The caller may hear of the answer before the hook has run.
        try await onThread("committed") { while commits.count < 1 {} }
        #expect(commits.count == 1)
        #expect(try await scratch.value("SELECT count(*) FROM notes") == "1")
    }
}
