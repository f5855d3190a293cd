import ITSMCore

/// What one caller may see of the feed, from a place on and then as it happens, without a gap between the two.
///
/// It asks who the caller is by now before each step, and ends when they are nobody any more.
struct CallerEvents: AsyncSequence, Sendable {
    typealias Element = ServerSentEvent

    private let place: FeedCursor
    private let activity: ActivityService
    private let live: LiveFeed
    private let caller: @Sendable () async throws -> Principal?

    /// - Parameters:
    ///   - place: what comes after it.
    ///   - caller: who reads, as of now; nil once their sign-in or token is no longer good.
    init(after place: FeedCursor, activity: ActivityService, live: LiveFeed, caller: @escaping @Sendable () async throws -> Principal?) {
        self.place = place
        self.activity = activity
        self.live = live
        self.caller = caller
    }

    func makeAsyncIterator() -> Iterator { Iterator(events: self, cursor: place) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let events: CallerEvents
        fileprivate var cursor: FeedCursor
        private var ready: ArraySlice<ServerSentEvent> = []
        private var batches: AsyncStream<LiveBatch>.Iterator?
        /// Live batches that were passed over since the client was last told where it is.
        private var passedOver = 0

        /// A client that is told nothing for long would go over all of it again when it comes back.
        private static let passedOverLimit = 1_000
        private static let pageSize = 200

        fileprivate init(events: CallerEvents, cursor: FeedCursor) {
            self.events = events
            self.cursor = cursor
        }

        mutating func next() async throws -> ServerSentEvent? {
            while true {
                if let event = ready.popFirst() { return event }
                if batches == nil {
                    guard let caller = try await events.caller() else { return nil }
                    try await catchUp(as: caller)
                } else if try await !follow() {
                    return nil
                }
            }
        }

        /// Reads a page from the database, and goes over to the live feed at its end.
        private mutating func catchUp(as caller: Principal) async throws {
            let page = try await events.activity.events(after: cursor, limit: Self.pageSize, as: caller)
            ready = try page.events.map(ServerSentEvent.init)[...]
            cursor = page.next
            guard page.isCaughtUp else { return }
            let live = events.live.open()
            // What the live feed had passed before we came is still to be read.
            if live.after <= page.next { batches = live.batches.makeAsyncIterator() }
        }

        /// Waits for the next live batch. False when the stream is over.
        private mutating func follow() async throws -> Bool {
            guard let batch = await batches?.next(), let caller = try await events.caller() else { return false }
            guard batch.next > cursor else { return true }
            ready = try batch.messages(after: cursor, for: caller)[...]
            passedOver = ready.isEmpty ? passedOver + batch.events.count : 0
            if passedOver >= Self.passedOverLimit {
                ready = [.position(batch.next)]
                passedOver = 0
            }
            cursor = batch.next
            return true
        }
    }
}
