/// Which tickets a list shows, in what order, and from where on.
public struct TicketQuery: Sendable, Hashable, Codable {
    /// Only these; nil for all.
    public var ids: [ID<Ticket>]?
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
    /// Words to find, as a person types them.
    public var text: String?
    public var sort = Sort(.createdAt, descending: true)

    public init() {}

    /// Nobody, or one person.
    public enum PersonFilter: Sendable, Hashable, Codable { case nobody, person(ID<User>) }

    /// No group, or one of several.
    public enum GroupFilter: Sendable, Hashable, Codable { case none, anyOf([ID<SupportGroup>]) }

    /// Half-open: `from` belongs to it, `before` does not.
    public struct TimeRange: Sendable, Hashable, Codable {
        public var from: Instant?
        public var before: Instant?
        public init(from: Instant? = nil, before: Instant? = nil) {
            self.from = from
            self.before = before
        }
    }

    public struct Sort: Sendable, Hashable, Codable {
        public var key: Key
        public var descending: Bool

        public enum Key: String, Sendable, Hashable, Codable, CaseIterable {
            case number, createdAt, updatedAt, priority, status, title
            /// By who has it, newest first, what nobody has last; the order of the people themselves says nothing.
            case assignee
            /// How well it fits `text`; only with `text`, best first.
            case relevance
        }

        public init(_ key: Key, descending: Bool = false) {
            self.key = key
            self.descending = descending
        }
    }

    /// Work that a person should not wait for among short requests.
    public var isLong: Bool { text != nil || sort.key == .title || !tags.isEmpty }
}
