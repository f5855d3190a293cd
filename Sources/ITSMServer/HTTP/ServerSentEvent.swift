import HTTPTypes
import Hummingbird
import ITSMCore
import NIOCore
import ServiceLifecycle

/// One message of an event stream (WHATWG HTML, 9.2).
struct ServerSentEvent: Sendable, Equatable {
    /// What a client sends back as `Last-Event-ID` to go on behind it. Without line ends.
    let id: String?
    let event: String?
    /// Nil for a message that a client does not show, and that only moves its `Last-Event-ID`.
    let data: String?
    /// As it goes over the wire; made once, for however many streams it goes to.
    let buffer: ByteBuffer

    init(id: String? = nil, event: String? = nil, data: String? = nil) {
        (self.id, self.event, self.data) = (id, event, data)
        var buffer = ByteBuffer()
        if let id { buffer.writeString("id: \(id)\n") }
        if let event { buffer.writeString("event: \(event)\n") }
        // Other signs that end lines elsewhere, such as U+2028, are text here, and would be lost.
        let lines = data?.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" } ?? []
        for line in lines { buffer.writeString("data: \(line)\n") }
        buffer.writeString("\n")
        self.buffer = buffer
    }

    /// Tells the client where it is.
    static func position(_ place: FeedCursor) -> ServerSentEvent { ServerSentEvent(id: place.description) }

    /// Keeps proxies from closing a quiet stream.
    static let heartbeat = ByteBuffer(string: ":\n\n")
}

extension Call {
    /// Seconds between heartbeats.
    private static let heartbeatSeconds = 15
    /// How often a stream asks whether its sign-in is alive: as soon as any other request would find out.
    private static let checkSeconds = 5
    /// Events that may wait for a slow client; beyond them none are taken from `events`, which ends when it is not read in time.
    private static let backlog = 256

    /// An open stream of events. It ends when the client goes, when `events` ends, when the caller's sign-in or token is no longer good, and when the
    /// server shuts down.
    func eventStream<Events: AsyncSequence & Sendable>(_ events: Events) -> Response where Events.Element == ServerSentEvent {
        let body = ResponseBody { writer in
            try await self.write(events, to: &writer)
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-cache", .accelBuffering: "no"], body: body)
    }

    private func write<Events: AsyncSequence & Sendable>(_ events: Events, to writer: inout any ResponseBodyWriter) async throws
    where Events.Element == ServerSentEvent {
        let (pieces, queue) = AsyncStream.makeStream(of: ByteBuffer.self)
        // One for each event that may wait: taken when an event is, given back when it is written.
        let (room, given) = AsyncStream.makeStream(of: Void.self)
        for _ in 0..<Self.backlog { given.yield() }
        queue.yield(ServerSentEvent.heartbeat)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { queue.finish() }
                var events = events.makeAsyncIterator()
                for await _ in room {
                    guard let event = try await events.next() else { return }
                    queue.yield(event.buffer)
                }
            }
            group.addTask {
                defer { queue.finish() }
                try await self.keepAlive(queue)
            }
            group.addTask {
                defer { queue.finish() }
                try await gracefulShutdown()
            }
            for await piece in pieces {
                try await writer.write(piece)
                if piece != ServerSentEvent.heartbeat { given.yield() }
            }
            group.cancelAll()
        }
    }

    private func keepAlive(_ queue: AsyncStream<ByteBuffer>.Continuation) async throws {
        var quietSeconds = 0
        while try await currentPrincipal() != nil {
            try await Task.sleep(for: .seconds(Self.checkSeconds))
            quietSeconds += Self.checkSeconds
            if quietSeconds % Self.heartbeatSeconds == 0 { queue.yield(ServerSentEvent.heartbeat) }
        }
    }
}
