/// Where a condition stands, which decides what it may name.
public enum ConditionScope: String, CaseIterable, Sendable, Codable {
    /// Lists, views, exports, reports and bulk work: the ticket, who reads, and now. Such a condition must also be possible in SQL.
    case list
    /// What follows from a change, such as assignment: the ticket, how it was before, who changed it, and now.
    case change
    /// Agreements: what clocks remember of a ticket, so that a past can be measured again and gives the same.
    case agreement
    /// Escalation rules: the ticket, and now.
    case escalation

    /// Whether `ticket.field` may be named.
    func admits(_ field: TicketField) -> Bool { self != .agreement || TicketField.remembered.contains(field) }

    /// Of a field's type what may be read here: of people in the past only who they were.
    func type(of field: TicketField) -> CELDeclaredType {
        self == .agreement && field == .requester ? .nullable(.object("person", ["id": .string])) : field.type
    }

    var admitsCustomFields: Bool { self != .agreement }
    var knowsNow: Bool { self != .agreement }
    var knowsPrincipal: Bool { self == .list || self == .change }
    var knowsChange: Bool { self == .change }
}
