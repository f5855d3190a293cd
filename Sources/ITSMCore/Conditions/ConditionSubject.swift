/// What a condition is asked about: a ticket as it is and as it was, who changed it or reads it, and the moment.
public struct ConditionSubject: Sendable {
    public var ticket: Ticket
    /// The ticket before the change; nil for one that is raised.
    public var previous: Ticket?
    public var caller: Principal
    public var now: Instant
    public var names: ConditionNames

    public init(_ ticket: Ticket, previous: Ticket? = nil, caller: Principal, now: Instant, names: ConditionNames) {
        self.ticket = ticket
        self.previous = previous
        self.caller = caller
        self.now = now
        self.names = names
    }

    /// What of the ticket the change touched; all that is set of one that is raised.
    var changedFields: [String] {
        let fields = TicketField.allCases.filter { field in
            let value = field.value(of: ticket, names)
            guard let previous else { return !value.isEqual(to: .null) }
            return !value.isEqual(to: field.value(of: previous, names))
        }
        let custom = Set(ticket.customFields.keys).union(previous.map { Set($0.customFields.keys) } ?? [])
        return fields.map(\.rawValue) + custom.filter { ticket.customFields[$0] != previous?.customFields[$0] }.sorted().map { "customFields.\($0)" }
    }
}

/// Where the names of the desk's own records are known.
public protocol NamedRecords: Sendable {
    /// Nil where the group is not known.
    func name(of group: ID<SupportGroup>) -> String?
    /// Nil where the service is not known.
    func name(of service: ID<BusinessService>) -> String?
    /// Nil where the category is not known.
    func path(of category: ID<Category>) -> String?
}

extension DeskSnapshot: NamedRecords {
    /// Nil where the snapshot does not know the group.
    public func name(of group: ID<SupportGroup>) -> String? { groups[group]?.name }
    /// Nil where the snapshot does not know the service.
    public func name(of service: ID<BusinessService>) -> String? { services[service]?.name }
}

/// The names of what a ticket points to.
public struct ConditionNames: Sendable {
    let records: any NamedRecords
    public var people: [ID<User>: String]
    public var watchers: Set<ID<User>>
    public var parent: TicketRef?

    public init(_ records: any NamedRecords, people: [ID<User>: String] = [:], watchers: Set<ID<User>> = [], parent: TicketRef? = nil) {
        self.records = records
        self.people = people
        self.watchers = watchers
        self.parent = parent
    }

    func person(_ id: ID<User>) -> CELValue { Self.object(id.description, people[id]) }
    func group(_ id: ID<SupportGroup>) -> CELValue { Self.object(id.description, records.name(of: id)) }
    func service(_ id: ID<BusinessService>) -> CELValue { Self.object(id.description, records.name(of: id)) }

    private static func object(_ id: String, _ name: String?) -> CELValue {
        .map(CELMap(["id": .string(id), "name": name.map(CELValue.string) ?? .null]))
    }
}

extension TicketField {
    /// What it is of `ticket`.
    func value(of ticket: Ticket, _ names: ConditionNames) -> CELValue {
        switch self {
        case .id: .string(ticket.id.description)
        case .number: .string(ticket.number.description)
        case .kind: .string(ticket.kind.rawValue)
        case .title: .string(ticket.title)
        case .description: .orNull(ticket.description)
        case .status: .string(ticket.status.rawValue)
        case .statusCategory: .string(ticket.status.category.rawValue)
        case .pendingReason: .orNull(ticket.pendingReason)
        case .pendingUntil: .orNull(ticket.pendingUntil)
        case .impact: .string(ticket.impact.rawValue)
        case .urgency: .string(ticket.urgency.rawValue)
        case .priority: .int(Int64(ticket.priority.level))
        case .priorityReason: .orNull(ticket.priorityReason)
        case .major: .bool(ticket.major)
        case .category: .orNull(ticket.category.flatMap(names.records.path))
        case .requester: names.person(ticket.requester)
        case .openedBy: names.person(ticket.openedBy)
        case .assignee: ticket.assignee.map(names.person) ?? .null
        case .group: ticket.group.map(names.group) ?? .null
        case .service: ticket.service.map(names.service) ?? .null
        case .channel: .string(ticket.channel.rawValue)
        case .tags: .list(ticket.tags.map(CELValue.string))
        case .watchers: .list(names.watchers.sorted().map(names.person))
        case .parent:
            ticket.parent.map {
                .map(CELMap(["id": .string($0.description), "number": .orNull(names.parent?.number.description)]))
            } ?? .null
        case .confidential: .bool(ticket.confidential)
        case .firstRespondedAt: .orNull(ticket.firstRespondedAt)
        case .resolvedAt: .orNull(ticket.resolvedAt)
        case .closedAt: .orNull(ticket.closedAt)
        case .dueAt: .orNull(ticket.dueAt)
        case .resolution:
            ticket.resolution.map { .map(CELMap(["code": .orNull($0.code?.rawValue), "notes": .orNull($0.notes)])) } ?? .null
        case .reopenCount: .int(Int64(ticket.reopenCount))
        case .escalationLevel: .int(Int64(ticket.escalationLevel))
        case .externalRef: ticket.externalRef.map { .map(CELMap(["source": .string($0.source), "id": .string($0.id)])) } ?? .null
        case .version: .int(Int64(ticket.version))
        case .createdAt: .instant(ticket.createdAt)
        case .updatedAt: .instant(ticket.updatedAt)
        }
    }
}

extension CELValue {
    static func orNull(_ text: String?) -> CELValue { text.map(CELValue.string) ?? .null }
    static func orNull(_ time: Instant?) -> CELValue { time.map(CELValue.instant) ?? .null }

    /// A timestamp to the microsecond; null outside the years 1 to 9999.
    public static func instant(_ time: Instant) -> CELValue {
        let seconds = time.microseconds.dividedFloor(by: 1_000_000)
        // Both count from the year 1 to 9999, so there always is one.
        return CELTimestamp(seconds: seconds, nanoseconds: Int32(time.microseconds - seconds * 1_000_000) * 1_000).map(CELValue.timestamp) ?? .null
    }
}
