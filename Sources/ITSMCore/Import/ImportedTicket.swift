/// One ticket of another system with its history, in our words but with the source's own ids of people, groups and categories.
public struct ImportedTicket: Sendable, Hashable {
    /// The system's name, and the ticket's number there.
    public var externalRef: Ticket.ExternalRef
    public var kind: TicketKind
    /// Every state it was in that differs from the one before, in order; the first is its birth, in the lifecycle's initial state. Never empty.
    public var history: [Event]
    public var resolvedAt: Instant?
    public var closedAt: Instant?
    /// Only where the last state is resolved or closed.
    public var resolution: Ticket.Resolution?
    public var reopenCount: Int
    /// The last update, whether or not it changed anything that we keep.
    public var updatedAt: Instant
    /// What the map has no field for, by the column's name.
    public var sourceData: [String: String]
    /// Of all that the source says about it, and of how it was read.
    public var digest: ContentDigest

    /// What was done, when, by whom, and what the ticket was like afterwards.
    public struct Event: Sendable, Hashable {
        public var at: Instant
        /// Their id of a person; nil when the source does not say.
        public var by: String?
        public var state: State
    }

    /// What the source says a ticket was like at one time, in our words but with their names of people and groups.
    public struct State: Sendable, Hashable {
        public var title: String
        public var description: String?
        public var status: TicketStatus
        /// The source's word for a wait.
        public var pendingReason: String?
        public var impact: Impact?
        public var urgency: Urgency?
        public var priority: Priority?
        /// Parts from the general to the special.
        public var category: [String]
        /// Their ids of people.
        public var requester: String?
        public var assignee: String?
        public var group: String?
        public var service: String?
        public var channel: Channel
        public var tags: [String]
        /// By name; null where the source says nothing. People by their ids.
        public var customFields: [String: JSONValue] = [:]
    }

    /// Their ids of people become usernames with the source's name before them; both together stay within a username's length.
    static let longestPersonID = Limits.username - ImportMap.longestSource - 1

    /// As it is now.
    public var state: State { history[history.count - 1].state }
    public var createdAt: Instant { history[0].at }
    public var openedBy: String? { history[0].by }
}
