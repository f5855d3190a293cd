/// What a draft of a policy would have come to over past tickets, beside what was measured then (sla.md, 2). Nothing is changed by it.
///
/// It speaks of the clocks that the draft would have run, and of those that the policy ran whose place it takes; of each that was stopped, whether it was
/// met.
public struct SLASimulation: Sendable, Hashable, Codable {
    /// Tickets that were looked at.
    public private(set) var tickets = 0
    /// For each metric that has clocks, in the order of a ticket's life.
    public private(set) var metrics: [Metric] = []
    /// Clocks that came out otherwise.
    public private(set) var differing = 0
    /// The first of them.
    public private(set) var differences: [Difference] = []

    /// Differences that are told one by one.
    public static let differencesShown = 200

    /// The clocks of one metric, as they were measured then and as the draft measures them.
    public struct Metric: Sendable, Hashable, Codable {
        public var metric: SLAMetric
        public var then = ComplianceFigures()
        public var now = ComplianceFigures()
    }

    /// A clock that came out otherwise.
    public struct Difference: Sendable, Hashable, Codable {
        public var ticket: TicketRef
        /// The clock's name, such as `resolution`.
        public var timer: String
        /// Absent where there was no such clock.
        public var then: Outcome?
        public var now: Outcome?
    }

    /// Whether a stopped clock was met.
    public enum Outcome: String, Sendable, Codable, CaseIterable { case met, breached }

    public init() {}

    /// Takes one more ticket into account.
    ///
    /// - Parameters:
    ///   - then: its clocks as they were kept.
    ///   - history: all that its clocks follow.
    mutating func add(_ ticket: TicketRef, then: [SLACycle], history: [SLAEvent], under trial: some SLATrial) throws {
        tickets += 1
        let folded = history.isEmpty ? [] : try TicketClocks.fold(history, of: ticket.id, under: trial).cycles
        let now = Dictionary(uniqueKeysWithValues: folded.map { ($0.name, $0) })
        let kept = Dictionary(uniqueKeysWithValues: then.map { ($0.name, $0) })
        let names = Set(kept.filter { trial.concerns($0.value) }.keys).union(now.filter { trial.concerns($0.value) }.keys)
        for name in names.sorted(by: { $0.description < $1.description }) { note(ticket, name, kept[name], now[name]) }
    }

    private mutating func note(_ ticket: TicketRef, _ name: SLACycle.Name, _ then: SLACycle?, _ now: SLACycle?) {
        let (old, new) = (then?.outcome, now?.outcome)
        if old == nil, new == nil { return }
        let place = place(of: name.metric)
        if let then, let old { metrics[place].then.count(met: old == .met, atFirst: then.metAtFirst ?? true) }
        if let now, let new { metrics[place].now.count(met: new == .met, atFirst: now.metAtFirst ?? true) }
        guard old != new else { return }
        differing += 1
        if differences.count < Self.differencesShown {
            differences.append(Difference(ticket: ticket, timer: name.description, then: old, now: new))
        }
    }

    private mutating func place(of metric: SLAMetric) -> Int {
        if let place = metrics.firstIndex(where: { $0.metric == metric }) { return place }
        let order = SLAMetric.allCases
        let place = metrics.firstIndex { order.firstIndex(of: $0.metric)! > order.firstIndex(of: metric)! } ?? metrics.count
        metrics.insert(Metric(metric: metric), at: place)
        return place
    }
}

extension SLACycle {
    /// Nil while it is not stopped, and for one that was cancelled.
    fileprivate var outcome: SLASimulation.Outcome? {
        guard state == .stopped else { return nil }
        return reading.breachesAt == nil ? .met : .breached
    }
}

/// The desk's promises with a draft among them.
protocol SLATrial: SLADefinitions {
    /// True for a clock that the draft runs, or the policy whose place it takes.
    func concerns(_ cycle: SLACycle) -> Bool
}

/// Definitions of the desk in which a draft is in force, in the place of another policy or beside all.
struct DraftedDefinitions<Others: SLADefinitions>: SLATrial, SLAVariation {
    let draft: ServiceLevelAgreement
    let agreements: [ServiceLevelAgreement]
    let others: Others

    /// - Parameter draft: has the id of the policy whose place it takes, and a version that this never had; or an id of its own.
    init(_ draft: ServiceLevelAgreement, among others: Others) {
        self.draft = draft
        self.others = others
        agreements = (others.agreements.filter { $0.id != draft.id } + [draft]).sorted { ($0.order, $0.id) < ($1.order, $1.id) }
    }

    func agreement(_ edition: Edition<ServiceLevelAgreement>) throws -> ServiceLevelAgreement {
        edition == draft.edition ? draft : try others.agreement(edition)
    }

    func concerns(_ cycle: SLACycle) -> Bool { cycle.ledger.term.agreement.id == draft.id }
}
