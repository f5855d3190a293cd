import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct ViewRoutesTests {
    private static let urgent: JSONValue = "ticket.priority <= 2 && ticket.statusCategory == \"open\""

    private func raise(_ title: String, _ more: [String: JSONValue] = [:], as caller: TestCaller, on server: TestServer) async throws -> String {
        let body = JSONValue.object(more.merging(["title": .string(title)]) { first, _ in first })
        return try await server.send(.post, "/api/v1/incidents", as: caller, body)["number"]?.string ?? ""
    }

    private func numbers(_ answer: TestAnswer) -> [String] {
        guard case .array(let items)? = answer["items"] else { return [] }
        return items.compactMap { $0["number"]?.string }
    }

    @Test func aViewIsKeptChangedUsedAndDeleted() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        let high = try await raise("Fire", ["impact": "high", "urgency": "high"], as: ada, on: server)
        let higher = try await raise("Water", ["impact": "high", "urgency": "medium"], as: ada, on: server)
        _ = try await raise("Paper", ["impact": "low", "urgency": "low"], as: ada, on: server)
        let made = try await server.send(
            .post, "/api/v1/views", as: ada,
            ["name": "Urgent", "condition": Self.urgent, "sort": "-number", "grouping": "priority", "columns": ["status", "assignee"]])
        #expect(made.status == .created && made["sharing"] == "onlyMe" && made["owner"]?["name"] == "Ada" && made["pinned"] == true)
        let path = try #require(made.headers[.location]), id = made["id"]?.string ?? ""

        #expect(numbers(try await server.send(.get, "/api/v1/tickets?view=urgent", as: ada)) == [higher, high])
        #expect(numbers(try await server.send(.get, "/api/v1/tickets?view=\(id)&sort=number", as: ada)) == [high, higher])
        #expect(numbers(try await server.send(.get, "/api/v1/incidents?view=\(id)&priority=critical", as: ada)) == [high])
        #expect(numbers(try await server.send(.get, "/api/v1/tickets?view=\(id)&filter=ticket.priority%3D%3D2", as: ada)) == [higher])
        #expect(try await server.send(.get, "/api/v1/tickets?view=Nothing", as: ada).faults == ["?view invalidValue"])

        let changed = try await server.send(
            .patch, path, as: ada, ["condition": "ticket.priority == 1", "grouping": nil, "sort": "number"], headers: [.ifMatch: made.headers[.eTag]!]
        )
        #expect(changed.status == .ok && changed["version"] == 2 && changed["grouping"] == nil)
        #expect(numbers(try await server.send(.get, "/api/v1/tickets?view=urgent", as: ada)) == [high])
        #expect(try await server.send(.patch, path, as: ada, ["name": "X"], headers: [.ifMatch: made.headers[.eTag]!]).status == .preconditionFailed)
        #expect(try await server.send(.delete, path, as: ada).status == .noContent)
        #expect(try await server.send(.get, path, as: ada).status == .notFound)
    }

    @Test func everyFaultOfAViewIsTold() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"], groups: ["Mine"]),
            bob = try await server.caller("bob", roles: ["agent"], groups: ["Other"])
        _ = bob
        let answer = try await server.send(
            .post, "/api/v1/views", as: ada,
            [
                "name": " ", "condition": "ticket.colour == 1 || ticket.title < 2", "columns": ["status", "nothing", "status"], "sort": "relevance",
                "sharing": "groups", "groups": ["Mine", "Other", "Nobody"],
            ])
        #expect(answer.status == .unprocessableContent)
        #expect(
            Set(answer.faults) == [
                "/name required", "/condition invalidValue", "/columns/1 invalidValue", "/columns/2 invalidValue", "/sort invalidValue",
                "/groups/1 forbidden", "/groups/2 invalidValue",
            ])
        for (body, fault) in [
            (["name": "a", "sharing": "everyone"], "/sharing forbidden"), (["name": "a", "sharing": "groups"], "/groups required"),
            (["name": "a", "groups": ["Mine"]], "/groups invalidValue"),
            (["name": "a", "condition": "ticket.title.matches('a+')"], "/condition invalidValue"),
            (["name": "a", "condition": "changed(\"status\")"], "/condition invalidValue"),
        ] as [(JSONValue, String)] {
            #expect(try await server.send(.post, "/api/v1/views", as: ada, body).faults == [fault])
        }
        #expect(try await server.send(.post, "/api/v1/views", as: ada, ["name": "Mine"]).status == .created)
        #expect(try await server.send(.post, "/api/v1/views", as: ada, ["name": "mine"]).faults == ["/name duplicate"])
        #expect(try await server.send(.post, "/api/v1/views", as: bob, ["name": "mine"]).status == .created)
    }

    /// What is private is absent for all others; what is shared is used by those it is shared with, and changed by its owner and by who keeps the settings.
    @Test func sharingSaysWhoUsesAndWhoChanges() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"], groups: ["Network"]),
            ned = try await server.caller("ned", roles: ["agent"], groups: ["Network"])
        let sven = try await server.caller("sven", roles: ["agent"]), admin = try await server.caller("admin2", roles: ["admin"])
        let made = try await server.send(.post, "/api/v1/views", as: ada, ["name": "Ours", "condition": "ticket.group.name == \"Network\""])
        let path = try #require(made.headers[.location])
        for other in [ned, sven, admin] {
            #expect(try await server.send(.get, path, as: other).status == .notFound)
            #expect(try await server.send(.patch, path, as: other, ["name": "X"]).status == .notFound)
            #expect(try await server.send(.delete, path, as: other).status == .notFound)
            #expect(try await server.send(.get, "/api/v1/views", as: other)["items"] == [])
        }
        #expect(try await server.send(.patch, path, as: ada, ["sharing": "groups", "groups": ["Network"]]).status == .ok)
        let shared = try await server.send(.get, path, as: ned)
        #expect(shared["sharing"] == "groups" && shared.text.contains("\"Network\""))
        #expect(try await server.send(.get, path, as: sven).status == .notFound)
        #expect(try await server.send(.patch, path, as: ned, ["name": "X"]).status == .forbidden)
        #expect(try await server.send(.patch, path, as: admin, ["sharing": "everyone", "groups": nil]).status == .ok)
        #expect(try await server.send(.get, path, as: sven).status == .ok)
        #expect(try await server.send(.delete, path, as: sven).status == .forbidden)
        // The owner can mend what they could not share so themselves.
        #expect(try await server.send(.patch, path, as: ada, ["name": "All"])["sharing"] == "everyone")
        #expect(try await server.send(.delete, path, as: admin).status == .noContent)
    }

    @Test func whoUsesASharedViewSeesOnlyTheirPart() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"], groups: ["Vault"]), admin = try await server.caller("admin2", roles: ["admin"])
        let sven = try await server.caller("sven", roles: ["agent"]), rita = try await server.caller("rita")
        let hidden = try await raise("Secret", ["confidential": true, "group": "Vault"], as: ada, on: server)
        let seen = try await raise("Plain", as: ada, on: server), own = try await raise("Mine", as: rita, on: server)
        _ = try await server.send(.post, "/api/v1/views", as: admin, ["name": "Everything", "sharing": "everyone", "sort": "number"])
        #expect(numbers(try await server.send(.get, "/api/v1/tickets?view=Everything", as: ada)) == [hidden, seen, own])
        #expect(numbers(try await server.send(.get, "/api/v1/tickets?view=Everything", as: sven)) == [seen, own])
        #expect(numbers(try await server.send(.get, "/api/v1/tickets?view=Everything", as: rita)) == [own])
    }

    /// A field that a reader may not see does not exist for them, in a view of others neither; and nobody gets an unfiltered list for it.
    @Test func aHiddenFieldInAViewIsAnUnknownName() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"]), rita = try await server.caller("rita")
        let field = try await server.send(.post, "/api/v1/custom-fields", as: admin, ["name": "risk", "label": "Risk", "kind": "text"])
        #expect(field.status == .created)
        try await server.app.desk.refresh()
        let made = try await server.send(
            .post, "/api/v1/views", as: admin,
            [
                "name": "Risky", "sharing": "everyone", "condition": "ticket.customFields.risk == \"high\"",
                "columns": ["status", "customFields.risk"],
            ])
        #expect(made.status == .created)
        let path = try #require(made.headers[.location])
        let shown = try await server.send(.get, path, as: rita)
        #expect(shown["condition"] == nil && shown["columns"] == ["status"])
        _ = try await raise("Mine", as: rita, on: server)
        let refused = try await server.send(.get, "/api/v1/tickets?view=Risky", as: rita)
        #expect(refused.status == .badRequest && refused.faults == ["?view invalidValue"] && !refused.text.contains("customFields"))
        #expect(
            try await server.send(.post, "/api/v1/views", as: rita, ["name": "x", "condition": "ticket.customFields.risk == \"a\""]).faults == [
                "/condition invalidValue"
            ])
        // A field that a view speaks of stays.
        let kept = try await server.send(.delete, "/api/v1/custom-fields/risk", as: admin)
        #expect(kept.status == .conflict && kept.text.contains("1 view"))
        #expect(try await server.send(.delete, path, as: admin).status == .noContent)
        #expect(try await server.send(.delete, "/api/v1/custom-fields/risk", as: admin).status == .noContent)
    }

    @Test func whatAPrivateViewSaysIsNotInTheAuditTrail() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"]), ada = try await server.caller("ada", roles: ["agent"])
        _ = try await server.send(.post, "/api/v1/views", as: ada, ["name": "SECRET-PLAN"])
        _ = try await server.send(.post, "/api/v1/views", as: admin, ["name": "SHARED-PLAN", "sharing": "everyone"])
        let trail = try await server.send(.get, "/api/v1/audit?recordType=view", as: admin)
        #expect(!trail.text.contains("SECRET-PLAN") && trail.text.contains("SHARED-PLAN"))
    }
}
