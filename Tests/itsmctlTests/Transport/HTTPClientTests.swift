import Foundation
import ITSMTransport
import Synchronization
import Testing

@Suite struct HTTPClientTests {
    let client = HTTPClient(userAgent: "test/1")

    @Test(arguments: ["GET", "POST", "PATCH", "PUT", "DELETE"])
    func sendsMethodHeadersAndBody(method: String) async throws {
        let server = LocalServer { _ in .json("{}", status: 201, headers: ["ETag": "\"1-a\"", "X-Two": "b"]) }
        let body: HTTPRequest.Body = method == "GET" ? .none : .data(Data("{\"a\":1}".utf8))
        let response = try await client.send(HTTPRequest(method, server.url + "/x?y=1", headers: ["If-Match": "\"1\""], body: body))

        #expect(response.status == 201)
        #expect(response.headers["etag"] == "\"1-a\"")
        let request = try #require(server.requests.first)
        #expect(request.method == method)
        #expect(request.target == "/x?y=1")
        #expect(request.headers["if-match"] == "\"1\"")
        #expect(request.headers["user-agent"] == "test/1")
        #expect(request.text == (method == "GET" ? "" : "{\"a\":1}"))
    }

    @Test func headHasNoBody() async throws {
        let server = LocalServer { _ in LocalServer.Reply() }
        #expect(try await client.send(HTTPRequest("HEAD", server.url + "/")).status == 200)
        #expect(server.requests.map(\.method) == ["HEAD"])
    }

    @Test func keepsTheConnection() async throws {
        let server = LocalServer { _ in .json("{}") }
        for _ in 1...3 { _ = try await client.send(HTTPRequest("GET", server.url + "/")) }
        #expect(server.requests.map(\.ordinalOnConnection) == [1, 2, 3])
    }

    @Test func runsExchangesSideBySide() async throws {
        // Each waits until all have arrived: one after the other would never end.
        let arrived = Mutex(0)
        let all = NSCondition()
        let server = LocalServer { _ in
            all.lock()
            arrived.withLock { $0 += 1 }
            while arrived.withLock({ $0 }) < 12 { all.wait() }
            all.broadcast()
            all.unlock()
            return .json("{}")
        }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<12 { group.addTask { try await client.send(HTTPRequest("GET", server.url + "/")).status } }
            for try await status in group { #expect(status == 200) }
        }
    }

    @Test func streamsASuccessAndKeepsARefusal() async throws {
        let large = Data(repeating: 7, count: 3_000_000)
        let server = LocalServer { $0.path == "/ok" ? LocalServer.Reply(body: large) : .problem(404, "notFound") }
        let seen = Mutex(Data())
        let ok = try await client.stream(HTTPRequest("GET", server.url + "/ok")) { bytes in seen.withLock { $0.append(contentsOf: bytes) } }
        #expect(ok.body.isEmpty)
        #expect(seen.withLock { $0 } == large)

        let refused = try await client.stream(HTTPRequest("GET", server.url + "/no")) { _ in Issue.record("a refusal is not streamed") }
        #expect(refused.status == 404)
        #expect(String(decoding: refused.body, as: UTF8.self).contains("notFound"))
    }

    @Test func theReaderCanEndTheStream() async throws {
        struct Enough: Error {}
        let server = LocalServer { _ in LocalServer.Reply(body: Data(repeating: 7, count: 1_000_000)) }
        await #expect(throws: Enough.self) {
            try await client.stream(HTTPRequest("GET", server.url + "/")) { _ in throw Enough() }
        }
    }

    @Test func sendsAFormWithTheFileLastAndTellsProgress() async throws {
        let file = NSTemporaryDirectory() + "upload-\(UUID().uuidString)"
        let content = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try content.write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let server = LocalServer { _ in .json("{}", status: 202) }
        let most = Mutex(Int64(0))
        let body = HTTPRequest.Body.form([
            FormPart("preset", text: "servicenow"), FormPart("file", file: file, filename: "a \"b\".csv", contentType: "text/csv"),
        ])
        let response = try await client.send(HTTPRequest("POST", server.url + "/imports", body: body)) { progress in
            most.withLock { $0 = max($0, progress.sent) }
        }
        #expect(response.status == 202)

        let request = try #require(server.requests.first)
        let type = try #require(request.headers["content-type"])
        let boundary = try #require(type.components(separatedBy: "boundary=").last)
        #expect(type.hasPrefix("multipart/form-data"))
        var expected = Data("--\(boundary)\r\nContent-Disposition: form-data; name=\"preset\"\r\n\r\nservicenow\r\n".utf8)
        expected += Data(
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a %22b%22.csv\"\r\nContent-Type: text/csv\r\n\r\n".utf8)
        expected += content + Data("\r\n--\(boundary)--\r\n".utf8)
        #expect(request.body == expected)
        #expect(most.withLock { $0 } == Int64(expected.count))
    }

    @Test func anUnreachableHostIsNamedWithWhatToCheck() async throws {
        let port = LocalServer { _ in .json("{}") }.port  // free again at once
        let failure = await #expect(throws: TransportError.self) {
            try await client.send(HTTPRequest("GET", "http://127.0.0.1:\(port)/api?token=secret"))
        }
        let text = try #require(failure).description
        #expect(text.contains("http://127.0.0.1:\(port)/api"))
        #expect(text.contains("Check"))
        #expect(!text.contains("secret"))
        #expect(try #require(failure).wasNeverSent)
    }

    @Test(arguments: [
        ("ftp://127.0.0.1/", TransportError.invalidURL("ftp://127.0.0.1/")), ("http://", .invalidURL("http://")),
    ])
    func refusesWhatIsNoWebAddress(url: String, expected: TransportError) async throws {
        await #expect(throws: expected) { try await client.send(HTTPRequest("GET", url)) }
    }

    @Test func aSilentServerTimesOut() async throws {
        let server = LocalServer { _ in LocalServer.Reply(hangs: true) }
        await #expect(throws: TransportError.timedOut(url: server.url + "/")) {
            try await client.send(HTTPRequest("GET", server.url + "/", timeout: .milliseconds(50)))
        }
    }

    @Test func anAnswerThatBreaksOffIsInterrupted() async throws {
        let server = LocalServer { _ in LocalServer.Reply(body: Data("half".utf8), breaksOff: true) }
        let failure = await #expect(throws: TransportError.self) { try await client.send(HTTPRequest("GET", server.url + "/")) }
        #expect(try #require(failure).wasNeverSent == false)
    }

    @Test func cancellingEndsTheExchange() async throws {
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        let server = LocalServer { _ in
            arrived.yield()
            return LocalServer.Reply(hangs: true)
        }
        let task = Task { try await client.send(HTTPRequest("GET", server.url + "/")) }
        for await _ in arrivals { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func aHeaderCannotSmuggleAnother() async throws {
        let server = LocalServer { _ in .json("{}") }
        await #expect(throws: TransportError.self) {
            try await client.send(HTTPRequest("GET", server.url + "/", headers: ["X-A": "b\r\nX-C: d"]))
        }
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: [
        ("7", 7), ("0", 0), ("-3", 0), ("Thu, 01 Jan 1970 00:16:50 GMT", 10), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ])
    func readsRetryAfter(value: String, seconds: Int) {
        #expect(HTTPResponse(status: 429, headers: ["retry-after": value]).retryAfterSeconds(at: 1_000) == seconds)
    }

    @Test func withoutRetryAfterThereIsNoWait() {
        #expect(HTTPResponse(status: 429).retryAfterSeconds(at: 0) == nil)
        #expect(HTTPResponse(status: 429, headers: ["Retry-After": "soon"]).retryAfterSeconds(at: 0) == nil)
    }
}
