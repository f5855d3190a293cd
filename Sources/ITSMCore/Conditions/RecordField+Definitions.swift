// What a desk defines, where it comes in pages.

/// A field of an assignment rule.
public enum AssignmentRuleField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, name, order, condition, triggers, group, choice, person, skills, continues, archived, archivedAt, version, createdAt
    case updatedAt

    static let root = "rule"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The rule's own id.")
        case .name: .init(.string, "Unique among assignment rules.")
        case .order: .init(.int, "Lower ones are asked first.")
        case .condition: .init(.nullable(.string), "Which tickets it is about; null is every ticket.")
        case .triggers: .init(.list(.string), "When it is asked.")
        case .group: .init(.nullable(.group), "The group that a ticket goes to.")
        case .choice: .word(AssignmentRule.Choice.self, "How the person is found.")
        case .person: .init(.nullable(.person), "Of choice person.")
        case .skills: .init(.list(.string), "What bestSkill looks for.")
        case .continues: .init(.bool, "Later rules may set what it left open.")
        case .archived: .init(.bool, "It is asked no more.")
        case .archivedAt: .init(.nullable(.timestamp), "Since when.")
        case .version: .init(.int, "Rises with each edit.")
        case .createdAt: .init(.timestamp, "When it was added.")
        case .updatedAt: .init(.timestamp, "When it was changed last.")
        }
    }
}

/// A field of an SLA policy.
public enum PolicyField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, name, description, order, condition, archived, archivedAt, version, createdAt, updatedAt

    static let root = "policy"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The policy's own id.")
        case .name: .init(.string, "Unique among policies.")
        case .description: .init(.nullable(.string), "What it is for.")
        case .order: .init(.int, "Lower ones are asked first.")
        case .condition: .init(.nullable(.string), "What must hold of a ticket besides its coverage.")
        case .archived: .init(.bool, "It covers no new tickets.")
        case .archivedAt: .init(.nullable(.timestamp), "Since when.")
        case .version: .init(.int, "Rises with each edit.")
        case .createdAt: .init(.timestamp, "When it was added.")
        case .updatedAt: .init(.timestamp, "When it was changed last.")
        }
    }
}

/// A field of an escalation rule.
public enum EscalationRuleField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, name, policy, metrics, condition, archived, archivedAt, version, createdAt, updatedAt

    static let root = "escalation"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The rule's own id.")
        case .name: .init(.string, "Unique among escalation rules.")
        case .policy: .init(.nullable(.policy), "The policy whose clocks it watches; null is those of all.")
        case .metrics: .init(.list(.string), "The clocks that it watches; none is all.")
        case .condition: .init(.nullable(.string), "What must hold of the ticket when it fires.")
        case .archived: .init(.bool, "It fires no more.")
        case .archivedAt: .init(.nullable(.timestamp), "Since when.")
        case .version: .init(.int, "Rises with each edit.")
        case .createdAt: .init(.timestamp, "When it was added.")
        case .updatedAt: .init(.timestamp, "When it was changed last.")
        }
    }
}

/// A field of a business calendar.
public enum CalendarField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, name, zone, archived, archivedAt, version, createdAt, updatedAt

    static let root = "calendar"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The calendar's own id.")
        case .name: .init(.string, "Unique among calendars.")
        case .zone: .init(.string, "Such as Europe/Berlin.")
        case .archived: .init(.bool, "Hidden from pickers.")
        case .archivedAt: .init(.nullable(.timestamp), "Since when.")
        case .version: .init(.int, "Rises with each edit.")
        case .createdAt: .init(.timestamp, "When it was added.")
        case .updatedAt: .init(.timestamp, "When it was changed last.")
        }
    }
}
