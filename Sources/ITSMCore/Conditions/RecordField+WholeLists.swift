// Records of lists that are always answered whole.

/// A field of the definition of a custom field.
public enum CustomFieldField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, name, label, help, kind, required, visibleToRequesters, kinds, order, archived, archivedAt, version, createdAt, updatedAt

    static let root = "field"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The field's own id.")
        case .name: .init(.string, "What expressions and the API call it.")
        case .label: .init(.string, "What people read.")
        case .help: .init(.nullable(.string), "What forms say below it.")
        case .kind: .word(CustomField.Kind.self, "What its values are.")
        case .required: .init(.bool, "Asked for where a person raises a ticket.")
        case .visibleToRequesters: .init(.bool, "Requesters see it too.")
        case .kinds: .init(.list(.string), "The kinds of tickets that have it; none is all.")
        case .order: .init(.int, "Forms show lower numbers first.")
        case .archived: .init(.bool, "Hidden from forms.")
        case .archivedAt: .init(.nullable(.timestamp), "Since when.")
        case .version: .init(.int, "Rises with each edit.")
        case .createdAt: .init(.timestamp, "When it was added.")
        case .updatedAt: .init(.timestamp, "When it was changed last.")
        }
    }
}

/// A field of a provider of sign-ins.
public enum IdentityProviderField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, name, issuer, enabled, createsPeople, linksByEmail, requiresSecondFactor, verifiesSecondFactor, version, createdAt, updatedAt

    static let root = "provider"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The provider's own id.")
        case .name: .init(.string, "As the sign-in page calls it.")
        case .issuer: .init(.string, "As it names itself in its tokens.")
        case .enabled: .init(.bool, "People may sign in through it.")
        case .createsPeople: .init(.bool, "Makes people at their first sign-in.")
        case .linksByEmail: .init(.bool, "Links people by an e-mail address that it has verified.")
        case .requiresSecondFactor: .init(.bool, "Lets in only whom it asked for a second factor.")
        case .verifiesSecondFactor: .init(.bool, "Asks everybody for a second factor itself.")
        case .version: .init(.int, "Rises with each edit.")
        case .createdAt: .init(.timestamp, "When it was added.")
        case .updatedAt: .init(.timestamp, "When it was changed last.")
        }
    }
}

/// A field of a link, as read from the ticket whose list it is in.
public enum LinkField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, type, direction, ticketID = "ticket.id", ticketNumber = "ticket.number", ticketTitle = "ticket.title", createdAt

    static let root = "link"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The link's own id.")
        case .type: .word(TicketLink.Kind.self, "What the two have to do with each other.")
        case .direction: .word(TicketLink.Direction.self, "Which way it points.")
        case .ticketID: .init(.string, "The id of the other ticket.")
        case .ticketNumber: .init(.string, "The number of the other ticket.")
        case .ticketTitle: .init(.string, "The title of the other ticket.")
        case .createdAt: .init(.timestamp, "When it was made.")
        }
    }
}

/// A field of somebody who follows a ticket.
public enum WatcherField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, name, addedAt

    static let root = "watcher"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The id of the person.")
        case .name: .init(.string, "The full name.")
        case .addedAt: .init(.timestamp, "Since when they follow it.")
        }
    }
}

/// A field of a clock of a ticket.
public enum ClockField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, metric, state, pausedFor, policy, policyVersion, calendar, calendarVersion, priority, group, goalSeconds, elapsedSeconds
    case remainingSeconds, startedAt, dueAt, stoppedAt, cancelledAt, breachedAt, met, counting

    static let root = "clock"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "Such as resolution or nextResponse-2.")
        case .metric: .word(SLAMetric.self, "What it measures.")
        case .state: .word(SLACycle.State.self, "Whether it runs.")
        case .pausedFor: .word(TicketStatus.self, isOptional: true, "The wait for which it stands still.")
        case .policy: .init(.policy, "The policy that it runs under.")
        case .policyVersion: .init(.int, "The version of the policy.")
        case .calendar: .init(.calendar, "The calendar that it counts by.")
        case .calendarVersion: .init(.int, "The version of the calendar.")
        case .priority: .init(.int, "The priority whose goal it has: 1 critical, 2 high, 3 medium, 4 low.")
        case .group: .init(.nullable(.group), "Of an OLA the group whose stay it measures.")
        case .goalSeconds: .init(.int, "Working time.")
        case .elapsedSeconds: .init(.double, "Working time.")
        case .remainingSeconds: .init(.double, "Below zero once the goal is exceeded.")
        case .startedAt: .init(.timestamp, "When it began.")
        case .dueAt: .init(.nullable(.timestamp), "The target, while it runs.")
        case .stoppedAt: .init(.nullable(.timestamp), "When it ended.")
        case .cancelledAt: .init(.nullable(.timestamp), "When it ceased to count.")
        case .breachedAt: .init(.nullable(.timestamp), "When the goal was exceeded.")
        case .met: .init(.nullable(.bool), "Whether it was met, once it is stopped.")
        case .counting: .init(.bool, "Working time counts just now.")
        }
    }
}
