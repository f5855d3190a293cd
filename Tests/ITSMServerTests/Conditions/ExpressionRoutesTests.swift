import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct ExpressionRoutesTests {
    private func check(_ text: String, _ scope: String = "list", as caller: TestCaller, on server: TestServer) async throws -> TestAnswer {
        try await server.send(.post, "/api/v1/expressions/check", as: caller, ["expression": .string(text), "scope": .string(scope)])
    }

    @Test func aRightConditionIsToldWhatItReadsAndItsRows() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"], groups: ["Network"])
        let group = try await server.send(.get, "/api/v1/groups/Network", as: ada)["id"]?.string ?? ""
        let answer = try await check(
            "ticket.priority <= 2 && ticket.group.id == \"\(group)\" && ticket.assignee.id == \"\(ada.id)\"", as: ada, on: server)
        #expect(answer.status == .ok && answer["valid"] == true && answer["sql"] == true && answer["type"] == "bool" && answer["whole"] == true)
        #expect(
            Set(answer["reads"]?.cell.split(separator: ",").map { $0.trimmingPrefix(" ") } ?? []) == [
                "ticket.priority", "ticket.group", "ticket.assignee",
            ])
        #expect(answer["rows"]?["join"] == "all")
        #expect(answer["names"] == [group: "Network", ada.id.description: "Ada"])
        let rows: JSONValue = ["join": "any", "parts": [["field": "ticket.major", "operator": "isTrue"], ["text": "ticket.priority == 1"]]]
        #expect(
            try await server.send(.post, "/api/v1/expressions/check", as: ada, ["rows": rows])["expression"] == "ticket.major || ticket.priority == 1"
        )
    }

    @Test func everyFaultHasItsPlace() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        let answer = try await check("ticket.major &&\n  ticket.priorty == 1 && ticket.title < 2", as: ada, on: server)
        guard case .array(let faults)? = answer["faults"] else { throw ITSMError.notFound("fault") }
        #expect(answer["valid"] == false && answer["sql"] == false && faults.count == 2)
        #expect(faults[0]["line"] == 2 && faults[0]["column"] == 3 && faults[0]["nearest"] == "ticket.priority")
        let unparsed = try await check("ticket.major &&", as: ada, on: server)
        #expect(unparsed["valid"] == false && unparsed["rows"] == nil)
        let empty = try await check("", as: ada, on: server)
        #expect(empty["valid"] == true && empty["rows"] == ["join": "all", "parts": []])
        let heavy = try await check("ticket.title.matches('a+')", as: ada, on: server)
        #expect(heavy["valid"] == true && heavy["sql"] == false && heavy["sqlFaults"] != [])
        #expect(try await check("changed(\"status\")", as: ada, on: server)["valid"] == false)
        #expect(try await check("changed(\"status\")", "change", as: ada, on: server)["valid"] == true)
        #expect(try await server.send(.post, "/api/v1/expressions/check", as: ada, [:]).faults == ["/expression required"])
        let long = String(repeating: "x", count: Limits.condition + 1)
        #expect(try await check(long, as: ada, on: server).status == .unprocessableContent)
        #expect(try await server.send(.post, "/api/v1/expressions/check", ["expression": "true"]).status == .unauthorized)
    }

    @Test func namesThatAReaderMayNotSeeAreUnknown() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"]), rita = try await server.caller("rita")
        let choices: JSONValue = [["value": "low", "label": "Low"], ["value": "high", "label": "High"]]
        _ = try await server.send(.post, "/api/v1/custom-fields", as: admin, ["name": "risk", "label": "Risk", "kind": "choice", "choices": choices])
        try await server.app.desk.refresh()
        let own = try await server.send(.get, "/api/v1/expressions/environment", as: admin)
        #expect(own.text.contains("ticket.customFields.risk") && own.text.contains("\"Risk\""))
        for scope in ConditionScope.allCases {
            let names = try await server.send(.get, "/api/v1/expressions/environment?scope=\(scope.rawValue)", as: rita)
            #expect(names.status == .ok && !names.text.contains(".customFields") && !names.text.contains("risk"))
            #expect(try await check("ticket.customFields.risk == \"low\"", scope.rawValue, as: rita, on: server)["valid"] == false)
        }
        #expect(try await check("ticket.customFields.risk == \"low\"", as: admin, on: server)["whole"] == true)
    }
}

extension JSONValue {
    /// A list of texts with commas.
    fileprivate var cell: String { if case .array(let all) = self { all.compactMap(\.string).joined(separator: ", ") } else { "" } }
}
