import Testing

@testable import itsmctl

/// The condition language on the command line.
@Suite struct EvaluateExpressionTests {
    @Test(arguments: [
        (#"{"expr":"1 + 1"}"#, #"{"value":{"int":"2"}}"#),
        (#"{"expr":"a.x / 2.0","bindings":{"a":{"map":[[{"string":"x"},{"double":5}]]}}}"#, #"{"value":{"double":2.5}}"#),
        (#"{"expr":"y","container":"x","bindings":{"x.y":{"bool":true},"y":{"null":null}}}"#, #"{"value":{"bool":true}}"#),
        (
            #"{"expr":"[1.0 / 0.0, null, b'a', 2u, int, duration('90s'), timestamp(0)]"}"#,
            #"{"value":{"list":[{"double":"Infinity"},{"null":null},{"bytes":"YQ=="},{"uint":"2"},{"type":"int"},{"duration":"90s"},{"timestamp":"1970-01-01T00:00:00Z"}]}}"#
        ),
    ])
    func answersALine(_ question: String, _ answer: String) async {
        var machine = TestMachine()
        machine.input = question + "\n"
        let run = await machine.itsmctl("expr", "eval", "--stream")
        #expect(run.output == answer + "\n")
        #expect(run.status == .done)
    }

    @Test(arguments: [
        (#"{"expr":"1 +"}"#, "syntax", 1, 4), (#"{"expr":"\n 1 / 0"}"#, "divideByZero", 2, 4), (#"{"expr":"nobody"}"#, "unknownVariable", 1, 1),
        (#"{"expr":"optional.of(1)"}"#, "invalidValue", 1, 1), (#"{"bindings":{}}"#, "malformed", 1, 1), ("not json", "malformed", 1, 1),
    ])
    func tellsTheFault(_ question: String, _ code: String, _ line: Int, _ column: Int) async {
        var machine = TestMachine()
        machine.input = question + "\n" + #"{"expr":"true"}"# + "\n"
        let lines = await machine.itsmctl("expr", "eval", "--stream").output.split(separator: "\n")
        #expect(lines.count == 2)
        for part in [#""code":"\#(code)""#, #""line":\#(line)"#, #""column":\#(column)"#] { #expect(lines.first?.contains(part) == true, "\(lines)") }
        #expect(lines.last == #"{"value":{"bool":true}}"#)
    }

    @Test func takesPlainVariables() async {
        var machine = TestMachine()
        machine.input = #"{"ticket": {"priority": 1, "tags": ["vpn"]}}"#
        let run = await machine.itsmctl("expr", "eval", "ticket.priority <= 2 && 'vpn' in ticket.tags", "--bindings", "-")
        #expect(run.output == "{\"bool\":true}\n")
        #expect(await machine.itsmctl("expr", "eval", "1 / 0").status == .invalid)
    }

    @Test func explainsEachPart() async {
        var machine = TestMachine()
        machine.input = #"{"ticket": {"priority": 3, "group": null}}"#
        let run = await machine.itsmctl(
            "expr", "eval", "ticket.group.name == 'x' || ticket.priority < 3 && 1 / 0 == 1", "--bindings", "-", "--explain")
        #expect(
            run.output == """
                ticket.group.name == "x" || ticket.priority < 3 && 1 / 0 == 1  ->  error at 1:13: no such overload: null_type has no fields, so no name
                  ticket.group.name == "x"  ->  error at 1:13: no such overload: null_type has no fields, so no name
                    ticket.group.name  ->  error at 1:13: no such overload: null_type has no fields, so no name
                      ticket.group  ->  null
                        ticket  ->  {"group": null, "priority": 3}
                  ticket.priority < 3 && 1 / 0 == 1  ->  false
                    ticket.priority < 3  ->  false
                      ticket.priority  ->  3
                        ticket  ->  {"group": null, "priority": 3}
                    1 / 0 == 1  ->  not reached

                """)
    }
}
