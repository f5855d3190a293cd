import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct ViewPageTests {
    private func raise(_ title: String, _ more: [String: JSONValue] = [:], as caller: TestCaller, on server: TestServer) async throws -> String {
        let body = JSONValue.object(more.merging(["title": .string(title)]) { first, _ in first })
        return try await server.send(.post, "/api/v1/incidents", as: caller, body)["number"]?.string ?? ""
    }

    private func numbers(_ answer: TestAnswer) -> [String] { answer.text.matches(of: /data-number="([A-Z]+\d+)" data-version/).map { String($0.1) } }

    /// What stands in the field of the condition.
    private func condition(_ answer: TestAnswer) -> String? {
        answer.text.firstMatch(of: /(?s)<textarea id="condition"[^>]*>\n(.*?)<\/textarea>/).map {
            String($0.1).replacing("&quot;", with: "\"").replacing("&amp;", with: "&").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
        }
    }

    @Test func theListBecomesAView() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"], groups: ["Network"])
        let from = "view=open&priority=high&group=mine&assignee=me&filter=\("ticket.dueAt < now || ticket.major".percentEncoded)&by=status"
        let form = try await server.open("/queue/views/new?from=\(from.percentEncoded)", as: ada)
        #expect(
            condition(form)
                == #"ticket.statusCategory in ["open", "pending"] && ticket.priority == 2 && ticket.assignee.id == principal.id && ticket.group.id in principal.groups && (ticket.dueAt < now || ticket.major)"#
        )
        #expect(form.text.contains("<option value=\"status\" selected>Status</option>"))
        let words = try await server.open("/queue/views/new?from=\("view=resolved&q=paper".percentEncoded)", as: ada)
        #expect(condition(words)?.contains("ticket.resolvedAt > now - duration(\"168h\")") == true && words.text.contains("are not part of the view"))

        let kept = try await server.submit(
            "/queue/views",
            [
                ("name", "Mine <b>"), ("condition", "ticket.major"), ("sort", "number"), ("direction", "down"), ("grouping", "priority"),
                ("columns", "status"), ("pinned", "true"), ("order", "0"), ("sharing", "onlyMe"),
            ], as: ada)
        #expect(kept.status == .seeOther)
        let address = try #require(kept.headers[.location])
        let admin = try await server.caller("admin2", roles: ["admin"])
        let one = try await raise("One", ["major": true], as: admin, on: server), two = try await raise("Two", ["major": true], as: admin, on: server)
        _ = try await raise("Three", as: ada, on: server)
        let page = try await server.open(address, as: ada)
        #expect(Set(numbers(page)) == [one, two] && page.text.contains("<h1>Mine &lt;b&gt;</h1>"))
        #expect(page.text.contains("aria-current=\"page\">Mine &lt;b&gt; <small data-count=") && page.text.contains(">2</small>"))
        #expect(page.text.contains("no-c-pr") && page.text.contains("data-group=\"medium\""))
        // Fragments and counts speak of the same list.
        #expect(Set(numbers(try await server.open(address.replacing("/queue?", with: "/queue/rows?"), as: ada))) == [one, two])
        let id = try #require(address.split(separator: "=").last)
        #expect(try await server.open("/queue/counts", as: ada)[String(id)] == "2")
        #expect(try await server.open("\(address)&by=nothing", as: ada).text.contains("data-group=\"\""))
    }

    @Test func peopleInColumnsStandByTheirNames() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"]), ada = try await server.caller("ada", roles: ["agent"])
        _ = try await server.send(.post, "/api/v1/custom-fields", as: admin, ["name": "friend", "label": "Friend", "kind": "user"])
        let rita = try await server.caller("rita")
        _ = try await server.caller("otto")
        _ = try await raise("One", ["customFields": ["friend": "rita"], "requester": "otto"], as: ada, on: server)
        _ = try await raise("Two", as: ada, on: server)
        #expect(try await server.open("/queue/views/new", as: ada).text.contains("value=\"customFields.friend\""))
        let kept = try await server.submit(
            "/queue/views",
            [
                ("name", "Friends"), ("condition", ""), ("sort", "number"), ("direction", "down"), ("grouping", ""),
                ("columns", "customFields.friend"),
                ("columns", "requester"), ("pinned", "true"), ("order", "0"), ("sharing", "onlyMe"),
            ], as: ada)
        let address = try #require(kept.headers[.location])
        for page in [address, address.replacing("/queue?", with: "/queue/rows?")] {
            let answer = try await server.open(page, as: ada)
            #expect(answer.text.contains("c-cf\">Rita<") && !answer.text.contains(rita.id.description), "\(page)")
        }
    }

    @Test func aFormThatIsWrongComesBackWithItsFaults() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        let wrong = try await server.submit(
            "/queue/views", ["name": "", "condition": "ticket.priorty == 1", "sharing": "onlyMe", "sort": "number"], as: ada)
        #expect(wrong.status == .unprocessableContent && condition(wrong) == "ticket.priorty == 1")
        #expect(wrong.text.contains("Line 1, column 1") && wrong.text.contains("id=\"condition-fault\"") && wrong.text.contains("id=\"name-fault\""))
    }

    @Test func aConditionInTheAddressFilters() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        let vpn = try await raise("VPN", ["tags": ["vpn"]], as: ada, on: server)
        _ = try await raise("Printer", as: ada, on: server)
        let page = try await server.open("/queue?view=open&filter=\("\"vpn\" in ticket.tags".percentEncoded)", as: ada)
        #expect(numbers(page) == [vpn] && page.text.contains("<span>Condition</span><span>holds</span><b>&quot;vpn&quot; in ticket.tags</b>"))
        #expect(numbers(try await server.open("/queue?view=open&filter=", as: ada)).count == 2)
        // Its faults are shown beside it, and the way out too.
        let wrong = try await server.open("/queue?view=open&tag=x&filter=\("ticket.colour == 1".percentEncoded)", as: ada)
        #expect(
            wrong.status == .badRequest && wrong.text.contains("ticket.colour == 1</textarea>") && wrong.text.contains("name=\"tag\" value=\"x\""))
        #expect(wrong.text.contains("href=\"/queue?view=open&amp;tag=x\""))
        let heavy = try await server.open("/queue?view=open&filter=\("ticket.title.matches('a')".percentEncoded)", as: ada)
        #expect(heavy.status == .ok && heavy.text.contains("The list cannot be asked for this"))
    }

    @Test func aViewThatCannotBeShownSaysSo() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"]), vera = try await server.caller("vera", roles: ["viewer"])
        _ = try await server.send(.post, "/api/v1/custom-fields", as: admin, ["name": "risk", "label": "Risk", "kind": "text"])
        try await server.app.desk.refresh()
        let view = try await server.send(
            .post, "/api/v1/views", as: admin, ["name": "Risky", "sharing": "everyone", "condition": "ticket.customFields.risk != null"])
        let id = view["id"]?.string ?? ""
        _ = try await raise("Seen", as: admin, on: server)
        let page = try await server.open("/queue?view=\(id)", as: vera)
        #expect(page.status == .ok && numbers(page).isEmpty && page.text.contains("This view cannot be shown") && !page.text.contains("customFields"))
        #expect(try await server.open("/queue/rows?view=\(id)", as: vera).status == .badRequest)
        #expect(try await server.open("/queue/counts", as: vera)[id] == nil)
        #expect(try await server.open("/queue/views/\(id)", as: vera).text.contains("shares this view with you"))
        #expect(try await server.submit("/queue/views/\(id)", ["name": "X"], as: vera).status == .forbidden)
        #expect(try await server.submit("/queue/views/\(id)/delete", [:], as: vera).status == .forbidden)
        #expect(try await server.open("/queue?view=01932b4e-7c00-7000-8000-000000000000", as: vera).status == .notFound)
        let rita = try await server.caller("rita")
        for path in ["/queue/views", "/queue/views/new", "/queue/views/\(id)"] { #expect(try await server.open(path, as: rita).status == .forbidden) }
    }

    @Test func aViewIsChangedAndDeletedByItsForm() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"], groups: ["Network"])
        let made = try await server.send(.post, "/api/v1/views", as: ada, ["name": "A", "columns": ["status"], "sort": "-number"])
        let id = made["id"]?.string ?? "", page = "/queue/views/\(id)"
        let network = try await server.send(.get, "/api/v1/groups/Network", as: ada)["id"]?.string ?? ""
        #expect(try await server.open(page, as: ada).text.contains("value=\"A\""))
        let fields = [
            "name": "B", "condition": "ticket.major", "sort": "number", "direction": "down", "columns": "status", "sharing": "groups",
            "groups": network,
            "order": "0", "pinned": "true", "version": "1",
        ]
        #expect(try await server.submit(page, fields, as: ada).status == .seeOther)
        let now = try await server.send(.get, "/api/v1/views/\(id)", as: ada)
        #expect(now["name"] == "B" && now["sharing"] == "groups" && now["version"] == 2 && now["sort"] == "-number")
        #expect(try await server.submit(page, fields.merging(["name": "C"]) { $1 }, as: ada).status == .preconditionFailed)
        #expect(try await server.open("/queue/views", as: ada).text.contains("Network"))
        #expect(try await server.submit("\(page)/delete", ["version": "2"], as: ada).headers[.location] == "/queue/views")
        #expect(try await server.send(.get, "/api/v1/views/\(id)", as: ada).status == .notFound)
    }
}
