import Foundation
import HTTPTypes
import ITSMCore
import Testing

@testable import ITSMServer

/// `filter=` on lists of tickets.
struct TicketFilterTests {
    private func path(_ filter: String, _ more: String = "") -> String {
        "/api/v1/tickets?filter=" + filter.addingPercentEncoding(withAllowedCharacters: .alphanumerics)! + more
    }

    private func desk() async throws -> (server: TestServer, agent: TestCaller, rita: TestCaller) {
        let server = try await TestServer()
        let agent = try await server.caller("anna", roles: ["agent"])
        let rita = try await server.caller("rita")
        for (title, tags, impact) in [("Printer", ["vip"], "high"), ("Router", ["vip", "wan"], "low"), ("Mouse", [], "low")] {
            let draft: JSONValue = [
                "title": .string(title), "tags": .array(tags.map(JSONValue.string)), "impact": .string(impact), "urgency": "high",
            ]
            #expect(try await server.send(.post, "/api/v1/incidents", as: agent, draft).status == .created)
        }
        #expect(try await server.send(.post, "/api/v1/incidents", as: rita, ["title": "Mine"]).status == .created)
        return (server, agent, rita)
    }

    @Test func aListHoldsWhatItsConditionSays() async throws {
        let (server, agent, rita) = try await desk()
        func titles(_ filter: String, as caller: TestCaller, _ more: String = "") async throws -> Set<String> {
            let answer = try await server.send(.get, path(filter, more), as: caller)
            #expect(answer.status == .ok, "\(answer.text)")
            return Set(answer.items.compactMap { $0["title"]?.string })
        }
        #expect(try await titles("ticket.priority <= 2 && \"vip\" in ticket.tags", as: agent) == ["Printer"])
        #expect(try await titles("\"vip\" in ticket.tags", as: agent, "&impact=low") == ["Router"])
        #expect(try await titles("ticket.requester.id == principal.id", as: rita) == ["Mine"])
        #expect(
            try await titles("ticket.tags.exists(t, t.startsWith(\"w\")) || size(ticket.title) < 6", as: agent, "&sort=title") == [
                "Router", "Mouse", "Mine",
            ])
        // Whoever sees little finds no more by it.
        #expect(try await titles("true", as: rita) == ["Mine"])
        let counted = try await server.send(.get, path("!(\"vip\" in ticket.tags)", "&count=exact"), as: agent)
        #expect(counted["count"]?["value"] == 2, "\(counted.text)")
    }

    @Test(arguments: [
        ("ticket.priorty == 1", "column 1", "ticket.priority"), ("ticket.priority == \"high\"", "column", "int"),
        ("ticket.title", "column 1", "bool"), ("ticket.status == \"asigned\"", "column", "assigned"),
        ("ticket.title.matches(\"a+\")", "column", "contains"), ("ticket.priority + 1 == 2", "column", "compare numbers"),
        ("ticket.tags ==", "column 15", "operand"),
        ("has(ticket.category)", "column 5", "ticket.category != null"), ("ticket.tags[0] == \"vip\"", "column", "in ticket.tags"),
    ])
    func whatCannotBeAskedIsToldWithItsPlace(_ filter: String, _ place: String, _ remedy: String) async throws {
        let (server, agent, _) = try await desk()
        let answer = try await server.send(.get, path(filter), as: agent)
        #expect(answer.status == .badRequest, "\(answer.text)")
        #expect(answer.text.contains("?filter") && answer.text.contains(place) && answer.text.contains(remedy), "\(answer.text)")
    }

    @Test func aFieldThatAReaderMayNotSeeDoesNotExistForThem() async throws {
        let (server, agent, rita) = try await desk()
        let admin = try await server.caller("root2", roles: ["admin"])
        for (name, isSeen) in [("cost", false), ("floor", true)] {
            let field: JSONValue = ["name": .string(name), "label": .string(name), "kind": "number", "visibleToRequesters": .bool(isSeen)]
            #expect(try await server.send(.post, "/api/v1/custom-fields", as: admin, field).status == .created)
        }
        let mine = try await server.send(.get, path("true"), as: rita).items[0]["number"]?.string ?? ""
        let both: JSONValue = ["customFields": ["cost": 900, "floor": 3]]
        #expect(try await server.send(.patch, "/api/v1/tickets/\(mine)", as: agent, both).status == .ok)
        #expect(try await server.send(.get, path("ticket.customFields.cost > 500.0"), as: agent).items.count == 1)
        #expect(try await server.send(.get, path("ticket.customFields.floor == 3.0"), as: rita).items.count == 1)
        let (hidden, absent) = (
            try await server.send(.get, path("ticket.customFields.cost > 500.0"), as: rita),
            try await server.send(.get, path("ticket.customFields.cozt > 500.0"), as: rita)
        )
        #expect(hidden.status == .badRequest && absent.status == .badRequest)
        #expect(hidden["detail"]?.string?.replacing("cost", with: "cozt") == absent["detail"]?.string, "\(hidden.text) \(absent.text)")
    }
}
