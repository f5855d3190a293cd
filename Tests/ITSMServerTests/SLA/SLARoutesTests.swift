import HTTPTypes
import ITSMCore
import Testing

@testable import ITSMServer

struct SLARoutesTests {
    private static let gold: JSONValue = [
        "name": "Gold", "order": 5,
        "coverage": ["kinds": ["incident"], "categories": ["network/vpn"], "groups": ["Night shift"], "services": ["email"]],
        "targets": [
            [
                "metric": "resolution",
                "goals": ["critical": ["seconds": 3_600, "calendar": "24x7"], "low": ["seconds": 28_800, "calendar": "weekdays 09:00–17:00"]],
            ],
            ["metric": "ola", "goals": ["high": ["seconds": 60, "calendar": "24x7"]], "pausedIn": ["pendingVendor"]],
        ],
    ]

    private func desk() async throws -> (server: TestServer, admin: TestCaller) {
        let server = try await TestServer()
        return (server, try await server.caller("admin2", roles: ["admin"], groups: ["Night shift"]))
    }

    @Test func aPolicysLife() async throws {
        let (server, admin) = try await desk()
        let made = try await server.send(.post, "/api/v1/sla/policies", as: admin, Self.gold)
        #expect(made.status == .created && made["version"] == 1)
        #expect(made["coverage"]?["categories"] == ["network/vpn"] && made["coverage"]?["kinds"] == ["incident"])
        guard case .array(let targets)? = made["targets"] else {
            Issue.record("no targets")
            return
        }
        #expect(targets[0]["metric"] == "resolution" && targets[0]["pausedIn"] == ["pendingRequester"])
        #expect(targets[0]["goals"]?["critical"]?["seconds"] == 3_600 && targets[0]["goals"]?["critical"]?["calendar"]?["name"] == "24x7")
        #expect(targets[1]["pausedIn"] == ["pendingVendor"])
        // What this server promises without asking the database is current at once.
        #expect(server.app.desk.snapshot.agreementsInOrder.map(\.name) == ["Gold", "Standard"])

        let path = try #require(made.headers[.location]), tag = try #require(made.headers[.eTag])
        let changed = try await server.send(.patch, path, as: admin, ["coverage": ["groups": nil], "order": 6], headers: [.ifMatch: tag])
        #expect(changed.status == .ok && changed["coverage"]?["groups"] == [] && changed["coverage"]?["kinds"] == ["incident"])
        #expect(try await server.send(.patch, path, as: admin, ["order": 7], headers: [.ifMatch: tag]).code == .versionMismatch)
        // What an answer says of a calendar, a patch takes.
        #expect(try await server.send(.patch, path, as: admin, ["targets": .array(targets)])["version"] == 2)

        let versions = try await server.send(.get, path + "/versions", as: admin)
        #expect(versions.items.map { $0["version"] } == [2, 1])
        #expect(try await server.send(.get, path + "/versions/1", as: admin)["order"] == 5)
        #expect(try await server.send(.get, path + "/versions/3", as: admin).status == .notFound)
        #expect(try await server.send(.get, "/api/v1/sla/policies?archived=false", as: admin).items.map { $0["name"] } == ["Gold", "Standard"])
        #expect(try await server.send(.patch, path, as: admin, ["archived": true])["archivedAt"] != nil)
        #expect(try await server.send(.delete, path, as: admin).status == .noContent)
        #expect(try await server.send(.get, path, as: admin).status == .notFound)
    }

    @Test func aPolicyUnderWhichClocksRunIsNotDeleted() async throws {
        let (server, admin) = try await desk()
        let path = try #require(try await server.send(.post, "/api/v1/sla/policies", as: admin, Self.gold).headers[.location])
        let all: JSONValue = ["coverage": nil]
        #expect(try await server.send(.patch, path, as: admin, all).status == .ok)
        let ticket: JSONValue = ["title": "x", "impact": "high", "urgency": "high"]
        #expect(try await server.send(.post, "/api/v1/incidents", as: admin, ticket).status == .created)
        let refused = try await server.send(.delete, path, as: admin)
        #expect(refused.code == .inUse && refused["detail"]?.string?.contains("1 clock.") == true, "\(refused.text)")
    }

    @Test func everyFaultOfAPolicyIsTold() async throws {
        let (server, admin) = try await desk()
        let answer = try await server.send(
            .post, "/api/v1/sla/policies", as: admin,
            [
                "name": " ", "coverage": ["groups": ["Nobody"]],
                "targets": [["metric": "ola", "goals": ["low": ["seconds": 60, "calendar": "Nowhere"]], "pausedIn": ["closed"]]],
            ])
        #expect(answer.status == .unprocessableContent)
        #expect(
            Set(answer.faults) == [
                "/name required", "/coverage/groups/0 invalidValue", "/targets/0/goals/low/calendar invalidValue",
                "/targets/0/pausedIn/0 invalidValue",
            ])
        for (body, fault) in [
            (["name": "x", "targets": [["metric": "speed", "goals": [:]]]], "/targets/0/metric invalidValue"),
            (
                ["name": "x", "targets": [["metric": "ola", "goals": ["low": ["seconds": 0, "calendar": "24x7"]]]]],
                "/targets/0/goals/low/seconds invalidValue"
            ),
            (
                ["name": "x", "targets": [["metric": "ola", "goals": ["urgent": ["seconds": 5, "calendar": "24x7"]]]]],
                "/targets/0/goals/urgent unknownField"
            ),
        ] as [(JSONValue, String)] {
            #expect(try await server.send(.post, "/api/v1/sla/policies", as: admin, body).faults == [fault])
        }
    }

    @Test func aCalendarsLife() async throws {
        let (server, admin) = try await desk()
        _ = try await server.send(.patch, "/api/v1/settings", as: admin, ["timeZone": "Europe/Berlin"])
        let made = try await server.send(
            .post, "/api/v1/sla/calendars", as: admin,
            [
                "name": "Shop", "weekly": ["sat": [["10:00", "24:00"]]], "exceptions": ["2026-12-24": [["10:00", "14:00"]]],
                "yearly": [["month": 12, "day": 25, "name": "Christmas", "hours": []]],
                "holidays": [
                    ["date": "2026-05-02", "name": "Inventory", "closes": [["10:00", "12:00"]]], ["date": "2026-04-04", "name": "Easter"],
                ],
            ])
        #expect(made.status == .created && made["zone"] == "Europe/Berlin" && made["weekly"] == ["sat": [["10:00", "24:00"]]])
        guard case .array(let holidays)? = made["holidays"] else {
            Issue.record("no holidays")
            return
        }
        #expect(holidays.map { $0["date"] } == ["2026-04-04", "2026-05-02"])
        let path = try #require(made.headers[.location])
        let changed = try await server.send(
            .patch, path, as: admin, ["weekly": ["sun": [["10:00", "12:00"]]], "exceptions": ["2026-12-24": nil], "runningCycles": "keep"])
        #expect(changed["weekly"] == ["sat": [["10:00", "24:00"]], "sun": [["10:00", "12:00"]]] && changed["exceptions"] == [:])
        #expect(try await server.send(.get, path + "/versions/1", as: admin)["exceptions"] != [:])

        let refused = try await server.send(.delete, "/api/v1/sla/calendars/24x7", as: admin)
        #expect(refused.status == .conflict && refused.code == .inUse && refused["detail"]?.string?.contains("1 policy") == true)
        #expect(try await server.send(.delete, path, as: admin).status == .noContent)
    }

    @Test(
        arguments: [
            (["name": "x", "weekly": ["mon": [["9", "17:00"]]]], "/weekly/mon/0 invalidValue"),
            (["name": "x", "weekly": ["mon": [["17:00", "09:00"]]]], "/weekly/mon/0 invalidValue"),
            (["name": "x", "weekly": ["may": []]], "/weekly/may unknownField"), (["name": "x", "weekly": [:]], "/weekly invalidValue"),
            (["name": "x", "weekly": ["mon": [["09:00", "17:00"]]], "zone": "Mars/Base"], "/zone invalidValue"),
            (
                ["name": "x", "weekly": ["mon": [["09:00", "17:00"]]], "holidays": [["date": "2026-02-30", "name": "x"]]],
                "/holidays/0/date invalidValue"
            ),
            (["name": "24X7", "weekly": ["mon": [["09:00", "17:00"]]]], "/name duplicate"),
        ] as [(JSONValue, String)])
    func faultsOfACalendar(body: JSONValue, fault: String) async throws {
        let (server, admin) = try await desk()
        #expect(try await server.send(.post, "/api/v1/sla/calendars", as: admin, body).faults == [fault])
    }

    @Test func anEscalationRulesLife() async throws {
        let (server, admin) = try await desk()
        let made = try await server.send(
            .post, "/api/v1/sla/escalation-rules", as: admin,
            [
                "name": "An hour before", "policy": "standard", "metrics": ["resolution"], "threshold": ["beforeDue": 3_600],
                "coverage": ["priorities": ["critical", "high"]],
                "actions": [
                    ["type": "notify", "to": ["assignee", "groupManager", "admin2"]], ["type": "assign", "group": "Night shift"],
                    ["type": "comment", "body": "Hurry."], ["type": "escalate"], ["type": "raisePriority"], ["type": "addWatcher", "user": "admin2"],
                ],
            ])
        #expect(made.status == .created && made["policy"]?["name"] == "Standard" && made["threshold"] == ["beforeDue": 3_600])
        guard case .array(let actions)? = made["actions"], case .array(let told)? = actions[0]["to"] else {
            Issue.record("no actions")
            return
        }
        #expect(told.count == 3 && told[2]["name"] == "Admin2" && actions[1]["group"]?["name"] == "Night shift")
        #expect(actions[2] == ["type": "comment", "body": "Hurry.", "visibility": "workNote"])
        let path = try #require(made.headers[.location])
        // The actions as they were shown are taken again.
        let changed = try await server.send(.patch, path, as: admin, ["actions": .array(actions), "threshold": ["percent": 80]])
        #expect(changed["version"] == 2 && changed["threshold"] == ["percent": 80] && changed["actions"] == .array(actions))
        #expect(try await server.send(.delete, "/api/v1/sla/policies/Standard", as: admin).code == .inUse)
        let faulty = try await server.send(.patch, path, as: admin, ["threshold": ["percent": 0, "afterDue": 1]])
        #expect(faulty.faults == ["/threshold invalidValue"])
        let other = try await server.send(
            .patch, path, as: admin, ["policy": "Bronze", "actions": [["type": "escalate", "body": "x"], ["type": "notify"]]])
        #expect(Set(other.faults) == ["/policy invalidValue", "/actions/0/body unknownField", "/actions/1/to required"])
        #expect(try await server.send(.get, path + "/versions", as: admin).items.count == 2)
        #expect(try await server.send(.get, path + "/versions/1", as: admin)["threshold"] == ["beforeDue": 3_600])
        #expect(try await server.send(.delete, path, as: admin).status == .noContent)
    }

    @Test func agentsReadAndRequestersDoNot() async throws {
        let (server, _) = try await desk()
        let agent = try await server.caller("anna", roles: ["agent"]), rita = try await server.caller("rita")
        for path in ["policies", "policies/Standard", "policies/standard/versions", "calendars", "calendars/24x7", "escalation-rules"] {
            #expect(try await server.send(.get, "/api/v1/sla/" + path, as: agent).status == .ok)
            #expect(try await server.send(.get, "/api/v1/sla/" + path, as: rita).status == .forbidden)
        }
        #expect(try await server.send(.patch, "/api/v1/sla/policies/Standard", as: agent, ["order": 1]).status == .forbidden)
        #expect(try await server.send(.patch, "/api/v1/sla/calendars/nothing", as: rita, ["name": "x"]).status == .forbidden)
    }
}
