import Testing

@testable import ITSMCore

/// RFC 8785.
struct CanonicalJSONTests {
    @Test(
        arguments: [
            // 3.2.2 to 3.2.4
            (
                #"{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001], "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#,
                #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
            ),
            // 3.2.3: by UTF-16, so the surrogate pair of 😀 before U+FB33
            (
                #"{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}"#,
                "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\u{FB33}\":\"Hebrew Letter Dalet With Dagesh\"}"
            ),
            // Names that Unicode calls the same are two names here; nothing is normalised.
            (#"{"e\u0301": 1, "\u00e9": 2}"#, "{\"e\u{301}\":1,\"\u{E9}\":2}"),
            (#""\b\t\n\f\r\u0000\u001f\u007f\u2028""#, "\"\\b\\t\\n\\f\\r\\u0000\\u001f\u{7F}\u{2028}\""),
            (" [ ] ", "[]"), ("{ }", "{}"), (#"{"b":{"y":1,"x":[2,{"d":1,"c":2}]},"a":""}"#, #"{"a":"","b":{"x":[2,{"c":2,"d":1}],"y":1}}"#),
            ("-0", "0"), ("-0.0e5", "0"), ("1.0", "1"), ("100", "100"), ("1e2", "100"), ("-1.50", "-1.5"),
            ("123456789012345680000", "123456789012345680000"),
            // Integers that doubles do not tell apart keep their digits.
            ("9007199254740993", "9007199254740993"), ("9007199254740992", "9007199254740992"), ("9223372036854775807", "9223372036854775807"),
            ("0.1234567890123456789", "0.12345678901234568"), ("1e400", "1e400"),
        ] as [(String, String)])
    func canonical(text: String, expected: String) throws {
        let bytes = try CanonicalJSON(Array(text.utf8)).bytes
        #expect(bytes == Array(expected.utf8), "\(String(decoding: bytes, as: UTF8.self))")
        #expect(try CanonicalJSON(bytes).bytes == bytes)
    }

    /// RFC 8785, appendix B, and what Number::toString does at its turns.
    @Test(
        arguments: [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"), (0x8000_0000_0000_0001, "-5e-324"),
            (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"), (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"), (0xC340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"), (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"),
            (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"), (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
            (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"), (0x41B3_DE43_5555_5553, "333333333.3333332"),
            (0x41B3_DE43_5555_5554, "333333333.33333325"), (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
            (0x41B3_DE43_5555_5557, "333333333.33333343"), (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
            (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
        ] as [(UInt64, String)])
    func number(bits: UInt64, expected: String) {
        #expect(CanonicalNumber.text(Double(bitPattern: bits)) == expected)
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "[1 2]", #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{a:1}"#, "01", "1.", ".5", "+1", "1e", "1e5.2", "--1", "nul",
        "NaN",
        #""\ud800""#, #""\udc00x""#, #""\ud800\u0041""#, #""\x""#, "\"\n\"", "\"open", "[1]x", String(repeating: "[", count: 129),
    ])
    func refused(text: String) {
        #expect(throws: CanonicalJSON.Fault.self) { try CanonicalJSON(Array(text.utf8)) }
    }

    @Test func textsMustBeUTF8() {
        #expect(throws: CanonicalJSON.Fault.self) { try CanonicalJSON([0x22, 0xC3, 0x28, 0x22]) }
    }

    /// Whatever the order and spacing of a document, its canonical form is the same, and says the same.
    @Test func generated() throws {
        var random = SplitMix(seed: 8785)
        for _ in 0..<300 {
            let value = Self.value(depth: 4, &random)
            let canonical = try CanonicalJSON(value).bytes
            #expect(try CanonicalJSON(Array(Self.loose(value, &random).utf8)).bytes == canonical)
            #expect(try CanonicalJSON(canonical).bytes == canonical)
            #expect(StoredJSON(canonical).value == value)
        }
    }

    private static func value(depth: Int, _ random: inout SplitMix) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: .null
        case 1: .bool(.random(using: &random))
        case 2: .integer(.random(in: -1_000_000...1_000_000, using: &random))
        case 3: .number(Double.random(in: -1e9...1e9, using: &random) + 0.5)
        case 4: .string(text(&random))
        case 5: .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth: depth - 1, &random) })
        default:
            .object(
                Dictionary(
                    (0..<Int.random(in: 0...4, using: &random)).map { _ in (text(&random), value(depth: depth - 1, &random)) },
                    uniquingKeysWith: { first, _ in first }))
        }
    }

    private static func text(_ random: inout SplitMix) -> String {
        let scalars: [Unicode.Scalar] = ["a", "b", "\"", "\\", "\n", "\u{1}", "/", "é", "€", "😀", "\u{FB33}", " "]
        return String(String.UnicodeScalarView((0..<Int.random(in: 0...5, using: &random)).map { _ in scalars.randomElement(using: &random)! }))
    }

    /// The same document with its members in any order, spaces, and every character escaped that may be.
    private static func loose(_ value: JSONValue, _ random: inout SplitMix) -> String {
        func quoted(_ text: String) -> String {
            let escapes = text.utf16.map { unit -> String in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
            return "\"\(escapes.joined())\""
        }
        switch value {
        case .string(let text): return quoted(text)
        case .array(let values): return "[ " + values.map { loose($0, &random) }.joined(separator: " ,\n") + " ]"
        case .object(let members):
            return "{" + members.shuffled(using: &random).map { "\(quoted($0.key)) :\t\(loose($0.value, &random))" }.joined(separator: " , ") + "}"
        default: return String(decoding: value.utf8, as: UTF8.self)
        }
    }
}
