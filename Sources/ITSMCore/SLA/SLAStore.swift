/// Where the clocks of tickets are kept.
public protocol SLAStore {
    /// All clocks of a ticket.
    func cycles(of ticket: ID<Ticket>) throws -> [SLACycle]
    /// The same, locked against a recompute. The caller holds the ticket's lock.
    func lock(of ticket: ID<Ticket>) throws -> [SLACycle]
    /// The same for many tickets.
    func lock(of tickets: [ID<Ticket>]) throws -> [SLACycle]
    /// Queues the read of those of many tickets, in no order.
    func cycles(of tickets: [ID<Ticket>]) throws -> Later<[SLACycle]>
    /// The same, but for those that have ended.
    func unfinished(of tickets: [ID<Ticket>]) throws -> Later<[SLACycle]>
    /// Queues the inserts.
    func insert(_ cycles: [SLACycle]) throws
    /// Queues the updates. The caller holds the ticket's lock.
    func update(_ cycles: [SLACycle]) throws

    /// Up to `limit` tickets with a clock whose next point is not later than `now`, locked, those that others hold locked passed over.
    func lockDue(until now: Instant, limit: Int) throws -> [Ticket]
    /// The next point of all clocks; in the past while one waits to be acted upon.
    func nextFire() throws -> Instant?

    /// What happened to these tickets, of what their clocks follow, each in order of business time and then of the feed.
    func histories(of tickets: [ID<Ticket>]) throws -> [ID<Ticket>: [SLAHistoryEntry]]

    /// Tickets that have clocks, after one of them, in the order of their ids.
    func tickets(after place: ID<Ticket>?, limit: Int) throws -> [(ticket: ID<Ticket>, facts: TicketFacts)]
    /// How many clocks run or wait.
    func countUnfinished() throws -> Int
    /// Running and waiting clocks after `place`, in the order of their names, for a recompute in bulk; at most `limit`.
    func unfinished(after place: SLARecomputePlace?, limit: Int) throws -> [SLARecomputeRow]
    /// Writes what a recompute changed, but not where something else was written since the rows were read.
    ///
    /// - Returns: how many were written.
    func replace(_ changes: [SLARecomputeChange], at now: Instant) throws -> Int
}
