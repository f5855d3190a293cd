/// One clock of a ticket: one run of one metric, with its ledger and what is kept of its reading so that lists and the timer worker need not measure.
public struct SLACycle: Sendable, Hashable {
    public let ticket: ID<Ticket>
    /// What it measures.
    public let metric: SLAMetric
    /// The n-th of its metric on the ticket, from 1.
    public let number: Int
    /// For an OLA: whose stay it measures.
    public let group: ID<SupportGroup>?
    /// What happened to it: all else is read off this.
    public internal(set) var ledger: SLALedger
    /// Set once no agreement covers it any more, or the ticket was cancelled; such a clock is kept, and counts in no report.
    public internal(set) var cancelledAt: Instant?
    /// The rules that have fired for it, or whose point had passed when they could not act.
    public internal(set) var fired: Set<ID<EscalationRule>>
    /// True once the breach stands on record.
    public internal(set) var isBreachRecorded: Bool
    /// What the ledger says, as of its last change.
    public internal(set) var reading: SLALedger.Reading
    /// When the timer worker has something to do for it; nil for nothing.
    public internal(set) var nextFireAt: Instant?
    /// Rises with each recompute under other versions of agreement or calendar; results before it are kept beside it.
    public internal(set) var revision: Int

    public init(
        ticket: ID<Ticket>, metric: SLAMetric, number: Int, group: ID<SupportGroup>? = nil, ledger: SLALedger, cancelledAt: Instant? = nil,
        fired: Set<ID<EscalationRule>> = [], isBreachRecorded: Bool = false, reading: SLALedger.Reading = .init(), nextFireAt: Instant? = nil,
        revision: Int = 0
    ) {
        self.ticket = ticket
        self.metric = metric
        self.number = number
        self.group = group
        self.ledger = ledger
        self.cancelledAt = cancelledAt
        self.fired = fired
        self.isBreachRecorded = isBreachRecorded
        self.reading = reading
        self.nextFireAt = nextFireAt
        self.revision = revision
    }

    /// What it is called in addresses: its metric, and its number from the second on.
    public var name: Name { Name(metric: metric, number: number) }

    /// The name of one clock of a ticket: `resolution`, and from the second cycle on `nextResponse-2`.
    public struct Name: Sendable, Hashable, LosslessStringConvertible {
        public var metric: SLAMetric
        public var number: Int

        public init(metric: SLAMetric, number: Int) {
            self.metric = metric
            self.number = number
        }

        public var description: String { number == 1 ? metric.rawValue : "\(metric.rawValue)-\(number)" }

        public init?(_ text: String) {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), let metric = SLAMetric(rawValue: String(parts[0])) else { return nil }
            guard parts.count == 2 else {
                self.init(metric: metric, number: 1)
                return
            }
            guard let number = Int(parts[1]), number > 1, String(number) == parts[1] else { return nil }
            self.init(metric: metric, number: number)
        }
    }

    /// How it stands.
    public enum State: String, Sendable, Codable, CaseIterable { case running, paused, stopped, cancelled }

    public var state: State {
        if cancelledAt != nil { return .cancelled }
        switch ledger.state {
        case .running: return .running
        case .paused: return .paused
        case .stopped: return .stopped
        }
    }

    /// True when the goal was exceeded at `instant`, or before it.
    public func isBreached(at instant: Instant) -> Bool { reading.breachesAt.map { $0 <= instant } ?? false }

    /// Whether it was met when it was first stopped; nil while it never was.
    public var metAtFirst: Bool? { ledger.firstStop.map { stop in reading.breachesAt.map { $0 >= stop } ?? true } }

    /// Reads the ledger anew.
    mutating func settle(_ facts: TicketFacts, under definitions: some SLADefinitions) throws {
        reading = try ledger.reading(definitions.clock)
        nextFireAt = try nextFire(facts, under: definitions)
    }

    /// The earliest instant at which a rule fires or the breach is recorded.
    private func nextFire(_ facts: TicketFacts, under definitions: some SLADefinitions) throws -> Instant? {
        guard cancelledAt == nil else { return nil }
        var next = isBreachRecorded ? nil : reading.breachesAt
        for rule in definitions.rules where watches(rule, facts, definitions) {
            guard let reached = try ledger.instant(of: rule.threshold, definitions.clock) else { continue }
            next = next.map { min($0, reached) } ?? reached
        }
        return next
    }

    /// True when the rule may fire for this clock as it stands.
    func watches(_ rule: EscalationRule, _ facts: TicketFacts, _ definitions: some SLADefinitions) -> Bool {
        state == .running && !fired.contains(rule.id) && rule.watchesClocks(like: self) && rule.coverage.covers(facts, in: definitions.categories)
    }
}
