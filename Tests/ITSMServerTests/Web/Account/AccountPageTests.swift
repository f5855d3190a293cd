import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

/// One's own account.
@Suite struct AccountPageTests {
    static let server = Task { try await TestServer() }

    private func person(_ name: String, roles: [String] = ["requester"]) async throws -> (TestServer, TestCaller) {
        let server = try await Self.server.value
        return (server, try await server.caller(name, roles: roles))
    }

    @Test func theProfileIsSavedAndFaultsKeepWhatWasTyped() async throws {
        let (server, caller) = try await person("profile")
        #expect(try await server.open("/account", as: caller).text.contains("You sign in as profile."))
        #expect(
            try await server.submit("/account", ["name": "Paula", "timeZone": "Europe/Berlin", "language": "de"], as: caller).status == .seeOther)
        let me = try await server.send(.get, "/api/v1/auth/me", as: caller)
        #expect(me["name"] == "Paula" && me["timeZone"] == "Europe/Berlin")
        let wrong = try await server.submit("/account", ["name": "<i>Paula</i>", "timeZone": "Mars/Crater", "language": "de"], as: caller)
        #expect(wrong.status == .unprocessableContent)
        #expect(wrong.text.contains("id=\"timeZone-fault\"") && wrong.text.contains("&lt;i&gt;Paula"))
        #expect(!wrong.text.contains("<i>Paula</i>"))
    }

    @Test(arguments: [("dark", "itsm_theme=dark"), ("light", "itsm_theme=light"), ("system", "Max-Age=0"), ("<script>", "Max-Age=0")])
    func theThemeIsACookieThatScriptsMayChangeToo(_ theme: String, _ expected: String) async throws {
        let server = try await Self.server.value
        let caller = try await server.caller("theme-\(theme.count)-\(theme.first!)")
        let answer = try await server.submit("/account/theme", ["theme": theme], as: caller)
        let cookie = try #require(answer.headers[.setCookie])
        #expect(cookie.contains(expected) && !cookie.contains("HttpOnly"))
    }

    @Test func thePasswordChangesOnlyWithTheOldOne() async throws {
        let (server, caller) = try await person("changer")
        var patch = User.Patch()
        patch.password = .value("a long pass phrase")
        _ = try await server.app.services.people.update(.id(caller.id), with: patch, ifVersion: nil, as: .automation())
        let signedIn = try await server.signedIn(caller.id, "changer")
        #expect(try await server.open("/account", as: signedIn).text.contains("autocomplete=\"username\" value=\"\(caller.username)\" hidden"))
        let wrong = try await server.submit(
            "/account/password", ["currentPassword": "not this one", "newPassword": "another pass phrase"], as: signedIn)
        #expect(wrong.status == .unprocessableContent)
        #expect(wrong.text.contains("id=\"currentPassword-fault\"") && !wrong.text.contains("another pass phrase"))
        let right = try await server.submit(
            "/account/password", ["currentPassword": "a long pass phrase", "newPassword": "another pass phrase"], as: signedIn)
        #expect(right.status == .seeOther)
    }

    @Test func signInsAreListedAndEnded() async throws {
        let (server, caller) = try await person("everywhere")
        let other = try await server.signedIn(caller.id, "everywhere")
        let page = try await server.open("/account", as: caller)
        #expect(page.text.contains("This one"))
        #expect(page.text.contains("value=\"\(other.signIn!)\"") && !page.text.contains("value=\"\(caller.signIn!)\""))
        #expect(try await server.submit("/account/sign-ins/end", ["id": "\(other.signIn!)"], as: caller).status == .seeOther)
        #expect(try await !server.open("/account", as: caller).text.contains("value=\"\(other.signIn!)\""))
        let third = try await server.signedIn(caller.id, "everywhere")
        #expect(try await server.submit("/account/sign-ins/end-others", [:], as: caller).status == .seeOther)
        #expect(try await !server.open("/account", as: caller).text.contains("value=\"\(third.signIn!)\""))
        let foreign = try await server.caller("foreigner")
        #expect(try await server.submit("/account/sign-ins/end", ["id": "\(foreign.signIn!)"], as: caller).status == .notFound)
    }

    @Test func aTokenIsShownOnceAndRevoked() async throws {
        let (server, caller) = try await person("tokener")
        let made = try await server.submit(
            "/account/tokens", [("name", "Nightly"), ("permissions", "tickets:read"), ("expiresAt", "7")], as: caller)
        #expect(made.status == .ok)
        #expect(made.headers[.cacheControl] == "no-store")
        let secret = try #require(made.text.firstMatch(of: /itsm_pat_[A-Za-z0-9_-]+/)?.0)
        let page = try await server.open("/account", as: caller)
        #expect(page.text.contains("Nightly") && !page.text.contains(secret))
        #expect(try await server.send(.get, "/api/v1/tickets", headers: [.authorization: "Bearer \(secret)"]).status == .ok)
        let again = try await server.submit("/account/tokens", [("name", "Nightly"), ("permissions", "tickets:read")], as: caller)
        #expect(again.text.contains("id=\"token-name-fault\"") && again.text.contains("href=\"#token-name\""))
        let beyond = try await server.submit("/account/tokens", [("name", "More"), ("permissions", "roles:manage")], as: caller)
        #expect(beyond.status == .unprocessableContent && beyond.text.contains("id=\"token-permissions-fault\""))
        let id = try #require(try await server.send(.get, "/api/v1/auth/tokens", as: caller).items.first?["id"]?.string)
        #expect(try await server.submit("/account/tokens/revoke", ["id": id], as: caller).status == .seeOther)
        #expect(try await server.open("/account", as: caller).text.contains("You have no API tokens"))
    }

    @Test(arguments: [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("itsmctl/0.1.0", "itsmctl"), ("curl/8.0", "curl/8.0"),
    ])
    func clientsHaveWords(_ client: String, _ words: String) { #expect(ClientWords(client).words == words) }
}
