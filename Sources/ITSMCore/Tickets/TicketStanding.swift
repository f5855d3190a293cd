/// All of a ticket that a bulk change can touch, as it stood at one moment, so that the change can be undone.
public struct TicketStanding: Sendable, Hashable, Codable {
    public var assignee: ID<User>?
    public var group: ID<SupportGroup>?
    public var priority: Priority
    public var priorityReason: String?
    public var tags: [String]
    public var status: TicketStatus
    public var pendingReason: String?
    public var pendingUntil: Instant?
    public var statusBeforePending: TicketStatus?
    public var resolvedAt: Instant?
    public var closedAt: Instant?
    public var resolution: Ticket.Resolution?
    public var reopenCount: Int
    /// Nil where the change touched none.
    public var customFields: [String: JSONValue]?

    public init(_ ticket: Ticket) {
        assignee = ticket.assignee
        group = ticket.group
        priority = ticket.priority
        priorityReason = ticket.priorityReason
        tags = ticket.tags
        status = ticket.status
        pendingReason = ticket.pendingReason
        pendingUntil = ticket.pendingUntil
        statusBeforePending = ticket.statusBeforePending
        resolvedAt = ticket.resolvedAt
        closedAt = ticket.closedAt
        resolution = ticket.resolution
        reopenCount = ticket.reopenCount
        customFields = ticket.customFields
    }

    /// The rights that it takes to go from `now` back to this: those of the change itself. Where taking the assignee away makes an incident new again, that
    /// is part of it, as `assigned` was of the assignment.
    func permissions(from now: TicketStanding) -> Set<Permission> {
        var needed: Set<Permission> = []
        if assignee != now.assignee || group != now.group { needed.insert(.assignTickets) }
        if tags != now.tags || customFields != nil && customFields != now.customFields { needed.insert(.updateTickets) }
        if priority != now.priority || priorityReason != now.priorityReason { needed.insert(.overridePriority) }
        let followsFromAssignee = assignee != now.assignee && status == .new && now.status == .assigned
        if status != now.status, !followsFromAssignee { needed.insert(.transitionTickets) }
        return needed
    }
}

extension Ticket {
    /// Goes back to where it stood before a change that nobody has built upon: a change of its own, on record as such.
    ///
    /// The lifecycle is not asked: it says how work moves on, and this says that a step should not have been taken. So state, times, resolution and the
    /// count of reopenings are again what they were.
    ///
    /// - Parameter fields: the custom fields that there are; a value of any other is not brought back.
    mutating func restore(_ standing: TicketStanding, in fields: CustomFieldList, at now: Instant) -> [Activity] {
        let before = self
        assignee = standing.assignee
        group = standing.group
        priority = standing.priority
        priorityReason = standing.priorityReason
        tags = standing.tags
        status = standing.status
        pendingReason = standing.pendingReason
        pendingUntil = standing.pendingUntil
        statusBeforePending = standing.statusBeforePending
        resolvedAt = standing.resolvedAt
        closedAt = standing.closedAt
        resolution = standing.resolution
        reopenCount = standing.reopenCount
        if let values = standing.customFields { customFields = values.filter { fields[$0.key] != nil } }
        return changed(since: before, reason: "Undo of a bulk change", hiding: fields.hiddenNames, at: now)
    }
}
