/// Work that follows from activity and must neither be lost nor be done twice: the search index, later automation, notices, webhooks.
///
/// Each handler has a cursor of its own in the database, which moves in the transaction that does the work; so whatever happens to a server, each
/// activity takes effect once.
public protocol FeedHandler: Sendable {
    /// Names its cursor; never changed after release.
    var name: String { get }

    /// Does the work that follows from `events`, in the feed's order. Throwing undoes it, and it is tried again.
    func handle(_ events: [FeedEvent], in tx: any Transaction) throws
}

extension ActivityService {
    /// Hands the next batch to `handler` and moves its cursor, in one transaction.
    ///
    /// - Returns: true when there may be more to do at once.
    public func advance(_ handler: any FeedHandler, limit: Int = 500) async throws -> Bool {
        try await database.write(.alone, on: .long) { tx in
            // Another server that is at it does ours as well.
            guard let cursor = try tx.activity.lockCursor(of: handler.name) else { return false }
            let batch = try self.feed(after: cursor, limit: limit, in: tx)
            guard !batch.events.isEmpty else { return false }
            try handler.handle(batch.events, in: tx)
            try tx.activity.moveCursor(of: handler.name, to: batch.next)
            return !batch.isCaughtUp
        }
    }
}
