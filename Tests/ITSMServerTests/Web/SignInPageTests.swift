import HTTPTypes
import ITSMCore
import ITSMTestSupport
import Testing
@testable import ITSMServer

/// Signing in by cookie, and what guards a browser's sign-in.
@Suite struct SignInPageTests {
    static let server = Task { try await TestServer() }

    private func person(_ username: String, _ server: TestServer) async throws -> TestCaller {
        let caller = try await server.caller(username, roles: ["agent"])
        var patch = User.Patch()
        patch.password = .value("a long pass phrase")
        _ = try await server.app.services.people.update(.id(caller.id), with: patch, ifVersion: nil, as: .automation())
        return caller
    }

    @Test func aCookieSignsInAndIsGoodForPagesAndTheAPI() async throws {
        let server = try await Self.server.value
        _ = try await person("cookie", server)
        let answer = try await server.submit("/sign-in", ["username": "cookie", "password": "a long pass phrase", "next": "/account"])
        #expect(answer.status == .seeOther)
        #expect(answer.headers[.location] == "/account")
        let cookie = try #require(answer.headers[.setCookie])
        for part in ["itsm_session=", "HttpOnly", "SameSite=Lax", "Path=/"] { #expect(cookie.contains(part)) }
        let me = try await server.send(.get, "/api/v1/auth/me", headers: [.cookie: String(cookie.prefix { $0 != ";" })])
        #expect(me["username"]?.string == "cookie")
    }

    @Test func aWrongPasswordShowsTheFormAgainAndKeepsTheName() async throws {
        let server = try await Self.server.value
        _ = try await person("mistyped", server)
        let answer = try await server.submit("/sign-in", ["username": "mistyped", "password": "no"])
        #expect(answer.status == .unauthorized)
        #expect(answer.headers[.setCookie] == nil)
        #expect(answer.text.contains("value=\"mistyped\""))
        #expect(answer.text.contains("Username or password is wrong"))
    }

    @Test func tooManyWrongPasswordsAreToldToWaitWhoeverIsAsked() async throws {
        let server = try await TestServer(clock: ManualClock())
        _ = try await person("pestered", server)
        for username in ["pestered", "nobody at all"] {
            for _ in 1...5 { #expect(try await server.submit("/sign-in", ["username": username, "password": "no"]).status == .unauthorized) }
            let page = try await server.submit("/sign-in", ["username": username, "password": "a long pass phrase"])
            #expect(page.status == .tooManyRequests)
            #expect(page.text.contains("Wait 15 seconds"))
            #expect(page.text.contains("value=\"\(username)\""))
            #expect(page.headers[.retryAfter] == "15")
            let answer = try await server.send(.post, "/api/v1/auth/login", ["username": .string(username), "password": "a long pass phrase"])
            #expect(answer.status == .tooManyRequests && answer.code == .rateLimited && answer.headers[.retryAfter] != nil)
        }
    }

    @Test func aBrowserThatSignedInBeforeIsNotKeptWaiting() async throws {
        let server = try await TestServer(clock: ManualClock())
        _ = try await person("owner", server)
        let right = ["username": "owner", "password": "a long pass phrase"]
        let first = try await server.submit("/sign-in", right)
        let cookies = first.headers[values: .setCookie].map { String($0.prefix { $0 != ";" }) }
        #expect(cookies.count == 2 && cookies[1].hasPrefix("itsm_known="))
        for _ in 1...6 { _ = try await server.submit("/sign-in", ["username": "owner", "password": "no"]) }
        #expect(try await server.submit("/sign-in", right).status == .tooManyRequests)
        let again = try await server.submit("/sign-in", right.map { ($0.key, $0.value) }, headers: [.cookie: cookies.joined(separator: "; ")])
        #expect(again.status == .seeOther)
        // The sign-in that the browser had is over.
        var old: TestAnswer
        repeat { old = try await server.send(.get, "/api/v1/auth/me", headers: [.cookie: cookies[0]]) } while old.status == .ok
        #expect(old.status == .unauthorized)
    }

    @Test func aLinkLetsAPersonChooseAPassword() async throws {
        let server = try await Self.server.value
        let admin = try await server.caller("linker", roles: ["admin"])
        let forgetful = try await person("forgetful", server)
        let made = try await server.submit("/admin/people/\(forgetful.id)/reset-link", [:], as: admin)
        #expect(made.status == .ok && made.headers[.cacheControl] == "no-store")
        let token = String(try #require(made.text.firstMatch(of: /value="http:\/\/localhost\/reset-password#(itsm_reset_[A-Za-z0-9_-]{43})"/)?.1))
        #expect(!(try await server.open("/admin/people/\(forgetful.id)", as: admin)).text.contains("itsm_reset_"))
        // What stands behind the # reaches no server, and in the query it is of no use.
        #expect(try await server.open("/reset-password").status == .ok)
        #expect(try await !server.open("/reset-password?token=\(token)").text.contains("For forgetful."))
        let page = try await server.submit("/reset-password/open", ["token": token])
        #expect(page.status == .ok && page.text.contains("For forgetful."))
        #expect(page.headers[.cacheControl] == "no-store" && page.headers[.referrerPolicy] == "no-referrer")
        #expect(
            try await server.submit("/reset-password/open", [("token", token)], headers: [.secFetchSite: "cross-site"]).status == .forbidden)
        let common = try await server.submit("/reset-password", ["token": token, "password": "Password1234"])
        #expect(common.status == .unprocessableContent && common.text.contains("easy to guess"))
        let foreign = try await server.submit(
            "/reset-password", [("token", token), ("password", "chosen by the page")], headers: [.secFetchSite: "cross-site"])
        #expect(foreign.status == .forbidden)
        let done = try await server.submit("/reset-password", ["token": token, "password": "chosen by myself now"])
        #expect(done.status == .seeOther && done.headers[.location] == "/sign-in")
        #expect(try await server.submit("/reset-password/open", ["token": token]).status == .notFound)
        #expect(try await server.submit("/reset-password", ["token": token, "password": "chosen by somebody"]).status == .notFound)
        #expect(try await server.submit("/sign-in", ["username": "forgetful", "password": "chosen by myself now"]).status == .seeOther)
    }

    @Test(arguments: ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
    func afterSigningInNobodyIsSentToAnotherSite(_ next: String) async throws {
        let server = try await Self.server.value
        _ = try? await person("wanderer", server)
        let answer = try await server.submit("/sign-in", ["username": "wanderer", "password": "a long pass phrase", "next": next])
        #expect(answer.headers[.location] == "/")
    }

    @Test func aForgedCookieIsNobody() async throws {
        let server = try await Self.server.value
        let caller = try await server.caller("forged")
        let cookie = String(server.app.sessions.cookie(for: caller.signIn!, of: caller.id, secure: false).prefix { $0 != ";" })
        for wrong in [cookie.dropLast(2) + "AA", cookie.prefix(while: { $0 != "." }) + ".\(caller.signIn!).", "itsm_session=a.b.c"] {
            let answer = try await server.send(.get, "/api/v1/auth/me", headers: [.cookie: String(wrong)])
            #expect(answer.status == .unauthorized)
        }
    }

    @Test func aChangeByCookieNeedsTheTokenOfOurPages() async throws {
        let server = try await Self.server.value
        let (caller, other) = (try await server.caller("clicker"), try await server.caller("other"))
        let cookie = String(server.app.sessions.cookie(for: caller.signIn!, of: caller.id, secure: false).prefix { $0 != ";" })
        func attempt(_ more: HTTPFields) async throws -> Int {
            var headers: HTTPFields = [.cookie: cookie]
            for field in more { headers.append(field) }
            return try await server.send(.post, "/api/v1/tickets", ["title": "Made by a page"], headers: headers).status.code
        }
        let token = server.app.sessions.formToken(for: caller.signIn!)
        #expect(try await attempt([:]) == 403)
        #expect(try await attempt([.formToken: server.app.sessions.formToken(for: other.signIn!)]) == 403)
        #expect(try await attempt([.formToken: token, .secFetchSite: "cross-site"]) == 403)
        #expect(try await attempt([.formToken: token, .secFetchSite: "same-site"]) == 403)
        #expect(try await attempt([.formToken: token, .origin: "http://evil.example"]) == 403)
        #expect(try await attempt([.formToken: token, .origin: "http://localhost"]) == 201)
        #expect(try await attempt([.formToken: token, .secFetchSite: "same-origin"]) == 201)
    }

    @Test func whoWasSignedOutForLeavingABrowserUnusedIsToldSo() async throws {
        let clock = ManualClock()
        let server = try await TestServer(clock: clock)
        let caller = try await server.caller("left")
        #expect(try await server.open("/account", as: caller).status == .ok)
        clock.advance(seconds: (720 + 2) * 60 + 1)
        server.app.principals.empty()
        let answer = try await server.open("/account", as: caller)
        #expect(answer.headers[.location] == "/sign-in?next=%2Faccount")
        let cookies = answer.headers[values: .setCookie].map { String($0.prefix { $0 != ";" }) }
        #expect(cookies.contains("itsm_session="))
        let notice = try #require(cookies.first { $0.hasPrefix("itsm_notice=") })
        let page = try await server.open("/sign-in?next=%2Faccount", headers: [.cookie: notice])
        #expect(page.text.contains("You were signed out because this browser was not used for 12 hours."))
        // Whoever brings no cookie of ours is told nothing.
        #expect(try await server.open("/account").headers[.setCookie] == nil)
    }

    /// What a page's scripts ask for while nobody is there does not keep its sign-in alive, and every server writes what it saw.
    @Test func onlyWhatAPersonAsksForIsAUse() async throws {
        let clock = ManualClock()
        let server = try await TestServer(clock: clock)
        let caller = try await server.caller("absent")
        let signIn = try #require(caller.signIn)
        func lastUse(after headers: HTTPFields) async throws -> Instant? {
            clock.advance(seconds: 600)
            server.app.principals.empty()
            #expect(try await server.open("/account", as: caller, headers: headers).status == .ok)
            try await server.app.services.credentialUses.write(to: server.app.services.signIns, server.app.services.apiTokens)
            return try await server.app.database.read { try $0.signIns.find(signIn, of: caller.id)?.lastUsedAt }
        }
        let begun = clock.now()
        #expect(try await lastUse(after: [.background: "1"]) == begun)
        #expect(try await lastUse(after: [:]) ?? begun > begun)
        #expect(server.app.companions.contains { $0 is CredentialUseWriter })
    }

    @Test func theTokenOfAFormIsAnotherEachTime() async throws {
        let server = try await Self.server.value
        let caller = try await server.caller("masked")
        let tokens = Set((0..<8).map { _ in server.app.sessions.formToken(for: caller.signIn!) })
        #expect(tokens.count == 8)
        #expect(tokens.allSatisfy { server.app.sessions.accepts(formToken: $0, for: caller.signIn!) })
    }

    @Test func signingOutEndsTheSignIn() async throws {
        let server = try await Self.server.value
        let caller = try await server.caller("leaver")
        let answer = try await server.submit("/sign-out", [:], as: caller)
        #expect(answer.headers[.location] == "/sign-in")
        let (user, signIn) = (caller.id, caller.signIn)
        #expect(try await server.app.database.read { try $0.signIns.principal(for: user, signIn: signIn, at: $0.now) } == nil)
    }

    @Test func underTLSTheCookieIsBoundToTheHost() async throws {
        let sessions = WebSessions { [[UInt8](repeating: 7, count: 32)] }
        let id = SystemIDSource()
        let cookie = sessions.cookie(for: ID(uuid: id.next(at: Instant(seconds: 0))), of: ID(uuid: id.next(at: Instant(seconds: 0))), secure: true)
        #expect(cookie.hasPrefix("__Host-itsm_session="))
        #expect(cookie.hasSuffix("; Secure"))
    }
}
