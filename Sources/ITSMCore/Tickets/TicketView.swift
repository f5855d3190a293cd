/// A ticket as the store loads it for one reader: the entity, the names of its people, and what the reader is to it.
public struct TicketRecord: Sendable, Hashable {
    public var ticket: Ticket
    public var requesterName: String
    public var openedByName: String
    public var assigneeName: String?
    /// Nil where there is none, or where the reader may not see it.
    public var parent: TicketRef?
    /// Whether the reader for whom it was read watches it.
    public var isWatchedByReader: Bool

    public init(
        ticket: Ticket, requesterName: String, openedByName: String, assigneeName: String? = nil, parent: TicketRef? = nil,
        isWatchedByReader: Bool = false
    ) {
        self.ticket = ticket
        self.requesterName = requesterName
        self.openedByName = openedByName
        self.assigneeName = assigneeName
        self.parent = parent
        self.isWatchedByReader = isWatchedByReader
    }

    /// The audience as far as `reader` is concerned.
    public func audience(for reader: Principal) -> TicketAudience {
        TicketAudience(ticket, watchers: isWatchedByReader ? [reader.id] : [])
    }
}

/// A ticket as callers read it: every field, with the names of what it points to.
public struct TicketView: Sendable, Hashable, Codable {
    public var id: ID<Ticket>
    public var number: TicketNumber
    public var kind: TicketKind
    public var title: String
    public var description: String?
    public var status: TicketStatus
    public var statusCategory: StatusCategory
    public var pendingReason: String?
    public var pendingUntil: Instant?
    public var impact: Impact
    public var urgency: Urgency
    public var priority: Priority
    public var priorityReason: String?
    public var major: Bool
    /// Its path, such as `network/vpn`.
    public var category: String?
    public var requester: Ref<User>
    public var openedBy: Ref<User>
    public var assignee: Ref<User>?
    public var group: Ref<SupportGroup>?
    public var service: Ref<BusinessService>?
    public var channel: Channel
    public var tags: [String]
    /// By name; only those that the caller may see.
    public var customFields: [String: JSONValue]
    public var parent: TicketRef?
    public var confidential: Bool
    public var firstRespondedAt: Instant?
    public var resolvedAt: Instant?
    public var closedAt: Instant?
    /// The earliest target of its clocks that run; none while all of them wait, or have ended.
    public var dueAt: Instant?
    public var resolution: Ticket.Resolution?
    public var reopenCount: Int
    public var escalationLevel: Int
    public var externalRef: Ticket.ExternalRef?
    public var version: Int
    public var createdAt: Instant
    public var updatedAt: Instant

    /// As `reader`, who may see the ticket, sees it: without the custom fields that are for those who read its work notes, unless they do. Lists do not say
    /// who watches, and for work notes that counts for nothing.
    public init(_ record: TicketRecord, desk: DeskSnapshot, for reader: Principal) {
        let ticket = record.ticket
        id = ticket.id
        number = ticket.number
        kind = ticket.kind
        title = ticket.title
        description = ticket.description
        status = ticket.status
        statusCategory = ticket.status.category
        pendingReason = ticket.pendingReason
        pendingUntil = ticket.pendingUntil
        impact = ticket.impact
        urgency = ticket.urgency
        priority = ticket.priority
        priorityReason = ticket.priorityReason
        major = ticket.major
        category = ticket.category.flatMap { desk.path(of: $0) }
        requester = Ref(id: ticket.requester, name: record.requesterName)
        openedBy = Ref(id: ticket.openedBy, name: record.openedByName)
        assignee = ticket.assignee.map { Ref(id: $0, name: record.assigneeName ?? "") }
        group = ticket.group.flatMap { desk.ref(of: $0) }
        service = ticket.service.flatMap { desk.ref(of: $0) }
        channel = ticket.channel
        tags = ticket.tags
        customFields =
            ticket.customFields.isEmpty
            ? [:]
            : desk.customFields.shown(
                of: ticket.customFields, seesHidden: reader.seesNotes(of: TicketAudience(ticket, watchers: [reader.id])))
        parent = record.parent
        confidential = ticket.confidential
        firstRespondedAt = ticket.firstRespondedAt
        resolvedAt = ticket.resolvedAt
        closedAt = ticket.closedAt
        dueAt = ticket.dueAt
        resolution = ticket.resolution
        reopenCount = ticket.reopenCount
        escalationLevel = ticket.escalationLevel
        externalRef = ticket.externalRef
        version = ticket.version
        createdAt = ticket.createdAt
        updatedAt = ticket.updatedAt
    }
}

extension DeskSnapshot {
    /// False where `ticket` points to a group, service, category or custom field that is younger than this snapshot.
    func covers(_ ticket: Ticket) -> Bool {
        ticket.group.map { groups[$0] != nil } ?? true && ticket.service.map { services[$0] != nil } ?? true
            && ticket.category.map { categories[$0] != nil } ?? true && ticket.customFields.keys.allSatisfy { customFields[$0] != nil }
    }
}
