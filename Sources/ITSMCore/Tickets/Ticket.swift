/// Any of the five kinds of work that the desk tracks: an incident, a service request, a problem, a change or a work order.
public struct Ticket: Sendable, Hashable {
    public let id: ID<Ticket>
    public var number: TicketNumber
    public var kind: TicketKind { number.kind }
    public var title: String
    /// Markdown.
    public var description: String?
    public var status: TicketStatus
    /// Why it waits; only while it does.
    public var pendingReason: String?
    /// When a wait ends by itself.
    public var pendingUntil: Instant?
    /// Where it stood before it waits; only while it does.
    public var statusBeforePending: TicketStatus?
    /// How much of the business is hit.
    public var impact: Impact
    /// How soon it matters.
    public var urgency: Urgency
    /// By the matrix of impact and urgency, unless a person set it.
    public var priority: Priority
    /// Why a person set the priority against the matrix; nil while the matrix rules.
    public var priorityReason: String?
    /// A major incident, as a person declared it.
    public var major: Bool
    public var category: ID<Category>?
    /// For whom it is.
    public var requester: ID<User>
    /// Who wrote it down; often the requester.
    public var openedBy: ID<User>
    /// Who works it; nil while nobody does.
    public var assignee: ID<User>?
    /// Whose work it is; nil while nobody's.
    public var group: ID<SupportGroup>?
    public var service: ID<BusinessService>?
    /// By which way it came.
    public var channel: Channel
    /// Sorted, each once.
    public var tags: [String]
    /// By the name of their definition.
    public var customFields: [String: JSONValue]
    /// The ticket that it is a part of.
    public var parent: ID<Ticket>?
    /// Hidden from all but its requester, opener, assignee, watchers and group, and holders of `tickets:readConfidential`.
    public var confidential: Bool
    /// The first public reply of an agent; when it was raised, where an agent took the call.
    public var firstRespondedAt: Instant?
    /// When work was last done; nil while it is not.
    public var resolvedAt: Instant?
    /// When it was closed; nil while it is not.
    public var closedAt: Instant?
    /// The earliest target of its clocks that run, as read off them.
    public var dueAt: Instant?
    /// How work ended; only while it has.
    public var resolution: Resolution?
    /// How often finished work was taken up again.
    public var reopenCount: Int
    /// How often it was escalated to managers; 0 for never.
    public var escalationLevel: Int
    /// Where it came from; nil for tickets of our own.
    public var externalRef: ExternalRef?
    /// Rises only when PATCH or a transition changes a field, so that a reply never spoils a colleague's edit.
    public var version: Int
    public let createdAt: Instant
    public var updatedAt: Instant

    /// How work ended.
    public struct Resolution: Sendable, Hashable, Codable {
        /// Nil where a reason says it all: cancelled, rejected.
        public var code: Code?
        public var notes: String?

        public init(code: Code?, notes: String?) {
            self.code = code
            self.notes = notes
        }

        /// How work ended, in the desk's own closed list.
        public enum Code: String, Sendable, Codable, CaseIterable {
            case fixed, workaround, noFaultFound, duplicate, userError, withdrawn
            /// How a change closed.
            case successful, failed, rolledBack

            /// The codes that a ticket of `kind` may end with.
            public static func allowed(for kind: TicketKind) -> [Code] {
                kind == .change ? [.successful, .failed, .rolledBack] : [.fixed, .workaround, .noFaultFound, .duplicate, .userError, .withdrawn]
            }
        }
    }

    /// Where it came from: another system and its name there.
    public struct ExternalRef: Sendable, Hashable, Codable {
        /// The name of the system, as the import's map calls it.
        public var source: String
        public var id: String

        public init(source: String, id: String) {
            self.source = source
            self.id = id
        }
    }

    public init(
        id: ID<Ticket>, number: TicketNumber, title: String, description: String? = nil, status: TicketStatus, pendingReason: String? = nil,
        pendingUntil: Instant? = nil, statusBeforePending: TicketStatus? = nil, impact: Impact, urgency: Urgency, priority: Priority,
        priorityReason: String? = nil, major: Bool = false, category: ID<Category>? = nil, requester: ID<User>, openedBy: ID<User>,
        assignee: ID<User>? = nil, group: ID<SupportGroup>? = nil, service: ID<BusinessService>? = nil, channel: Channel, tags: [String] = [],
        customFields: [String: JSONValue] = [:], parent: ID<Ticket>? = nil, confidential: Bool = false, firstRespondedAt: Instant? = nil,
        resolvedAt: Instant? = nil, closedAt: Instant? = nil, dueAt: Instant? = nil, resolution: Resolution? = nil, reopenCount: Int = 0,
        escalationLevel: Int = 0,
        externalRef: ExternalRef? = nil, version: Int = 1, createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.number = number
        self.title = title
        self.description = description
        self.status = status
        self.pendingReason = pendingReason
        self.pendingUntil = pendingUntil
        self.statusBeforePending = statusBeforePending
        self.impact = impact
        self.urgency = urgency
        self.priority = priority
        self.priorityReason = priorityReason
        self.major = major
        self.category = category
        self.requester = requester
        self.openedBy = openedBy
        self.assignee = assignee
        self.group = group
        self.service = service
        self.channel = channel
        self.tags = tags
        self.customFields = customFields
        self.parent = parent
        self.confidential = confidential
        self.firstRespondedAt = firstRespondedAt
        self.resolvedAt = resolvedAt
        self.closedAt = closedAt
        self.dueAt = dueAt
        self.resolution = resolution
        self.reopenCount = reopenCount
        self.escalationLevel = escalationLevel
        self.externalRef = externalRef
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
