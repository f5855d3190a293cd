import HTTPTypes
import ITSMCore
import NIOCore
import Testing
@testable import ITSMServer

/// Whatever comes in, what goes out is a clear problem document, and nothing is written.
@Suite struct HostileBodyTests {
    static let start = Task { try await TestServer() }
    let server: TestServer

    init() async throws { server = try await Self.start.value }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let body: String
        let status: Int
        let code: ErrorCode
        let faults: [String]
        var testDescription: String { name }

        init(_ name: String, _ body: String, _ status: Int, _ code: ErrorCode, _ faults: [String] = []) {
            (self.name, self.body, self.status, self.code, self.faults) = (name, body, status, code, faults)
        }
    }

    static let cases: [Case] = [
        Case("empty", "", 400, .malformed), Case("cut off", #"{"title": "x""#, 400, .malformed), Case("not JSON", "title=x", 400, .malformed),
        Case("twice", #"{"title": "x", "title": "y"}"#, 400, .malformed), Case("raw NUL", "{\"title\": \"a\u{0}b\"}", 400, .malformed),
        Case("deep", String(repeating: "[", count: 200_000), 400, .malformed),
        Case(
            "deep in a field", #"{"title": "x", "customFields": \#(String(repeating: "{\"a\":", count: 50))1\#(String(repeating: "}", count: 50))}"#,
            400, .malformed),
        Case("array", "[]", 422, .invalidValue, [" invalidValue"]), Case("null", "null", 422, .invalidValue, [" invalidValue"]),
        Case("NUL", #"{"title": "a\u0000b"}"#, 422, .invalidValue, ["/title invalidValue"]),
        Case("lone surrogate", #"{"title": "a\ud800b"}"#, 422, .invalidValue, ["/title invalidValue"]),
        Case(
            "wrong types", #"{"title": 5, "impact": true, "tags": "x"}"#, 422, .invalidValue,
            ["/title invalidValue", "/impact invalidValue", "/tags invalidValue"]),
        Case("unknown field", #"{"title": "x", "colour": "red"}"#, 422, .unknownField, ["/colour unknownField"]),
        Case("long title", #"{"title": "\#(String(repeating: "x", count: 301))"}"#, 422, .tooLong, ["/title tooLong"]),
        Case("10 MB title", #"{"title": "\#(String(repeating: "x", count: 10_000_000))"}"#, 413, .tooLarge),
        Case("no title", "{}", 422, .required, ["/title required"]), Case("blank title", #"{"title": "  "}"#, 422, .required, ["/title required"]),
    ]

    @Test(arguments: cases)
    func isRefused(example: Case) async throws {
        let name = "agent-\(example.name.replacing(" ", with: "-").lowercased())"
        let agent = try await server.caller(name, roles: ["agent"])
        let answer = try await server.send(.post, "/api/v1/incidents", as: agent, raw: ByteBuffer(string: example.body))
        #expect(answer.status.code == example.status)
        #expect(answer.code == example.code)
        #expect(answer.faults == example.faults)
        let list = try await server.send(.get, "/api/v1/tickets?limit=1", as: agent)
        #expect(list.items.isEmpty)
    }

    @Test func notUTF8() async throws {
        let agent = try await server.caller("bytes", roles: ["agent"])
        let answer = try await server.send(
            .post, "/api/v1/incidents", as: agent, raw: ByteBuffer(bytes: Array("{\"title\": \"".utf8) + [0xC3, 0x28] + Array("\"}".utf8)))
        #expect(answer.code == .malformed)
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""])
    func anotherMediaType(type: String) async throws {
        let agent = try await server.caller("media\(type.count)", roles: ["agent"])
        let answer = try await server.send(
            .post, "/api/v1/incidents", as: agent, raw: ByteBuffer(string: #"{"title": "x"}"#), headers: [.contentType: type])
        #expect(answer.status == .unsupportedMediaType)
    }

    @Test(arguments: [
        "cursor=x", "cursor=\(String(repeating: "A", count: 100_000))", "cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "limit=0", "limit=501", "limit=-1",
        "limit=99999999999999999999", "limit=ten", "colour=red", "sort=colour", "status=gone", "fields=colour", "q=%00", "q=%FF", "count=all",
        "assignee=%zz",
    ])
    func badQueries(query: String) async throws {
        let agent = try await server.caller("query\(abs(query.hashValue))", roles: ["agent"])
        let answer = try await server.send(.get, "/api/v1/tickets?\(query)", as: agent)
        #expect(answer.status == .badRequest)
    }

    @Test(arguments: [
        "1", "INC", "INC0000000", "INC99999999999999999999", "%00", "%FF", "..", "%2e%2e%2fadmin", "🦆", "01932b4e-7c00-7000-8000-000000000000",
    ])
    func keysThatNameNothing(key: String) async throws {
        let agent = try await server.caller("key\(abs(key.hashValue))", roles: ["agent"])
        let answer = try await server.send(.get, "/api/v1/tickets/\(key)", as: agent)
        #expect(answer.status == .notFound)
    }
}
