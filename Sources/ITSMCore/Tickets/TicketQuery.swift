/// Which tickets a list shows, in what order, and from where on.
public struct TicketQuery: Sendable, Hashable {
    /// Only these; nil for all.
    public var ids: [ID<Ticket>]?
    /// Any of these; as in the lists below, an empty one is any at all.
    public var kinds: [TicketKind] = []
    public var statuses: [TicketStatus] = []
    public var categories: [StatusCategory] = []
    public var priorities: [Priority] = []
    public var impacts: [Impact] = []
    public var urgencies: [Urgency] = []
    public var assignee: PersonFilter?
    public var group: GroupFilter?
    public var requester: ID<User>?
    public var openedBy: ID<User>?
    public var watcher: ID<User>?
    public var service: ID<BusinessService>?
    /// The category and all below it.
    public var ticketCategories: [ID<Category>]?
    /// Tickets that carry all of these.
    public var tags: [String] = []
    public var major: Bool?
    public var channel: Channel?
    public var parent: ID<Ticket>?
    public var externalSource: String?
    public var externalID: String?
    public var created = TimeRange()
    public var updated = TimeRange()
    public var resolved = TimeRange()
    /// What must hold besides; of the scope `list`, and of an environment that names nothing which the reader may not see.
    public var condition: Condition?
    /// What the reader must hold on each ticket besides seeing it.
    public var permission: Permission?
    /// Whether the long texts come too, for whoever asks conditions of what was found; lists that people read leave them out.
    public var withTexts = false
    /// Words to find, as a person types them.
    public var text: String?
    /// The order; equal tickets by id.
    public var sort = Sort(.createdAt, descending: true)

    public init() {}

    /// Nobody, or one person.
    public enum PersonFilter: Sendable, Hashable, Codable { case nobody, person(ID<User>) }

    /// No group, or one of several.
    public enum GroupFilter: Sendable, Hashable, Codable { case none, anyOf([ID<SupportGroup>]) }

    /// Half-open: `from` belongs to it, `before` does not.
    public struct TimeRange: Sendable, Hashable, Codable {
        /// Nil for from the beginning.
        public var from: Instant?
        /// Nil for to the end.
        public var before: Instant?
        public init(from: Instant? = nil, before: Instant? = nil) {
            self.from = from
            self.before = before
        }
    }

    /// An order of tickets.
    public struct Sort: Sendable, Hashable, Codable {
        public var key: Key
        public var descending: Bool

        /// What tickets are ordered by.
        public enum Key: Sendable, Hashable, Codable {
            case number, createdAt, updatedAt, priority, status, title
            /// By the next target, soonest first; what has none comes last.
            case dueAt
            /// By who has it, newest first, what nobody has last; the order of the people themselves says nothing.
            case assignee
            /// How well it fits `text`; only with `text`, best first.
            case relevance
            /// By a field of the desk's own; what has no value comes last.
            case customField(CustomField.SortKey)

            /// All that every desk has.
            public static let plain: [Key] = [.number, .createdAt, .updatedAt, .priority, .status, .title, .dueAt, .assignee, .relevance]

            /// As `sort=` has it.
            public var name: String {
                switch self {
                case .number: "number"
                case .createdAt: "createdAt"
                case .updatedAt: "updatedAt"
                case .priority: "priority"
                case .status: "status"
                case .title: "title"
                case .dueAt: "dueAt"
                case .assignee: "assignee"
                case .relevance: "relevance"
                case .customField(let field): CustomField.changeName(field.name)
                }
            }
        }

        public init(_ key: Key, descending: Bool = false) {
            self.key = key
            self.descending = descending
        }
    }

    /// True where an index leads to the page whatever the values are. Such a list runs among short requests and from a plan that is kept; searches and
    /// other composed filters are planned with their values, on the long lane (store.md, 1).
    public func isPlain(for reader: Principal) -> Bool {
        var indexed = TicketQuery()
        (indexed.kinds, indexed.statuses, indexed.categories, indexed.priorities) = (kinds, statuses, categories, priorities)
        (indexed.assignee, indexed.group, indexed.requester, indexed.sort) = (assignee, group, requester, sort)
        guard indexed == self else { return false }

        let isByTime = sort.key == .createdAt
        switch reader.grants[.readTickets] {
        case .all: break
        case .own where isByTime: break
        default: return false
        }
        if requester != nil, !isByTime { return false }
        if case .person? = assignee, !isByTime, !isOfWorkInHand { return false }
        if case .anyOf(let ids)? = group {
            let isQueue = isOfWorkInHand && sort == Sort(.priority)
            if ids.count != 1 || !isByTime && !isQueue { return false }
        }
        return switch sort.key {
        case .createdAt, .updatedAt, .number: true
        case .priority: isOfWorkInHand
        case .status, .title, .assignee, .dueAt, .relevance, .customField: false
        }
    }

    /// Asks for open or pending tickets alone, which are a small part of all.
    private var isOfWorkInHand: Bool {
        let asked = statuses.isEmpty ? categories : statuses.map(\.category)
        return !asked.isEmpty && asked.allSatisfy { $0 == .open || $0 == .pending }
    }
}
