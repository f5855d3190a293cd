import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

/// People, groups and their forms.
@Suite struct PeoplePageTests {
    static let server = Task { try await TestServer() }

    private func admin(_ name: String) async throws -> (TestServer, TestCaller) {
        let server = try await Self.server.value
        return (server, try await server.caller(name, roles: ["admin"]))
    }

    private func version(_ server: TestServer, _ path: String, _ caller: TestCaller) async throws -> String {
        guard case .integer(let version)? = try await server.send(.get, "/api/v1/\(path)", as: caller)["version"] else { return "" }
        return "\(version)"
    }

    @Test func aPersonIsMadeByTheForm() async throws {
        let (server, admin) = try await admin("maker")
        let answer = try await server.submit(
            "/admin/people", ["name": "Nora New", "username": "nora", "email": "nora@example.org", "vip": "true", "password": "a long pass phrase"],
            as: admin)
        #expect(answer.status == .seeOther, "\(answer.text)")
        let page = try await server.open(answer.headers[.location] ?? "", as: admin)
        #expect(page.status == .ok)
        #expect(page.text.contains("value=\"nora@example.org\""))
        #expect(page.text.contains("VIP"))
        let list = try await server.open("/admin/people?q=nora", as: admin)
        #expect(list.text.contains("Nora New"))
        #expect(try await server.open("/admin/people?q=nobody-of-that-name", as: admin).text.contains("Nothing matches"))
    }

    @Test func whatWasTypedIsKeptAndEveryFaultStandsAtItsField() async throws {
        let (server, admin) = try await admin("faulter")
        let answer = try await server.submit(
            "/admin/people", ["name": "", "username": "kept-name", "email": "no address", "department": "Kept & typed"], as: admin)
        #expect(answer.status == .unprocessableContent)
        #expect(answer.text.contains("value=\"kept-name\""))
        #expect(answer.text.contains("Kept &amp; typed"))
        #expect(answer.text.contains("href=\"#name\"") && answer.text.contains("href=\"#email\""))
        #expect(answer.text.contains("id=\"email-fault\"") && answer.text.contains("aria-describedby=\"email-fault\""))
        #expect(answer.text.contains("2 things need attention"))
    }

    @Test func aConflictShowsBothValuesAndSavingAgainKeepsOnes() async throws {
        let (server, admin) = try await admin("conflicter")
        let other = try await server.caller("changed-by-two")
        let old = try await version(server, "users/\(other.id)", admin)
        _ = try await server.send(.patch, "/api/v1/users/\(other.id)", as: admin, ["department": "Theirs"])
        let path = "/admin/people/\(other.id)"
        var fields = ["name": "Changed", "username": "changed-by-two", "department": "Mine", "version": old]
        let refused = try await server.submit(path, fields, as: admin)
        #expect(refused.status == .preconditionFailed)
        #expect(refused.text.contains("value=\"Mine\"") && refused.text.contains("<b>Theirs</b>"))
        fields["version"] = try await version(server, "users/\(other.id)", admin)
        #expect(try await server.submit(path, fields, as: admin).status == .seeOther)
        #expect(try await server.send(.get, "/api/v1/users/\(other.id)", as: admin)["department"] == "Mine")
    }

    @Test func anAccountIsEndedAndGivenBack() async throws {
        let (server, admin) = try await admin("ender")
        let other = try await server.caller("ended")
        let path = "/admin/people/\(other.id)"
        let version = try await version(server, "users/\(other.id)", admin)
        #expect(try await server.submit("\(path)/disable", ["version": version], as: admin).status == .seeOther)
        #expect(try await server.open(path, as: admin).text.contains("Disabled"))
        #expect(try await server.submit("\(path)/enable", [:], as: admin).status == .seeOther)
        let short = try await server.submit("\(path)/password", ["password": "short"], as: admin)
        #expect(short.status == .unprocessableContent)
        #expect(short.text.contains("id=\"password-fault\"") && !short.text.contains("value=\"short\""))
        #expect(try await server.submit("\(path)/password", ["password": "a long pass phrase"], as: admin).status == .seeOther)
        #expect(try await server.submit("\(path)/sign-ins", [:], as: admin).status == .seeOther)
    }

    @Test func rolesAndGroupsOfAPersonAreSetTogether() async throws {
        let (server, admin) = try await admin("granter")
        let other = try await server.caller("granted", groups: ["Printing"])
        let roles = try await server.send(.get, "/api/v1/roles", as: admin).items
        let agent = try #require(roles.first { $0["name"] == "agent" }?["id"]?.string)
        let superAdmin = try #require(roles.first { $0["name"] == "superAdmin" }?["id"]?.string)
        let path = "/admin/people/\(other.id)"
        let version = try await version(server, "users/\(other.id)", admin)
        let fields = [("name", "Granted"), ("username", "granted"), ("version", version), ("roles", agent)]
        #expect(try await server.submit(path, fields, as: admin).status == .seeOther)
        let user = try await server.send(.get, "/api/v1/users/\(other.id)", as: admin)
        #expect(user["groups"] == [])
        guard case .array(let held)? = user["roles"] else { return #expect(Bool(false)) }
        #expect(held.compactMap { $0["name"]?.string } == ["agent"])
        let refused = try await server.submit(path, fields + [("roles", superAdmin)], as: admin)
        #expect(refused.status.code == 412 || refused.status.code == 403)
        #expect(try await server.open(path, as: admin).text.contains("value=\"\(superAdmin)\" disabled"))
    }

    @Test func aGroupIsMadeFilledArchivedAndDeletedByItsName() async throws {
        let (server, admin) = try await admin("grouper")
        _ = try await server.caller("membertobe")
        let made = try await server.submit("/admin/groups", ["name": "Storage", "description": "Disks", "manager": "grouper"], as: admin)
        let path = try #require(made.headers[.location])
        #expect(try await server.submit("\(path)/members", ["user": "membertobe"], as: admin).status == .seeOther)
        let page = try await server.open(path, as: admin)
        #expect(page.text.contains("1 member") && page.text.contains("Remove Membertobe from Storage"))
        #expect(try await server.submit("\(path)/members", ["user": "nobody at all"], as: admin).text.contains("id=\"user-fault\""))
        let member = try #require(page.text.firstMatch(of: /name="user" value="([^"]+)"/)?.1)
        #expect(try await server.submit("\(path)/members/remove", ["user": String(member)], as: admin).status == .seeOther)
        #expect(try await server.open(path, as: admin).text.contains("Nobody is in this group yet"))
        let id = String(path.split(separator: "/").last ?? "")
        #expect(
            try await server.submit("\(path)/archive", ["version": try await version(server, "groups/\(id)", admin)], as: admin).status == .seeOther)
        #expect(try await !server.open("/admin/groups", as: admin).text.contains("Storage"))
        #expect(try await server.open("/admin/groups?state=archived", as: admin).text.contains("Storage"))
        let unnamed = try await server.submit("\(path)/delete", ["confirmation": "Other"], as: admin)
        #expect(unnamed.status == .unprocessableContent)
        #expect(unnamed.text.contains("Type Storage to confirm"))
        #expect(try await server.submit("\(path)/delete", ["confirmation": "storage"], as: admin).status == .seeOther)
        #expect(try await server.open(path, as: admin).status == .notFound)
    }

    @Test func textStaysText() async throws {
        let (server, admin) = try await admin("texter")
        let attack = "<script>alert(1)</script>\"'&"
        let person = try await server.submit(
            "/admin/people", ["name": attack, "username": attack, "department": attack, "location": attack], as: admin)
        let group = try await server.submit("/admin/groups", ["name": attack, "description": attack], as: admin)
        for path in [person.headers[.location], group.headers[.location], "/admin/people", "/admin/groups"] {
            let page = try await server.open(try #require(path), as: admin)
            #expect(page.status == .ok)
            #expect(page.text.contains("&lt;script&gt;"))
            #expect(!page.text.contains("<script>"))
        }
        let again = try await server.submit("/admin/people", ["name": attack, "username": "", "email": attack], as: admin)
        #expect(again.text.contains("&lt;script&gt;") && !again.text.contains("<script>"))
    }

    @Test(arguments: ["people", "groups", "roles", "services", "categories", "priority", "settings"])
    func agentsHaveNoAdministration(_ page: String) async throws {
        let server = try await Self.server.value
        let agent = try await server.caller("agent-\(page)", roles: ["agent"])
        let read = try await server.open("/admin/\(page)", as: agent)
        #expect(read.status == .forbidden)
        #expect(read.text.contains("This needs the permission"))
        #expect(try await server.submit("/admin/\(page)", ["name": "Mine"], as: agent).status == .forbidden)
    }
}
