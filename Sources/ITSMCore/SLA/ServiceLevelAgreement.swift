/// A promise to customers, or between teams: which tickets it covers, and what each is due when (ITIL: SLA, OLA). Each saved edit is a new version; those
/// before it stay, for the clocks that run under them. `policy` on the wire and on screen.
///
/// Of the agreements that cover a ticket, the first in order that has a target for a metric gives that metric's clock.
public struct ServiceLevelAgreement: Sendable, Hashable, Codable {
    public let id: ID<ServiceLevelAgreement>
    /// Unique among agreements without regard to case.
    public var name: String
    public var description: String?
    /// Lower ones are asked first; equal ones by age.
    public var order: Int
    /// The tickets that it is for.
    public var coverage: Coverage
    /// What must hold of a ticket besides, in the language of conditions; nil for nothing.
    public var condition: String?
    /// At most one for each metric.
    public var targets: [Target]
    /// Set once it covers no new tickets.
    public var archivedAt: Instant?
    /// 1 or more; rises with every change of the fields above.
    public var version: Int
    public let createdAt: Instant
    public var updatedAt: Instant

    public init(
        id: ID<ServiceLevelAgreement>, name: String, description: String? = nil, order: Int, coverage: Coverage = Coverage(),
        condition: String? = nil,
        targets: [Target],
        archivedAt: Instant? = nil, version: Int = 1, createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.order = order
        self.coverage = coverage
        self.condition = condition
        self.targets = targets
        self.archivedAt = archivedAt
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    public var ref: Ref<ServiceLevelAgreement> { Ref(id: id, name: name) }
    public var edition: Edition<ServiceLevelAgreement> { Edition(id, version: version) }

    /// What is promised for the metric; nil where nothing is.
    public func target(for metric: SLAMetric) -> Target? { targets.first { $0.metric == metric } }

    /// True when the two differ in a field on which it depends whether it covers a ticket.
    func reads(aChangeFrom old: TicketFacts, to new: TicketFacts) -> Bool {
        if condition != nil { return old != new }
        let asksPriority = targets.contains { $0.goals.count < Priority.allCases.count }
        return coverage.reads(aChangeFrom: old, to: new) || asksPriority && old.priority != new.priority
    }

    /// What is promised for one metric.
    public struct Target: Sendable, Hashable, Codable {
        public var metric: SLAMetric
        /// By the ticket's priority; a priority without one has no clock.
        public var goals: [Priority: Goal]
        /// The waits that stop the clock. Vendor and change waits run on by default.
        public var pausedIn: Set<TicketStatus>

        /// The waits that stop a resolution's clock where nothing else is said.
        public static let standardPauses: Set<TicketStatus> = [.pendingRequester]

        public init(_ metric: SLAMetric, goals: [Priority: Goal], pausedIn: Set<TicketStatus>? = nil) {
            self.metric = metric
            self.goals = goals
            self.pausedIn = pausedIn ?? (metric == .resolution ? Self.standardPauses : [])
        }
    }

    /// How much time, by whose hours.
    public struct Goal: Sendable, Hashable, Codable {
        /// Working time in seconds, 1 to `longest`.
        public var seconds: Int64
        public var calendar: ID<SLACalendar>

        /// Ten years around the clock.
        public static let longest: Int64 = 10 * 366 * 86_400

        public init(seconds: Int64, calendar: ID<SLACalendar>) {
            self.seconds = seconds
            self.calendar = calendar
        }
    }
}
