/// A ticket that lived elsewhere, with its past in our words.
public struct TicketHistory: Sendable {
    /// What the ticket was like after each thing that happened to it, oldest first; the first is its birth, the last is what it is now. Never empty.
    public var steps: [Step]
    /// What was written to it; the ticket of each is this one.
    public var comments: [Comment]
    /// The custom fields that requesters do not see.
    public var hiddenFields: Set<String>

    /// One thing that happened, and what the ticket was like after it.
    public struct Step: Sendable {
        public var at: Instant
        /// Who did it; a person of ours.
        public var by: ID<User>
        public var ticket: Ticket

        public init(at: Instant, by: ID<User>, ticket: Ticket) {
            self.at = at
            self.by = by
            self.ticket = ticket
        }
    }

    public init(steps: [Step], comments: [Comment] = [], hiddenFields: Set<String> = []) {
        self.steps = steps
        self.comments = comments
        self.hiddenFields = hiddenFields
    }

    public var ticket: Ticket { steps[steps.count - 1].ticket }

    /// What happened, from the step with the index `first` on.
    func activities(from first: Int = 0) -> [(by: ID<User>, activities: [Activity])] {
        steps.indices.dropFirst(first).map { index in
            let step = steps[index]
            guard index > 0 else { return (step.by, step.ticket.created(hiding: hiddenFields)) }
            var after = step.ticket
            var changes = after.changed(since: steps[index - 1].ticket, hiding: hiddenFields, at: step.at)
            for place in changes.indices { changes[place].occurredAt = step.at }
            return (step.by, changes)
        }
    }

    /// How many of its moves from state to state our own lifecycle would have refused.
    public var refusedTransitions: Int {
        zip(steps, steps.dropFirst()).count { before, after in
            before.ticket.status != after.ticket.status && !after.ticket.kind.lifecycle.allows(before.ticket.status, to: after.ticket.status)
        }
    }
}

extension TicketService {
    /// Brings a ticket in as it was: its constraints hold, but the lifecycle and its needs are not asked. Nobody is notified: each activity bears the
    /// import as its cause.
    ///
    /// - Returns: the number it was given.
    public func importHistory(
        _ history: TicketHistory, of source: String, in tx: any Transaction, as caller: Principal
    ) throws -> Later<TicketNumber> {
        try caller.require(.importTickets)
        var ticket = history.ticket
        let (clocks, _, breaches) = try clocks(after: history, from: 0, in: tx)
        ticket.dueAt = clocks.dueAt
        let number = try tx.tickets.insertWithPast(ticket)
        try tx.sla.insert(clocks.cycles)
        for comment in history.comments { try tx.comments.insert(comment) }
        let comments = history.comments.map { ($0.author, [$0.added(by: history.side(of: $0))]) }
        try announce(history.activities() + comments + [(User.automationID, breaches)], of: source, in: tx, as: caller)
        return number
    }

    /// Brings what happened since the last import of the same ticket: its fields as they are now, and the steps from `first` on.
    public func importHistory(
        _ history: TicketHistory, from first: Int, of source: String, in tx: any Transaction, as caller: Principal
    ) throws {
        try caller.require(.importTickets)
        var ticket = history.ticket
        let (clocks, old, breaches) = try clocks(after: history, from: first, in: tx)
        ticket.dueAt = clocks.dueAt
        try tx.tickets.update(ticket)
        if ticket.customFields != history.steps[first - 1].ticket.customFields { try tx.tickets.replaceCustomFields(of: ticket) }
        try tx.sla.save(clocks, since: old)
        try announce(history.activities(from: first) + [(User.automationID, breaches)], of: source, in: tx, as: caller)
    }

    private func announce(
        _ past: [(by: ID<User>, activities: [Activity])], of source: String, in tx: any Transaction, as caller: Principal
    ) throws {
        let rows = past.flatMap { person, activities in
            var author = caller
            author.id = person
            author.origin.channel = .import
            author.origin.cause = "import:\(source)"
            author.origin.onBehalfOf = person == caller.id ? nil : caller.id
            return activities.map { (activity: $0, caller: author) }
        }
        try tx.activity.append(rows)
    }
}
