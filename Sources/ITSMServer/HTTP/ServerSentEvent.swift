import HTTPTypes
import Hummingbird
import ITSMCore
import NIOCore
import ServiceLifecycle
import Synchronization

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
        let outbox = Outbox()
        // One for each event that may wait: taken when an event is, given back when it is written.
        let (room, given) = AsyncStream.makeStream(of: Void.self)
        for _ in 0..<Self.backlog { given.yield() }
        outbox.add(ServerSentEvent.heartbeat, events: 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { outbox.finish() }
                var events = events.makeAsyncIterator()
                for await _ in room {
                    guard let event = try await events.next() else { return }
                    outbox.add(event.buffer, events: 1)
                }
            }
            group.addTask {
                defer { outbox.finish() }
                try await self.keepAlive(outbox)
            }
            group.addTask {
                defer { outbox.finish() }
                try await gracefulShutdown()
            }
            for await _ in outbox.filled {
                let (bytes, written) = outbox.take()
                guard let bytes else { continue }
                try await writer.write(bytes)
                for _ in 0..<written { given.yield() }
            }
            group.cancelAll()
        }
    }

    private func keepAlive(_ outbox: Outbox) async throws {
        var quietSeconds = 0
        while try await currentPrincipal() != nil {
            try await Task.sleep(for: .seconds(Self.checkSeconds))
            quietSeconds += Self.checkSeconds
            if quietSeconds % Self.heartbeatSeconds == 0 { outbox.add(ServerSentEvent.heartbeat, events: 0) }
        }
    }
}

/// What waits to be written to one stream. All that came meanwhile goes in one write, for a write costs more than what it carries.
private final class Outbox: Sendable {
    private struct Waiting {
        var bytes: ByteBuffer?
        var events = 0
    }

    private let waiting = Mutex(Waiting())
    private let wakeUp = WakeUp()

    /// Something waits; ends after `finish`, once all was told.
    var filled: AsyncStream<Void> { wakeUp.signals }

    func add(_ bytes: ByteBuffer, events: Int) {
        waiting.withLock {
            if $0.bytes?.writeImmutableBuffer(bytes) == nil { $0.bytes = bytes }
            $0.events += events
        }
        wakeUp.signal()
    }

    /// All that waits, and how many events it holds.
    func take() -> (bytes: ByteBuffer?, events: Int) {
        waiting.withLock { waiting in
            defer { waiting = Waiting() }
            return (waiting.bytes, waiting.events)
        }
    }

    func finish() { wakeUp.finish() }
}
