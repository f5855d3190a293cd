import ITSMCore
import Synchronization

/// Hands what happens to the streams that are open on this server. Nobody's slowness holds it up: a stream that falls behind is ended, and comes back
/// with the place up to which it had read.
final class LiveFeed: Sendable {
    /// Batches that may wait for a stream.
    static let backlog = 64

    private struct State {
        var position: FeedCursor
        var streams: [Int: AsyncStream<LiveBatch>.Continuation] = [:]
        var nextKey = 0
        var isEnded = false
    }

    private let state: Mutex<State>

    /// - Parameter position: the place up to which this server has read the feed.
    init(at position: FeedCursor) { state = Mutex(State(position: position)) }

    var position: FeedCursor { state.withLock { $0.position } }
    var streamCount: Int { state.withLock { $0.streams.count } }

    /// Everything after the place that is told with it, from now on. Ends when the reader falls behind, or the server does.
    func open() -> (after: FeedCursor, batches: AsyncStream<LiveBatch>) {
        let (batches, continuation) = AsyncStream.makeStream(of: LiveBatch.self, bufferingPolicy: .bufferingOldest(Self.backlog))
        let (key, position, isEnded) = state.withLock { state in
            state.nextKey += 1
            if !state.isEnded { state.streams[state.nextKey] = continuation }
            return (state.nextKey, state.position, state.isEnded)
        }
        if isEnded { continuation.finish() }
        continuation.onTermination = { [weak self] _ in self?.close(key) }
        return (position, batches)
    }

    /// Moves on without telling anybody, if nobody listens.
    ///
    /// - Returns: false when somebody does: then what lies between must be read and published.
    func skip(to position: FeedCursor) -> Bool {
        state.withLock { state in
            guard state.streams.isEmpty else { return false }
            state.position = position
            return true
        }
    }

    func publish(_ batch: FeedBatch) {
        let live = LiveBatch(batch)
        let streams = state.withLock { state in
            state.position = batch.next
            return state.streams.values
        }
        // Without our lock: a stream that ends holds its own while it calls `close`.
        for continuation in streams {
            if case .enqueued = continuation.yield(live) { continue }
            continuation.finish()
        }
    }

    /// Ends all streams; those that are opened later end at once.
    func end() {
        let streams = state.withLock { state in
            state.isEnded = true
            return state.streams
        }
        for continuation in streams.values { continuation.finish() }
    }

    private func close(_ key: Int) {
        // Given up only after the lock is.
        _ = state.withLock { $0.streams.removeValue(forKey: key) }
    }
}

/// A batch of the feed on its way to many streams: each event becomes bytes once, when the first of them wants it.
final class LiveBatch: Sendable {
    let events: [FeedEvent]
    let next: FeedCursor
    private let texts: Mutex<[ServerSentEvent?]>

    init(_ batch: FeedBatch) {
        events = batch.events
        next = batch.next
        texts = Mutex(Array(repeating: nil, count: batch.events.count))
    }

    /// The events after `cursor` that `reader` may see.
    func messages(after cursor: FeedCursor, for reader: Principal) throws -> [ServerSentEvent] {
        try events.indices.filter { events[$0].entry.id > cursor }.compactMap { index in
            guard let entry = reader.shown(events[index]) else { return nil }
            // What names other tickets is not the same for every reader, but for most.
            return try events[index].others.isEmpty || entry == events[index].entry ? message(index) : ServerSentEvent(entry)
        }
    }

    private func message(_ index: Int) throws -> ServerSentEvent {
        if let text = texts.withLock({ $0[index] }) { return text }
        let text = try ServerSentEvent(events[index].entry)
        texts.withLock { $0[index] = text }
        return text
    }
}

extension ServerSentEvent {
    init(_ entry: ActivityEntry) throws {
        let json = try WireEncoding.encode(CloudEvent(entry))
        self.init(id: entry.id.description, event: entry.kind.rawValue, data: String(buffer: json))
    }
}
