/// What the clocks of tickets show, and why.
public struct SLAService: Sendable {
    private let database: any Database
    private let desk: @Sendable () -> DeskSnapshot

    /// - Parameter desk: the definitions as they are now; asked anew for each call.
    public init(database: any Database, desk: @escaping @Sendable () -> DeskSnapshot) {
        self.database = database
        self.desk = desk
    }

    /// The ticket's clocks, those that owe something first. Promises between teams are for those who see work notes.
    public func timers(of key: TicketKey, as caller: Principal) async throws -> [SLATimer] {
        try await database.read { try timers(of: key, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func timers(of key: TicketKey, in tx: any Transaction, as caller: Principal) throws -> [SLATimer] {
        let record = try tx.tickets.find(key, visibleTo: caller)
        let definitions = DeskDefinitions(desk: desk(), tx: tx)
        return try visible(tx.sla.cycles(of: record.ticket.id), on: record, to: caller).map { try definitions.timer($0, at: tx.now) }
            .sorted { ($0.rank, $0.startedAt, $0.id) < ($1.rank, $1.startedAt, $1.id) }
    }

    /// The same with what each went through, for drawing.
    public func courses(of record: TicketRecord, in tx: any Transaction, as caller: Principal) throws -> [SLACourse] {
        let definitions = DeskDefinitions(desk: desk(), tx: tx)
        return try visible(tx.sla.cycles(of: record.ticket.id), on: record, to: caller).map { cycle in
            SLACourse(
                timer: try definitions.timer(cycle, at: tx.now),
                stretches: try cycle.ledger.stretches(until: min(tx.now, cycle.cancelledAt ?? tx.now), definitions.clock))
        }
        .sorted { ($0.timer.rank, $0.timer.startedAt, $0.timer.id) < ($1.timer.rank, $1.timer.startedAt, $1.timer.id) }
    }

    /// For each ticket of a page the clock that is due first, or else one that waits; for tickets that the caller was shown already.
    public func leading(of tickets: [ID<Ticket>], in tx: any Transaction) throws -> [ID<Ticket>: SLATimer] {
        guard !tickets.isEmpty else { return [:] }
        let unfinished = try tx.sla.unfinished(of: tickets)
        try tx.flush()
        let definitions = DeskDefinitions(desk: desk(), tx: tx)
        return try Dictionary(grouping: unfinished.value, by: \.ticket).compactMapValues { cycles in
            try cycles.min { $0.lead < $1.lead }.map { try definitions.timer($0, at: tx.now) }
        }
    }

    /// How a clock came to what it shows.
    ///
    /// - Parameter at: up to which instant; nil for now.
    /// - Throws: `notFound` for a ticket or a clock that is absent or hidden.
    public func explain(_ name: String, of key: TicketKey, at: Instant? = nil, as caller: Principal) async throws -> (SLATimer, SLAExplanation) {
        try await database.read { try explain(name, of: key, at: at, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func explain(
        _ name: String, of key: TicketKey, at: Instant? = nil, in tx: any Transaction, as caller: Principal
    ) throws -> (SLATimer, SLAExplanation) {
        let record = try tx.tickets.find(key, visibleTo: caller)
        guard let name = SLACycle.Name(name),
            let cycle = visible(try tx.sla.cycles(of: record.ticket.id), on: record, to: caller).first(where: { $0.name == name })
        else { throw ITSMError.notFound("timer") }
        let definitions = DeskDefinitions(desk: desk(), tx: tx)
        let at = min(at ?? tx.now, cycle.cancelledAt ?? Instant.range.upperBound)
        var explanation = try cycle.ledger.explanation(at: at, definitions.clock, calendar: definitions.calendar)
        explanation.choices = definitions.choices(for: name.metric, TicketFacts(record.ticket))
        for term in explanation.lines.map(\.state.term) {
            explanation.policyNames[term.agreement] = try definitions.agreement(term.agreement).name
            let calendar = try definitions.calendar(term.calendar)
            explanation.hours[term.calendar] = .init(calendar: calendar.name, zone: calendar.zone)
        }
        return (try definitions.timer(cycle, at: at), explanation)
    }

    private func visible(_ cycles: [SLACycle], on record: TicketRecord, to caller: Principal) -> [SLACycle] {
        caller.seesNotes(of: record.audience(for: caller)) ? cycles : cycles.filter { $0.metric != .ola }
    }
}

extension DeskDefinitions {
    func timer(_ cycle: SLACycle, at now: Instant) throws -> SLATimer {
        try SLATimer(cycle, at: now, desk: desk, clock: clock(cycle.ledger.term.calendar))
    }
}

extension SLATimer {
    /// What owes something comes first.
    fileprivate var rank: Int {
        switch state {
        case .running: 0
        case .paused: 1
        case .stopped: 2
        case .cancelled: 3
        }
    }
}

extension SLACycle {
    /// Less for what is due sooner; what waits comes after what runs.
    fileprivate var lead: (Int, Int64) { (state == .running ? 0 : 1, (reading.dueAt ?? Instant.range.upperBound).microseconds) }
}
