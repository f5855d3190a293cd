extension ActivityService {
    /// What `caller` may see of what follows `cursor`, in the feed's order and without gaps.
    ///
    /// A page may hold fewer than `limit` events, or none, before the end is reached, because what the caller may not see is passed over; reading goes
    /// on from its `next`. One call looks at no more than `scanLimit` activities.
    public func events(after cursor: FeedCursor, limit: Int, as caller: Principal) async throws -> EventPage {
        try await database.read { tx in
            var page = EventPage(events: [], next: cursor, isCaughtUp: false)
            var scanned = 0
            while page.events.count < limit, !page.isCaughtUp, scanned < Self.scanLimit {
                let batch = try self.feed(after: page.next, limit: Self.batchSize, in: tx)
                scanned += Self.batchSize
                page.take(batch, limit: limit, as: caller)
            }
            return page
        }
    }

    /// Where the feed ends now: what follows is what is still to come.
    public func end() async throws -> FeedCursor { try await database.read { try $0.activity.end() } }

    /// What follows `cursor`, whoever may see it, up to and with `end`.
    public func feed(after cursor: FeedCursor, through end: FeedCursor, limit: Int) async throws -> FeedBatch {
        try await database.read { try self.feed(after: cursor, through: end, limit: limit, in: $0) }
    }

    /// The same up to where the feed is final now, within a unit of work such as that of a handler which moves its cursor in it.
    public func feed(after cursor: FeedCursor, limit: Int, in tx: any Transaction) throws -> FeedBatch {
        // Read first: what is final then is visible to every later statement, also where each has a snapshot of its own.
        try feed(after: cursor, through: tx.activity.end(), limit: limit, in: tx)
    }

    private func feed(after cursor: FeedCursor, through end: FeedCursor, limit: Int, in tx: any Transaction) throws -> FeedBatch {
        guard cursor < end else { return FeedBatch(events: [], next: cursor, isCaughtUp: true) }
        let entries = try tx.activity.entries(after: cursor, through: end, limit: limit)
        let others = entries.map(\.otherTickets)
        let audiences = try tx.tickets.audiences(of: Array(Set(entries.compactMap(\.ticket) + others.joined())))
        let isCaughtUp = entries.count < limit
        return FeedBatch(
            events: zip(entries, others).map { entry, others in
                FeedEvent(
                    entry.withoutOrigin, audience: entry.ticket.flatMap { audiences[$0] },
                    others: .init(others.compactMap { id in audiences[id].map { (id, $0) } }) { first, _ in first })
            },
            next: isCaughtUp ? end : entries.last!.id, isCaughtUp: isCaughtUp)
    }

    private static let batchSize = 500
    private static let scanLimit = 2_000
}

extension EventPage {
    /// Adds what `caller` may see of `batch`, up to `limit` events in all.
    fileprivate mutating func take(_ batch: FeedBatch, limit: Int, as caller: Principal) {
        for event in batch.events {
            guard let entry = caller.shown(event) else { continue }
            events.append(entry)
            if events.count == limit {
                let isLast = event.entry.id == batch.events.last?.entry.id
                next = isLast ? batch.next : event.entry.id
                isCaughtUp = isLast && batch.isCaughtUp
                return
            }
        }
        next = batch.next
        isCaughtUp = batch.isCaughtUp
    }
}
