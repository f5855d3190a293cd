/// Where a condition stands, which decides what it may name.
public enum ConditionScope: String, CaseIterable, Sendable, Codable {
    /// Lists, views, exports, reports and bulk work: the ticket, who reads, and now.
    case list
    /// What follows from a change, such as assignment: the ticket, how it was before, who changed it, and now.
    case change
    /// Agreements: what clocks remember of a ticket, so that a past can be measured again and gives the same.
    case agreement
    /// Escalation rules: the ticket, and now.
    case escalation
    /// Lists of other records: the record, who reads, and now.
    case people, groups, services, categories, roles
    /// The audit trail: its entry, who reads, and now.
    case activity

    /// Whether lists are asked, so that the condition must be possible in SQL.
    public var isOfLists: Bool { self == .list || !isOfTickets }

    /// Whether `ticket` is what it is about.
    var isOfTickets: Bool { recordFields.isEmpty }

    /// What may be named of a record that is no ticket.
    var recordFields: [RecordField] {
        switch self {
        case .list, .change, .agreement, .escalation: []
        case .people: PersonField.allCases.map(RecordField.person)
        case .groups: GroupField.allCases.map(RecordField.group)
        case .services: ServiceField.allCases.map(RecordField.service)
        case .categories: CategoryField.allCases.map(RecordField.category)
        case .roles: RoleField.allCases.map(RecordField.role)
        case .activity: ActivityField.allCases.map(RecordField.activity)
        }
    }

    /// Whether `ticket.field` may be named.
    func admits(_ field: TicketField) -> Bool { isOfTickets && (self != .agreement || TicketField.remembered.contains(field)) }

    /// Of a field's type what may be read here: of people in the past only who they were.
    func type(of field: TicketField) -> CELDeclaredType {
        self == .agreement && field == .requester ? .nullable(.object("person", ["id": .string])) : field.type
    }

    var admitsCustomFields: Bool { isOfTickets && self != .agreement }
    var knowsNow: Bool { self != .agreement }
    var knowsPrincipal: Bool { self != .agreement && self != .escalation }
    var knowsChange: Bool { self == .change }
}
