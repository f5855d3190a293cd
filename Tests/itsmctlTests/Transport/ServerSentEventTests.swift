import Foundation
import ITSMTransport
import Synchronization
import Testing

@Suite struct ServerSentEventTests {
    @Test(arguments: [
        ("data: a\n\n", [ServerSentEvent(data: "a")]),
        ("id: 7\nevent: ticket.created\ndata: {\"x\":1}\n\n", [ServerSentEvent(id: "7", event: "ticket.created", data: "{\"x\":1}")]),
        ("data: a\ndata: b\n\n", [ServerSentEvent(data: "a\nb")]),
        ("data:a\r\n\r\ndata: b\r\r", [ServerSentEvent(data: "a"), ServerSentEvent(data: "b")]),
        (": heartbeat\n\n", []),
        ("event: x\n\n", []),
        ("id: 1\n\ndata: a\n\n", [ServerSentEvent(id: "1", data: "a")]),
        ("id: 1\ndata: a\n\ndata: b\n\n", [ServerSentEvent(id: "1", data: "a"), ServerSentEvent(id: "1", data: "b")]),
        ("\u{FEFF}data: a\n\n", [ServerSentEvent(data: "a")]),
        ("data: unfinished\n", []),
        ("data:  two spaces\n\n", [ServerSentEvent(data: " two spaces")]),
        ("data: ü→\n\n", [ServerSentEvent(data: "ü→")]),
    ])
    func cutsEventsWhereverChunksEnd(stream: String, expected: [ServerSentEvent]) {
        for size in [1, 2, 3, 1_000] {
            var parser = ServerSentEventParser()
            var events: [ServerSentEvent] = []
            var rest = Array(stream.utf8)[...]
            while !rest.isEmpty {
                events += parser.feed(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(events == expected, "in pieces of \(size)")
        }
    }

    @Test func followsAStream() async throws {
        let server = LocalServer { _ in
            LocalServer.Reply(headers: ["Content-Type": "text/event-stream"], body: Data("id: 1\ndata: a\n\n: x\n\nid: 2\ndata: b\n\n".utf8))
        }
        let seen = Mutex<[ServerSentEvent]>([])
        var request = HTTPRequest("GET", server.url + "/events/stream")
        request.headers["Last-Event-ID"] = "0"
        _ = try await HTTPClient(userAgent: "test/1").events(request) { event in seen.withLock { $0.append(event) } }
        #expect(seen.withLock { $0 } == [ServerSentEvent(id: "1", data: "a"), ServerSentEvent(id: "2", data: "b")])
        #expect(server.requests.first?.headers["accept"] == "text/event-stream")
        #expect(server.requests.first?.headers["last-event-id"] == "0")
    }
}
