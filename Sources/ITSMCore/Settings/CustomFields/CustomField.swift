/// A field that a desk adds to its tickets: what it is called, what it takes, and who sees it.
///
/// Its values stand in a ticket's `customFields` under `name`, which expressions use too: `ticket.customFields.costCentre`.
public struct CustomField: Sendable, Hashable, Codable {
    public let id: ID<CustomField>
    /// The key in JSON and the name in expressions: a lower-case letter, then letters and digits. It never changes.
    public let name: String
    /// What people read in forms.
    public var label: String
    /// What the form says below the field; nil for nothing.
    public var help: String?
    /// It never changes: values are kept as they are.
    public let kind: Kind
    /// What a choice offers, in this order; empty for other kinds.
    public var choices: [Choice]
    /// Asked for where a ticket is raised by a person; nothing else is held up by its absence.
    public var isRequired: Bool
    /// What a new ticket has where nobody says otherwise.
    public var defaultValue: JSONValue?
    /// False: only those who may read the ticket's work notes see it, and its history.
    public var visibleToRequesters: Bool
    /// The kinds of tickets that have it, in the order of `TicketKind`; empty for all.
    public var kinds: [TicketKind]
    /// Forms show lower numbers first.
    public var order: Int
    /// Set once it is hidden from forms; tickets keep their values.
    public var archivedAt: Instant?
    /// Rises with every change of the fields above.
    public var version: Int
    public let createdAt: Instant
    public var updatedAt: Instant

    /// What its values are.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// One line.
        case text
        case number, boolean, choice, multiChoice
        /// A day of the calendar, without a time or a zone.
        case date
        /// A person, kept by id.
        case user
        /// The name of a configuration item.
        case ci
        case url
    }

    /// One of the values of a choice.
    public struct Choice: Sendable, Hashable, Codable {
        /// What is kept, and what expressions compare with.
        public var value: String
        public var label: String
        /// Not to be chosen any more; tickets that have it keep it.
        public var isArchived: Bool

        public init(_ value: String, _ label: String? = nil, isArchived: Bool = false) {
            self.value = value
            self.label = label ?? value
            self.isArchived = isArchived
        }

        private enum CodingKeys: String, CodingKey {
            case value, label
            case isArchived = "archived"
        }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            let value = try fields.decode(String.self, forKey: .value)
            self.init(
                value, try fields.decodeIfPresent(String.self, forKey: .label),
                isArchived: try fields.decodeIfPresent(Bool.self, forKey: .isArchived) ?? false)
        }
    }

    public init(
        id: ID<CustomField>, name: String, label: String, help: String? = nil, kind: Kind, choices: [Choice] = [], isRequired: Bool = false,
        defaultValue: JSONValue? = nil, visibleToRequesters: Bool = false, kinds: [TicketKind] = [], order: Int = CustomField.standardOrder,
        archivedAt: Instant? = nil, version: Int = 1, createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.name = name
        self.label = label
        self.help = help
        self.kind = kind
        self.choices = choices
        self.isRequired = isRequired
        self.defaultValue = defaultValue
        self.visibleToRequesters = visibleToRequesters
        self.kinds = kinds
        self.order = order
        self.archivedAt = archivedAt
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, label, help, kind, choices
        case isRequired = "required"
        case defaultValue = "default"
        case visibleToRequesters, kinds, order, archivedAt, version, createdAt, updatedAt
    }

    /// What a list needs to know to go by this field.
    public struct SortKey: Sendable, Hashable, Codable {
        public let id: ID<CustomField>
        public let name: String
        /// By size, as against by letters.
        public let isNumber: Bool
        /// Only those who read a ticket's work notes may learn where it stands; for all others it has no value.
        public let isHidden: Bool
    }

    public var sortKey: SortKey { SortKey(id: id, name: name, isNumber: kind == .number, isHidden: !visibleToRequesters) }

    /// True for tickets of that kind.
    public func applies(to kind: TicketKind) -> Bool { kinds.isEmpty || kinds.contains(kind) }

    public var isArchived: Bool { archivedAt != nil }

    /// Where a fault of its value on a ticket is.
    public var pointer: String { "/customFields/\(name)" }

    /// What its value is called in the record of a ticket's changes.
    public static func changeName(_ name: String) -> String { "customFields.\(name)" }
}

extension CustomField.Kind {
    /// True for those whose values come from a list of the definition.
    public var hasChoices: Bool { self == .choice || self == .multiChoice }
}
