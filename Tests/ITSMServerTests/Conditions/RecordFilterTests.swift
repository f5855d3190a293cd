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
        let admin = try await server.caller("filter-admin", roles: ["admin", "agent"], groups: ["Network"])
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
        ("/admin/roles", "role.name.startsWith(\"ag\")", "agent</a>", "requester</a>"),
        ("/admin/fields", "field.name == \"none\"", "Nothing matches", "Label</th>"),
        ("/admin/assignment", "rule.continues", "Nothing matches", "To whom</th>"),
        ("/admin/sla", "policy.name == \"Standard\"", "Standard</a>", "Nothing matches"),
        ("/admin/sla/calendars", "calendar.name.startsWith(\"24\")", "24x7</a>", "Weekdays"),
        ("/admin/sla/escalation-rules", "escalation.policy != null", "Nothing matches", "Fires</th>"),
        ("/admin/sign-in-providers", "provider.enabled", "Nothing matches", "New people</th>"),
        ("/admin/imports", "job.status == \"failed\"", "Nothing matches", "sender\" open"),
        ("/queue/views", "view.name == \"none\"", "Nothing matches", "Shared with</th>"),
        ("/notices", "notice.readAt == null", "Nothing matches", "Nothing in your inbox"),
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

    /// Every list that answers records in pages takes a condition, or is named here with the reason of docs/expressions.md.
    @Test func everyListTakesACondition() async throws {
        let (server, _) = try await Self.server.value
        let handfuls: Set<String> = ["{key}/drafts"]
        let streams: Set<String> = ["events", "audit/record", "audit/checkpoints"]
        for route in server.app.table.routes
        where !route.isPage && !streams.contains(route.template) && route.query.contains(where: { $0.name == "cursor" }) {
            let part = route.template.split(separator: "/").dropFirst().joined(separator: "/")
            let takes = route.query.contains { $0.name == FilterQuery.name }
            #expect(takes != handfuls.contains(part), "\(route.name): whether it takes a condition was not judged")
        }
    }

    /// A list, the condition, what of each record is compared, and the records that it leaves.
    @Test(arguments: [
        ("tickets/INC0000001/comments", "comment.visibility == \"public\" && comment.body.contains(\"VPN\")", "body", ["VPN is down"]),
        ("tickets/INC0000001/timeline", "activity.kind == \"ticket.commented\" && activity.restricted", "kind", ["ticket.commented"]),
        ("tickets/INC0000001/attachments", "attachment.fileName == \"none\"", "fileName", []),
        ("tickets/INC0000001/links", "link.type == \"relates\" && link.ticket.title.matches(\"^Ma\")", "type", ["relates"]),
        ("tickets/INC0000001/links", "link.type == \"duplicates\"", "type", []),
        ("tickets/INC0000001/watchers", "watcher.name.startsWith(\"U\")", "name", ["Uma"]),
        ("tickets/INC0000001/sla", "clock.metric == \"resolution\" && clock.priority <= 4 && clock.remainingSeconds > 0.5", "metric", ["resolution"]),
        ("notifications", "notice.kind == \"escalated\"", "kind", []), ("jobs", "job.progress.done > 1", "kind", []),
        ("views", "view.owner.id == principal.id && view.pinned", "name", ["Mine"]),
        ("custom-fields", "field.kind == \"text\" && field.label.lowerAscii().endsWith(\"centre\")", "name", ["costCentre"]),
        ("identity-providers", "provider.enabled", "name", []),
        ("assignment-rules", "rule.group.name == \"Network\" && \"create\" in rule.triggers", "name", ["To Network"]),
        ("sla/policies", "policy.name == \"Standard\" && policy.condition == null", "name", ["Standard"]),
        ("sla/policies/Standard/versions", "policy.version < 2", "name", ["Standard"]),
        ("sla/policies/Standard/versions", "policy.version > 1", "name", []),
        ("sla/calendars", "calendar.name.startsWith(\"24\")", "name", ["24x7"]),
        ("sla/escalation-rules", "escalation.policy != null", "name", []),
    ])
    func theRestOfTheListsToo(_ list: String, _ filter: String, _ key: String, _ expected: [String]) async throws {
        let (server, admin) = try await Self.working.value
        let answer = try await server.send(.get, path("/api/v1/\(list)", filter), as: admin)
        #expect(answer.status == .ok && answer.items.compactMap { $0[key]?.string } == expected, "\(answer.text)")
        let wrong = try await server.send(.get, path("/api/v1/\(list)", "nothing.at == 1"), as: admin)
        #expect(wrong.status == .badRequest && wrong.text.contains("Line 1, column 1"), "\(wrong.text)")
    }

    private static let working = Task { try await withWork() }

    /// The same desk with a ticket on which something happened, and with definitions.
    private static func withWork() async throws -> (TestServer, TestCaller) {
        let (server, admin) = try await server.value
        func made(_ path: String, _ body: JSONValue) async throws {
            let answer = try await server.send(.post, "/api/v1/\(path)", as: admin, body)
            #expect(answer.status == .created, "\(path): \(answer.text)")
        }
        for title in ["VPN", "Mail"] { try await made("incidents", ["title": .string(title), "requester": "tom"]) }
        try await made("tickets/INC0000001/comments", ["body": "VPN is down"])
        try await made("tickets/INC0000001/comments", ["body": "VPN again", "visibility": "workNote"])
        try await made("tickets/INC0000001/links", ["type": "relates", "ticket": "INC0000002"])
        for user in ["sam", "uma"] { try await made("tickets/INC0000001/watchers", ["user": .string(user)]) }
        try await made("views", ["name": "Mine"])
        try await made("custom-fields", ["name": "costCentre", "label": "Cost centre", "kind": "text"])
        try await made("assignment-rules", ["name": "To Network", "group": "Network"])
        return (server, admin)
    }

    /// What a reader does not see cannot be found by asking for it either.
    @Test func aConditionTellsNothingThatItsListDoesNot() async throws {
        let (server, admin) = try await Self.working.value
        let rita = try await server.caller("filter-rita")
        let ticket = try await server.send(.post, "/api/v1/incidents", as: rita, ["title": "Mine"])
        let number = try #require(ticket["number"]?.string)
        #expect(
            try await server.send(.post, "/api/v1/tickets/\(number)/comments", as: admin, ["body": "SECRET", "visibility": "workNote"]).status
                == .created)
        #expect(
            try await server.send(.post, "/api/v1/tickets/\(number)/links", as: admin, ["type": "relates", "ticket": "INC0000001"]).status == .created
        )
        func found(_ part: String, _ filter: String) async throws -> TestAnswer {
            try await server.send(.get, path("/api/v1/tickets/\(number)/\(part)", filter) + "&limit=1", as: rita)
        }
        for (part, filter) in [
            ("comments", "comment.body.startsWith(\"S\") || true"), ("timeline", "activity.restricted"),
            ("timeline", "activity.kind == \"ticket.linkAdded\""), ("links", "link.ticket.number == \"INC0000001\""),
        ] {
            let answer = try await found(part, filter)
            #expect(answer.status == .ok && answer.items.isEmpty && answer["next"] == nil, "\(part): \(answer.text)")
        }
        // Where a call came from is not told by a timeline.
        for filter in ["activity.address != null", "activity.requestId == \"x\"", "activity.changes != null"] {
            #expect(try await found("timeline", filter).status == .badRequest)
        }
        // A view's condition is shown to some of its readers only.
        for filter in ["view.condition != null", "view.columns == []", "view.sort == \"x\""] {
            #expect(try await server.send(.get, path("/api/v1/views", filter), as: admin).status == .badRequest)
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
