/// The clocks of a ticket follow every change of it, in the transaction that makes the change.
extension TicketService {
    /// The clocks of a ticket that is about to be raised; nothing is read.
    ///
    /// - Parameter born: the ticket as it was raised, before rules said where it goes.
    func startClocks(of ticket: inout Ticket, raisedAs born: Ticket, desk: DeskSnapshot, in tx: any Transaction) throws -> TicketClocks {
        var clocks = TicketClocks(ticket: ticket.id)
        let definitions = DeskDefinitions(desk: desk, tx: tx)
        let birth = SLAEvent(at: born.createdAt, .created(isAnswered: born.firstRespondedAt == born.createdAt), TicketFacts(born))
        try clocks.follow(birth, under: definitions) { [birth] }
        let facts = TicketFacts(ticket)
        if facts != birth.facts {
            let assigned = SLAEvent(at: born.createdAt, .changed, facts)
            try clocks.follow(assigned, under: definitions) { [birth, assigned] }
        }
        ticket.dueAt = clocks.dueAt
        return clocks
    }

    /// Lets the clocks of a ticket that is locked follow what was decided, and is about to be saved.
    ///
    /// - Parameter cycles: the clocks, where they are locked already.
    func followClocks(
        _ ticket: inout Ticket, since before: Ticket, _ what: SLAEvent.What, cycles: [SLACycle]? = nil, in tx: any Transaction
    ) throws {
        let (facts, past) = (TicketFacts(ticket), TicketFacts(before))
        let isTouched = desk().asksDetails ? facts != past : facts.withoutDetails != past.withoutDetails
        guard what != .changed || isTouched else { return }
        let id = ticket.id
        let old = TicketClocks(ticket: id, cycles: try cycles ?? tx.sla.lock(of: id), facts: past)
        var clocks = old
        let event = SLAEvent(at: ticket.updatedAt, what, facts)
        try clocks.follow(event, under: DeskDefinitions(desk: desk(), tx: tx)) {
            SLAEvent.events(of: try tx.sla.histories(of: [id])[id] ?? []) + [event]
        }
        try tx.sla.save(clocks, since: old)
        ticket.dueAt = clocks.dueAt
    }

    /// The clocks of a ticket after the part of its past that comes from another system. Points that lie in the past are on record as passed, and are never
    /// acted upon.
    ///
    /// - Returns: the clocks, and the breaches among what has passed.
    func clocks(
        after history: TicketHistory, from first: Int, in tx: any Transaction
    ) throws -> (clocks: TicketClocks, old: TicketClocks, breaches: [Activity]) {
        let ticket = history.ticket.id
        let definitions = DeskDefinitions(desk: desk(), tx: tx)
        let (events, next) = history.events(from: first)
        var clocks = TicketClocks(ticket: ticket)
        if first > 0 {
            clocks = TicketClocks(ticket: ticket, cycles: try tx.sla.lock(of: ticket), facts: TicketFacts(history.steps[first - 1].ticket))
        }
        let old = clocks
        for place in events.indices.dropFirst(next) {
            try clocks.follow(events[place], under: definitions) { Array(events[...place]) }
        }
        let breaches = try clocks.pass(until: tx.now, under: definitions)
        return (clocks, old, breaches)
    }
}

extension TicketHistory {
    /// Whose words a comment of the past was.
    func side(of comment: Comment) -> Comment.Side { comment.author == ticket.requester ? .requester : .agent }

    /// What the ticket's clocks follow, and the place in it of what came with the step of the index `first`.
    fileprivate func events(from first: Int) -> (events: [SLAEvent], next: Int) {
        var events: [SLAEvent] = []
        var next = 0
        var rest = comments.filter { $0.visibility == .public }.sorted { $0.createdAt < $1.createdAt }[...]
        for (place, step) in steps.enumerated() {
            if place == first { next = events.count }
            events.append(
                SLAEvent(at: step.at, place == 0 ? .created(isAnswered: step.ticket.firstRespondedAt == step.at) : .changed, TicketFacts(step.ticket))
            )
            let end = place + 1 < steps.count ? steps[place + 1].at : nil
            while let comment = rest.first, end.map({ comment.createdAt < $0 }) ?? true {
                events.append(SLAEvent(at: max(step.at, comment.createdAt), side(of: comment).event, TicketFacts(step.ticket)))
                rest.removeFirst()
            }
        }
        return (events, next)
    }
}

extension SLAStore {
    /// Queues what differs between the two.
    func save(_ clocks: TicketClocks, since old: TicketClocks) throws {
        let before = Dictionary(uniqueKeysWithValues: old.cycles.map { ($0.name, $0) })
        try insert(clocks.cycles.filter { before[$0.name] == nil })
        try update(clocks.cycles.filter { cycle in before[cycle.name].map { $0 != cycle } ?? false })
    }
}
