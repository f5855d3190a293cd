import Foundation
import ITSMCore
import NIOCore
import Testing
@testable import ITSMServer

/// Holds a type's own writer to what its `Codable` says.
func expectSameJSON<Value: JSONWritable & Encodable>(_ value: Value, sourceLocation: SourceLocation = #_sourceLocation) throws {
    var json = JSONWriter(capacity: 1)
    value.write(to: &json)
    let written = json.buffer
    let coded = try JSONEncoder().encode(value)
    #expect(
        try JSONParserTests.parse(Array(written.readableBytesView)).value == JSONParserTests.parse(Array(coded)).value, sourceLocation: sourceLocation
    )
}

@Suite struct JSONWriterTests {
    struct Example: JSONWritable, WireOutput {
        var text: String?
        var number: Int?
        var flag: Bool?
        var at: Instant?
        var id: ID<User>?
        var ref: Ref<User>?
        var refs: [Ref<User>] = []
        var words: [String] = []
        var json: JSONValue?
        var impact: Impact?

        static var schema: Schema { .any }

        func write(to json: inout JSONWriter) {
            json.object {
                $0.field("text", text)
                $0.field("number", number)
                $0.field("flag", flag)
                $0.field("at", at)
                $0.field("id", id)
                $0.field("ref", ref)
                $0.field("refs", refs)
                $0.field("words", words)
                $0.field("json", self.json)
                $0.field("impact", impact)
            }
        }
    }

    static let user = ID<User>("01932b4e-7c00-7abc-8def-0123456789ab")!

    static let examples: [Example] = [
        Example(), Example(text: ""), Example(text: "plain"), Example(text: "\"\\/\u{8}\u{c}\n\r\t\u{1}\u{1f}\u{7f}é😀\u{2028}"), Example(number: 0),
        Example(number: .min), Example(number: .max), Example(number: 1_000_000, flag: true), Example(flag: false),
        Example(at: Instant("0001-01-01T00:00:00Z")), Example(at: Instant("2026-11-21T08:00:00.123456Z")),
        Example(at: Instant("1969-12-31T23:59:59.999Z")),
        Example(id: user, ref: Ref(id: user, name: "Kim"), refs: [Ref(id: user, name: "a"), Ref(id: user, name: "b")], words: ["", "x"]),
        Example(json: ["a": [1, .number(-2.5), .null, true, ["b": "c\u{0}"]], "": [], "x\"y": [:], "n": .number(1e300), "w": .number(3)]),
        Example(impact: .high),
    ]

    @Test(arguments: examples)
    func equalsCodable(example: Example) throws { try expectSameJSON(example) }

    @Test func aListOfThem() throws {
        try expectSameJSON(List(items: Self.examples))
        try expectSameJSON(List(items: [Example](), next: "abc", count: .init(value: 12, isExact: true)))
    }

    @Test func growsAsNeeded() throws {
        try expectSameJSON(List(items: (0..<500).map { Example(text: String(repeating: "\u{1}", count: $0), number: $0) }))
    }
}
