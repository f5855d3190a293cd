import HTTPTypes
import ITSMCore
import Testing

@testable import ITSMServer

@Suite struct CustomFieldPageTests {
    private let server: TestServer
    private let admin: TestCaller

    init() async throws {
        server = try await TestServer()
        admin = try await server.caller("field-admin", roles: ["admin"])
    }

    private func version(_ page: TestAnswer) -> String { page.text.firstMatch(of: /name="version" value="([0-9]+)"/).map { String($0.1) } ?? "" }

    private func add(_ fields: [(String, String)]) async throws -> String {
        let made = try await server.submit("/admin/fields", [("order", "100")] + fields, as: admin)
        return try #require(made.headers[.location], "\(made.text)")
    }

    @Test func aFieldIsMadeChangedArchivedAndDeleted() async throws {
        #expect(try await server.open("/admin/fields", as: admin).text.contains("No fields yet"))
        let path = try await add([
            ("label", "Size"), ("name", "size"), ("kind", "multiChoice"), ("choices", "s | Small\nl\nold | Old | archived"), ("default", "s, l"),
            ("visibleToRequesters", "true"), ("kinds", "incident"), ("kinds", "request"),
        ])
        var page = try await server.open(path, as: admin)
        #expect(page.text.contains("s | Small\nl\nold | Old | archived"))
        #expect(page.text.contains("name=\"default\" value=\"s\" checked") && page.text.contains("ticket.customFields.size"))
        let change = [
            ("label", "How big"), ("choices", "s | Small\nl | Large"), ("order", "5"), ("default", "l"), ("required", "true"),
            ("version", version(page)),
        ]
        #expect(try await server.submit(path, change, as: admin).status == .seeOther)
        let field = try #require(server.app.desk.snapshot.customFields["size"])
        #expect(field.label == "How big" && field.defaultValue == ["l"] && field.kinds.isEmpty && field.isRequired && !field.visibleToRequesters)
        #expect(field.choices == [.init("s", "Small"), .init("l", "Large")])
        #expect(try await server.open("/admin/fields?q=big", as: admin).text.contains("Several choices"))

        #expect(
            try await server.submit("\(path)/archive", ["version": version(try await server.open(path, as: admin))], as: admin).status == .seeOther)
        #expect(try await !server.open("/admin/fields", as: admin).text.contains("How big"))
        page = try await server.open(path, as: admin)
        let end = ["confirmation": "How big", "version": version(page)]
        #expect(try await server.submit("\(path)/delete", end, as: admin).status == .seeOther)
        #expect(server.app.desk.snapshot.customFields.isEmpty)
    }

    @Test func whatIsWrongStandsAtItsFieldAndNothingIsLost() async throws {
        let refused = try await server.submit(
            "/admin/fields", ["label": "Site", "name": "The site", "kind": "choice", "choices": "", "order": "soon", "help": "Where"], as: admin)
        #expect(refused.status == .unprocessableContent && refused.text.contains("id=\"order-fault\"") && refused.text.contains("value=\"The site\""))
        let again = try await server.submit(
            "/admin/fields", ["label": "Site", "name": "The site", "kind": "choice", "choices": "", "order": "1", "help": "Where"], as: admin)
        #expect(again.text.contains("id=\"name-fault\"") && again.text.contains("id=\"choices-fault\"") && again.text.contains("value=\"Where\""))
    }

    @Test(arguments: ["/tickets/new", "/portal/new"])
    func aTicketIsRaisedWithThem(form: String) async throws {
        let caller = try await server.caller("raiser", roles: [form == "/portal/new" ? "requester" : "agent"])
        _ = try await add([("label", "Cost <centre>"), ("name", "cost"), ("kind", "number"), ("visibleToRequesters", "true"), ("required", "true")])
        _ = try await add([
            ("label", "Size"), ("name", "size"), ("kind", "choice"), ("choices", "s\nl"), ("default", "s"), ("visibleToRequesters", "true"),
        ])
        _ = try await add([("label", "Of problems"), ("name", "cause"), ("kind", "text"), ("kinds", "problem"), ("visibleToRequesters", "true")])
        let blank = try await server.open(form, as: caller)
        #expect(blank.text.contains("Cost &lt;centre&gt;") && blank.text.contains("<option value=\"s\" selected>"))
        #expect(blank.text.contains("data-kinds=\"problem\"") == (form == "/tickets/new"))
        var fields = ["title": "T", "kind": "incident", "impact": "low", "urgency": "low", "customFields.size": "", "customFields.cause": "x"]
        let missing = try await server.submit(form, fields, as: caller)
        #expect(missing.status == .unprocessableContent && missing.text.contains("id=\"customFields.cost-fault\""))
        #expect(missing.text.contains("href=\"#customFields.cost\""))
        fields["customFields.cost"] = "two"
        #expect(try await server.submit(form, fields, as: caller).text.contains("must be a number"))
        fields["customFields.cost"] = "2.5"
        let made = try await server.submit(form, fields, as: caller)
        let path = try #require(made.headers[.location], "\(made.text)")
        let number = path.split(separator: "/").last.map(String.init) ?? ""
        let ticket = try await server.send(.get, "/api/v1/tickets/\(number)", as: caller)
        #expect(ticket["customFields"] == ["cost": .number(2.5)], "an emptied default is none, and a field of problems is left out")
        #expect(try await server.open(path, as: caller).text.contains("2.5"))
    }

    @Test func theEditFormKeepsWhatOthersSet() async throws {
        let anna = try await server.caller("anna", roles: ["agent"])
        _ = try await add([("label", "Site"), ("name", "site"), ("kind", "text"), ("visibleToRequesters", "true")])
        _ = try await add([("label", "Owner"), ("name", "owner"), ("kind", "user")])
        let made = try await server.send(.post, "/api/v1/incidents", as: admin, ["title": "T", "customFields": ["site": "HQ", "owner": "anna"]])
        let number = made["number"]?.string ?? ""
        let page = try await server.open("/tickets/\(number)/edit", as: anna)
        #expect(page.text.contains("name=\"customFields.site\" type=\"text\" value=\"HQ\"") && page.text.contains("value=\"Anna\""))
        #expect(try await server.send(.patch, "/api/v1/incidents/\(number)", as: admin, ["customFields": ["site": "Lab"]]).status == .ok)
        let same = ["customFields.site": "HQ", "was.customFields.site": "HQ", "customFields.owner": "", "was.customFields.owner": "Anna"]
        #expect(try await server.submit("/tickets/\(number)/edit", same, as: anna).status == .seeOther)
        let now = try await server.send(.get, "/api/v1/incidents/\(number)", as: anna)
        #expect(now["customFields"] == ["site": "Lab"])
        let story = try await server.open("/tickets/\(number)", as: anna)
        #expect(story.text.contains("changed the Site from HQ to Lab") && story.text.contains("took the Owner Anna away"))
        #expect(story.text.contains("data-prop=\"customFields.site\" data-value=\"&quot;Lab&quot;\""))
    }
}
