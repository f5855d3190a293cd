import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct JSONParserTests {
    static func parse(_ text: String) throws -> (value: JSONValue, problems: [FieldProblem]) { try parse(Array(text.utf8)) }

    static func parse(_ bytes: [UInt8]) throws -> (value: JSONValue, problems: [FieldProblem]) {
        try bytes.withUnsafeBufferPointer { try JSONParser.parse($0) }
    }

    @Test(
        arguments: [
            ("null", .null), (" true ", true), ("false", false), ("0", 0), ("-12", -12), ("9223372036854775807", .integer(.max)),
            ("1.5", .number(1.5)), ("1e3", .number(1000)), ("-0.25E-2", .number(-0.0025)), ("18446744073709551616", .number(18446744073709551616)),
            ("\"\"", ""), (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e9\ud83d\ude00""#, "é😀"), ("\"é😀\"", "é😀"),
            ("[]", []), ("[1, [2], {}]", [1, [2], [:]]), (#"{"a": {"b": [true, null]}}"#, ["a": ["b": [true, nil]]]),
        ] as [(String, JSONValue)])
    func reads(text: String, expected: JSONValue) throws {
        let (value, problems) = try Self.parse(text)
        #expect(value == expected)
        #expect(problems.isEmpty)
    }

    @Test(arguments: [
        "", "  ", "nul", "truex", "01", "+1", "1.", ".5", "1e", "-", "1e999", "\"abc", "\"a\nb\"", #""\x""#, #""\u12g4""#, #""\u+123""#, "[1,]",
        "[1 2]",
        "[", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\":1,\"a\":2}", "1 2", "// x\n1", "NaN", "\u{FEFF}1",
        String(repeating: "[", count: 33), String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 40),
    ])
    func refuses(text: String) {
        #expect(throws: ITSMError.self) { try Self.parse(text) }
    }

    @Test func refusesWhatIsNotUTF8() {
        #expect(throws: ITSMError.self) { try Self.parse([0x22, 0xFF, 0x22]) }
        #expect(throws: ITSMError.self) { try Self.parse([0x22, 0xED, 0xA0, 0x80, 0x22]) }
    }

    @Test func namesThePlace() {
        let error = #expect(throws: ITSMError.self) { try Self.parse("{\n  \"title\": \"x\",\n  \"impact\": high\n}") }
        #expect(error?.code == .malformed)
        #expect(error?.detail.contains("line 3, column 13") == true)
    }

    @Test func thirtyTwoDeepIsNotTooDeep() throws {
        #expect(throws: Never.self) { try Self.parse(String(repeating: "[", count: 32) + String(repeating: "]", count: 32)) }
    }

    @Test(arguments: [
        (#"{"a": {"b/c": ["x", "\u0000"]}}"#, "/a/b~1c/1"), (#"{"title": "\ud800"}"#, "/title"), (#"{"title": "\ud800\u0041"}"#, "/title"),
        (#"{"title": "\udc00"}"#, "/title"), (#""\ud800\ud800""#, ""),
    ])
    func textsThatCannotBeStoredAreFieldProblems(text: String, pointer: String) throws {
        let (_, problems) = try Self.parse(text)
        #expect(problems.map(\.pointer) == [pointer])
        #expect(problems.map(\.code) == [.invalidValue])
    }
}
