import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ITSMCore
import NIOCore
import NIOPosix
import Testing
@testable import ITSMServer

/// Over a real connection: what the protocol itself asks for.
@Suite struct LiveServerTests {
    static let start = Task { try await TestServer() }

    /// Sends `text` on one connection and reads until the server closes it or `isEnough`.
    static func exchange(_ port: Int, _ pieces: [ByteBuffer], until isEnough: @escaping @Sendable (String) -> Bool = { _ in false }) async throws
        -> String
    {
        let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel) }
        }
        return try await client.executeThenClose { inbound, outbound in
            for piece in pieces { do { try await outbound.write(piece) } catch { break } }
            var answer = ""
            do {
                for try await part in inbound {
                    answer += String(buffer: part)
                    if isEnough(answer) { break }
                }
            } catch is IOError {}
            return answer
        }
    }

    static func withServer<Value: Sendable>(_ body: @Sendable (TestServer, Int) async throws -> Value) async throws -> Value {
        let server = try await start.value
        return try await server.app.server(on: .hostname("127.0.0.1", port: 0)).test(.live) { client in try await body(server, client.port!) }
    }

    @Test func aConnectionServesSeveralRequests() async throws {
        try await Self.withServer { _, port in
            let request = ByteBuffer(string: "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            let last = ByteBuffer(string: "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let answer = try await Self.exchange(port, [request, request, last])
            #expect(answer.split(separator: "HTTP/1.1 200 OK").count == 3)
        }
    }

    @Test func aBodyThatIsTooLargeIsNotReadToItsEnd() async throws {
        try await Self.withServer { server, port in
            let agent = try await server.caller("large", roles: ["agent"])
            let head = "POST /api/v1/incidents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(agent.token)\r\nContent-Type: application/json\r\n"
            // Says how large it is.
            let told = try await Self.exchange(port, [ByteBuffer(string: head + "Content-Length: 10000000000\r\n\r\n{\"title\": \"")])
            #expect(told.hasPrefix("HTTP/1.1 413"))
            #expect(told.lowercased().contains("connection: close"))
            // Does not say, and goes on.
            let chunk = ByteBuffer(string: "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n")
            let untold = try await Self.exchange(
                port, [ByteBuffer(string: head + "Transfer-Encoding: chunked\r\n\r\n")] + Array(repeating: chunk, count: 40))
            #expect(untold.hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test func whoWaitsToSendIsAskedToGoOn() async throws {
        try await Self.withServer { server, port in
            let agent = try await server.caller("waits", roles: ["agent"])
            let head = "POST /api/v1/incidents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(agent.token)\r\nContent-Type: application/json\r\n"
            let answer = try await Self.exchange(
                port,
                [
                    ByteBuffer(string: head + "Expect: 100-continue\r\nConnection: close\r\nContent-Length: 14\r\n\r\n"),
                    ByteBuffer(string: "{\"title\": \"x\"}"),
                ])
            #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created"))
        }
    }

    @Test(arguments: [
        "GET / HTTP/9.9\r\n\r\n", "nonsense\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "a", count: 40_000))\r\n\r\n",
    ])
    func whatIsNoRequestEndsTheConnection(text: String) async throws {
        try await Self.withServer { _, port in
            let answer = try await Self.exchange(port, [ByteBuffer(string: text)])
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test func aStreamBeginsAtOnceAndEndsWithItsSignIn() async throws {
        try await Self.withServer { server, port in
            let kim = try await server.caller("stream-kim")
            let head = ByteBuffer(
                string: "GET /api/v1/events/stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \(kim.token)\r\n\r\n")
            let begun = try await Self.exchange(port, [head]) { $0.contains(":\n\n") }
            #expect(begun.contains("content-type: text/event-stream") || begun.contains("Content-Type: text/event-stream"))
            async let whole = Self.exchange(port, [head])
            let answer = try await server.send(.delete, "/api/v1/auth/sessions/\(kim.signIn!)", as: kim)
            #expect(answer.status == .noContent)
            _ = try await whole
        }
    }
}
