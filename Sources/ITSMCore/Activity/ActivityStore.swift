/// Where activity is appended and read.
public protocol ActivityStore {
    /// Queues the rows, in order, in the name of `caller` and with its origin.
    func append(_ activities: [Activity], by caller: Principal) throws
    /// Queues the rows of many callers, in order, as one statement: for what comes in bulk.
    func append(_ rows: [(activity: Activity, caller: Principal)]) throws

    /// Queues the read of the ticket's activity in order of business time.
    ///
    /// - Parameter condition: what must hold besides; of the scope `timeline`.
    func timeline(
        of ticket: ID<Ticket>, includesRestricted: Bool, where condition: Condition?, page: PageRequest, for reader: Principal
    ) throws -> Later<Page<ActivityEntry>>
    /// The ticket's activity in the window, oldest first.
    func timeline(of ticket: ID<Ticket>, includesRestricted: Bool, window: ThreadWindow) throws -> [ActivityEntry]
    /// The newest record first.
    func list(_ filter: ActivityFilter, page: PageRequest, for reader: Principal) throws -> Page<ActivityEntry>
    func first(_ id: FeedCursor) throws -> ActivityEntry?

    /// The place of the last activity that is final: whatever is still being written, or will be, stands after it.
    ///
    /// Always an activity that is on record, never a number beyond: a database that crashes gives the transaction ids that did not reach its log a
    /// second time, so what stands between the last activity and the next id may still be filled.
    func end() throws -> FeedCursor
    /// Up to `limit` entries after `cursor`, up to and with `end`, in the feed's order.
    func entries(after cursor: FeedCursor, through end: FeedCursor, limit: Int) throws -> [ActivityEntry]

    /// The kinds of activity after `cursor`, up to and with `end`.
    func kinds(after cursor: FeedCursor, through end: FeedCursor) throws -> Set<Activity.Kind>

    /// How far the feed's handlers are behind what is on record, and a reader that stands at `live`; what is not final yet counts too.
    func lags(behind live: FeedCursor) throws -> [FeedLag]

    /// What the record says of a file, as far as it was not redacted.
    func entries(telling attachment: ID<Attachment>, on ticket: ID<Ticket>) throws -> [ActivityEntry]
    /// Takes the values out of one row for good. False when they were gone already.
    func redact(_ id: FeedCursor, by redactor: ID<User>) throws -> Bool

    /// How far this handler has come, locked; nil while another server runs it. A handler that was never seen begins at the start.
    func lockCursor(of handler: String) throws -> FeedCursor?
    /// Queues the move. The caller holds the lock.
    func moveCursor(of handler: String, to cursor: FeedCursor) throws
}

extension ActivityStore {
    public func append(_ activity: Activity, by caller: Principal) throws { try append([activity], by: caller) }
}
