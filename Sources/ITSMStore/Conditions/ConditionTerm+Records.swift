import ITSMCore

extension ConditionTerm {
    /// What a field of a record is in SQL, in the names that its list gives its tables.
    init(_ field: RecordField) {
        switch field {
        case .person(let field): self.init(field)
        case .group(let field): self.init(field)
        case .service(let field): self.init(field)
        case .category(let field): self.init(field)
        case .role(let field): self.init(field)
        case .activity(let field): self.init(field)
        case .comment(let field): self.init(field)
        case .attachment(let field): self.init(field)
        case .outcome(let field): self.init(field)
        case .notice(let field): self.init(field)
        case .job(let field): self.init(field)
        case .view(let field): self.init(field)
        case .assignmentRule(let field): self.init(field)
        case .policy(let field): self.init(field)
        case .escalationRule(let field): self.init(field)
        case .calendar(let field): self.init(field)
        // Lists that are at hand as a whole are not asked here.
        case .customField, .identityProvider, .link, .watcher, .clock: self = .refused
        }
    }

    private init(_ field: PersonField) {
        switch field {
        case .id: self = .id("u.id")
        case .username: self = .column(.string, "u.username")
        case .name: self = .column(.string, "u.name")
        case .email: self = .column(.string, "u.email", mayBeNull: true)
        case .location: self = .column(.string, "u.location", mayBeNull: true)
        case .department: self = .column(.string, "u.department", mayBeNull: true)
        case .vip: self = .column(.bool, "u.vip")
        case .timeZone: self = .column(.string, "u.time_zone", mayBeNull: true)
        case .language: self = .column(.string, "u.language", mayBeNull: true)
        case .manager: self = .person("u.manager_id", isOptional: true)
        case .skills: self = .column(.strings, "u.skills")
        case .absentFrom: self = .column(.timestamp, "u.absent_from", mayBeNull: true)
        case .absentUntil: self = .column(.timestamp, "u.absent_until", mayBeNull: true)
        case .roles: self = .objects("SELECT h.role_id FROM user_roles h WHERE h.user_id = u.id") { .role($0) }
        case .inheritedRoles: self = .objects("SELECT DISTINCT i.role_id FROM (\(fragment: PostgresUsers.inheritedRoles)) AS i") { .role($0) }
        case .groups:
            self = .objects("SELECT b.group_id FROM group_members b WHERE b.user_id = u.id") { .group($0, isOptional: false) }
        case .canSignIn: self = .column(.bool, PostgresUsers.canSignIn)
        case .disabled: self = .column(.bool, "(u.disabled_at IS NOT NULL)")
        case .disabledAt: self = .column(.timestamp, "u.disabled_at", mayBeNull: true)
        case .version: self = .column(.int, "u.version")
        case .createdAt: self = .column(.timestamp, "u.created_at")
        case .updatedAt: self = .column(.timestamp, "u.updated_at")
        }
    }

    private init(_ field: GroupField) {
        switch field {
        case .id: self = .id("g.id")
        case .name: self = .column(.string, "g.name")
        case .description: self = .column(.string, "g.description", mayBeNull: true)
        case .manager: self = .person("g.manager_id", isOptional: true)
        case .members: self = .people("SELECT b.user_id \(fragment: PostgresGroups.enabledMembers)")
        case .memberCount: self = .column(.int, "(SELECT count(*) \(fragment: PostgresGroups.enabledMembers))")
        case .roles: self = .objects("SELECT h.role_id FROM group_roles h WHERE h.group_id = g.id") { .role($0) }
        case .archived: self = .column(.bool, "(g.archived_at IS NOT NULL)")
        case .archivedAt: self = .column(.timestamp, "g.archived_at", mayBeNull: true)
        case .version: self = .column(.int, "g.version")
        case .createdAt: self = .column(.timestamp, "g.created_at")
        case .updatedAt: self = .column(.timestamp, "g.updated_at")
        }
    }

    private init(_ field: ServiceField) {
        switch field {
        case .id: self = .id("s.id")
        case .name: self = .column(.string, "s.name")
        case .description: self = .column(.string, "s.description", mayBeNull: true)
        case .owner: self = .group("s.owner_id", isOptional: true)
        case .criticality: self = .column(.string, "s.criticality")
        case .archived: self = .column(.bool, "(s.archived_at IS NOT NULL)")
        case .archivedAt: self = .column(.timestamp, "s.archived_at", mayBeNull: true)
        case .version: self = .column(.int, "s.version")
        case .createdAt: self = .column(.timestamp, "s.created_at")
        case .updatedAt: self = .column(.timestamp, "s.updated_at")
        }
    }

    private init(_ field: CategoryField) {
        switch field {
        case .id: self = .id("categories.id")
        case .name: self = .column(.string, "categories.name")
        case .path: self = .column(.string, "categories.path")
        case .parent: self = .optionalID("categories.parent_id")
        case .archived: self = .column(.bool, "(categories.archived_at IS NOT NULL)")
        case .archivedAt: self = .column(.timestamp, "categories.archived_at", mayBeNull: true)
        case .version: self = .column(.int, "categories.version")
        case .createdAt: self = .column(.timestamp, "categories.created_at")
        case .updatedAt: self = .column(.timestamp, "categories.updated_at")
        }
    }

    private init(_ field: RoleField) {
        switch field {
        case .id: self = .id("r.id")
        case .name: self = .column(.string, "r.name")
        case .description: self = .column(.string, "r.description", mayBeNull: true)
        case .builtIn: self = .column(.bool, "r.built_in")
        case .requiresSecondFactor: self = .column(.bool, "r.requires_second_factor")
        case .version: self = .column(.int, "r.version")
        case .createdAt: self = .column(.timestamp, "r.created_at")
        case .updatedAt: self = .column(.timestamp, "r.updated_at")
        }
    }

    private init(_ field: ActivityField) {
        switch field {
        case .kind: self = .column(.string, "a.kind")
        case .recordType: self = .column(.string, "a.record_type")
        case .recordID: self = .id("a.record_id")
        case .ticket: self = .optionalID("a.ticket_id")
        case .restricted: self = .column(.bool, "a.restricted")
        case .occurredAt: self = .column(.timestamp, "a.occurred_at")
        case .recordedAt: self = .column(.timestamp, "a.recorded_at")
        case .principal: self = .person("a.principal_id", isOptional: false)
        case .onBehalfOf: self = .person("a.on_behalf_of", isOptional: true)
        case .channel: self = .column(.string, "a.channel")
        case .redacted: self = .column(.bool, "(a.payload IS NULL)")
        case .cause: self = .column(.string, "a.cause", mayBeNull: true)
        case .depth: self = .column(.int, "a.depth")
        case .requestID: self = .column(.string, "a.request_id", mayBeNull: true)
        case .address: self = .column(.string, "a.address", mayBeNull: true)
        }
    }

    /// An id as text, or null.
    static func optionalID(_ sql: SQL) -> ConditionTerm {
        ConditionTerm(kind: .string, sql: "\(fragment: sql)::text", isField: true, mayBeNull: true, id: sql)
    }
}
