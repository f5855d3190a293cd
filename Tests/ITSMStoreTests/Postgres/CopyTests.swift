import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct CopyTests {
    private static let tables = "CREATE TABLE notes (id bigint CONSTRAINT notes_pkey PRIMARY KEY, at timestamptz, text text, tags text[])"
    private static let copy: SQL = "COPY notes (id, at, text, tags) FROM STDIN (FORMAT binary)"

    @Test func rowsOfManyChunksArriveWithinTheTransaction() async throws {
        let scratch = try await Scratch(Self.tables)
        let rows = try await scratch.desk.write(.alone, on: .long) { tx in
            try tx.connection.execute("INSERT INTO notes VALUES (\(0))")
            let rows = try tx.connection.copyIn(Self.copy) { copy in
                for id in 1...20_000 { try copy.row(id, id % 2 == 0 ? tx.now : nil, "text \(id)", ["a", "b"]) }
            }
            try tx.connection.execute("INSERT INTO notes VALUES (\(-1))")
            return rows + (try tx.connection.integer("SELECT count(*) FROM notes WHERE tags = '{a,b}'"))
        }
        #expect(rows == 40_000)
        #expect(try await scratch.value("SELECT count(*) FROM notes") == "20002")
        #expect(try await scratch.value("SELECT count(at) FROM notes") == "10000")
    }

    @Test func aFaultOfTheServerEndsTheUnitAndNotTheConnection() async throws {
        let scratch = try await Scratch(Self.tables) { $0.longThreads = 1 }
        let error = await #expect(throws: ITSMError.self) {
            try await scratch.desk.write(.alone, on: .long) { tx in
                try tx.connection.copyIn(Self.copy) { copy in
                    for id in [1, 2, 1] { try copy.row(id, Instant?.none, "x", [String]()) }
                }
            }
        }
        #expect(error?.code == .duplicate)
        let rows = try await scratch.desk.read(on: .long) { try $0.connection.integer("SELECT count(*) FROM notes") }
        #expect(rows == 0)
        #expect(scratch.desk.statistics.long.repeated == 0)
    }

    @Test func aFaultOfTheProducerEndsTheUnitAndNotTheConnection() async throws {
        let scratch = try await Scratch(Self.tables) { $0.longThreads = 1 }
        await #expect(throws: ITSMError.notFound("row")) {
            try await scratch.desk.write(.alone, on: .long) { tx in
                try tx.connection.copyIn(Self.copy) { copy in
                    try copy.row(1, tx.now, "x", [String]())
                    throw ITSMError.notFound("row")
                }
            }
        }
        let error = await #expect(throws: ITSMError.self) {
            try await scratch.desk.write(.alone, on: .long) { tx in
                try tx.connection.copyIn(Self.copy) { try $0.row(1, tx.now, "a\0b", [String]()) }
            }
        }
        #expect(error?.code == .invalidValue)
        #expect(try await scratch.desk.read(on: .long) { try $0.connection.integer("SELECT count(*) FROM notes") } == 0)
    }
}
