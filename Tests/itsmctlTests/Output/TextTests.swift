import Foundation
import ITSMCore
import Testing

@testable import itsmctl

@Suite struct TextTests {
    @Test(arguments: [
        ("abc", 3), ("", 0), ("äöü", 3), ("日本", 4), ("e\u{301}", 1), ("👍", 2), ("👨‍👩‍👧", 2), ("🇩🇪", 2), ("❤️", 2), ("한", 2),
    ])
    func measuresWhatATerminalShows(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test(arguments: [("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("a", 1, "a")])
    func cutsAtADisplayWidth(text: String, width: Int, expected: String) {
        #expect(text.truncated(to: width) == expected)
        #expect(text.truncated(to: width).displayWidth <= width)
    }

    @Test(arguments: [
        ("plain", "plain"), ("=1+1", "'=1+1"), ("+49 30", "'+49 30"), ("-x", "'-x"), ("@a", "'@a"), ("-5", "-5"), ("+1.5", "+1.5"),
        ("a,b", "\"a,b\""),
        ("say \"x\"", "\"say \"\"x\"\"\""), ("two\nlines", "\"two\nlines\""), ("=a,b", "\"'=a,b\""), ("", ""),
    ])
    func neutralisesFormulas(cell: String, expected: String) {
        #expect(CSV.cell(cell) == expected)
    }

    @Test(arguments: [
        ("a\u{1B}[31mb", "a\u{FFFD}[31mb"), ("a\tb\nc", "a b c"), ("a\u{9B}b", "a\u{FFFD}b"), ("a\u{202E}b", "a\u{FFFD}b"), ("ok ü", "ok ü"),
    ])
    func nothingSteersTheTerminal(text: String, expected: String) {
        #expect(text.safeForTerminal() == expected)
    }

    @Test func longTextsKeepTheirLines() {
        #expect("a\n\tb\u{1B}".safeForTerminal(multiline: true) == "a\n\tb\u{FFFD}")
    }

    @Test(arguments: ["12", "true", "null", "2026-11-21", "no", "- x", "a: b", "~", "1e3", "0x1F", "", " pad", "ümlaut", "two\nlines"])
    func yamlTextComesBackAsText(text: String) throws {
        var machine = TestMachine()
        machine.input = try YAMLText.of(["x": .string(text)])
        #expect(try InputFile.value("-", machine.console(Streams())) == ["x": .string(text)], "\(machine.input)")
    }

    @Test(
        arguments: [
            ("{\"a\": 1}", ["a": 1]), ("a: 1\nb: [x, \"12\"]\nc:\n", ["a": 1, "b": ["x", "12"], "c": nil]),
            ("a: true\nb: 1.5", ["a": true, "b": .number(1.5)]), ("a: 2026-11-21", ["a": "2026-11-21"]),
        ] as [(String, JSONValue)])
    func readsJSONAndYAML(text: String, expected: JSONValue) throws {
        var machine = TestMachine()
        machine.input = text
        #expect(try InputFile.value("-", machine.console(Streams())) == expected)
    }

    @Test(arguments: [
        ("5", JSONValue.integer(5)), ("true", .bool(true)), ("null", .null), ("Europe/Berlin", .string("Europe/Berlin")), ("\"5\"", .string("5")),
        ("[1]", .array([.integer(1)])),
    ])
    func argumentsAreJSONWhereTheyAre(text: String, expected: JSONValue) {
        #expect(JSONValue(argument: text) == expected)
    }
}
