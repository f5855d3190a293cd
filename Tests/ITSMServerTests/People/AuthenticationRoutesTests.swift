import HTTPTypes
import ITSMCore
import ITSMTestSupport
import Testing
@testable import ITSMServer

@Suite struct AuthenticationRoutesTests {
    static let start = Task { try await TestServer() }
    let server: TestServer

    init() async throws { server = try await Self.start.value }

    /// A person who can sign in with `PeopleDesk.password`.
    private func person(_ username: String, roles: [String] = ["requester"]) async throws -> ID<User> {
        let draft = User.Draft(username: username, name: username.capitalized, password: PeopleDesk.password, roles: roles.map { .name($0) })
        return try await server.app.services.people.create(draft, as: .automation()).id
    }

    private func signIn(_ username: String, password: String = PeopleDesk.password) async throws -> TestAnswer {
        try await server.send(.post, "/api/v1/auth/login", ["username": .string(username), "password": .string(password)])
    }

    private func caller(_ answer: TestAnswer, _ user: ID<User>) throws -> TestCaller {
        TestCaller(id: user, username: "", signIn: nil, token: try #require(answer["accessToken"]?.string))
    }

    /// A server remembers a caller until the feed has told it otherwise.
    private func refusal(of caller: TestCaller) async throws -> TestAnswer {
        var answer: TestAnswer
        repeat {
            await Task.yield()
            answer = try await server.send(.get, "/api/v1/auth/me", as: caller)
        } while answer.status == .ok
        return answer
    }

    @Test func fromSigningInToSigningOut() async throws {
        let jane = try await person("flow")
        let tokens = try await signIn("FLOW")
        #expect(tokens.status == .ok && tokens["expiresIn"] == 900 && tokens.headers[.cacheControl] == "no-store")
        let first = try caller(tokens, jane)
        let me = try await server.send(.get, "/api/v1/auth/me", as: first)
        #expect(me["username"] == "flow" && me["roles"] != nil)
        #expect(me["permissions"] == ["tickets:read": "own", "tickets:create": "own", "comments:reply": "own"])
        let refreshed = try await server.send(.post, "/api/v1/auth/refresh", ["refreshToken": try #require(tokens["refreshToken"])])
        #expect(refreshed.status == .ok && refreshed["refreshToken"] != tokens["refreshToken"])
        let second = try caller(refreshed, jane)
        #expect(try await server.send(.post, "/api/v1/auth/logout", as: second).status == .noContent)
        #expect(try await refusal(of: first).code == .unauthenticated)
        #expect(try await refusal(of: second).code == .unauthenticated)
        let late = try await server.send(.post, "/api/v1/auth/refresh", ["refreshToken": try #require(refreshed["refreshToken"])])
        #expect(late.status == .unauthorized && late.code == .unauthenticated)
    }

    @Test func whatIsRefused() async throws {
        _ = try await person("refused")
        let wrong = try await signIn("refused", password: "wrong password")
        #expect(wrong.status == .unauthorized && wrong.code == .badCredentials)
        let unknown = try await signIn("nobody at all")
        #expect(unknown.status == .unauthorized && unknown["detail"] == wrong["detail"])
        #expect(try await server.send(.post, "/api/v1/auth/login", [:]).faults == ["/username required", "/password required"])
        let odd = try await server.send(.post, "/api/v1/auth/login", ["username": 1, "password": nil, "admin": true])
        #expect(odd.status == .unprocessableContent && odd.faults.count == 3)
        let control = try await signIn("x\u{0}y")
        #expect(control.status.kind == .clientError)
    }

    @Test func aRefreshTokenIsNoAccessToken() async throws {
        let jane = try await person("mixed")
        let tokens = try await signIn("mixed")
        let refresh = TestCaller(id: jane, username: "", signIn: nil, token: try #require(tokens["refreshToken"]?.string))
        #expect(try await server.send(.get, "/api/v1/auth/me", as: refresh).status == .unauthorized)
        #expect(
            try await server.send(.post, "/api/v1/auth/refresh", ["refreshToken": try #require(tokens["accessToken"])]).status.kind == .clientError)
    }

    @Test func signInsAreListedAndEnded() async throws {
        let jane = try await person("devices"), other = try await server.caller("devices-other")
        let here = try caller(try await signIn("devices"), jane), phone = try caller(try await signIn("devices"), jane)
        let third = try caller(try await signIn("devices"), jane)
        let list = try await server.send(.get, "/api/v1/auth/sessions", as: here)
        #expect(list.items.count == 3 && list.items.filter { $0["isCurrent"] == true }.count == 1)
        let phoneList = try await server.send(.get, "/api/v1/auth/sessions", as: phone)
        let id = try #require(phoneList.items.first { $0["isCurrent"] == true }?["id"]?.string)
        #expect(try await server.send(.delete, "/api/v1/auth/sessions/\(id)", as: other).status == .notFound)
        #expect(try await server.send(.delete, "/api/v1/auth/sessions/\(id)", as: here).status == .noContent)
        #expect(try await refusal(of: phone).status == .unauthorized)
        #expect(try await server.send(.delete, "/api/v1/auth/sessions", as: here).status == .noContent)
        #expect(try await refusal(of: third).status == .unauthorized)
        #expect(try await server.send(.get, "/api/v1/auth/sessions", as: here).items.count == 1)
    }

    @Test func anApiTokenActsWithinItsPermissions() async throws {
        let kim = try await server.caller("tokens", roles: ["agent"])
        let made = try await server.send(.post, "/api/v1/auth/tokens", as: kim, ["name": "reader", "permissions": ["people:read"]])
        #expect(made.status == .created && made.headers[.cacheControl] == "no-store")
        let program = TestCaller(id: kim.id, username: "", signIn: nil, token: try #require(made["token"]?.string))
        #expect(try await server.send(.get, "/api/v1/users?limit=1", as: program).status == .ok)
        #expect(try await server.send(.get, "/api/v1/auth/me", as: program)["permissions"] == ["people:read": "all"])
        #expect(try await server.send(.post, "/api/v1/auth/tokens", as: program, ["name": "child"]).status == .forbidden)
        let list = try await server.send(.get, "/api/v1/auth/tokens", as: kim)
        #expect(list.items.count == 1 && !list.text.contains(program.token))
        #expect(try await server.send(.post, "/api/v1/auth/tokens", as: kim, ["name": "READER"]).status == .conflict)
        let id = try #require(made["id"]?.string)
        #expect(try await server.send(.delete, "/api/v1/auth/tokens/\(id)", as: kim).status == .noContent)
        #expect(try await refusal(of: program).code == .unauthenticated)
    }

    @Test func theOwnProfileAndPassword() async throws {
        let jane = try await person("profile")
        let here = try caller(try await signIn("profile"), jane), there = try caller(try await signIn("profile"), jane)
        let changed = try await server.send(.patch, "/api/v1/auth/me", as: here, ["timeZone": "Europe/Berlin", "language": "de"])
        #expect(changed.status == .ok && changed["timeZone"] == "Europe/Berlin")
        let tag = try #require(changed.headers[.eTag])
        #expect(try await server.send(.patch, "/api/v1/auth/me", as: here, ["vip": true, "name": "X"]).faults == ["/vip forbidden"])
        #expect(try await server.send(.patch, "/api/v1/auth/me", as: here, ["name": "Jane"], headers: [.ifMatch: tag]).status == .ok)
        #expect(try await server.send(.patch, "/api/v1/auth/me", as: here, ["name": "John"], headers: [.ifMatch: tag]).status == .preconditionFailed)
        let wrong = try await server.send(.post, "/api/v1/auth/password", as: here, ["currentPassword": "not the one", "newPassword": "short"])
        #expect(wrong.faults == ["/currentPassword invalidValue", "/newPassword invalidValue"])
        let right = try await server.send(
            .post, "/api/v1/auth/password", as: here, ["currentPassword": .string(PeopleDesk.password), "newPassword": "a new long password"])
        #expect(right.status == .noContent)
        #expect(try await refusal(of: there).status == .unauthorized)
        #expect(try await server.send(.get, "/api/v1/auth/me", as: here).status == .ok)
        #expect(try await signIn("profile").status == .unauthorized)
        #expect(try await signIn("profile", password: "a new long password").status == .ok)
    }
}
