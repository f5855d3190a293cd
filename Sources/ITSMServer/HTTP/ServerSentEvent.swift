import HTTPTypes
import Hummingbird
import ITSMCore
import NIOCore
import ServiceLifecycle

/// One message of an event stream (WHATWG HTML, 9.2).
struct ServerSentEvent: Sendable, Equatable {
    /// What a client sends back as `Last-Event-ID` to go on behind it. Without line ends.
    var id: String?
    var event: String?
    var data: String

    /// Keeps proxies from closing a quiet stream.
    static let heartbeat = ByteBuffer(string: ":\n\n")

    var buffer: ByteBuffer {
        var buffer = ByteBuffer()
        if let id { buffer.writeString("id: \(id)\n") }
        if let event { buffer.writeString("event: \(event)\n") }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) { buffer.writeString("data: \(line)\n") }
        buffer.writeString("\n")
        return buffer
    }
}

extension Call {
    /// Seconds between heartbeats.
    private static let heartbeatSeconds = 15
    /// How often a stream asks whether its sign-in is alive: as soon as any other request would find out.
    private static let checkSeconds = 5
    /// Events that may wait for a slow client before its stream is ended; it comes back with `Last-Event-ID`.
    private static let backlog = 512

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
        let (pieces, queue) = AsyncStream.makeStream(of: ByteBuffer.self, bufferingPolicy: .bufferingOldest(Self.backlog))
        queue.yield(ServerSentEvent.heartbeat)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { queue.finish() }
                for try await event in events { if case .dropped = queue.yield(event.buffer) { return } }
            }
            group.addTask {
                defer { queue.finish() }
                try await self.keepAlive(queue)
            }
            group.addTask {
                defer { queue.finish() }
                try await gracefulShutdown()
            }
            for await piece in pieces { try await writer.write(piece) }
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
