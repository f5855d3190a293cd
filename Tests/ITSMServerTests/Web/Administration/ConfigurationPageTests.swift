import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

/// Roles, services, categories, the matrix and the settings.
@Suite struct ConfigurationPageTests {
    static let server = Task { try await TestServer() }

    private func admin(_ name: String) async throws -> (TestServer, TestCaller) {
        let server = try await Self.server.value
        return (server, try await server.caller(name, roles: ["admin"]))
    }

    private func version(_ page: TestAnswer) -> String { page.text.firstMatch(of: /name="version" value="([0-9]+)"/).map { String($0.1) } ?? "" }

    @Test func aRoleIsMadeByItsGridAndChangedByIt() async throws {
        let (server, admin) = try await admin("role-maker")
        let made = try await server.submit(
            "/admin/roles", ["name": "auditor", "tickets:read": "all", "audit:read": "all", "comments:note": "none"], as: admin)
        let path = try #require(made.headers[.location], "\(made.text)")
        var page = try await server.open(path, as: admin)
        #expect(page.text.contains("name=\"tickets:read\" value=\"all\" checked"))
        #expect(page.text.contains("name=\"comments:note\" value=\"none\" checked"))
        let change = ["name": "auditor", "tickets:read": "group", "audit:read": "none", "version": version(page)]
        #expect(try await server.submit(path, change, as: admin).status == .seeOther)
        page = try await server.open(path, as: admin)
        #expect(page.text.contains("name=\"tickets:read\" value=\"group\" checked"))
        #expect(page.text.contains("name=\"audit:read\" value=\"none\" checked"))
        #expect(try await server.submit("\(path)/delete", ["confirmation": "auditor", "version": version(page)], as: admin).status == .seeOther)
    }

    @Test func whatOneDoesNotHoldIsRefusedAtItsRow() async throws {
        let (server, admin) = try await admin("role-over")
        let refused = try await server.submit(
            "/admin/roles", ["name": "too much", "tickets:readConfidential": "all", "tickets:read": "all"], as: admin)
        #expect(refused.status == .forbidden)
        #expect(refused.text.contains("<tr id=\"may-tickets-readConfidential\" tabindex=\"-1\" class=\"bad\">"))
        #expect(refused.text.contains("href=\"#may-tickets-readConfidential\""))
        #expect(refused.text.contains("value=\"too much\"") && refused.text.contains("name=\"tickets:read\" value=\"all\" checked"))
    }

    @Test func superAdminIsShownAndFixed() async throws {
        let (server, admin) = try await admin("role-reader")
        let page = try await server.open("/admin/roles/superAdmin", as: admin)
        #expect(page.text.contains("name=\"tickets:read\" value=\"all\" checked disabled"))
        #expect(!page.text.contains("type=\"submit\">Save"))
        #expect(try await server.submit("/admin/roles/superAdmin", ["name": "mine", "version": "1"], as: admin).status == .forbidden)
    }

    @Test func whoManagesPeopleButNotRolesOpensNoRole() async throws {
        let server = try await Self.server.value
        let admin = try await server.caller("role-splitter", roles: ["admin"])
        _ = try await server.send(
            .post, "/api/v1/roles", as: admin, ["name": "personnel", "permissions": ["people:read": "all", "people:manage": "all"]])
        let clerk = try await server.caller("clerk", roles: ["personnel"])
        #expect(try await server.open("/admin/people", as: clerk).status == .ok)
        #expect(try await server.open("/admin/roles", as: clerk).status == .forbidden)
        #expect(try await server.submit("/admin/roles", ["name": "mine"], as: clerk).status == .forbidden)
        #expect(try await !server.open("/admin/people/new", as: clerk).text.contains("name=\"roles\""))
    }

    @Test func aServiceIsAddedChangedArchivedAndDeleted() async throws {
        let (server, admin) = try await admin("service-maker")
        let made = try await server.submit("/admin/services", ["name": "Payroll", "criticality": "high", "owner": ""], as: admin)
        let path = try #require(made.headers[.location], "\(made.text)")
        var page = try await server.open(path, as: admin)
        #expect(page.text.contains("<option value=\"high\" selected>High</option>"))
        #expect(
            try await server.submit(path, ["name": "Payroll 2", "criticality": "low", "owner": "", "version": version(page)], as: admin).status
                == .seeOther)
        page = try await server.open(path, as: admin)
        #expect(
            try await server.submit(path, ["name": " ", "criticality": "low", "version": version(page)], as: admin).text.contains("id=\"name-fault\"")
        )
        #expect(try await server.submit("\(path)/archive", ["version": version(page)], as: admin).status == .seeOther)
        #expect(try await server.open("/admin/services?state=archived", as: admin).text.contains("Payroll 2"))
        page = try await server.open(path, as: admin)
        #expect(try await server.submit("\(path)/restore", ["version": version(page)], as: admin).status == .seeOther)
        page = try await server.open(path, as: admin)
        #expect(
            try await server.submit("\(path)/delete", ["confirmation": "Payroll 2", "version": version(page)], as: admin).headers[.location]
                == "/admin/services")
    }

    @Test func aCategoryIsAddedBelowAnotherAndMoved() async throws {
        let (server, admin) = try await admin("category-maker")
        _ = try await server.submit("/admin/categories", ["name": "atrium", "parent": ""], as: admin)
        let top = try await server.send(.get, "/api/v1/categories?q=atrium", as: admin)
        let parent = try #require(top.items.first?["id"]?.string)
        #expect(try await server.submit("/admin/categories", ["name": "lamps", "parent": parent], as: admin).status == .seeOther)
        let child = try #require(try await server.send(.get, "/api/v1/categories?q=atrium/lamps", as: admin).items.first?["id"]?.string)
        #expect(try await server.open("/admin/categories", as: admin).text.contains("class=\"d2\""))
        let page = try await server.open("/admin/categories/\(child)", as: admin)
        #expect(
            try await server.submit("/admin/categories/\(child)", ["name": "lamps", "parent": "", "version": version(page)], as: admin).status
                == .seeOther)
        #expect(try await server.send(.get, "/api/v1/categories/\(child)", as: admin)["path"] == "lamps")
        #expect(try await server.submit("/admin/categories", ["name": "a/b"], as: admin).status == .unprocessableContent)
    }

    @Test func theMatrixAndTheSettingsAreSaved() async throws {
        let (server, admin) = try await admin("settings-maker")
        let matrix = try await server.open("/admin/priority", as: admin)
        #expect(try await server.submit("/admin/priority", ["low-low": "medium", "version": version(matrix)], as: admin).status == .seeOther)
        #expect(try await server.send(.get, "/api/v1/priority-matrix", as: admin)["low"]?["low"] == "medium")
        #expect(try await server.submit("/admin/priority", ["low-low": "none", "version": "2"], as: admin).status == .unprocessableContent)
        let settings = try await server.open("/admin/settings", as: admin)
        var fields = [
            "name": "Harbourline IT", "timeZone": "Europe/Berlin", "language": "en", "autoCloseDays": "7", "reopenWindowDays": "14",
            "signInIdleMinutes": "45",
            "defaultImpact": "medium", "defaultUrgency": "low", "attachmentLimitBytes": "10", "version": version(settings),
        ]
        #expect(try await server.submit("/admin/settings", fields, as: admin).status == .seeOther)
        let saved = try await server.send(.get, "/api/v1/settings", as: admin)
        #expect(
            saved["autoCloseDays"] == 7 && saved["signInIdleMinutes"] == 45 && saved["attachmentLimitBytes"] == 10_485_760
                && saved["name"] == "Harbourline IT")
        fields["autoCloseDays"] = "soon"
        fields["timeZone"] = "Mars/Crater"
        let refused = try await server.submit("/admin/settings", fields, as: admin)
        #expect(refused.text.contains("value=\"soon\"") && refused.text.contains("id=\"autoCloseDays-fault\""))
    }
}
