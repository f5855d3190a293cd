/// What happens when a clock comes to a certain point, such as three quarters of its goal (sla.md, 3). Fires at most once for each clock.
public struct EscalationRule: Sendable, Hashable, Codable {
    public let id: ID<EscalationRule>
    /// Unique among rules without regard to case.
    public var name: String
    /// The agreement whose clocks it watches; nil for those of all.
    public var agreement: ID<ServiceLevelAgreement>?
    /// The clocks that it watches; empty for all.
    public var metrics: Set<SLAMetric>
    public var threshold: Threshold
    /// Which tickets it is about, besides.
    public var coverage: Coverage
    /// What must hold of the ticket when it fires, in the language of conditions; nil for nothing. A rule whose condition does not hold then has had its
    /// chance with that clock.
    public var condition: String?
    /// In the order in which they are done; one or more.
    public var actions: [EscalationAction]
    /// Set once it fires no more.
    public var archivedAt: Instant?
    /// 1 or more; rises with every change of the fields above.
    public var version: Int
    public let createdAt: Instant
    public var updatedAt: Instant

    public init(
        id: ID<EscalationRule>, name: String, agreement: ID<ServiceLevelAgreement>? = nil, metrics: Set<SLAMetric> = [], threshold: Threshold,
        coverage: Coverage = Coverage(), condition: String? = nil, actions: [EscalationAction], archivedAt: Instant? = nil, version: Int = 1,
        createdAt: Instant,
        updatedAt: Instant
    ) {
        self.id = id
        self.name = name
        self.agreement = agreement
        self.metrics = metrics
        self.threshold = threshold
        self.coverage = coverage
        self.condition = condition
        self.actions = actions
        self.archivedAt = archivedAt
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    public var ref: Ref<EscalationRule> { Ref(id: id, name: name) }

    /// When a rule fires, as a point of a clock. Each is working time by the goal's own calendar.
    public enum Threshold: Sendable, Hashable {
        /// Percent of the goal, 1 to 1,000; 100 is the target itself.
        case percent(Int)
        /// Seconds of working time before the target.
        case beforeDue(seconds: Int64)
        /// Seconds of working time after it.
        case afterDue(seconds: Int64)

        /// The elapsed time at which it is reached, for a goal; both in microseconds. Below zero it is reached at the start.
        public func elapsed(ofGoal goal: Int64) -> Int64 {
            switch self {
            case .percent(let percent): (goal * Int64(percent) + 99) / 100
            case .beforeDue(let seconds): goal - seconds * 1_000_000
            case .afterDue(let seconds): goal + seconds * 1_000_000
            }
        }
    }
}

/// One thing that an escalation does, by the ordinary services, in the name of the automation.
public enum EscalationAction: Sendable, Hashable {
    /// Tells these people, each once, in their list of notices.
    case notify(Set<Recipient>)
    /// Hierarchical escalation: the level rises by one, the group's manager (without one, its members) is told and becomes a watcher; the assignee stays.
    case escalate
    /// Functional escalation: another group, another person, or both.
    case assign(group: ID<SupportGroup>?, assignee: ID<User>?)
    /// One step up; what is critical stays so.
    case raisePriority
    /// Lets a person follow the ticket.
    case addWatcher(ID<User>)
    /// Writes a reply or a work note, in Markdown.
    case comment(Comment.Visibility, body: String)

    /// Whom a notice goes to.
    public enum Recipient: Sendable, Hashable {
        /// Whoever has the ticket; nobody where nobody has.
        case assignee
        /// All members of the ticket's group.
        case group
        /// The manager of the ticket's group; its members where there is none.
        case groupManager
        /// Somebody named by the rule.
        case person(ID<User>)
    }
}
