import HTTPTypes
import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing
@testable import ITSMServer

/// Signing in with a second factor, and setting one up, in a browser and over REST.
@Suite struct SecondFactorPageTests {
    private static let password = "a long pass phrase"

    private func person(_ username: String, _ server: TestServer, roles: [String] = ["agent"]) async throws -> TestCaller {
        let caller = try await server.caller(username, roles: roles)
        var patch = User.Patch()
        patch.password = .value(Self.password)
        _ = try await server.app.services.people.update(.id(caller.id), with: patch, ifVersion: nil, as: .automation())
        return try await server.signedIn(caller.id, username)
    }

    private func code(_ secret: String, _ clock: ManualClock) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        let bits = secret.filter { $0 != " " }.flatMap { character in (0..<5).map { (digits.firstIndex(of: character) ?? 0) >> (4 - $0) & 1 } }
        let seed = stride(from: 0, to: bits.count - 7, by: 8).map { start in bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | UInt8($1) } }
        return TimeBasedCodes().code(of: seed, step: clock.now().microseconds / 30_000_000)
    }

    /// Sets one up on the pages; gives the seed.
    private func setUp(_ caller: TestCaller, _ server: TestServer, _ clock: ManualClock) async throws -> String {
        let page = try await server.submit("/account/second-factor/begin", ["currentPassword": Self.password], as: caller)
        #expect(page.status == .ok && page.headers[.cacheControl] == "no-store")
        #expect(page.text.contains("<svg class=\"qr\" viewBox=\"0 0 "))
        let secret = String(try #require(page.text.firstMatch(of: /class="seed" value="([A-Z2-7 ]+)"/)?.1))
        let wrong = try await server.submit("/account/second-factor/confirm", ["code": "000000"], as: caller)
        #expect(wrong.status == .unprocessableContent && wrong.text.contains(secret) && wrong.text.contains("This code is not right"))
        let done = try await server.submit("/account/second-factor/confirm", ["code": code(secret, clock)], as: caller)
        #expect(done.status == .ok && done.text.matches(of: /<li><code>[a-z0-9]{4}(?:-[a-z0-9]{4}){6}<\/code>/).count == Limits.recoveryCodes)
        clock.advance(seconds: 60)
        return secret
    }

    private func cookies(_ answer: TestAnswer) -> [String: String] {
        let pairs = answer.headers[values: .setCookie].map { $0.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.map { ($0[0], $0.count == 2 ? $0[1] : "") }, uniquingKeysWith: { $1 })
    }

    @Test func fromSettingUpToATrustedBrowser() async throws {
        let clock = ManualClock()
        let server = try await TestServer(clock: clock)
        let kim = try await person("kim", server)
        #expect(try await server.open("/account", as: kim).text.contains("a password alone lets nobody in"))
        let secret = try await setUp(kim, server, clock)
        #expect(try await server.open("/account", as: kim).text.contains("10 recovery codes are left"))

        let first = try await server.submit("/sign-in", ["username": "kim", "password": Self.password, "next": "/queue"])
        #expect(first.status == .seeOther && first.headers[.location] == "/sign-in/code?next=%2Fqueue")
        let challenge = try #require(cookies(first)["itsm_challenge"])
        #expect(cookies(first)["itsm_session"] == nil)
        let headers: HTTPFields = [.cookie: "itsm_challenge=\(challenge)"]
        #expect(try await server.open("/sign-in/code?next=%2Fqueue").text.contains("autocomplete=\"one-time-code\""))
        let wrong = try await server.submit("/sign-in/code", [("code", "000000"), ("next", "/queue")], headers: headers)
        #expect(wrong.status == .unauthorized && wrong.text.contains("value=\"/queue\"") && cookies(wrong)["itsm_session"] == nil)
        let right = try await server.submit(
            "/sign-in/code", [("code", code(secret, clock)), ("next", "/queue"), ("trust", "true")], headers: headers)
        #expect(right.status == .seeOther && right.headers[.location] == "/queue")
        let kept = cookies(right)
        #expect(kept["itsm_session"]?.isEmpty == false && kept["itsm_challenge"] == "")
        #expect(try await server.open("/account", as: kim).text.contains("Trusted browsers"))

        let trusted = try #require(kept["itsm_trusted"])
        let again = try await server.submit(
            "/sign-in", [("username", "kim"), ("password", Self.password)], headers: [.cookie: "itsm_trusted=\(trusted)"])
        #expect(again.status == .seeOther && again.headers[.location] == "/")
        let late = try await server.submit("/sign-in/code", [("code", code(secret, clock))], headers: [.cookie: "itsm_challenge=nonsense"])
        #expect(late.status == .seeOther && late.headers[.location] == "/sign-in")
    }

    @Test func overRESTTheCodeComesWithTheSameRequest() async throws {
        let clock = ManualClock()
        let server = try await TestServer(clock: clock)
        let kim = try await person("kim", server)
        #expect(try await server.send(.get, "/api/v1/auth/mfa", as: kim)["isOn"] == false)
        let refused = try await server.send(.post, "/api/v1/auth/mfa", as: kim, ["currentPassword": "not the one at all"])
        #expect(refused.faults == ["/currentPassword invalidValue"])
        let begun = try await server.send(.post, "/api/v1/auth/mfa", as: kim, ["currentPassword": .string(Self.password)])
        #expect(begun.status == .ok && begun.headers[.cacheControl] == "no-store")
        #expect(begun["uri"]?.string?.hasPrefix("otpauth://totp/Service%20desk:kim?secret=") == true)
        let secret = try #require(begun["secret"]?.string)
        let done = try await server.send(.post, "/api/v1/auth/mfa/confirm", as: kim, ["code": .string(code(secret, clock))])
        guard case .array(let recovery)? = done["recoveryCodes"] else { return #expect(Bool(false), "\(done.text)") }
        #expect(recovery.count == Limits.recoveryCodes)
        clock.advance(seconds: 60)
        let bare: JSONValue = ["username": "kim", "password": .string(Self.password)]
        let needed = try await server.send(.post, "/api/v1/auth/login", bare)
        #expect(needed.status == .unauthorized && needed.code == .otpRequired)
        let full: JSONValue = ["username": "kim", "password": .string(Self.password), "otp": .string(code(secret, clock))]
        #expect(try await server.send(.post, "/api/v1/auth/login", full).status == .ok)
        #expect(try await server.send(.post, "/api/v1/auth/login", full).code == .badCredentials)
        let byRecovery: JSONValue = ["username": "kim", "password": .string(Self.password), "otp": recovery[0]]
        #expect(try await server.send(.post, "/api/v1/auth/login", byRecovery).status == .ok)
        // Nothing of it is in the record.
        let admin = try await server.caller("auditor", roles: ["admin"])
        let log = try await server.send(.get, "/api/v1/audit", as: admin)
        #expect(log.text.contains("user.secondFactorAdded") && !log.text.contains(secret))
        #expect(try await server.send(.get, "/api/v1/users/\(kim.id)/second-factor", as: admin)["isOn"] == true)
        #expect(try await server.send(.delete, "/api/v1/users/\(kim.id)/second-factor", as: admin).status == .noContent)
        #expect(try await server.send(.post, "/api/v1/auth/login", bare).status == .ok)
    }

    @Test func whoMustHaveOneCanDoNothingElseBefore() async throws {
        let clock = ManualClock()
        let server = try await TestServer(clock: clock)
        let root = try await server.caller("root", roles: ["superAdmin"])
        let kim = try await person("kim", server)
        let token = try await server.send(.post, "/api/v1/auth/tokens", as: kim, ["name": "script"])
        let script = TestCaller(id: kim.id, username: "kim", signIn: nil, token: try #require(token["token"]?.string))
        #expect(try await server.send(.patch, "/api/v1/roles/agent", as: root, ["requiresSecondFactor": true]).status == .ok)
        var page: TestAnswer
        repeat { page = try await server.open("/queue", as: kim) } while page.status == .ok
        #expect(page.status == .seeOther && page.headers[.location] == "/account/second-factor")
        #expect(try await server.send(.get, "/api/v1/tickets", as: kim).status == .forbidden)
        #expect(try await server.send(.post, "/api/v1/auth/tokens", as: kim, ["name": "another"]).status == .forbidden)
        #expect(try await server.open("/account", as: kim).headers[.location] == "/account/second-factor")
        #expect(try await server.send(.get, "/api/v1/tickets", as: script).status == .ok)
        let start = try await server.open("/account/second-factor", as: kim)
        #expect(start.text.contains("One of your roles asks for a second factor") && start.text.contains("Sign out"))
        _ = try await setUp(kim, server, clock)
        #expect(try await server.open("/queue", as: kim).status == .ok)
        let refused = try await server.submit("/account/second-factor/remove", ["currentPassword": Self.password], as: kim)
        #expect(refused.status == .forbidden && refused.text.contains("asks for a second factor"))
    }

    @Test func anAdministratorTakesItAwayOnThePersonsPage() async throws {
        let clock = ManualClock()
        let server = try await TestServer(clock: clock)
        let admin = try await server.caller("admin", roles: ["admin"]), kim = try await person("kim", server)
        #expect(!(try await server.open("/admin/people/\(kim.id)", as: admin)).text.contains("second factor of Kim"))
        _ = try await setUp(kim, server, clock)
        #expect(try await server.open("/admin/people/\(kim.id)", as: admin).text.contains("Take away the second factor of Kim"))
        #expect(try await server.submit("/admin/people/\(kim.id)/second-factor", [:], as: admin).status == .seeOther)
        #expect(try await server.submit("/sign-in", ["username": "kim", "password": Self.password]).headers[.location] == "/")
    }
}
