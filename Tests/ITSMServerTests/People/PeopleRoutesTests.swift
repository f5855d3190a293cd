import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct PeopleRoutesTests {
    static let start = Task { try await TestServer() }
    let server: TestServer

    init() async throws { server = try await Self.start.value }

    /// One request, and what a requester, an agent and an admin are answered. `{user}`, `{group}` and `{role}` are somebody else's, and unused.
    struct Row: Sendable, CustomTestStringConvertible {
        var method: HTTPRequest.Method
        var path: String
        var body: JSONValue?
        var statuses: [Int]

        init(_ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil, _ statuses: Int...) {
            self.method = method
            self.path = path
            self.body = body
            self.statuses = statuses
        }

        var testDescription: String { "\(method) \(path)" }
    }

    static let rows = [
        Row(.get, "users", nil, 403, 200, 200),
        Row(.get, "users/{user}", nil, 404, 200, 200),
        Row(.post, "users", ["username": "{new}", "name": "New"], 403, 403, 201),
        Row(.patch, "users/{user}", ["name": "Changed"], 404, 403, 200),
        Row(.patch, "users/{user}", ["password": "a long new password"], 404, 403, 200),
        Row(.delete, "users/{user}", nil, 404, 403, 204),
        Row(.post, "users/{user}/enable", nil, 404, 403, 200),
        Row(.delete, "users/{user}/sessions", nil, 404, 403, 204),
        Row(.post, "users/{user}/roles", ["role": "agent"], 404, 403, 200),
        Row(.post, "users/{user}/roles", ["role": "superAdmin"], 404, 403, 403),
        Row(.delete, "users/{user}/roles/requester", nil, 404, 403, 204),
        Row(.get, "groups", nil, 403, 200, 200),
        Row(.get, "groups/{group}", nil, 404, 200, 200),
        Row(.post, "groups", ["name": "{new}"], 403, 403, 201),
        Row(.patch, "groups/{group}", ["description": "Changed"], 404, 403, 200),
        Row(.patch, "groups/{group}", ["archived": true], 404, 403, 200),
        Row(.delete, "groups/{group}", nil, 404, 403, 204),
        Row(.post, "groups/{group}/members", ["user": "{user}"], 404, 403, 200),
        Row(.delete, "groups/{group}/members/{member}", nil, 404, 403, 204),
        Row(.post, "groups/{group}/roles", ["role": "agent"], 404, 403, 200),
        Row(.delete, "groups/{group}/roles/viewer", nil, 404, 403, 204),
        Row(.get, "roles", nil, 403, 200, 200),
        Row(.get, "roles/{role}", nil, 404, 200, 200),
        Row(.post, "roles", ["name": "{new}", "permissions": ["tickets:read": "own"]], 403, 403, 201),
        Row(.post, "roles", ["name": "{new}", "permissions": ["tickets:readConfidential": "own"]], 403, 403, 403),
        Row(.patch, "roles/{role}", ["permissions": ["people:read": "all"]], 404, 403, 200),
        Row(.patch, "roles/superAdmin", ["permissions": ["people:read": nil]], 404, 403, 403),
        Row(.delete, "roles/{role}", nil, 404, 403, 204),
        Row(.delete, "roles/agent", nil, 404, 403, 409),
    ]

    @Test(arguments: rows) func rightsPerRole(_ row: Row) async throws {
        for (role, status) in zip(["requester", "agent", "admin"], row.statuses) {
            let mark = "\(role)-\(Self.rows.firstIndex { $0.path == row.path && $0.method == row.method && $0.body == row.body }!)"
            let caller = try await server.caller("caller-\(mark)", roles: [role])
            let services = server.app.services, automation = Principal.automation()
            let user = try await services.people.create(.init(username: "user-\(mark)", name: "Somebody"), as: automation).id
            let member = try await services.people.create(.init(username: "member-\(mark)", name: "Member"), as: automation).id
            let draft = SupportGroup.Draft(name: "Group \(mark)", members: [.id(member)], roles: [.name("viewer")])
            let group = try await services.groups.create(draft, as: automation).id
            let custom = try await services.roles.create(.init(name: "Role \(mark)", permissions: Grants([.readTickets: .own])), as: automation).id
            func filled(_ text: String) -> String {
                text.replacing("{user}", with: "\(user)").replacing("{member}", with: "\(member)").replacing("{group}", with: "\(group)")
                    .replacing("{role}", with: "\(custom)").replacing("{new}", with: "new-\(mark)")
            }
            let body = row.body.map { Self.filled($0, filled) }
            let answer = try await server.send(row.method, "/api/v1/\(filled(row.path))", as: caller, body)
            #expect(Int(answer.status.code) == status, "\(role): \(answer.text)")
        }
    }

    private static func filled(_ value: JSONValue, _ fill: (String) -> String) -> JSONValue {
        switch value {
        case .string(let text): .string(fill(text))
        case .object(let members): .object(members.mapValues { filled($0, fill) })
        case .array(let items): .array(items.map { filled($0, fill) })
        default: value
        }
    }

    @Test func aPersonsWay() async throws {
        let admin = try await server.caller("way-admin", roles: ["admin"])
        let made = try await server.send(
            .post, "/api/v1/users", as: admin,
            [
                "username": "way", "name": "Way", "email": "way@example.org", "vip": true, "password": "correct horse battery", "roles": ["agent"],
                "manager": ["id": .string("\(admin.id)"), "name": "x"],
            ])
        #expect(made.status == .created)
        let id = try #require(made["id"]?.string), tag = try #require(made.headers[.eTag])
        #expect(made.headers[.location] == "/api/v1/users/\(id)")
        #expect(made["manager"]?["id"]?.string == "\(admin.id)" && made["canSignIn"] == true && !made.text.contains("horse"))
        #expect(try await server.send(.get, "/api/v1/users/WAY", as: admin)["id"]?.string == id)
        #expect(try await server.send(.get, "/api/v1/users/\(id)", as: admin, headers: [.ifNoneMatch: tag]).status == .notModified)
        let changed = try await server.send(
            .patch, "/api/v1/users/\(id)", as: admin, ["email": nil, "groups": [], "roles": ["viewer"]], headers: [.ifMatch: tag])
        #expect(changed.status == .ok && changed["email"] == nil && changed["version"] == 2)
        #expect(
            try await server.send(.patch, "/api/v1/users/\(id)", as: admin, ["name": "X"], headers: [.ifMatch: tag]).status == .preconditionFailed)
        #expect(try await server.send(.delete, "/api/v1/users/\(id)", as: admin, headers: [.ifMatch: tag]).status == .preconditionFailed)
        #expect(try await server.send(.delete, "/api/v1/users/\(id)", as: admin).status == .noContent)
        let disabled = try await server.send(.get, "/api/v1/users?disabled=true&q=way", as: admin)
        #expect(disabled.items.map { $0["id"]?.string } == [id])
        #expect(try await server.send(.post, "/api/v1/auth/login", ["username": "way", "password": "correct horse battery"]).status == .unauthorized)
        #expect(try await server.send(.post, "/api/v1/users/\(id)/enable", as: admin)["disabledAt"] == nil)
        #expect(try await server.send(.post, "/api/v1/auth/login", ["username": "way", "password": "correct horse battery"]).status == .ok)
    }

    @Test func faultsHavePointers() async throws {
        let admin = try await server.caller("faults-admin", roles: ["admin"])
        let bad = try await server.send(
            .post, "/api/v1/users", as: admin, ["username": " x", "name": "", "email": "x", "password": "short", "roles": ["king"]])
        #expect(bad.status == .unprocessableContent)
        #expect(Set(bad.faults.compactMap { $0.split(separator: " ").first }) == ["/username", "/name", "/email", "/password", "/roles/0"])
        #expect(try await server.send(.post, "/api/v1/users", as: admin, ["username": "x", "name": "x", "id": "x"]).faults == ["/id unknownField"])
        #expect(
            try await server.send(.post, "/api/v1/users", as: admin, ["username": "FAULTS-admin", "name": "x"]).faults == ["/username duplicate"])
        #expect(try await server.send(.post, "/api/v1/users", as: admin, ["username": "FAULTS-admin", "name": "x"]).status == .conflict)
        #expect(
            try await server.send(.post, "/api/v1/roles", as: admin, ["name": "x", "permissions": ["tickets:fly": "all"]]).status
                == .unprocessableContent)
        #expect(try await server.send(.patch, "/api/v1/users/\(admin.id)", as: admin, ["version": 7]).faults == ["/version unknownField"])
        for query in ["page=2", "limit=0", "limit=501", "disabled=perhaps", "cursor=x"] {
            #expect(try await server.send(.get, "/api/v1/users?\(query)", as: admin).status == .badRequest, "\(query)")
        }
    }

    @Test func pagesAndTheirCursors() async throws {
        let admin = try await server.caller("paging-admin", roles: ["admin"]), other = try await server.caller("paging-agent", roles: ["agent"])
        for index in 1...7 { _ = try await server.caller("paging-\(index)") }
        var names: [String] = [], path: String? = "/api/v1/users?q=paging&limit=4"
        while let next = path {
            let page = try await server.send(.get, next, as: admin)
            names += page.items.compactMap { $0["username"]?.string }
            path = page["next"]?.string.map { "/api/v1/users?q=paging&limit=4&cursor=\($0)" }
            if let path {
                #expect(page.headers[.link]?.contains("rel=\"next\"") == true)
                #expect(try await server.send(.get, path, as: other).status == .badRequest)
            }
        }
        #expect(names == (1...7).map { "paging-\($0)" } + ["paging-admin", "paging-agent"])
    }

    @Test func aRepetitionMakesNoSecond() async throws {
        let admin = try await server.caller("repeat-admin", roles: ["admin"])
        let headers: HTTPFields = [.idempotencyKey: "make-group-1"]
        let first = try await server.send(.post, "/api/v1/groups", as: admin, ["name": "Repeated"], headers: headers)
        let second = try await server.send(.post, "/api/v1/groups", as: admin, ["name": "Repeated"], headers: headers)
        #expect(first.status == .created && second.status == .created && first["id"] == second["id"])
    }

    /// A role that is taken away holds at once here; the next request without it is refused.
    @Test func aChangedRoleHolds() async throws {
        let admin = try await server.caller("hold-admin", roles: ["admin"]), agent = try await server.caller("hold-agent", roles: ["agent"])
        #expect(try await server.send(.get, "/api/v1/users", as: agent).status == .ok)
        #expect(try await server.send(.delete, "/api/v1/users/\(agent.id)/roles/agent", as: admin).status == .noContent)
        while try await server.send(.get, "/api/v1/users", as: agent).status == .ok { await Task.yield() }
        #expect(try await server.send(.get, "/api/v1/users", as: agent).status == .forbidden)
    }

    @Test func aLinkToChooseAPasswordIsToldOnce() async throws {
        let admin = try await server.caller("link-admin", roles: ["admin"]), jane = try await server.caller("link-jane")
        let root = try await server.caller("link-root", roles: ["superAdmin"])
        let made = try await server.send(.post, "/api/v1/users/\(jane.id)/password-reset", as: admin)
        #expect(made.status == .ok && made.headers[.cacheControl] == "no-store")
        #expect(made["path"]?.string?.hasPrefix("/reset-password#itsm_reset_") == true)
        #expect(try await server.send(.post, "/api/v1/users/\(root.id)/password-reset", as: admin).status == .forbidden)
        #expect(try await server.send(.post, "/api/v1/users/\(jane.id)/password-reset", as: jane).status == .forbidden)
        let log = try await server.send(.get, "/api/v1/audit?record=\(jane.id)", as: admin)
        #expect(!log.text.contains("itsm_reset_"))
    }
}
