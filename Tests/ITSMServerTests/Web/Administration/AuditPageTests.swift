import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

/// The viewer of the audit trail, and the trail as a file.
@Suite struct AuditPageTests {
    static let server = Task { try await TestServer() }

    /// A desk where something happened, with an admin.
    private func desk(_ name: String) async throws -> (TestServer, TestCaller) {
        let server = try await Self.server.value
        let admin = try await server.caller(name, roles: ["admin"])
        _ = try await server.send(.post, "/api/v1/groups", as: admin, ["name": .string("=group of \(name)"), "description": "<b>bold</b>"])
        return (server, admin)
    }

    @Test func itIsFilteredByWhoWhatAndRecord() async throws {
        let (server, admin) = try await desk("audit-filter")
        let page = try await server.open("/admin/audit?actor=audit-filter&kind=group.created&recordType=group&record=&from=&to=", as: admin)
        #expect(page.status == .ok)
        #expect(page.text.contains("Group: created") && page.text.contains("=group of audit-filter"))
        #expect(!page.text.contains("title=\"user.created\""))
        #expect(try await server.open("/admin/audit?actor=audit-filter&kind=role.deleted", as: admin).text.contains("Nothing matches"))
        let me = try await server.open("/admin/audit?actor=me", as: admin)
        #expect(me.text.contains("=group of audit-filter"))
    }

    @Test(arguments: ["actor=nobody-at-all", "kind=nothing", "recordType=nothing", "record=nothing", "from=yesterday", "to=2026-02-30"])
    func aWrongFilterIsToldAtItsFieldAndShowsNothing(_ query: String) async throws {
        let (server, admin) = try await desk("audit-wrong-\(query.prefix(8).filter(\.isLetter))-\(query.count)")
        let answer = try await server.open("/admin/audit?\(query)", as: admin)
        let field = query.prefix { $0 != "=" }
        #expect(answer.status == .unprocessableContent)
        #expect(answer.text.contains("id=\"\(field)-fault\"") && !answer.text.contains("=group of"))
        #expect(try await server.open("/admin/audit/export?\(query)", as: admin).status.code >= 400)
    }

    @Test func aDayIsTheReaders() async throws {
        let zone = try #require(SystemZones.shared.rules(named: "Pacific/Auckland"))
        let (server, admin) = try await desk("audit-day")
        _ = try await server.send(.patch, "/api/v1/auth/me", as: admin, ["timeZone": "Pacific/Auckland"])
        // A new sign-in: who this one is may still be remembered with the zone from before.
        let reader = try await server.signedIn(admin.id, admin.username)
        let today = zone.localTime(at: SystemClock().now()).description.prefix(10)
        let there = try await server.open("/admin/audit?actor=me&from=\(today)&to=\(today)", as: reader)
        #expect(there.text.contains("=group of audit-day"))
        #expect(try await server.open("/admin/audit?actor=me&to=2020-01-01", as: admin).text.contains("Nothing matches"))
    }

    /// Every line of the file is what the API says to the same reader, also where values are left out.
    @Test func theFileEqualsWhatTheAPIShows() async throws {
        let (server, admin) = try await desk("audit-file")
        _ = try await server.send(
            .post, "/api/v1/roles", as: admin, ["name": "auditor", "permissions": ["audit:read": "all", "tickets:read": "own"]])
        let auditor = try await server.caller("auditor", roles: ["auditor"])
        for reader in [admin, auditor] {
            let file = try await server.open("/admin/audit/export?format=ndjson&kind=group.created", as: reader)
            #expect(file.status == .ok && file.headers[.contentDisposition] == "attachment; filename=\"audit.ndjson\"")
            let lines = try file.text.split(separator: "\n").map { try JSONParserTests.parse(Array($0.utf8)).value }
            let shown = try await server.send(.get, "/api/v1/audit?kind=group.created&limit=500", as: reader).items
            #expect(!lines.isEmpty && lines == shown)
            #expect(lines.contains { $0["changes"] != nil } == (reader.id == admin.id))
        }
        let requester = try await server.caller("audit-stranger")
        #expect(try await server.open("/admin/audit/export?format=csv", as: requester).status == .forbidden)
        #expect(try await server.open("/admin/audit/export?format=exe", as: admin).status == .badRequest)
    }

    @Test func aCellOfTheFileIsNeverAFormula() async throws {
        let (server, admin) = try await desk("audit-cells")
        var patch = User.Patch()
        patch.name = .value("=HYPERLINK(\"http://evil.example\")")
        _ = try await server.app.services.people.update(.id(admin.id), with: patch, ifVersion: nil, as: .automation())
        let file = try await server.open("/admin/audit/export?format=csv&actor=audit-cells", as: admin)
        #expect(file.text.hasPrefix("id,occurredAt,"))
        #expect(file.text.contains("\"'=HYPERLINK(\"\"http"))
        #expect(!file.text.contains(",=HYPERLINK") && !file.text.contains(",\"=HYPERLINK"))
    }

    @Test(arguments: [("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@a", "'@a"), ("\t=1", "'\t=1"), ("a=1", "a=1"), ("", "")])
    func whatIsHarmlessStays(_ cell: String, _ harmless: String) { #expect(SpreadsheetCell.harmless(cell) == harmless) }

    @Test func textStaysText() async throws {
        let (server, admin) = try await desk("audit-<script>alert(1)</script>")
        let page = try await server.open("/admin/audit?actor=me", as: admin)
        #expect(page.text.contains("&lt;script&gt;") && !page.text.contains("<script>alert"))
        #expect(try await !server.open("/admin/audit?actor=%3Cscript%3Ealert(1)", as: admin).text.contains("<script>alert"))
    }
}
