/// A field of a person: what lists of people show.
public enum PersonField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, username, name, email, location, department, vip, timeZone, language, manager, skills, absentFrom, absentUntil
    case roles, inheritedRoles, groups, canSignIn, disabled, disabledAt, version, createdAt, updatedAt

    static let root = "person"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The person's own id.")
        case .username: .init(.string, "What they sign in with.")
        case .name: .init(.string, "The full name.")
        case .email: .init(.nullable(.string), "The mail address.")
        case .location: .init(.nullable(.string), "Where they sit.")
        case .department: .init(.nullable(.string), "The department.")
        case .vip: .init(.bool, "Somebody whose tickets go first.")
        case .timeZone: .init(.nullable(.string), "Such as Europe/Berlin.")
        case .language: .init(.nullable(.string), "Such as en or de-AT.")
        case .manager: .init(.nullable(.person), "Whom they report to.")
        case .skills: .init(.list(.string), "Words such as network.")
        case .absentFrom: .init(.nullable(.timestamp), "Away from then on.")
        case .absentUntil: .init(.nullable(.timestamp), "Away before then.")
        case .roles: .init(.list(.role), "The roles that they hold directly.")
        case .inheritedRoles: .init(.list(.role), "The roles that come with their groups.")
        case .groups: .init(.list(.group), "The groups that they are a member of.")
        case .canSignIn: .init(.bool, "Has a password or a provider's account, and is not disabled.")
        case .disabled: .init(.bool, "May no longer sign in.")
        case .disabledAt: .init(.nullable(.timestamp), "Since when.")
        case .version: .init(.int, "Rises with each edit.")
        case .createdAt: .init(.timestamp, "When they were added.")
        case .updatedAt: .init(.timestamp, "When they were changed last.")
        }
    }
}

/// A field of a group.
public enum GroupField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, name, description, manager, members, memberCount, roles, archived, archivedAt, version, createdAt, updatedAt

    static let root = "group"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The group's own id.")
        case .name: .init(.string, "Unique among groups.")
        case .description: .init(.nullable(.string), "What it is for.")
        case .manager: .init(.nullable(.person), "Who answers for it.")
        case .members: .init(.list(.person), "Its members, without those who are disabled.")
        case .memberCount: .init(.int, "How many these are.")
        case .roles: .init(.list(.role), "The roles that every member holds.")
        case .archived: .init(.bool, "Hidden from pickers.")
        case .archivedAt: .init(.nullable(.timestamp), "Since when.")
        case .version: .init(.int, "Rises with each edit.")
        case .createdAt: .init(.timestamp, "When it was added.")
        case .updatedAt: .init(.timestamp, "When it was changed last.")
        }
    }
}

/// A field of a business service.
public enum ServiceField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, name, description, owner, criticality, archived, archivedAt, version, createdAt, updatedAt

    static let root = "service"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The service's own id.")
        case .name: .init(.string, "Unique among services.")
        case .description: .init(.nullable(.string), "What it gives the business.")
        case .owner: .init(.nullable(.group), "The group that answers for it.")
        case .criticality: .word(BusinessService.Criticality.self, "What an outage means to the business.")
        case .archived: .init(.bool, "Hidden from pickers.")
        case .archivedAt: .init(.nullable(.timestamp), "Since when.")
        case .version: .init(.int, "Rises with each edit.")
        case .createdAt: .init(.timestamp, "When it was added.")
        case .updatedAt: .init(.timestamp, "When it was changed last.")
        }
    }
}

/// A field of a category of tickets.
public enum CategoryField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, name, path, parent, archived, archivedAt, version, createdAt, updatedAt

    static let root = "category"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The category's own id.")
        case .name: .init(.string, "The last name of its path.")
        case .path: .init(.string, "Such as network/vpn.")
        case .parent: .init(.nullable(.string), "The id of the category above it.")
        case .archived: .init(.bool, "Hidden from pickers by itself.")
        case .archivedAt: .init(.nullable(.timestamp), "Since when.")
        case .version: .init(.int, "Rises with each edit.")
        case .createdAt: .init(.timestamp, "When it was added.")
        case .updatedAt: .init(.timestamp, "When it was changed last.")
        }
    }
}

/// A field of a role.
public enum RoleField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, name, description, builtIn, requiresSecondFactor, version, createdAt, updatedAt

    static let root = "role"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The role's own id.")
        case .name: .init(.string, "Unique among roles.")
        case .description: .init(.nullable(.string), "What it is for.")
        case .builtIn: .init(.bool, "One that a desk starts with.")
        case .requiresSecondFactor: .init(.bool, "Who holds it has to have a second factor.")
        case .version: .init(.int, "Rises with each edit.")
        case .createdAt: .init(.timestamp, "When it was added.")
        case .updatedAt: .init(.timestamp, "When it was changed last.")
        }
    }
}

/// A field of an entry of the audit trail. Old and new values are none: who may not read them could ask for them here.
public enum ActivityField: String, CaseIterable, Sendable, FieldOfRecord {
    case kind, recordType = "record.type", recordID = "record.id", ticket, restricted, occurredAt, recordedAt, principal, onBehalfOf, channel
    case redacted, cause, depth, requestID = "requestId", address

    static let root = "activity"
    var meaning: RecordField.Meaning {
        switch self {
        case .kind: .word(Activity.Kind.self, "What happened.")
        case .recordType: .word(Activity.RecordType.self, "To what kind of record.")
        case .recordID: .init(.string, "To which.")
        case .ticket: .init(.nullable(.string), "The id of the ticket in whose timeline it stands.")
        case .restricted: .init(.bool, "Only for those who see the ticket's work notes.")
        case .occurredAt: .init(.timestamp, "When it happened.")
        case .recordedAt: .init(.timestamp, "When it was written; later for imported history.")
        case .principal: .init(.person, "Who did it.")
        case .onBehalfOf: .init(.nullable(.person), "For whom.")
        case .channel: .word(Channel.self, "How it came in.")
        case .redacted: .init(.bool, "Its values were taken out.")
        case .cause: .init(.nullable(.string), "What made an automation act, such as activity:1-7423-991.")
        case .depth: .init(.int, "How many causes stand in a row.")
        case .requestID: .init(.nullable(.string), "The request that did it.")
        case .address: .init(.nullable(.string), "From where.")
        }
    }
}

extension CELDeclaredType {
    /// What others point to, as a condition sees it.
    static let person = named("person"), group = named("group"), service = named("service"), role = named("role")
    static let policy = named("policy"), calendar = named("calendar")

    private static func named(_ name: String) -> CELDeclaredType { .object(name, ["id": .string, "name": .string]) }
}
