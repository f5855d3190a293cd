import Foundation
import ITSMCore
import Testing

@testable import itsmctl

@Suite struct RecordPrinterTests {
    static let shape = RecordShape(
        name: "number",
        columns: [
            Column("NUMBER", "number"), Column("TITLE", "title", flexible: true), Column("ASSIGNEE", "assignee"),
            Column("UPDATED", "updatedAt", .time),
            Column("TAGS", "tags", wide: true),
        ],
        details: [
            Column("Number", "number"), Column("Assignee", "assignee"), Column("Code", "resolution.code"), Column("Updated", "updatedAt", .time),
        ],
        text: "description")

    static let records: [JSONValue] = [
        [
            "number": "INC0000001", "title": "No network", "assignee": ["id": "u1", "name": "Ada"], "updatedAt": "2026-07-01T08:05:00.000Z",
            "tags": ["a", "b"], "resolution": ["code": "fixed"], "description": "First.\nSecond.", "reopenCount": 0, "major": true,
        ],
        ["number": "INC0000002", "title": "=cmd\t\"x\", y", "assignee": nil, "updatedAt": "2026-12-01T08:05:00.000Z"],
    ]

    /// The records as a list of two pages.
    static func listed(
        _ format: OutputFormat, fields: [String]? = nil, terminalWidth: Int? = nil, environment: [String: String] = ["NO_COLOR": "1"]
    ) throws -> String {
        var machine = TestMachine()
        machine.isTerminal = terminalWidth != nil
        machine.width = terminalWidth ?? machine.width
        machine.environment = environment
        let streams = Streams()
        let console = machine.console(streams)
        var printer = RecordPrinter(shape, OutputForm(format: format, fields: fields, timeZone: console.timeZone), on: console)
        for record in records { try printer.print([record]) }
        try printer.finish()
        return streams.output
    }

    @Test(arguments: [
        // A table is laid out on its first page, so that a list of any length needs the memory of one page.
        (
            OutputFormat.table,
            """
            NUMBER      TITLE       ASSIGNEE  UPDATED
            INC0000001  No network  Ada       2026-07-01 10:05
            INC0000002  =cmd "x", y            2026-12-01 09:05

            """
        ),
        (.tsv, "INC0000001\tNo network\tAda\t2026-07-01T08:05:00.000Z\nINC0000002\t=cmd \"x\", y\t\t2026-12-01T08:05:00.000Z\n"),
        (
            .csv,
            "number,title,assignee,updatedAt,tags\r\nINC0000001,No network,Ada,2026-07-01T08:05:00.000Z,\"a, b\"\r\n"
                + "INC0000002,\"'=cmd \"\"x\"\", y\",,2026-12-01T08:05:00.000Z,\r\n"
        ),
        (.name, "INC0000001\nINC0000002\n"),
        (
            .ndjson,
            """
            {"assignee":{"id":"u1","name":"Ada"},"description":"First.\\nSecond.","major":true,"number":"INC0000001","reopenCount":0,\
            "resolution":{"code":"fixed"},"tags":["a","b"],"title":"No network","updatedAt":"2026-07-01T08:05:00.000Z"}
            {"assignee":null,"number":"INC0000002","title":"=cmd\\t\\"x\\", y","updatedAt":"2026-12-01T08:05:00.000Z"}

            """
        ),
    ])
    func listsInEveryForm(format: OutputFormat, expected: String) throws {
        #expect(try Self.listed(format) == expected)
    }

    @Test func jsonAndYamlOfSeveralPagesAreOneDocument() throws {
        let json = try Self.listed(.json, fields: ["number", "resolution.code"])
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
        #expect(value == [["number": "INC0000001", "resolution.code": "fixed"], ["number": "INC0000002"]])
        let yaml = try Self.listed(.yaml, fields: ["number", "major"])
        #expect(yaml == "- major: true\n  number: INC0000001\n- number: INC0000002\n")
    }

    @Test func fieldsNameTheColumns() throws {
        #expect(try Self.listed(.tsv, fields: ["number", "assignee.name"]) == "INC0000001\tAda\nINC0000002\t\n")
        #expect(try Self.listed(.wide).hasPrefix("NUMBER      TITLE       ASSIGNEE  UPDATED           TAGS\n"))
    }

    @Test(arguments: [
        (OutputFormat.json, "[]\n"), (.yaml, "[]\n"), (.ndjson, ""), (.csv, "number,title,assignee,updatedAt,tags\r\n"), (.table, ""), (.tsv, ""),
    ])
    func anEmptyListIsStillADocument(format: OutputFormat, expected: String) throws {
        let streams = Streams()
        try RecordPrinter(Self.shape, OutputForm(format: format, timeZone: .gmt), on: TestMachine().console(streams)).finish()
        #expect(streams.output == expected)
    }

    @Test func onATerminalLaterPagesKeepTheColumns() throws {
        #expect(try Self.listed(.table, terminalWidth: 100).hasSuffix("INC0000002  =cmd \"x\",…            2026-12-01 09:05\n"))
    }

    @Test func aNarrowTerminalCutsTheFlexibleColumn() throws {
        let shape = RecordShape(name: "a", columns: [Column("A", "a"), Column("B", "b", flexible: true)])
        var machine = TestMachine()
        machine.isTerminal = true
        machine.width = 30
        machine.environment = ["NO_COLOR": "1"]
        let streams = Streams()
        var printer = RecordPrinter(shape, OutputForm(format: .table, timeZone: .gmt), on: machine.console(streams))
        try printer.print([["a": "one", "b": .string(String(repeating: "日", count: 30))]])
        #expect(streams.output == "A    B\none  日日日日日日日日日日日日…\n")
    }

    @Test func colourIsForTerminalsThatWantIt() throws {
        #expect(try Self.listed(.table, terminalWidth: 100, environment: [:]).contains("\u{1B}[1mNUMBER"))
        #expect(try !Self.listed(.table, terminalWidth: 100, environment: ["NO_COLOR": "1"]).contains("\u{1B}"))
        #expect(try !Self.listed(.table, terminalWidth: 100, environment: ["TERM": "dumb"]).contains("\u{1B}"))
        #expect(try !Self.listed(.table, environment: [:]).contains("\u{1B}"))
    }

    @Test func aCardShowsWhatIsThere() throws {
        let streams = Streams()
        let console = TestMachine().console(streams)
        var printer = RecordPrinter(Self.shape, OutputForm(format: .table, timeZone: console.timeZone), on: console)
        try printer.printCard(Self.records[0])
        #expect(
            streams.output == """
                Number    INC0000001
                Assignee  Ada
                Code      fixed
                Updated   2026-07-01 10:05

                First.
                Second.

                """)
    }
}
