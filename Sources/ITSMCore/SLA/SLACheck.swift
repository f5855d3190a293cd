/// Holds what is kept of clocks against what follows from the record: each reading against its ledger, and each ledger against the fold of its ticket's
/// activity.
public struct SLACheck: Sendable {
    private let database: any Database

    public init(database: any Database) { self.database = database }

    /// What the check found.
    public struct Report: Sendable, Hashable, Codable {
        /// Clocks whose reading was checked.
        public var clocks = 0
        /// Those whose ledger was also held against the fold. The others changed hands between agreements, were cancelled, or were computed anew; of these the
        /// record alone does not say under what they ran when.
        public var folded = 0
        public var findings: [Finding] = []
        /// More are counted, and not kept.
        public var findingCount = 0

        /// How many findings are kept.
        public static let mostFindings = 1_000
    }

    /// A clock that is not what it should be.
    public struct Finding: Sendable, Hashable, Codable {
        public var ticket: ID<Ticket>
        public var timer: String
        public var what: String
    }

    /// Checks every clock, a page of tickets at a time.
    ///
    /// - Parameter onProgress: told how many tickets were checked.
    public func run(as caller: Principal, onProgress: @escaping @Sendable (Int) -> Void) async throws -> Report {
        try caller.require(.manageSLA)
        let desk = try await database.read { try $0.desk.load() }
        var report = Report()
        var (place, tickets) = (ID<Ticket>?.none, 0)
        while true {
            let last = place
            let (page, found) = try await database.read(on: .long) { tx in
                let page = try tx.sla.tickets(after: last, limit: Self.pageSize)
                return (page, try Self.check(page, desk: desk, in: tx))
            }
            report.add(found)
            tickets += page.count
            onProgress(tickets)
            guard page.count == Self.pageSize else { return report }
            place = page.last?.ticket
            try Task.checkCancellation()
        }
    }

    private static let pageSize = 500

    private static func check(_ page: [(ticket: ID<Ticket>, facts: TicketFacts)], desk: DeskSnapshot, in tx: any Transaction) throws -> Report {
        let definitions = DeskDefinitions(desk: desk, tx: tx)
        let ids = page.map(\.ticket)
        let cycles = try tx.sla.cycles(of: ids)
        let histories = try tx.sla.histories(of: ids)
        let byTicket = Dictionary(grouping: cycles.value, by: \.ticket)
        var report = Report()
        for (ticket, facts) in page {
            let kept = byTicket[ticket] ?? []
            for cycle in kept {
                report.clocks += 1
                var anew = cycle
                try anew.settle(facts, under: definitions)
                if anew.reading != cycle.reading { report.add(cycle, "It shows \(cycle.reading), and its ledger says \(anew.reading).") }
                if anew.nextFireAt != cycle.nextFireAt {
                    report.add(cycle, "The worker is asked at \(cycle.nextFireAt.words), and should be at \(anew.nextFireAt.words).")
                }
            }
            let recorded = try RecordedDefinitions(kept, among: definitions)
            let folded = try TicketClocks.fold(SLAEvent.events(of: histories[ticket] ?? []), of: ticket, under: recorded)
            for cycle in kept where recorded.metrics.contains(cycle.metric) {
                report.folded += 1
                let other = folded.cycles.first { $0.name == cycle.name }
                if other?.ledger != cycle.ledger {
                    report.add(cycle, "Its ledger is \(cycle.ledger), and the record gives \(other?.ledger.description ?? "no such clock").")
                }
            }
        }
        return report
    }
}

extension SLACheck.Report {
    fileprivate mutating func add(_ cycle: SLACycle, _ what: String) {
        findingCount += 1
        if findings.count < Self.mostFindings { findings.append(.init(ticket: cycle.ticket, timer: cycle.name.description, what: what)) }
    }

    fileprivate mutating func add(_ other: Self) {
        clocks += other.clocks
        folded += other.folded
        findingCount += other.findingCount
        findings += other.findings.prefix(max(0, Self.mostFindings - findings.count))
    }
}

extension Instant? {
    fileprivate var words: String { map(\.description) ?? "no time" }
}

/// The promises that a ticket's clocks ran under, as the clocks themselves tell.
private struct RecordedDefinitions: SLAVariation {
    let agreements: [ServiceLevelAgreement]
    /// The metrics for which they are known throughout.
    let metrics: Set<SLAMetric>
    private let calendars: [ID<SLACalendar>: Edition<SLACalendar>]
    private let own: [Edition<ServiceLevelAgreement>: ServiceLevelAgreement]
    let others: DeskDefinitions

    init(_ cycles: [SLACycle], among others: DeskDefinitions) throws {
        var (agreements, metrics, calendars): ([ServiceLevelAgreement], Set<SLAMetric>, [ID<SLACalendar>: Edition<SLACalendar>]) = ([], [], [:])
        var own: [Edition<ServiceLevelAgreement>: ServiceLevelAgreement] = [:]
        for (metric, cycles) in Dictionary(grouping: cycles, by: \.metric) {
            let terms = cycles.flatMap { $0.ledger.spans.map(\.state.term) }
            let editions = Set(terms.map(\.agreement))
            guard let edition = editions.first, editions.count == 1, cycles.allSatisfy({ $0.cancelledAt == nil && $0.revision == 0 }) else {
                continue
            }
            var agreement = try others.agreement(edition)
            (agreement.coverage, agreement.condition) = (Coverage(), nil)
            own[edition] = agreement
            agreement.targets = agreement.targets.filter { $0.metric == metric }
            agreements.append(agreement)
            metrics.insert(metric)
            for term in terms { calendars[term.calendar.id] = term.calendar }
        }
        (self.agreements, self.metrics, self.calendars, self.own, self.others) = (agreements, metrics, calendars, own, others)
    }

    func edition(of calendar: ID<SLACalendar>) -> Edition<SLACalendar>? { calendars[calendar] ?? others.edition(of: calendar) }

    func agreement(_ edition: Edition<ServiceLevelAgreement>) throws -> ServiceLevelAgreement {
        try own[edition] ?? others.agreement(edition)
    }
}
