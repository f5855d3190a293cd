import Foundation
import ITSMCore
import Testing

@testable import itsmctl

@Suite struct AuthTests {
    static func desk(needsCode: Bool = false) -> LocalServer {
        LocalServer { request in
            switch (request.method, request.path) {
            case ("POST", "/api/v1/auth/login"):
                if !request.text.contains("\"s3cret\"") { return .problem(401, "badCredentials") }
                if needsCode, !request.text.contains("\"123456\"") { return .problem(401, "otpRequired") }
                return .json("{\"accessToken\":\"a1\",\"refreshToken\":\"r1\",\"expiresIn\":900}")
            case ("GET", "/api/v1/auth/me") where request.headers["authorization"] != nil:
                return .json("{\"id\":\"id-1\",\"username\":\"ada\",\"name\":\"Ada\"}")
            case ("POST", "/api/v1/auth/logout"): return LocalServer.Reply(status: 204)
            default: return .problem(401, "unauthenticated")
            }
        }
    }

    @Test func signsInWithAPasswordFromStandardInput() async throws {
        let server = Self.desk()
        var machine = TestMachine(url: server.url, token: nil)
        machine.input = "s3cret\n"
        #expect(await machine.itsmctl("auth", "login", "--username", "ada", "--password-stdin").status == .done)
        let profile = try #require(try machine.profiles.load()["default"])
        #expect(profile.url == server.url)
        #expect(profile.username == "ada")
        #expect(profile.accessToken == "a1")
        #expect(profile.refreshToken == "r1")

        #expect(await machine.itsmctl("auth", "token").output == "a1\n")
        let status = await machine.itsmctl("auth", "status")
        #expect(status.output.contains("username\tada"))

        #expect(await machine.itsmctl("auth", "logout").status == .done)
        #expect(server.requests.last?.path == "/api/v1/auth/logout")
        #expect(try machine.profiles.load()["default"]?.isSignedIn == false)
        #expect(await machine.itsmctl("auth", "token").status == .authenticationNeeded)
    }

    @Test func asksOnATerminal() async throws {
        let server = Self.desk(needsCode: true)
        var machine = TestMachine(url: server.url, token: nil)
        machine.isTerminal = true
        machine.answers = ["ada", "s3cret", "123456"]
        let run = await machine.itsmctl("auth", "login", "--profile", "work")
        #expect(run.status == .done, "\(run.notes)")
        #expect(try machine.profiles.load()["work"]?.username == "ada")
        #expect(!run.notes.contains("s3cret"))
    }

    @Test func setsASecondFactorUp() async throws {
        let server = LocalServer { request in
            switch (request.method, request.path) {
            case ("POST", "/api/v1/auth/mfa") where request.text.contains("\"s3cret\""):
                .json("{\"secret\":\"MZXW6YTBOI\",\"uri\":\"otpauth://totp/x\"}")
            case ("POST", "/api/v1/auth/mfa/confirm") where request.text.contains("\"123456\""):
                .json("{\"recoveryCodes\":[\"aaaaa-bbbbb\",\"ccccc-ddddd\"]}")
            default: .problem(422, "invalidValue")
            }
        }
        var machine = TestMachine(url: server.url)
        machine.isTerminal = true
        machine.answers = ["s3cret", "123456"]
        let run = await machine.itsmctl("auth", "mfa", "setup")
        #expect(run.status == .done, "\(run.notes)")
        #expect(run.output == "aaaaa-bbbbb\nccccc-ddddd\n" && run.notes.contains("MZXW6YTBOI"))
        #expect(!run.notes.contains("s3cret"))
    }

    @Test func storesAnAPIToken() async throws {
        let server = Self.desk()
        var machine = TestMachine(url: server.url, token: nil)
        machine.input = "itsm_pat_x\n"
        #expect(await machine.itsmctl("auth", "login", "--with-token").status == .done)
        let profile = try #require(try machine.profiles.load()["default"])
        #expect(profile.apiToken == "itsm_pat_x")
        #expect(profile.username == "ada")
        #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer itsm_pat_x"])
    }

    @Test(arguments: [["--username", "ada", "--password-stdin"], ["--with-token"]])
    func wrongCredentialsChangeNothing(arguments: [String]) async throws {
        let server = LocalServer { _ in .problem(401, "badCredentials") }
        var machine = TestMachine(url: server.url, token: nil)
        machine.input = "wrong"
        #expect(await machine.run(["auth", "login"] + arguments).status == .authenticationNeeded)
        #expect(try machine.profiles.load().isEmpty)
    }

    @Test func withoutATerminalItSaysHow() async {
        let run = await TestMachine(url: "http://127.0.0.1:1", token: nil).itsmctl("auth", "login", "--username", "ada")
        #expect(run.status == .usageOrCancelled)
        #expect(run.notes.contains("--password-stdin"))
    }

    @Test func signingOutForgetsEvenWhenTheDeskIsAway() async throws {
        let machine = TestMachine(token: nil)
        let url = LocalServer { _ in .json("{}") }.url  // free again at once
        try await machine.profiles.update("default") { $0 = Profile(url: url, accessToken: "a", refreshToken: "r") }
        #expect(await machine.itsmctl("auth", "logout").status == .done)
        #expect(try machine.profiles.load()["default"]?.isSignedIn == false)
    }

    @Test func aPlainAddressIsWarnedOf() async {
        var machine = TestMachine(url: "http://desk.invalid", token: nil)
        machine.input = "x"
        #expect(await machine.itsmctl("auth", "login", "--username", "a", "--password-stdin").notes.contains("not encrypted"))
    }
}
