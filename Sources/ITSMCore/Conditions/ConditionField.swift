/// What a condition must know of a custom field: `ticket.customFields.name`.
public struct ConditionField: Sendable, Hashable {
    public let id: String
    public let name: String
    public let kind: Kind
    /// Seen only by those who see a ticket's work notes.
    public let isHidden: Bool
    /// What people read in forms.
    public let label: String
    /// The values that it takes, where these are a closed list.
    public let choices: [String]

    /// How its values are stored and compared.
    public enum Kind: Sendable, Hashable { case text, number, boolean, date, person, list }

    public init(id: String, name: String, kind: Kind, isHidden: Bool, label: String? = nil, choices: [String] = []) {
        self.id = id
        self.name = name
        self.kind = kind
        self.isHidden = isHidden
        self.label = label ?? name
        self.choices = choices
    }

    /// Null where a ticket has no value, but for lists, which are empty then. A date is its midnight in UTC.
    public var type: CELDeclaredType {
        switch kind {
        case .text: .nullable(.string)
        case .number: .nullable(.double)
        case .boolean: .nullable(.bool)
        case .date: .nullable(.timestamp)
        case .person: .nullable(.person)
        case .list: .list(.string)
        }
    }

    func value(of ticket: Ticket, _ names: ConditionNames) -> CELValue {
        switch (kind, ticket.customFields[name]) {
        case (.list, .array(let elements)?):
            .list(elements.compactMap { if case .string(let text) = $0 { .string(text) } else { nil } })
        case (.list, _): .list([])
        case (.text, .string(let text)?): .string(text)
        case (.number, .integer(let number)?): .double(Double(number))
        case (.number, .number(let number)?): .double(number)
        case (.boolean, .bool(let flag)?): .bool(flag)
        case (.date, .string(let text)?): CivilDate(text).map { .instant(Instant(seconds: $0.daysSince1970 * 86_400)) } ?? .null
        case (.person, .string(let text)?): ID<User>(text).map(names.person) ?? .null
        default: .null
        }
    }
}
