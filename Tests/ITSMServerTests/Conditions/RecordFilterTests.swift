import Foundation
import HTTPTypes
import ITSMCore
import Testing

@testable import ITSMServer

/// `filter=` on lists of other records than tickets, on reports, and on the pages that show them.
struct RecordFilterTests {
    static let server = Task { try await made() }

    private static func made() async throws -> (TestServer, TestCaller) {
        let server = try await TestServer()
        let admin = try await server.caller("filter-admin", roles: ["admin"], groups: ["Network"])
        for (name, department, isVIP) in [("sam", "Sales", true), ("tom", "Sales", false), ("uma", "IT", true)] {
            let person: JSONValue = [
                "username": .string(name), "name": .string(name.capitalized), "department": .string(department), "vip": .bool(isVIP),
                "groups": name == "sam" ? ["Network"] : [],
            ]
            #expect(try await server.send(.post, "/api/v1/users", as: admin, person).status == .created)
        }
        for (name, criticality) in [("Mail", "critical"), ("Wiki", "low")] {
            let service: JSONValue = ["name": .string(name), "criticality": .string(criticality)]
            #expect(try await server.send(.post, "/api/v1/services", as: admin, service).status == .created)
        }
        return (server, admin)
    }

    private func path(_ list: String, _ filter: String) -> String { "\(list)?filter=\(filter.percentEncoded)" }

    @Test(arguments: [
        ("users", "person.department == \"Sales\" && person.vip", "username", ["sam"]),
        ("users", "person.groups.exists(g, g.name == \"Network\") && person.department != null", "username", ["sam"]),
        (
            "users", "person.department in [\"Sales\", \"IT\"] && !(person.username == \"tom\") && person.id != principal.id", "username",
            ["sam", "uma"]
        ),
        ("groups/Network/members", "person.vip", "username", ["sam"]), ("groups", "group.members.exists(m, m.name == \"Sam\")", "name", ["Network"]),
        ("services", "service.criticality == \"critical\" && service.owner == null && service.name.startsWith(\"M\")", "name", ["Mail"]),
        ("categories", "category.path == \"network/vpn\"", "path", ["network/vpn"]), ("roles", "role.name.startsWith(\"ag\")", "name", ["agent"]),
        (
            "audit", "activity.kind == \"service.created\" && activity.principal.id == principal.id && activity.occurredAt <= now", "kind",
            ["service.created", "service.created"]
        ),
    ])
    func aListHoldsWhatItsConditionSays(_ list: String, _ filter: String, _ key: String, _ expected: [String]) async throws {
        let (server, admin) = try await Self.server.value
        let answer = try await server.send(.get, path("/api/v1/\(list)", filter), as: admin)
        #expect(answer.status == .ok && answer.items.compactMap { $0[key]?.string } == expected, "\(answer.text)")
    }

    @Test(arguments: [
        ("users", "person.departmnt == \"Sales\"", "person.department"), ("users", "ticket.priority == 1", "ticket"),
        ("groups", "group.nme == \"x\"", "group.name"), ("services", "service.criticality == \"urgent\"", "critical"),
        ("categories", "category.path + 1 == 2", "column"), ("roles", "role.name.matches(\"a+\")", "column 10"),
        ("audit", "activity.changes != null", "activity."), ("audit", "activity.record.kind == \"user\"", "activity.record"),
        ("reports/sla", "ticket.priorty == 1", "ticket.priority"), ("reports/sla", "person.vip", "person"),
    ])
    func whatCannotBeAskedIsToldWithItsPlace(_ list: String, _ filter: String, _ remedy: String) async throws {
        let (server, admin) = try await Self.server.value
        let answer = try await server.send(.get, path("/api/v1/\(list)", filter), as: admin)
        #expect(answer.status == .badRequest && answer.text.contains("?filter") && answer.text.contains(remedy), "\(answer.text)")
    }

    @Test func eachScopeIsListedAndChecked() async throws {
        let (server, admin) = try await Self.server.value
        let names = try await server.send(.get, "/api/v1/expressions/environment?scope=activity", as: admin)
        #expect(names["lists"] == true && names.text.contains("activity.record.type") && !names.text.contains("activity.changes"))
        let body: JSONValue = ["expression": "person.vip && person.manager.id == principal.id", "scope": "people"]
        let answer = try await server.send(.post, "/api/v1/expressions/check", as: admin, body)
        #expect(answer["valid"] == true && answer["sql"] == true && answer["whole"] == true, "\(answer.text)")
    }

    @Test(arguments: [
        ("/admin/people", "person.username == \"sam\"", "Sam", "Uma"),
        ("/admin/groups", "group.name == \"nothing\"", "Nothing matches", "Members</th>"),
        ("/admin/services", "service.criticality == \"low\"", "Wiki", "Mail</a>"),
        ("/admin/categories", "category.path == \"network/vpn\"", "network/vpn", "network/wifi"),
        ("/admin/audit", "activity.kind == \"service.created\"", "Service: created", "title=\"user.created\""),
    ])
    func aPageShowsWhatItsConditionSays(_ page: String, _ filter: String, _ present: String, _ absent: String) async throws {
        let (server, admin) = try await Self.server.value
        let answer = try await server.open(path(page, filter), as: admin)
        #expect(answer.status == .ok && answer.text.contains(present) && !answer.text.contains(absent), "\(page)")
        #expect(answer.text.contains("data-condition") && answer.text.contains(filter.replacing("\"", with: "&quot;")))
        for wrong in ["nothing.at.all", "size(\"a\") * 2 == 2 || principal.name.matches(\"a\") || now.getHours() * 2 == 4"] {
            let refused = try await server.open(path(page, wrong), as: admin)
            if wrong.hasPrefix("nothing") {
                #expect(refused.status == .unprocessableContent && refused.text.contains("id=\"filter-fault\""), "\(page)")
            }
            #expect(refused.status != .internalServerError)
        }
    }

    @Test func theAuditTrailAsAFileIsFilteredToo() async throws {
        let (server, admin) = try await Self.server.value
        let filter = "activity.kind == \"service.created\"".percentEncoded
        let file = try await server.open("/admin/audit/export?format=ndjson&filter=\(filter)", as: admin)
        #expect(file.text.split(separator: "\n").count == 2, "\(file.text)")
        #expect(try await server.open("/admin/audit/export?filter=nothing", as: admin).status.code >= 400)
        let page = try await server.open("/admin/audit?filter=\(filter)", as: admin)
        #expect(page.text.contains("export?format=csv&amp;filter="))
    }

    @Test func aReportIsOfTheTicketsThatMeetTheCondition() async throws {
        let (server, manager) = try await ReportRoutesTests.desk()
        func total(_ filter: String, _ more: String = "") async throws -> JSONValue? {
            let answer = try await server.send(.get, path("/api/v1/reports/sla", filter) + "&from=2090-11&to=2090-11" + more, as: manager)
            guard case .array(let metrics)? = answer["metrics"] else { throw ITSMError.notFound("metrics") }
            return metrics.first { $0["metric"] == "resolution" }?["total"]
        }
        #expect(try await total("ticket.priority == 1")?["met"] == 1)
        #expect(try await total("ticket.createdAt == ticket.updatedAt") == nil)
        #expect(try await total("ticket.resolvedAt - ticket.createdAt < duration(\"1h\")")?["breached"] == 0)
        #expect(try await total("ticket.priority == 4", "&rules=today") == nil)
        let page = try await server.open(path("/reports/sla", "ticket.priority == 1") + "&from=2090-10&to=2090-11", as: manager)
        #expect(page.text.contains("1 of 2 met") && page.text.contains("rules=asMeasured&amp;filter=ticket"))
        let wrong = try await server.open(path("/reports/sla", "ticket.title.matches(\"a\")"), as: manager)
        #expect(wrong.status == .unprocessableContent && wrong.text.contains("id=\"filter-fault\""))
    }
}
