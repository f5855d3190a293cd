import ITSMCore
import ITSMTestSupport
import Synchronization
import Testing

@testable import ITSMStore

@Suite struct ConnectionTests {
    private static let tables = """
        CREATE TABLE groups (id bigint CONSTRAINT groups_pkey PRIMARY KEY);
        CREATE TABLE notes (id bigint CONSTRAINT notes_pkey PRIMARY KEY, group_id bigint CONSTRAINT notes_group REFERENCES groups, text text);
        INSERT INTO groups VALUES (1), (2);
        """

    @Test func statementsGoTogetherAndAnswersComeInOrder() async throws {
        let scratch = try await Scratch(Self.tables)
        let values = try await scratch.connected { connection in
            try connection.transact {
                let one = try connection.later("INSERT INTO notes VALUES (\(1), \(1), \("a")) RETURNING id * 10", as: Int.self)
                try connection.execute("UPDATE notes SET text = \("b")", expecting: 1)
                let two = try connection.later(first: "SELECT text FROM notes WHERE id = \(1)", as: String.self)
                let three = try connection.later(all: "SELECT id FROM groups ORDER BY id", as: Int.self)
                let four = try connection.later(first: "SELECT id FROM notes WHERE id = \(9)", as: Int.self)
                try connection.flush()
                return [one.value, two.value == "b" ? 1 : 0, three.value.count, four.value == nil ? 1 : 0]
            }
        }
        #expect(values == [10, 1, 2, 1])
        #expect(try await scratch.value("SELECT text FROM notes") == "b")
    }

    @Test func aFaultNamesItsStatementAndWhatFollowsIsNotRun() async throws {
        let scratch = try await Scratch(Self.tables)
        let (line, fault, after) = try await scratch.connected { connection -> (UInt, PostgresError?, Int) in
            var line: UInt = 0
            var fault: PostgresError?
            do {
                try connection.transact {
                    try connection.execute("INSERT INTO notes VALUES (\(1), \(1))")
                    line = #line + 1
                    try connection.execute("INSERT INTO notes VALUES (\(2), \(77))")
                    try connection.execute("INSERT INTO notes VALUES (\(1), \(1))")
                }
            } catch { fault = error as? PostgresError }
            return (line, fault, try connection.integer("SELECT count(*) FROM notes"))
        }
        #expect(fault?.sqlState == "23503")
        #expect(fault?.constraint == "notes_group")
        #expect(fault?.site?.line == line)
        #expect(fault?.site.map { "\($0.file)" } == #fileID)
        #expect(fault?.statement == "INSERT INTO notes VALUES ($1, $2)")
        #expect(after == 0)
    }

    @Test func afterAFaultNothingIsSentUntilTheSessionIsInOrder() async throws {
        let scratch = try await Scratch(Self.tables)
        let (second, rows) = try await scratch.connected { connection -> (PostgresError?, Int) in
            var second: PostgresError?
            do {
                try connection.transact {
                    do { _ = try connection.integer("SELECT 1 / \(0)") } catch { /* What nobody should do. */  }
                    do { try connection.execute("INSERT INTO notes VALUES (\(1), \(1))") } catch { second = error as? PostgresError }
                }
            } catch { #expect((error as? PostgresError)?.sqlState == "22012") }
            return (second, try connection.integer("SELECT count(*) FROM notes"))
        }
        #expect(second?.sqlState == "22012")
        #expect(rows == 0)
    }

    @Test func theNumberOfAffectedRowsIsCheckedBeforeTheCommit() async throws {
        let scratch = try await Scratch(Self.tables)
        let fault = try await scratch.connected { connection -> PostgresError? in
            do {
                try connection.transact {
                    try connection.execute("INSERT INTO notes VALUES (\(1), \(1))")
                    try connection.execute("UPDATE notes SET text = 'x' WHERE id = \(2)", expecting: 1)
                }
                return nil
            } catch { return error as? PostgresError }
        }
        #expect(fault?.kind == .unexpectedCount)
        #expect(try await scratch.value("SELECT count(*) FROM notes") == "0")
    }

    @Test func aStatementIsPreparedOnceEvenWithinOnePipeline() async throws {
        let scratch = try await Scratch(Self.tables)
        let names = try await scratch.connected { connection -> [String] in
            for _ in 0..<3 {
                for id in 0..<20 { try connection.execute("SELECT \(id) AS reused") }
                try connection.flush()
            }
            return try connection.all("SELECT name FROM pg_prepared_statements WHERE statement LIKE '%reused' AND name <> ''")
        }
        #expect(names.count == 1)
    }

    @Test func theSameTextWithOtherTypesIsAnotherStatement() async throws {
        let scratch = try await Scratch(Self.tables)
        let answers = try await scratch.connected { connection -> [String?] in
            func ask(_ value: some SQLValue) throws -> String? { try connection.first("SELECT pg_typeof(\(value))::text") }
            return try [ask(1), ask("x"), ask(Int16(1)), ask(2), ask(UInt8?.none.map { [$0] })]
        }
        #expect(answers == ["bigint", "text", "smallint", "bigint", "bytea"])
    }

    @Test func whatFailedToBePreparedIsPreparedAgain() async throws {
        let scratch = try await Scratch(Self.tables)
        let rows = try await scratch.connected { connection -> [Int] in
            func fail(_ sql: SQL) {
                do {
                    try connection.transact {
                        try connection.execute(sql)
                        try connection.execute("SELECT \(1) AS behind")
                    }
                    Issue.record("did not fail")
                } catch {}
            }
            // Neither the one at fault nor the one behind it reached the server's memory.
            fail("SELECT \(1) FROM later_table")
            try connection.transact { try connection.execute("CREATE TABLE later_table AS SELECT 5 AS n") }
            return [try connection.integer("SELECT \(1) FROM later_table"), try connection.integer("SELECT \(1) AS behind")]
        }
        #expect(rows == [1, 1])
    }

    @Test func theLeastRecentlyUsedStatementsAreDeallocated() async throws {
        let scratch = try await Scratch(Self.tables)
        let (known, held) = try await scratch.connected({ $0.statementLimit = 8 }) { connection -> ([String], Int) in
            for round in 0..<3 {
                for number in 0..<30 {
                    try connection.execute("SELECT 'often'")
                    try connection.execute(SQL(stringLiteral: "SELECT \(number + round * 0) AS seldom"))
                }
                try connection.flush()
            }
            return (try connection.all("SELECT statement FROM pg_prepared_statements"), connection.statements.count)
        }
        #expect(held == 8)
        #expect(known.count <= 9)
        #expect(known.contains("SELECT 'often'"))
    }

    @Test func anEvictionThatAFaultSkippedIsMadeUpFor() async throws {
        let scratch = try await Scratch(Self.tables)
        let known = try await scratch.connected({ $0.statementLimit = 4 }) { connection -> Int in
            for round in 0..<10 {
                do {
                    try connection.transact {
                        for number in 0..<3 { try connection.execute(SQL(stringLiteral: "SELECT \(round * 100 + number)")) }
                        try connection.execute("SELECT 1 / \(0)")
                        for number in 10..<16 { try connection.execute(SQL(stringLiteral: "SELECT \(round * 100 + number)")) }
                    }
                } catch { #expect((error as? PostgresError)?.sqlState == "22012") }
            }
            for number in 0..<6 { try connection.transact { try connection.execute(SQL(stringLiteral: "SELECT \(5000 + number)")) } }
            return try connection.integer("SELECT count(*) FROM pg_prepared_statements")
        }
        #expect(known <= 6)
    }

    @Test func composedStatementsAreNotKept() async throws {
        let scratch = try await Scratch(Self.tables)
        let (answer, held) = try await scratch.connected { connection -> (Int, Int) in
            let composed: SQL = "SELECT \(41) + 1"
            for _ in 0..<10 { _ = try connection.integer(composed.plannedPerExecution) }
            return (try connection.integer(composed.plannedPerExecution), connection.statements.count)
        }
        #expect(answer == 42)
        #expect(held == 0)
    }

    @Test func observersSeeWhatAUnitSends() async throws {
        let scratch = try await Scratch(Self.tables)
        let sent = Ledger<String>()
        try await scratch.connected({ $0.observer = { sent.add($0.text) } }) { connection in
            try connection.transact { try connection.execute("INSERT INTO notes VALUES (\(1), \(1))") }
        }
        #expect(
            sent.entries == [
                "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE", "INSERT INTO notes VALUES ($1, $2)", "SET LOCAL statement_timeout = 0", "COMMIT",
            ])
    }
}
