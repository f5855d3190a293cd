import HTTPTypes
import ITSMCore
import Testing

@testable import ITSMServer

/// What browsers are told about other sites' pages, and about what they may do with ours.
@Suite struct CORSTests {
    static let start = Task { try await TestServer(edge: { $0.cors = CORS(origins: ["https://tools.example.org"]) }) }
    static let asks: HTTPFields = [.origin: "https://tools.example.org", .accessControlRequestMethod: "PATCH"]

    @Test func aSiteOfTheListMayCallWithATokenOfItsOwn() async throws {
        let server = try await Self.start.value
        let kim = try await server.caller("kim")
        let asked = try await server.send(.options, "/api/v1/roles", headers: Self.asks)
        #expect(asked.status == .noContent)
        #expect(asked.headers[.accessControlAllowOrigin] == "https://tools.example.org")
        #expect(asked.headers[.accessControlAllowMethods] == "GET, HEAD, POST")
        #expect(asked.headers[.accessControlAllowHeaders]?.contains("Authorization") == true)
        let answer = try await server.send(.get, "/api/v1/auth/me", as: kim, headers: [.origin: "https://tools.example.org"])
        #expect(answer.headers[.accessControlAllowOrigin] == "https://tools.example.org")
        #expect(answer.headers[.accessControlExposeHeaders]?.contains("ETag") == true)
        #expect(answer.headers[.vary] == "Authorization, Cookie, Origin")
        // An error too: or else its reader would not know why.
        let refused = try await server.send(.get, "/api/v1/auth/me", headers: [.origin: "https://tools.example.org"])
        #expect(refused.status == .unauthorized && refused.headers[.accessControlAllowOrigin] == "https://tools.example.org")
        for headers in [asked.headers, answer.headers] { #expect(headers[.accessControlAllowCredentials] == nil) }
    }

    @Test(arguments: [
        "https://evil.example.org", "http://tools.example.org", "https://tools.example.org:444", "https://tools.example.org.evil.net", "null",
    ])
    func noOtherMay(origin: String) async throws {
        let server = try await Self.start.value
        let kim = try await server.caller("kim-" + origin.filter { $0.isLetter || $0.isNumber })
        var asks = Self.asks
        asks[.origin] = origin
        #expect(try await server.send(.options, "/api/v1/roles", headers: asks).status == .methodNotAllowed)
        let answer = try await server.send(.get, "/api/v1/auth/me", as: kim, headers: [.origin: origin])
        #expect(answer.headers[.accessControlAllowOrigin] == nil)
        #expect(answer.headers[.vary]?.contains("Origin") == true)
    }

    @Test func pagesAreNeverOpened() async throws {
        let server = try await Self.start.value
        let page = try await server.send(.get, "/sign-in", headers: [.origin: "https://tools.example.org"])
        #expect(page.headers[.accessControlAllowOrigin] == nil)
        #expect(try await server.send(.options, "/sign-in", headers: Self.asks).status == .methodNotAllowed)
    }

    @Test(arguments: [
        ("https://a.example.org", true), ("http://localhost:3000", true), ("https://[::1]:8443", true), ("*", false), ("null", false),
        ("https://", false),
        ("https://a.example.org/", false), ("https://A.example.org", false), ("a.example.org", false),
    ])
    func originsAreKnown(text: String, isOrigin: Bool) { #expect(CORS.isOrigin(text) == isOrigin) }

    // MARK: What browsers may do with answers

    @Test func answersOfTheAPIAreNeitherKeptNorShown() async throws {
        let server = try await TestServer()
        let kim = try await server.caller("kim")
        let answer = try await server.send(.get, "/api/v1/auth/me", as: kim)
        #expect(answer.headers[.cacheControl] == "private, no-store")
        #expect(answer.headers[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
        #expect(answer.headers[.crossOriginResourcePolicy] == "same-origin")
        #expect(answer.headers[.vary] == "Authorization, Cookie")
        #expect(answer.headers[.strictTransportSecurity] == nil)
    }

    @Test(arguments: [("/sign-in", "no-store"), ("/account", "no-store"), ("/admin/people", "no-store"), ("/portal", "private, no-cache")])
    func pagesOfPeopleAreNotKept(path: String, cacheControl: String) async throws {
        let server = try await TestServer()
        let root = try await server.caller("root", roles: ["superAdmin"])
        let page = try await server.open(path, as: root)
        #expect(page.status == .ok)
        #expect(page.headers[.cacheControl] == cacheControl)
        #expect(page.headers[.permissionsPolicy]?.contains("camera=()") == true)
    }

    @Test func signingOutClearsWhatTheBrowserKept() async throws {
        let server = try await TestServer()
        let kim = try await server.caller("kim")
        let answer = try await server.submit("/sign-out", [], as: kim)
        #expect(answer.status == .seeOther && answer.headers[.clearSiteData] == "\"cache\"")
    }
}
