/// All clocks of one ticket, and how they follow what happens to it (sla.md, 2). Folding a ticket's whole past through `follow` gives what following it
/// step by step gave.
///
/// ```swift
/// var clocks = TicketClocks(ticket: id)
/// var facts = TicketFacts(kind: .incident, status: .new, priority: .high)
/// try clocks.follow(SLAEvent(at: opened, .created(isAnswered: false), facts), under: book) { [] }
/// clocks.dueAt                                    // eight working hours later
/// facts.status = .pendingRequester
/// try clocks.follow(SLAEvent(at: asked, .changed, facts), under: book) { [] }
/// clocks.dueAt                                    // nil: it waits
/// try clocks.cycles[0].ledger.elapsed(at: later, book.clock)
/// ```
public struct TicketClocks: Sendable, Hashable {
    public let ticket: ID<Ticket>
    /// In order of number for each metric.
    public internal(set) var cycles: [SLACycle]
    /// The ticket as the clocks know it; nil before it was created.
    private(set) var facts: TicketFacts?

    /// The clocks of a ticket that is not there yet.
    public init(ticket: ID<Ticket>) {
        self.ticket = ticket
        cycles = []
    }

    /// - Parameters:
    ///   - cycles: all of the ticket.
    ///   - facts: the ticket as it stood after the last event that they followed.
    public init(ticket: ID<Ticket>, cycles: [SLACycle], facts: TicketFacts) {
        self.ticket = ticket
        self.cycles = cycles.sorted { ($0.metric.rawValue, $0.number) < ($1.metric.rawValue, $1.number) }
        self.facts = facts
    }

    /// The clocks after a whole past, in order.
    public static func fold(_ history: [SLAEvent], of ticket: ID<Ticket>, under definitions: some SLADefinitions) throws -> TicketClocks {
        var clocks = TicketClocks(ticket: ticket)
        for (place, event) in history.enumerated() {
            try clocks.follow(event, under: definitions) { Array(history[...place]) }
        }
        return clocks
    }

    /// The earliest target of the clocks that run.
    public var dueAt: Instant? { cycles.lazy.filter { $0.state == .running }.compactMap(\.reading.dueAt).min() }

    /// Lets the clocks follow one more event.
    ///
    /// - Parameter history: all events up to and including this one; asked only when a clock begins for a ticket that is older than its agreement.
    public mutating func follow(_ event: SLAEvent, under definitions: some SLADefinitions, history: () throws -> [SLAEvent]) throws {
        let (old, new) = (facts ?? event.facts, event.facts)
        let before = cycles
        facts = new
        if new.status.isAbandoned {
            for index in cycles.indices where cycles[index].cancelledAt == nil { cycles[index].cancelledAt = event.at }
        } else {
            if old.status.isAbandoned { revive() }
            try begin(event, from: old, under: definitions)
            for index in cycles.indices where cycles[index].cancelledAt == nil { try advance(index, event, from: old, under: definitions) }
            if definitions.isCoverageOpen(from: old, to: new) { try beginLate(new, under: definitions, history) }
        }
        for index in cycles.indices where old != new || !before.indices.contains(index) || cycles[index] != before[index] {
            try cycles[index].settle(new, under: definitions)
        }
    }

    /// A cancellation was undone: the clocks that it took along are as they were.
    private mutating func revive() {
        let last = cycles.compactMap(\.cancelledAt).max()
        for index in cycles.indices where cycles[index].cancelledAt == last { cycles[index].cancelledAt = nil }
    }

    // MARK: Beginning

    private mutating func begin(_ event: SLAEvent, from old: TicketFacts, under definitions: some SLADefinitions) throws {
        var isNew = false
        switch event.what {
        case .created:
            isNew = true
            for metric in [SLAMetric.firstResponse, .resolution] { begin(metric, event, under: definitions) }
        case .requesterWrote where event.facts.status.isAtWork && live(.nextResponse) == nil && live(.firstResponse) == nil:
            begin(.nextResponse, event, under: definitions)
        default: break
        }
        let group = event.facts.group
        if old.group != group {
            for index in cycles.indices where cycles[index].metric == .ola && cycles[index].cancelledAt == nil {
                cycles[index].ledger.stop(at: event.at)
            }
        }
        let isBack = !old.status.isAtWork && latest(.ola).flatMap { cycles[$0].group } != group
        if group != nil, event.facts.status.isAtWork, isNew || old.group != group || isBack { begin(.ola, event, under: definitions) }
    }

    private mutating func begin(_ metric: SLAMetric, _ event: SLAEvent, under definitions: some SLADefinitions) {
        guard let term = definitions.term(for: metric, event.facts) else { return }
        cycles.append(
            SLACycle(
                ticket: ticket, metric: metric, number: nextNumber(metric), group: metric == .ola ? event.facts.group : nil,
                ledger: SLALedger(from: event.at, .running(term))))
    }

    /// A ticket that an agreement covers only now has the clock that it would have had from the start: resolution runs from creation (sla.md, 2).
    private mutating func beginLate(_ new: TicketFacts, under definitions: some SLADefinitions, _ history: () throws -> [SLAEvent]) throws {
        for metric in SLAMetric.allCases where latest(metric) == nil {
            guard let term = definitions.term(for: metric, new) else { continue }
            let past = try TicketClocks.fold(try history(), of: ticket, under: try OneTerm(term, for: metric, among: definitions))
            for cycle in past.cycles where cycle.metric == metric && cycle.cancelledAt == nil {
                cycles.append(SLACycle(ticket: ticket, metric: metric, number: nextNumber(metric), group: cycle.group, ledger: cycle.ledger))
            }
        }
    }

    // MARK: Going on

    private mutating func advance(_ index: Int, _ event: SLAEvent, from old: TicketFacts, under definitions: some SLADefinitions) throws {
        let cycle = cycles[index]
        let isOfResponse = cycle.metric == .firstResponse || cycle.metric == .nextResponse
        if cycle.ledger.isStopped {
            // Work that is taken up again goes on in its clock; an answer stays given, and a stay that ended ended.
            guard !isOfResponse, cycle.metric != .ola || isLatestStay(index, in: event.facts.group), event.facts.status.isAtWork else { return }
        } else if !event.facts.status.isAtWork || isOfResponse && event.isAnswer {
            cycles[index].ledger.stop(at: event.at)
            return
        }
        guard let (term, target) = try term(for: cycle, event.facts, from: old, under: definitions) else {
            cycles[index].cancelledAt = event.at
            return
        }
        let wait = event.facts.status
        cycles[index].ledger.turn(to: target.pausedIn.contains(wait) ? .paused(wait, term) : .running(term), at: event.at)
    }

    private func isLatestStay(_ index: Int, in group: ID<SupportGroup>?) -> Bool { latest(.ola) == index && cycles[index].group == group }

    /// What the clock runs under from here: its own agreement, unless coverage was asked again and another answered; nil when none covers it any more.
    private func term(
        for cycle: SLACycle, _ new: TicketFacts, from old: TicketFacts, under definitions: some SLADefinitions
    ) throws -> (SLATerm, ServiceLevelAgreement.Target)? {
        guard let own = try definitions.known(cycle.ledger.term.agreement) else { return nil }
        var agreement = own
        if old != new, own.reads(aChangeFrom: old, to: new) || definitions.isCoverageOpen(from: old, to: new) {
            guard let chosen = definitions.term(for: cycle.metric, new) else { return nil }
            if chosen.agreement.id != own.id { agreement = try definitions.agreement(chosen.agreement) }
        }
        var calendars: [ID<SLACalendar>: Edition<SLACalendar>] = [:]
        for span in cycle.ledger.spans { calendars[span.state.term.calendar.id] = span.state.term.calendar }
        guard let term = definitions.term(for: cycle.metric, new.priority, of: agreement, calendars: calendars),
            let target = agreement.target(for: cycle.metric)
        else { return nil }
        return (term, target)
    }

    // MARK: Finding

    private func latest(_ metric: SLAMetric) -> Int? { cycles.lastIndex { $0.metric == metric && $0.cancelledAt == nil } }
    private func live(_ metric: SLAMetric) -> Int? { latest(metric).flatMap { cycles[$0].ledger.isStopped ? nil : $0 } }
    private func nextNumber(_ metric: SLAMetric) -> Int { cycles.count { $0.metric == metric } + 1 }
}

extension SLAEvent {
    fileprivate var isAnswer: Bool { what == .agentReplied || what == .created(isAnswered: true) }
}

extension TicketStatus {
    /// True while somebody works on the ticket or waits for something.
    fileprivate var isAtWork: Bool { category == .open || category == .pending }
    /// True for what was given up rather than finished.
    fileprivate var isAbandoned: Bool { self == .cancelled || self == .rejected }
}

/// Definitions in which every clock of one metric runs under one goal.
private struct OneTerm<Others: SLADefinitions>: SLAVariation {
    let agreements: [ServiceLevelAgreement]
    let others: Others

    init(_ term: SLATerm, for metric: SLAMetric, among others: Others) throws {
        var agreement = try others.agreement(term.agreement)
        let goal = ServiceLevelAgreement.Goal(seconds: term.seconds, calendar: term.calendar.id)
        let goals = Dictionary(uniqueKeysWithValues: Priority.allCases.map { ($0, goal) })
        // The first response is among them, since the next one waits for it.
        agreement.targets = Set([metric, .firstResponse]).map { .init($0, goals: goals, pausedIn: agreement.target(for: $0)?.pausedIn) }
        (agreement.coverage, agreement.condition) = (Coverage(), nil)
        agreements = [agreement]
        self.others = others
    }

    func agreement(_ edition: Edition<ServiceLevelAgreement>) throws -> ServiceLevelAgreement {
        edition == agreements[0].edition ? agreements[0] : try others.agreement(edition)
    }
}
