import HTTPTypes
import ITSMCore
import NIOCore
import Testing
@testable import ITSMServer

/// What every request meets before and behind its route.
@Suite struct FrontTests {
    static let start = Task { try await TestServer() }
    let server: TestServer

    init() async throws { server = try await Self.start.value }

    @Test func saysWhenThereIsNothing() async throws {
        let answer = try await server.send(.get, "/api/v1/nothing/here")
        #expect(answer.status == .notFound)
        #expect(answer.code == .notFound)
        #expect(answer["instance"] == "/api/v1/nothing/here")
        #expect(answer["type"] == "/api/docs/errors#notFound")
        #expect(answer.headers[.contentType] == "application/problem+json")
    }

    @Test func namesTheMethodsOfAnAddress() async throws {
        for (method, path) in [
            (HTTPRequest.Method.delete, "/api/v1/roles"), (.put, "/api/roles"), (HTTPRequest.Method("PROPFIND")!, "/api/v1/roles"),
        ] {
            let answer = try await server.send(method, path)
            #expect(answer.status == .methodNotAllowed)
            #expect(answer.code == .methodNotAllowed)
            #expect(answer.headers[.allow] == "GET, HEAD, POST")
        }
    }

    @Test func carriesIdsAndSafeHeaders() async throws {
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let given = try await server.send(.get, "/healthz", headers: [.requestID: "my-id.1", .traceParent: trace])
        #expect(given.headers[.requestID] == "my-id.1")
        #expect(given.headers[.traceParent] == trace)
        #expect(given.headers[.xContentTypeOptions] == "nosniff")
        #expect(given.headers[.server] == nil)
        for bad in ["", "a b", String(repeating: "x", count: 101), "<script>"] {
            let answer = try await server.send(.get, "/healthz", headers: [.requestID: bad, .traceParent: "00-zz-zz-01"])
            #expect(answer.headers[.requestID].flatMap { ID<AnyRecord>($0) } != nil)
            #expect(answer.headers[.traceParent] == nil)
        }
    }

    @Test(arguments: [
        nil, "", "Bearer", "Bearer ", "bearer x", "Basic YWRtaW46YWRtaW4=", "Bearer itsm_pat_nonsense", "Bearer a.b.c",
        "Bearer " + String(repeating: "x", count: 100_000),
    ])
    func asksForAToken(header: String?) async throws {
        var headers = HTTPFields()
        headers[.authorization] = header
        let answer = try await server.send(.get, "/api/v1/auth/me", headers: headers)
        #expect(answer.status == .unauthorized)
        #expect(answer.code == .unauthenticated)
        #expect(answer.headers[.wwwAuthenticate] == "Bearer")
    }

    @Test func tellsAnExpiredTokenFromAWrongOne() async throws {
        let kim = try await server.caller("expired")
        let tokens = server.tokens
        let old = try await tokens.issue(for: kim.id, signIn: kim.signIn!, at: SystemClock().now().adding(seconds: -901))
        let answer = try await server.send(
            .get, "/api/v1/auth/me", as: TestCaller(id: kim.id, username: kim.username, signIn: kim.signIn, token: old))
        #expect(answer.code == .tokenExpired)
        #expect(answer.headers[.wwwAuthenticate] == "Bearer error=\"invalid_token\"")
    }

    @Test func aPersonMayAskWhoTheyAre() async throws {
        let kim = try await server.caller("kim")
        let answer = try await server.send(.get, "/api/auth/me", as: kim)
        #expect(answer.status == .ok)
        #expect(answer.headers[.cacheControl]?.contains("no-") == true)
    }

    @Test func headIsGetWithoutABody() async throws {
        let kim = try await server.caller("head")
        let answer = try await server.send(.head, "/api/v1/auth/me", as: kim)
        #expect(answer.status == .ok)
        #expect((answer.headers[.contentLength].flatMap(Int.init) ?? 0) > 10)
    }

    @Test func isAliveAndReady() async throws {
        #expect(try await server.send(.get, "/healthz").status == .ok)
        #expect(try await server.send(.get, "/readyz").status == .ok)
    }
}
