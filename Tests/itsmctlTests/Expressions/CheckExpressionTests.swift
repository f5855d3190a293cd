import ITSMCore
import Testing

@testable import itsmctl

@Suite struct CheckExpressionTests {
    @Test(arguments: [
        (1, 8, "ticket.colour == 1", "1:8: no\n  ticket.colour == 1\n         ^\n"),
        (2, 3, "ticket.major &&\n\tx", "2:3: no\n  \tx\n  \t ^\n"),
        (1, 5, "\"日\" == y", "1:5: no\n  \"日\" == y\n       ^\n"),
        (3, 1, "a\nb", "3:1: no\n  \n  ^\n"),
    ])
    func theCaretStandsUnderThePlace(line: Int64, column: Int64, text: String, told: String) {
        #expect(CheckExpression.told(["line": .integer(line), "column": .integer(column), "message": "no"], in: text) == told)
    }

    private static func desk() -> LocalServer {
        LocalServer { request in
            if request.path.hasSuffix("/environment") {
                return .json(#"{"scope": "list", "names": [{"name": "ticket.major", "type": "bool", "help": "A major incident."}], "fields": []}"#)
            }
            guard request.text.contains("colour") else {
                return .json(#"{"valid": true, "type": "bool", "faults": [], "sqlFaults": [], "reads": ["ticket.major", "now"]}"#)
            }
            return .json(
                """
                {"valid": false, "faults": [{"line": 1, "column": 1, "code": "unknownVariable", "message": "there is no ticket.colour", "nearest": "ticket.group"}],
                "sqlFaults": [], "reads": []}
                """)
        }
    }

    @Test func aRightConditionTellsWhatItReads() async throws {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).run(["expr", "check", "ticket.major", "--scope", "escalation"])
        #expect(run.status == .done && run.output == "Right: bool, reads ticket.major, now.\n", "\(run.notes)")
        #expect(try server.requests.last?.json == ["expression": "ticket.major", "scope": "escalation"])
    }

    @Test func aWrongConditionEndsWithSeven() async throws {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).run(["expr", "check", "ticket.colour"])
        #expect(run.status == .invalid && run.output == "1:1: there is no ticket.colour Did you mean ticket.group?\n  ticket.colour\n  ^\n")
    }

    @Test func whatCanBeNamedIsListed() async throws {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).run(["expr", "fields"])
        #expect(run.output == "ticket.major\tbool\tA major incident.\n")
    }
}
