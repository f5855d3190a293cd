/// What of a ticket its clocks depend on: all of it can be read off the record of the past.
public struct TicketFacts: Sendable, Hashable {
    public var kind: TicketKind
    public var status: TicketStatus
    public var priority: Priority
    public var category: ID<Category>?
    public var group: ID<SupportGroup>?
    public var service: ID<BusinessService>?
    /// What conditions of agreements may read besides.
    public var details: Details

    /// What conditions of agreements may read besides kind, state, priority, category, group and service.
    public struct Details: Sendable, Hashable {
        public var impact: Impact
        public var urgency: Urgency
        /// Whether it is a major incident.
        public var major: Bool
        public var confidential: Bool
        public var channel: Channel
        /// Nil only where nobody knows.
        public var requester: ID<User>?
        public var tags: [String]

        public init(
            impact: Impact = .medium, urgency: Urgency = .medium, major: Bool = false, confidential: Bool = false, channel: Channel = .web,
            requester: ID<User>? = nil, tags: [String] = []
        ) {
            self.impact = impact
            self.urgency = urgency
            self.major = major
            self.confidential = confidential
            self.channel = channel
            self.requester = requester
            self.tags = tags
        }
    }

    public init(
        kind: TicketKind, status: TicketStatus, priority: Priority, category: ID<Category>? = nil, group: ID<SupportGroup>? = nil,
        service: ID<BusinessService>? = nil, details: Details = Details()
    ) {
        self.kind = kind
        self.status = status
        self.priority = priority
        self.category = category
        self.group = group
        self.service = service
        self.details = details
    }

    public init(_ ticket: Ticket) {
        self.init(
            kind: ticket.kind, status: ticket.status, priority: ticket.priority, category: ticket.category, group: ticket.group,
            service: ticket.service,
            details: Details(
                impact: ticket.impact, urgency: ticket.urgency, major: ticket.major, confidential: ticket.confidential, channel: ticket.channel,
                requester: ticket.requester, tags: ticket.tags))
    }

    /// The same without what only conditions read.
    var withoutDetails: TicketFacts {
        var facts = self
        facts.details = Details()
        return facts
    }
}

extension TicketField {
    /// What it is of what clocks remember; null for what they do not.
    func value(of facts: TicketFacts, _ names: ConditionNames) -> CELValue {
        switch self {
        case .kind: .string(facts.kind.rawValue)
        case .status: .string(facts.status.rawValue)
        case .statusCategory: .string(facts.status.category.rawValue)
        case .impact: .string(facts.details.impact.rawValue)
        case .urgency: .string(facts.details.urgency.rawValue)
        case .priority: .int(Int64(facts.priority.level))
        case .major: .bool(facts.details.major)
        case .confidential: .bool(facts.details.confidential)
        case .channel: .string(facts.details.channel.rawValue)
        case .category: .orNull(facts.category.flatMap(names.records.path))
        case .group: facts.group.map(names.group) ?? .null
        case .service: facts.service.map(names.service) ?? .null
        case .requester: facts.details.requester.map(names.person) ?? .null
        case .tags: .list(facts.details.tags.map(CELValue.string))
        default: .null
        }
    }

    /// Those that clocks remember of a ticket's past, and that a condition of an agreement may therefore read.
    static let remembered: Set<TicketField> = [
        .kind, .status, .statusCategory, .impact, .urgency, .priority, .major, .confidential, .channel, .category, .group, .service, .requester,
        .tags,
    ]
}
