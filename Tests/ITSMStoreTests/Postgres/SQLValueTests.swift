import Foundation
import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct SQLValueTests {
    private enum State: String, SQLEnum, CaseIterable {
        case new, inProgress
    }

    private enum Priority: Int16, SQLEnum {
        case critical = 1, low = 4
    }

    /// Sends each value, and reads it back from the type that the server saw.
    private func roundTrip<Value: SQLValue & Equatable>(_ values: [Value]) async throws {
        let scratch = try await Scratch()
        let answers = try await scratch.connected { connection in
            try values.map { try connection.first("SELECT \($0)", as: Value.self) }
        }
        #expect(answers == values)
    }

    @Test func scalarsComeBackAsTheyWent() async throws {
        try await roundTrip([true, false])
        try await roundTrip([Int16.min, -1, 0, .max])
        try await roundTrip([Int32.min, -1, 0, .max])
        try await roundTrip([Int64.min, -1, 0, .max])
        try await roundTrip([Int.min, 0, .max])
        try await roundTrip([0, -0.5, .infinity, .pi])
        try await roundTrip(["", "ü 漢 👩‍👩‍👧 e\u{301}", "'; DROP TABLE x; --", String(repeating: "x", count: 3_000_000)])
        try await roundTrip([UUID(), UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))])
        try await roundTrip([ID<Principal>(uuid: UUID())])
        try await roundTrip([[UInt8](), [0, 255, 0], [UInt8](repeating: 7, count: 1_000_000)])
        try await roundTrip([State.new, .inProgress])
        try await roundTrip([Priority.critical, .low])
        try await roundTrip([String?.none, "there", ""])
        try await roundTrip([ID<Principal>?.none, ID(uuid: UUID())])
        try await roundTrip([-1, 0, 946_684_799_999_999].map(Instant.init(microseconds:)) + [Instant.range.lowerBound, Instant.range.upperBound])
        try await roundTrip([(1, 1, 1), (2026, 2, 28), (9999, 12, 31)].compactMap { CivilDate(year: $0.0, month: $0.1, day: $0.2) })
    }

    @Test func arraysComeBackAsTheyWent() async throws {
        try await roundTrip([[UUID](), [UUID(), UUID()]])
        try await roundTrip([[ID<Principal>](), [ID(uuid: UUID())]])
        try await roundTrip([[String](), ["", "a,b", "{\"}", "ü"]])
        try await roundTrip([[Int16](), [.min, .max]])
        try await roundTrip([[Int64](), [.min, .max], Array(0...10_000)])
        try await roundTrip([[Int](), [.min, .max]])
        try await roundTrip([[String?](), [nil, "", nil, "x"]])
        try await roundTrip([[State.new, .inProgress]])
        try await roundTrip([[Instant.range.lowerBound, Instant.range.upperBound]])
        try await roundTrip([[UUID]?.none, []])
    }

    /// Both ends could be wrong in the same way: so the server says what it understood.
    @Test func theServerUnderstandsWhatWeMean() async throws {
        let scratch = try await Scratch()
        let id = try #require(UUID(uuidString: "01932b4e-7c00-7000-8000-0000000000ff"))
        let texts = try await scratch.connected { connection in
            try [
                "SELECT \(Instant("2026-11-21T08:00:00.123456Z")!)::text",
                "SELECT \(Instant.range.lowerBound)::text",
                "SELECT \(CivilDate(year: 2024, month: 2, day: 29)!)::text",
                "SELECT \(id)::text",
                "SELECT \([Int16(3), 4])::text",
                "SELECT \(["a", "b\"c"] as [String])::text",
                "SELECT \([UInt8(1), 255])::text",
                "SELECT \(Int16(-2))::text || \(Int32(5))::text || \(Int64(9))::text || \(true)::text",
                "SELECT (\(JSONB(#"{"a": [1, "ü"]}"#)) -> 'a' ->> 1)",
                "SELECT string_agg(x, '-') FROM unnest(\(["p", "q"] as [String])) x WHERE x = ANY(\(["q", "p"] as [String]))",
                "SELECT (\(String?.none) IS NULL)::text",
            ].map { (sql: SQL) in try connection.first(sql, as: String.self) }
        }
        #expect(
            texts == [
                "2026-11-21 08:00:00.123456+00", "0001-01-01 00:00:00+00", "2024-02-29", "01932b4e-7c00-7000-8000-0000000000ff", "{3,4}",
                #"{a,"b\"c"}"#, #"\x01ff"#, "-259true", "ü", "p-q", "true",
            ])
    }

    @Test func jsonIsReadFromBothOfItsTypes() async throws {
        let scratch = try await Scratch()
        let texts = try await scratch.connected { connection in
            let answers = try [connection.first("SELECT \(JSONB(#"{"b":1}"#))", as: JSONB.self), connection.first("SELECT '[true]'::json")]
            return answers.map { $0?.text }
        }
        #expect(texts == [#"{"b": 1}"#, "[true]"])
    }

    @Test func whatIsNoSuchValueIsAFaultOfTheColumn() async throws {
        let scratch = try await Scratch()
        let faults = try await scratch.connected { connection in
            func fault<Value: SQLValue>(_ sql: SQL, as: Value.Type) -> PostgresError? {
                defer { connection.recover() }
                do {
                    _ = try connection.first(sql, as: Value.self)
                    return nil
                } catch {
                    return error as? PostgresError
                }
            }
            return [
                fault("SELECT 1 AS n", as: String.self), fault("SELECT 'x' AS n", as: Int.self), fault("SELECT NULL::text AS n", as: String.self),
                fault("SELECT 'gone'::text AS n", as: State.self), fault("SELECT 1 AS a, 2 AS n", as: Int.self),
                fault("SELECT 'infinity'::timestamptz AS n", as: Instant.self), fault("SELECT now()::timestamp AS n", as: Instant.self),
                fault("SELECT ARRAY[NULL, 'x'] AS n", as: [String].self), fault("SELECT ARRAY[[1,2],[3,4]]::bigint[] AS n", as: [Int64].self),
                fault("SELECT WHERE true", as: Int.self),
            ]
        }
        for fault in faults {
            #expect(fault?.kind == .decoding)
            #expect(fault?.itsmError == .unexpected)
        }
        #expect(faults.dropLast().allSatisfy { $0?.message.contains("\"n\"") == true })
    }

    @Test func numbersOfAllWidthsAreReadAsInt() async throws {
        let scratch = try await Scratch()
        let numbers = try await scratch.connected { try $0.all("VALUES (1::smallint) UNION ALL VALUES (2)", as: Int.self) }
        #expect(numbers == [1, 2])
    }
}
