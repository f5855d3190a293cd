import Foundation
import ITSMCore
import Testing

@testable import itsmctl

/// Assignment rules on the command line.
@Suite struct AssignmentRuleTests {
    private static func desk() -> LocalServer {
        LocalServer { request in
            switch (request.method, request.path) {
            case ("POST", "/api/v1/assignment-rules/rehearse"):
                let row =
                    #"{"ticket":{"id":"t","number":"INC0000007","title":"No network"},"group":{"id":"g","name":"Boxes"},"newGroup":{"id":"h","name":"Wires"},"choice":"roundRobin","differs":true}"#
                return .json(#"{"tickets":9,"matched":1,"differing":1,"failed":2,"failure":"INC0000003: 1:1: null","rows":[\#(row)]}"#)
            case ("GET", "/api/v1/tickets/INC0000007/assignment"):
                let answer = #"{"rule":{"id":"r","name":"Network"},"version":2,"outcome":"matched","setAssignee":{"id":"a","name":"Ada"}}"#
                return .json(
                    #"{"ticket":{"id":"t","number":"INC0000007","title":"x"},"assignee":{"id":"a","name":"Ada"},"assigneeSet":{"by":{"id":"z","name":"Automation"},"at":"2026-11-02T09:00:00.000Z"},"decisions":[{"at":"2026-11-02T09:00:00.000Z","trigger":"create","asked":[\#(answer)]}]}"#
                )
            default:
                return .json(
                    #"{"id":"r-1","name":"Network","version":2,"group":{"id":"h","name":"Wires"},"choice":"roundRobin"}"#,
                    headers: ["ETag": "\"2-x\""])
            }
        }
    }

    @Test(
        arguments: [
            (
                "create --name VPN --condition true --group Wires --choice bestSkill --skill cisco --trigger create --continues",
                "POST assignment-rules",
                [
                    "name": "VPN", "condition": "true", "group": "Wires", "choice": "bestSkill", "skills": ["cisco"], "triggers": ["create"],
                    "continues": true,
                ]
            ),
            (
                "update Network --condition none --order 5 --archived", "PATCH assignment-rules/Network",
                ["condition": nil, "order": 5, "archived": true]
            ),
            (
                "rehearse Network --days 7", "POST assignment-rules/rehearse",
                ["rule": ["name": "Network", "group": ["id": "h", "name": "Wires"], "choice": "roundRobin"], "days": 7]
            ),
        ] as [(String, String, JSONValue)])
    func flagsBecomeARequest(arguments: String, expected: String, body: JSONValue) async throws {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).run(["assignment-rule"] + arguments.split(separator: " ").map(String.init))
        #expect(run.status == .done, "\(run.notes)")
        let request = try #require(server.requests.last)
        #expect("\(request.method) \(request.path.dropFirst("/api/v1/".count))" == expected)
        #expect(try request.json == body)
    }

    @Test func aRehearsalIsShownAsATable() async {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).itsmctl("assignment-rule", "rehearse", "Network")
        #expect(run.output.contains("INC0000007") && run.output.contains("Boxes") && run.output.contains("Wires"))
        #expect(run.notes.contains("9 tickets looked at, 1 match, 1 would go elsewhere.") && run.notes.contains("No answer for 2: INC0000003"))
    }

    @Test func oneNamesARuleOrAFile() async {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).itsmctl("assignment-rule", "rehearse")
        #expect(run.status == .usageOrCancelled)
    }

    @Test func aTicketTellsWhy() async {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).itsmctl("ticket", "explain-assignment", "INC0000007")
        #expect(run.output.contains("Network") && run.output.contains("matched") && run.output.contains("Ada"))
        #expect(run.notes.contains("Assignee: Ada, by the hand of Automation."))
    }
}
