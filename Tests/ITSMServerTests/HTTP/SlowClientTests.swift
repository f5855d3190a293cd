import HTTPTypes
import HummingbirdTesting
import ITSMCore
import ITSMTestSupport
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

@testable import ITSMServer

/// Over real connections that are slower than they may be.
@Suite struct SlowClientTests {
    private func withServer<Value: Sendable>(
        _ edge: @Sendable (inout EdgeConfiguration) -> Void, log: LogMessages = LogMessages(),
        _ body: @Sendable (TestServer, Int) async throws -> Value
    ) async throws -> Value {
        let server = try await TestServer(edge: edge, logger: log.logger)
        return try await server.app.server(on: .hostname("127.0.0.1", port: 0)).test(.live) { client in try await body(server, client.port!) }
    }

    private static func connect(_ port: Int) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel) }
        }
    }

    @Test(arguments: ["", "GET /healthz HTTP/1.1\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: "])
    func whoDoesNotFinishTheHeadersIsLetGo(beginning: String) async throws {
        try await withServer {
            $0.pace.headers = .milliseconds(200)
        } _: { _, port in
            // Returns when the server has closed the connection.
            let answer = try await LiveServerTests.exchange(port, [ByteBuffer(string: beginning)])
            #expect(answer.isEmpty)
        }
    }

    @Test func whoSendsABodyTooSlowlyIsLetGo() async throws {
        try await withServer {
            $0.pace.stall = .milliseconds(300)
        } _: { server, port in
            let agent = try await server.caller("slow", roles: ["agent"])
            let head = "POST /api/v1/incidents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(agent.token)\r\nContent-Type: application/json\r\n"
            #expect(try await LiveServerTests.exchange(port, [ByteBuffer(string: head + "Content-Length: 100000\r\n\r\n{\"title\":")]).isEmpty)
        }
    }

    @Test func whoTakesTheirTimeBetweenRequestsIsNotSlow() async throws {
        try await withServer {
            $0.pace.headers = .seconds(1)
            $0.pace.stall = .milliseconds(500)
        } _: { _, port in
            let client = try await Self.connect(port)
            try await client.executeThenClose { inbound, outbound in
                var answers = inbound.makeAsyncIterator()
                for _ in 0..<2 {
                    try await outbound.write(ByteBuffer(string: "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
                    let answer = try await answers.next()
                    #expect(answer.map { String(buffer: $0).hasPrefix("HTTP/1.1 200") } == true)
                    // Longer than anything may take within a request.
                    try await client.channel.eventLoop.scheduleTask(in: .milliseconds(1_200)) {}.futureResult.get()
                }
            }
        }
    }

    @Test func whoTakesNothingOfAnAnswerIsLetGo() async throws {
        let log = LogMessages()
        try await withServer({ $0.pace.stall = .milliseconds(300) }, log: log) { server, port in
            let agent = try await server.caller("takes-nothing", roles: ["agent"])
            let ticket = try await server.send(.post, "/api/v1/incidents", as: agent, ["title": "A large file"])
            let number = ticket["number"]?.string ?? ""
            // More than the buffers of both ends hold.
            let content = String(repeating: "x", count: 24_000_000)
            let form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"large.txt\"\r\n\r\n\(content)\r\n--b--\r\n"
            let file = try await server.send(
                .post, "/api/v1/tickets/\(number)/attachments", as: agent, raw: ByteBuffer(string: form),
                headers: [.contentType: "multipart/form-data; boundary=b"])
            let path = "/api/v1/tickets/\(number)/attachments/\(file["id"]?.string ?? "")"
            let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).channelOption(.autoRead, value: false)
                .connect(host: "127.0.0.1", port: port).get()
            let head = "GET \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(agent.token)\r\n\r\n"
            try await client.writeAndFlush(ByteBuffer(string: head)).get()
            await log.wait(for: "connection ended")
            try? await client.close()
        }
    }

    @Test func oneConnectionMoreThanThereMayBeIsClosedAtOnce() async throws {
        try await withServer {
            // One is the test client's own.
            $0.maximumConnections = 3
        } _: { _, port in
            let request = "GET /healthz HTTP/1.1\r\nHost: x\r\n"
            let open = try await [Self.connect(port), Self.connect(port)]
            try await open[0].executeThenClose { first, toFirst in
                try await open[1].executeThenClose { second, toSecond in
                    // Both are taken in: they have their answers.
                    for (answers, requests) in [(first, toFirst), (second, toSecond)] {
                        try await requests.write(ByteBuffer(string: request + "\r\n"))
                        var answers = answers.makeAsyncIterator()
                        #expect(try await answers.next() != nil)
                    }
                    #expect(try await LiveServerTests.exchange(port, [ByteBuffer(string: request + "Connection: close\r\n\r\n")]).isEmpty)
                }
            }
        }
    }

    @Test func anAddressHasItsShare() throws {
        let admission = Admission(maximum: 100, maximumOfAddress: 2, proxies: TrustedProxies(try Networks(["192.0.2.0/24"])))
        func channel(_ address: String) throws -> EmbeddedChannel {
            let channel = EmbeddedChannel()
            try channel.connect(to: SocketAddress(ipAddress: address, port: 1)).wait()
            channel.remoteAddress = try SocketAddress(ipAddress: address, port: 1)
            return channel
        }
        func admit(_ address: String) throws -> Admission.Refusal? { admission.admit(try channel(address)) }
        // One household has many addresses of IPv6.
        let first = try channel("2001:db8::1")
        #expect(admission.admit(first) == nil)
        #expect(try admit("2001:db8::2") == nil)
        #expect(try admit("2001:db8::3") == .tooManyOfAddress)
        #expect(try admit("2001:db8:0:1::1") == nil)
        for _ in 0..<5 {
            #expect(try admit("127.0.0.1") == nil)
            #expect(try admit("192.0.2.7") == nil)
        }
        try first.close().wait()
        first.embeddedEventLoop.run()
        #expect(try admit("2001:db8::4") == nil)
    }
}
