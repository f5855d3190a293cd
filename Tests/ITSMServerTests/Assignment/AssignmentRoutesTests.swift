import HTTPTypes
import ITSMCore
import Testing

@testable import ITSMServer

/// Assignment rules over REST.
@Suite struct AssignmentRoutesTests {
    private static let rules = "/api/v1/assignment-rules"

    @Test func aRuleIsAddedActsAndIsExplained() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"]), rita = try await server.caller("rita")
        let ada = try await server.caller("ada", roles: ["agent"], groups: ["Wires"])
        #expect(try await server.send(.get, Self.rules, as: rita).status == .forbidden)
        #expect(try await server.send(.post, Self.rules, as: ada, ["name": "x", "group": "Wires"]).status == .forbidden)
        let made = try await server.send(
            .post, Self.rules, as: admin,
            ["name": "Wires", "condition": "ticket.title.contains(\"network\")", "group": "wires", "choice": "leastLoaded"])
        #expect(
            made.status == .created && made["group"]?["name"] == "Wires" && made["order"] == 10 && made["triggers"] == ["create", "recategorise"])
        let path = try #require(made.headers[.location])
        #expect(try await server.send(.get, path, as: ada)["name"] == "Wires")

        let ticket = try await server.send(.post, "/api/v1/incidents", as: rita, ["title": "No network"])
        #expect(ticket.status == .created)
        let key = ticket["number"]?.string ?? ""
        #expect(try await server.send(.get, "/api/v1/tickets/\(key)", as: ada)["assignee"]?["name"] == "Ada")
        let story = try await server.send(.get, "/api/v1/tickets/\(key)/assignment", as: ada)
        #expect(story.status == .ok && story["assignee"]?["name"] == "Ada")
        guard case .array(let decisions)? = story["decisions"], case .array(let asked)? = decisions.first?["asked"] else {
            Issue.record("no decision: \(story.text)")
            return
        }
        #expect(asked[0]["outcome"] == "matched" && asked[0]["setAssignee"]?["name"] == "Ada" && asked[0]["version"] == 1)
        #expect(asked[0]["condition"] == "ticket.title.contains(\"network\")")
        #expect(try await server.send(.get, "/api/v1/tickets/\(key)/assignment", as: rita).status == .forbidden)
        #expect(try await server.send(.get, "/api/v1/problems/\(key)/assignment", as: ada).status == .notFound)

        let changed = try await server.send(.patch, path, as: admin, ["archived": true], headers: [.ifMatch: made.headers[.eTag]!])
        #expect(changed.status == .ok && changed["version"] == 2)
        #expect(try await server.send(.get, "\(Self.rules)?archived=false", as: ada).items.isEmpty)
        let other = try await server.send(.post, "/api/v1/incidents", as: ada, ["title": "network again"])
        #expect(other["assignee"] == nil)
        #expect(try await server.send(.delete, path, as: admin, headers: [.ifMatch: made.headers[.eTag]!]).status == .preconditionFailed)
        #expect(try await server.send(.delete, path, as: admin).status == .noContent)
    }

    @Test func whatIsWrongIsToldWithItsPlace() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"])
        let answer = try await server.send(
            .post, Self.rules, as: admin, ["name": "", "condition": "ticket.priority <=", "group": "Nowhere", "choice": "roundRobin"])
        #expect(answer.status == .unprocessableContent)
        #expect(Set(answer.faults) == ["/name required", "/condition invalidValue", "/group invalidValue"])
        #expect(answer.text.contains("Line 1, column"))
    }

    @Test func aDraftIsRehearsedAndFaultsAreListed() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"], groups: ["Wires"]), rita = try await server.caller("rita")
        let made = try await server.send(
            .post, Self.rules, as: admin, ["name": "Broken", "condition": "ticket.service.name == \"Email\"", "group": "Wires"])
        let ticket = try await server.send(.post, "/api/v1/incidents", as: rita, ["title": "x"])
        let faults = try await server.send(.get, "\(try #require(made.headers[.location]))/faults", as: admin)
        #expect(faults.items.first?["number"] == ticket["number"] && faults.items.count == 1)
        let tried = try await server.send(
            .post, "\(Self.rules)/rehearse", as: admin, ["rule": ["name": "Draft", "group": "Wires", "choice": "roundRobin"], "days": 7])
        #expect(tried.status == .ok && tried["matched"] == 1 && tried["differing"] == 1)
        let wrong = try await server.send(.post, "\(Self.rules)/rehearse", as: admin, ["rule": ["name": "Draft"], "days": 7])
        #expect(wrong.faults == ["/rule/group required"])
    }

    @Test func anAbsenceIsOnesOwnToSay() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        let changed = try await server.send(
            .patch, "/api/v1/users/\(ada.id)", as: ada, ["absentFrom": "2026-12-24T00:00:00Z", "absentUntil": "2027-01-02T00:00:00Z"])
        #expect(changed.status == .ok && changed["absentUntil"] == "2027-01-02T00:00:00.000Z" && changed["skills"] == [])
        #expect(try await server.send(.patch, "/api/v1/users/\(ada.id)", as: ada, ["skills": ["sap"]]).status == .forbidden)
    }
}
