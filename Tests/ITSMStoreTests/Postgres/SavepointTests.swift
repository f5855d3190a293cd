import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct SavepointTests {
    private static let tables = "CREATE TABLE notes (id bigint CONSTRAINT notes_pkey PRIMARY KEY, at bigint CHECK (at > 0))"

    private struct Mishap: Error {}

    private func insert(_ id: Int, on connection: Connection, at: Int = 1) throws {
        try connection.execute("INSERT INTO notes VALUES (\(id), \(at))")
    }

    private func ids(_ scratch: Scratch) async throws -> [String?] { try await scratch.query("SELECT id FROM notes ORDER BY id").map(\.[0]) }

    @Test func aFaultUndoesItsOwnStepsOnly() async throws {
        let scratch = try await Scratch(Self.tables)
        let codes = try await scratch.desk.write { tx in
            try insert(1, on: tx.connection)
            let outcomes = try (2...6).map { id in
                try tx.savepoint {
                    try insert(id * 10, on: tx.connection)
                    try insert(id % 3 == 0 ? 1 : id, on: tx.connection)
                }
            }
            try insert(7, on: tx.connection)
            return outcomes.map { outcome -> ErrorCode? in if case .failure(let error) = outcome { error.code } else { nil } }
        }
        #expect(codes == [nil, .duplicate, nil, nil, .duplicate])
        #expect(try await ids(scratch) == ["1", "2", "4", "5", "7", "20", "40", "50"])
    }

    @Test func aFaultOfTheBodyItselfIsAValueToo() async throws {
        let scratch = try await Scratch(Self.tables)
        let outcome = try await scratch.desk.write { tx in
            let outcome = try tx.savepoint { () -> Int in
                try insert(1, on: tx.connection)
                throw ITSMError.notFound("ticket")
            }
            try insert(2, on: tx.connection)
            return outcome
        }
        #expect(outcome == .failure(.notFound("ticket")))
        #expect(try await ids(scratch) == ["2"])
    }

    @Test func anErrorThatIsNoFaultEndsTheUnit() async throws {
        let scratch = try await Scratch(Self.tables)
        await #expect(throws: Mishap.self) {
            try await scratch.desk.write { tx in
                try insert(1, on: tx.connection)
                _ = try tx.savepoint { throw Mishap() }
            }
        }
        #expect(try await ids(scratch) == [])
    }

    @Test func aFaultOfAnEarlierStatementIsNotTheSavepoints() async throws {
        let scratch = try await Scratch(Self.tables)
        let error = await #expect(throws: ITSMError.self) {
            try await scratch.desk.write { tx in
                try insert(1, on: tx.connection, at: -1)
                _ = try tx.savepoint { try insert(2, on: tx.connection) }
                Issue.record("went on")
            }
        }
        #expect(error?.code == .invalidValue)
        #expect(try await ids(scratch) == [])
    }

    @Test func savepointsNest() async throws {
        let scratch = try await Scratch(Self.tables)
        try await scratch.desk.write { tx in
            let outer = try tx.savepoint {
                try insert(1, on: tx.connection)
                let inner = try tx.savepoint { try insert(1, on: tx.connection) }
                #expect(throws: ITSMError.self) { try inner.get() }
                _ = try tx.savepoint { try insert(2, on: tx.connection) }
                _ = try tx.savepoint {
                    _ = try tx.savepoint { try insert(3, on: tx.connection) }
                    try insert(4, on: tx.connection)
                    throw ITSMError.notFound("ticket")
                }
                try insert(5, on: tx.connection)
            }
            try outer.get()
        }
        #expect(try await ids(scratch) == ["1", "2", "5"])
    }

    @Test func valuesFromInsideAreThereAfterwards() async throws {
        let scratch = try await Scratch(Self.tables)
        let sum = try await scratch.desk.write { tx in
            let outcome = try tx.savepoint { try tx.connection.later("INSERT INTO notes VALUES (\(20), \(1)) RETURNING id + 1", as: Int.self) }
            return try outcome.get().value + (try tx.connection.integer("SELECT count(*) FROM notes"))
        }
        #expect(sum == 22)
    }

    /// Statements evicted in a failed transaction are deallocated only when it is in order again.
    @Test func manyStatementsAndManyFaults() async throws {
        let scratch = try await Scratch(Self.tables)
        let failed = try await scratch.connected({ $0.statementLimit = 4 }) { connection in
            try connection.transact {
                var failed = 0
                for id in 0..<60 {
                    let outcome = try connection.savepoint {
                        try connection.execute(SQL(stringLiteral: "INSERT INTO notes VALUES (\(id), \(id % 4))"))
                        try connection.execute(SQL(stringLiteral: "SELECT \(id)"))
                    }
                    if case .failure = outcome { failed += 1 }
                }
                return failed
            }
        }
        #expect(failed == 15)
        #expect(try await scratch.value("SELECT count(*) FROM notes") == "45")
    }
}
