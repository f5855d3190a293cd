/// Computing running clocks anew after an edit of what they run under; clocks that have ended never change (sla.md, 2).
public enum SLARecompute: Sendable, Hashable, Codable {
    /// Clocks that run by older versions of this calendar go by this one.
    case calendar(Edition<SLACalendar>)
    /// Clocks under older versions of this agreement go under this one. What a wait did to them until now stays.
    case agreement(Edition<ServiceLevelAgreement>)
    /// Rules were added or edited: when the timer worker is next asked for differs.
    case rules

    /// The clock after the edit; nil where it does not differ.
    func applied(to row: SLARecomputeRow, at now: Instant, under definitions: some SLADefinitions) throws -> SLACycle? {
        var cycle = row.cycle
        switch self {
        case .calendar(let edition):
            cycle.ledger = cycle.ledger.replacingTerms { term in
                var term = term
                if term.calendar.id == edition.id, term.calendar.version < edition.version { term.calendar = edition }
                return term
            }
        case .agreement(let edition):
            guard cycle.ledger.term.agreement.id == edition.id, cycle.ledger.term.agreement.version < edition.version else { return nil }
            let agreement = try definitions.agreement(edition)
            guard let target = agreement.target(for: cycle.metric) else { return nil }
            cycle.ledger = cycle.ledger.replacingTerms { term in
                guard term.agreement.id == edition.id else { return term }
                return definitions.term(for: cycle.metric, term.priority, of: agreement, calendars: [:]) ?? term
            }
            let (status, term) = (row.facts.status, cycle.ledger.term)
            cycle.ledger.turn(to: target.pausedIn.contains(status) ? .paused(status, term) : .running(term), at: now)
        case .rules: break
        }
        if cycle.ledger != row.cycle.ledger { cycle.revision += 1 }
        try cycle.settle(row.facts, under: definitions)
        return cycle == row.cycle ? nil : cycle
    }
}

/// Where a recompute stands: the last clock that it has seen.
public struct SLARecomputePlace: Sendable, Hashable, Codable {
    public var ticket: ID<Ticket>
    public var metric: String
    public var number: Int

    public init(ticket: ID<Ticket>, metric: String, number: Int) {
        self.ticket = ticket
        self.metric = metric
        self.number = number
    }
}

/// A clock as a recompute reads it, with what it needs of the ticket.
public struct SLARecomputeRow: Sendable {
    public var cycle: SLACycle
    public var facts: TicketFacts
    /// The write that it was read after.
    public var edit: Int

    public init(cycle: SLACycle, facts: TicketFacts, edit: Int) {
        self.cycle = cycle
        self.facts = facts
        self.edit = edit
    }

    public var place: SLARecomputePlace { SLARecomputePlace(ticket: cycle.ticket, metric: cycle.metric.rawValue, number: cycle.number) }
}

/// A clock before and after a recompute.
public struct SLARecomputeChange: Sendable {
    public var before: SLACycle
    public var after: SLACycle
    public var edit: Int

    public init(before: SLACycle, after: SLACycle, edit: Int) {
        self.before = before
        self.after = after
        self.edit = edit
    }
}

extension Edition: Codable {
    private enum CodingKeys: String, CodingKey { case id, version }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(try fields.decode(ID<Record>.self, forKey: .id), version: try fields.decode(Int.self, forKey: .version))
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(id, forKey: .id)
        try fields.encode(version, forKey: .version)
    }
}
