import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct SchemaCheckTests {
    static let schema = Schema.object(
        "Example",
        [
            .required("title", .text(5)), .optional("impact", Impact.self), .clearable("assignee", RefInput<User>.self),
            .optional("count", .integer(1...10)),
            .optional("tags", .array(of: .text(3), maximum: 2)), .optional("at", Instant.self), .optional("custom", .map(of: .any)),
            .optional("nested", .object([.required("on", Bool.self)])), .optional("id", ID<User>.self), .optional("ratio", Double.self),
        ])

    @Test(arguments: [
        #"{"title": "a"}"#, #"{"title": "äöüß😀", "impact": "high", "assignee": null}"#,
        #"{"title": "a", "assignee": "kim", "count": 10.0, "tags": []}"#,
        #"{"title": "a", "assignee": {"id": "01932b4e-7c00-7000-8000-000000000000", "name": "Kim"}, "ratio": 1}"#,
        #"{"title": "a", "at": "2026-11-21T08:00:00Z", "custom": {"x": [1, null]}, "nested": {"on": true}}"#,
    ])
    func accepts(text: String) throws {
        #expect(Self.schema.problems(in: try JSONParserTests.parse(text).value) == [])
    }

    @Test(arguments: [
        ("{}", ["/title required"]), ("[]", [" invalidValue"]), (#"{"title": null}"#, ["/title invalidValue"]),
        (#"{"title": "toolong"}"#, ["/title tooLong"]), (#"{"title": "a", "impact": "urgent"}"#, ["/impact invalidValue"]),
        (#"{"title": "a", "impact": null}"#, ["/impact invalidValue"]), (#"{"title": "a", "assignee": 5}"#, ["/assignee invalidValue"]),
        (#"{"title": "a", "assignee": {"name": "Kim"}}"#, ["/assignee invalidValue"]), (#"{"title": "a", "count": 0}"#, ["/count invalidValue"]),
        (#"{"title": "a", "count": 1.5}"#, ["/count invalidValue"]), (#"{"title": "a", "count": 1e30}"#, ["/count invalidValue"]),
        (#"{"title": "a", "tags": ["a", "b", "c"]}"#, ["/tags tooLong"]), (#"{"title": "a", "tags": ["a", 1]}"#, ["/tags/1 invalidValue"]),
        (#"{"title": "a", "at": "yesterday"}"#, ["/at invalidValue"]), (#"{"title": "a", "id": "1"}"#, ["/id invalidValue"]),
        (
            #"{"title": 1, "impact": 2, "x/y": 3, "nested": {"on": 1, "off": 2}}"#,
            ["/title invalidValue", "/impact invalidValue", "/nested/on invalidValue", "/nested/off unknownField", "/x~1y unknownField"]
        ),
    ])
    func tellsEveryFaultAtOnce(text: String, expected: [String]) throws {
        let problems = Self.schema.problems(in: try JSONParserTests.parse(text).value)
        #expect(problems.map { "\($0.pointer) \($0.code.rawValue)" } == expected)
    }
}
