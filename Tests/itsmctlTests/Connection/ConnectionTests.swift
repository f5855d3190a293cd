import Foundation
import ITSMCore
import Synchronization
import Testing

@testable import itsmctl

@Suite struct ConnectionTests {
    @Test func sendsTheTokenAndTheKey() async throws {
        let server = LocalServer { _ in .json("{\"number\":\"INC0000001\"}", status: 201) }
        let run = await TestMachine(url: server.url, token: "abc").itsmctl("incident", "create", "--title", "x")
        #expect(run.status == .done)
        let request = try #require(server.requests.first)
        #expect(request.headers["authorization"] == "Bearer abc")
        #expect(request.headers["content-type"] == "application/json")
        #expect(UUID(uuidString: request.headers["idempotency-key"] ?? "") != nil)
    }

    @Test(arguments: [
        LocalServer.Reply.problem(429, "rateLimited", headers: ["Retry-After": "0"]), .problem(503, "unavailable", headers: ["Retry-After": "0"]),
        LocalServer.Reply(body: Data("half".utf8), breaksOff: true),
    ])
    func triesAgainWithTheSameKey(first: LocalServer.Reply) async throws {
        let count = Mutex(0)
        let server = LocalServer { _ in
            count.withLock {
                $0 += 1; return $0
            } < 2 ? first : .json("{\"number\":\"INC0000001\"}", status: 201)
        }
        let run = await TestMachine(url: server.url).itsmctl("incident", "create", "--title", "x", "-o", "name")
        #expect(run.status == .done)
        #expect(run.output == "INC0000001\n")
        #expect(run.notes.contains("Trying again"))
        let keys = server.requests.map { $0.headers["idempotency-key"] }
        #expect(keys.count == 2)
        #expect(keys[0] != nil && keys[0] == keys[1])
    }

    @Test func givesUpInTime() async {
        let server = LocalServer { _ in .problem(503, "unavailable", headers: ["Retry-After": "0"]) }
        #expect(await TestMachine(url: server.url).itsmctl("ticket", "list").status == .unavailable)
        #expect(server.requests.count == 4)
    }

    @Test func doesNotWaitForever() async {
        let server = LocalServer { _ in .problem(429, "rateLimited", headers: ["Retry-After": "3600"]) }
        #expect(await TestMachine(url: server.url).itsmctl("ticket", "list").status == .unavailable)
        #expect(server.requests.count == 1)
    }

    /// A desk whose access tokens end, and that gives new ones once for each refresh token.
    private static func desk() -> LocalServer {
        LocalServer { request in
            switch (request.path, request.headers["authorization"]) {
            case ("/api/v1/auth/refresh", _):
                .json("{\"accessToken\":\"new\",\"refreshToken\":\"r2\",\"expiresIn\":900}", status: request.text.contains("\"r1\"") ? 200 : 401)
            case (_, "Bearer new"): .json("{\"items\":[]}")
            default: .problem(401, "tokenExpired")
            }
        }
    }

    private static func signedIn(at url: String, expiresAt: Instant) async throws -> TestMachine {
        let machine = TestMachine(token: nil)
        let profile = Profile(url: url, username: "ada", accessToken: "old", refreshToken: "r1", expiresAt: expiresAt)
        try await machine.profiles.update("default") { $0 = profile }
        return machine
    }

    @Test(arguments: [-60, 3_600])
    func renewsTheSignInAndStoresIt(expiresInSeconds: Int64) async throws {
        let server = Self.desk()
        let machine = try await Self.signedIn(at: server.url, expiresAt: SystemClock().now().adding(seconds: expiresInSeconds))
        #expect(await machine.itsmctl("ticket", "list").status == .done)
        let stored = try #require(try machine.profiles.load()["default"])
        #expect(stored.accessToken == "new")
        #expect(stored.refreshToken == "r2")
        // Known to have ended: not even tried.
        #expect(server.requests.filter { $0.headers["authorization"] == "Bearer old" }.count == (expiresInSeconds < 0 ? 0 : 1))
    }

    @Test func severalAtOnceRefreshOnce() async throws {
        let server = Self.desk()
        let machine = try await Self.signedIn(at: server.url, expiresAt: SystemClock().now().adding(seconds: -60))
        await withTaskGroup(of: Outcome.self) { group in
            for _ in 0..<5 { group.addTask { await machine.itsmctl("ticket", "list").status } }
            for await status in group { #expect(status == .done) }
        }
        #expect(server.requests.filter { $0.path == "/api/v1/auth/refresh" }.count == 1)
    }

    @Test func aSignInThatEndedSaysWhatToDo() async throws {
        let server = LocalServer { _ in .problem(401, "unauthenticated") }
        let machine = try await Self.signedIn(at: server.url, expiresAt: SystemClock().now().adding(seconds: 3_600))
        let run = await machine.itsmctl("ticket", "list")
        #expect(run.status == .authenticationNeeded)
        #expect(run.notes.contains("itsmctl auth login"))
    }

    @Test func anotherAddressNeverSeesTheSignIn() async throws {
        let server = LocalServer { _ in .json("{\"items\":[]}") }
        let machine = try await Self.signedIn(at: "http://127.0.0.1:1", expiresAt: SystemClock().now().adding(seconds: 3_600))
        _ = await machine.itsmctl("ticket", "list", "--url", server.url)
        #expect(server.requests.map { $0.headers["authorization"] } == [nil])
    }

    @Test(arguments: [
        ("desk.example.org", "http://desk.example.org"), ("https://desk.example.org/", "https://desk.example.org"),
        ("https://desk.example.org/api/v1/", "https://desk.example.org"), ("https://example.org/desk", "https://example.org/desk"),
    ])
    func understandsAddresses(given: String, base: String) throws {
        let options = try ConnectionOptions.parse(["--url", given])
        #expect(try options.baseURL(TestMachine().console(Streams()), nil) == base)
    }

    @Test func environmentAndFlagsGoBeforeTheProfile() throws {
        let stored = Profile(url: "http://profile")
        let machine = TestMachine(url: "http://environment")
        #expect(try ConnectionOptions.parse(["--url", "http://flag"]).baseURL(machine.console(Streams()), stored) == "http://flag")
        #expect(try ConnectionOptions.parse([]).baseURL(machine.console(Streams()), stored) == "http://environment")
        #expect(try ConnectionOptions.parse([]).baseURL(TestMachine().console(Streams()), stored) == "http://profile")
        #expect(try ConnectionOptions.parse([]).baseURL(TestMachine().console(Streams()), nil) == "http://127.0.0.1:8080")
    }
}
