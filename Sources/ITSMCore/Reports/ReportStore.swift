/// What reports count. Everything is held to what the reader may read, and to how far their right to reports reaches.
public protocol ReportStore {
    /// The clocks that were stopped between the first and the last of `boundaries`, which ascend; the n-th pair is month n.
    ///
    /// - Parameter condition: only of tickets that meet it; of the scope `list`.
    func compliance(between boundaries: [Instant], where condition: Condition?, for reader: Principal) throws -> [ComplianceCell]

    /// The same clocks one by one, in order of when they were stopped, after `place`; at most `limit`.
    func stopped(
        from start: Instant, before end: Instant, where condition: Condition?, after place: StoppedClock.Place?, limit: Int, for reader: Principal
    ) throws -> [StoppedClock]
}

/// A clock of a ticket that was stopped, with what a report groups it by.
public struct StoppedClock: Sendable, Hashable {
    public var cycle: SLACycle
    public var stoppedAt: Instant
    /// The ticket's group; of an OLA the group whose stay it measured.
    public var group: ID<SupportGroup>?

    public init(_ cycle: SLACycle, stoppedAt: Instant, group: ID<SupportGroup>?) {
        self.cycle = cycle
        self.stoppedAt = stoppedAt
        self.group = group
    }

    /// Where it stands among all.
    public struct Place: Sendable, Hashable {
        public var stoppedAt: Instant
        public var ticket: ID<Ticket>
        public var name: SLACycle.Name
    }

    public var place: Place { Place(stoppedAt: stoppedAt, ticket: cycle.ticket, name: cycle.name) }
}
