import ITSMCore

extension ConditionTerm {
    static func column(_ kind: Kind, _ sql: SQL, mayBeNull: Bool = false) -> ConditionTerm {
        ConditionTerm(kind: kind, sql: sql, isField: true, mayBeNull: mayBeNull)
    }

    /// One of a closed list of words.
    private static func words(_ field: TicketField, _ sql: SQL) -> ConditionTerm {
        ConditionTerm(kind: .string, sql: sql, isField: true, field: field)
    }

    /// An id as text.
    static func id(_ sql: SQL, owner: SQL? = nil) -> ConditionTerm {
        ConditionTerm(kind: .string, sql: "\(fragment: sql)::text", isField: true, mayBeNull: owner != nil, owner: owner, id: sql)
    }

    /// What the id in `key` points to in `table`, whose id is `r.id`.
    static func object(_ key: SQL, in table: SQL, _ columns: [String: SQL], isUnique: Bool = false, isOptional: Bool) -> ConditionTerm {
        let owner: SQL? = isOptional ? "\(fragment: key) IS NOT NULL" : nil
        var fields: [String: Property] = ["id": { id(key, owner: owner) }]
        for (name, column) in columns {
            fields[name] = {
                ConditionTerm(
                    kind: .string, sql: "(SELECT \(fragment: column) FROM \(fragment: table) WHERE r.id = \(fragment: key))", isField: true,
                    mayBeNull: owner != nil, owner: owner, reference: .init(key: key, table: table, column: column, isUnique: isUnique))
            }
        }
        return ConditionTerm(kind: .object, sql: key, isField: true, mayBeNull: isOptional, id: key, fields: fields)
    }

    static func person(_ key: SQL, isOptional: Bool) -> ConditionTerm { object(key, in: "users r", ["name": "r.name"], isOptional: isOptional) }

    static func group(_ key: SQL, isOptional: Bool) -> ConditionTerm {
        object(key, in: "groups r", ["name": "r.name"], isUnique: true, isOptional: isOptional)
    }

    static func role(_ key: SQL) -> ConditionTerm { object(key, in: "roles r", ["name": "r.name"], isUnique: true, isOptional: false) }

    /// A list of what the ids of a query point to.
    static func objects(_ ids: SQL, _ element: @escaping @Sendable (SQL) -> ConditionTerm) -> ConditionTerm {
        ConditionTerm(kind: .objects, sql: "NULL", isField: true, elements: Elements(ids: ids, element: element))
    }

    static func people(_ ids: SQL) -> ConditionTerm { objects(ids) { .person($0, isOptional: false) } }

    /// A record of two columns of the ticket itself.
    private static func pair(_ first: (name: String, sql: SQL), _ second: (name: String, sql: SQL), mayBeNull: Bool) -> ConditionTerm {
        let owner: SQL = "(\(fragment: first.sql) IS NOT NULL OR \(fragment: second.sql) IS NOT NULL)"
        func part(_ sql: SQL) -> Property {
            { ConditionTerm(kind: .string, sql: sql, isField: true, mayBeNull: true, owner: owner, isNullableWithin: mayBeNull) }
        }
        return ConditionTerm(
            kind: .object, sql: "CASE WHEN \(fragment: owner) THEN true END", isField: true, mayBeNull: true,
            fields: [first.name: part(first.sql), second.name: part(second.sql)])
    }

    /// What `ticket.field` is in SQL.
    init(_ field: TicketField) {
        switch field {
        case .id: self = .id("t.id")
        case .number: self = .column(.string, "t.number")
        case .kind: self = .words(field, "t.kind")
        case .title: self = .column(.string, "t.title")
        case .description: self = .column(.string, "t.description", mayBeNull: true)
        case .status: self = .words(field, "t.status")
        case .statusCategory: self = .words(field, "t.status_category")
        case .pendingReason: self = .column(.string, "t.pending_reason", mayBeNull: true)
        case .pendingUntil: self = .column(.timestamp, "t.pending_until", mayBeNull: true)
        case .impact: self = .words(field, "t.impact")
        case .urgency: self = .words(field, "t.urgency")
        case .priority: self = .column(.int, "t.priority")
        case .priorityReason: self = .column(.string, "t.priority_reason", mayBeNull: true)
        case .major: self = .column(.bool, "t.major")
        case .category:
            self = .column(.string, "(SELECT r.path FROM categories r WHERE r.id = t.category_id)", mayBeNull: true)
            reference = Reference(key: "t.category_id", table: "categories r", column: "r.path", isUnique: true)
        case .requester: self = .person("t.requester_id", isOptional: false)
        case .openedBy: self = .person("t.opened_by_id", isOptional: false)
        case .assignee: self = .person("t.assignee_id", isOptional: true)
        case .group: self = .group("t.group_id", isOptional: true)
        case .service: self = .object("t.service_id", in: "services r", ["name": "r.name"], isUnique: true, isOptional: true)
        case .channel: self = .words(field, "t.channel")
        case .tags: self = .column(.strings, "t.tags")
        case .watchers: self = .people("SELECT w.user_id FROM ticket_watchers w WHERE w.ticket_id = t.id")
        case .parent:
            self = .object("t.parent_id", in: "tickets r", ["number": "r.number"], isOptional: true)
        case .confidential: self = .column(.bool, "t.confidential")
        case .firstRespondedAt: self = .column(.timestamp, "t.first_responded_at", mayBeNull: true)
        case .resolvedAt: self = .column(.timestamp, "t.resolved_at", mayBeNull: true)
        case .closedAt: self = .column(.timestamp, "t.closed_at", mayBeNull: true)
        case .dueAt:
            self = .column(
                .timestamp, "(SELECT min(c.due_at) FROM sla_cycles c WHERE c.ticket_id = t.id AND c.state = 'running')", mayBeNull: true)
        case .resolution: self = .pair(("code", "t.resolution_code"), ("notes", "t.resolution_notes"), mayBeNull: true)
        case .reopenCount: self = .column(.int, "t.reopen_count")
        case .escalationLevel: self = .column(.int, "t.escalation_level")
        case .externalRef: self = .pair(("source", "t.external_source"), ("id", "t.external_id"), mayBeNull: false)
        case .version: self = .column(.int, "t.version")
        case .createdAt: self = .column(.timestamp, "t.created_at")
        case .updatedAt: self = .column(.timestamp, "t.updated_at")
        }
    }

    /// What `ticket.customFields.name` is for `reader`: a hidden field has no value on tickets whose work notes they do not see.
    init(_ field: ConditionField, for reader: Principal) {
        var json: SQL = "t.custom_fields -> \(field.name)"
        var text: SQL = "t.custom_fields ->> \(field.name)"
        if field.isHidden {
            let seen = TicketVisibility.notesCondition(for: reader)
            json = "CASE WHEN \(fragment: seen) THEN \(fragment: json) END"
            text = "CASE WHEN \(fragment: seen) THEN \(fragment: text) END"
        }
        switch field.kind {
        case .text: self = .column(.string, "(\(fragment: text))", mayBeNull: true)
        case .number: self = .column(.double, "(\(fragment: text))::float8", mayBeNull: true)
        case .boolean: self = .column(.bool, "(\(fragment: text))::boolean", mayBeNull: true)
        case .date: self = .column(.timestamp, "((\(fragment: text))::date::timestamp AT TIME ZONE 'UTC')", mayBeNull: true)
        case .person: self = .person("(\(fragment: text))::uuid", isOptional: true)
        case .list: self = .column(.jsonStrings, "COALESCE(\(fragment: json), '[]'::jsonb)")
        }
        // Truths and days are few; each would find a good part of all tickets.
        guard [.text, .number, .person, .list].contains(field.kind), let id = ID<CustomField>(field.id) else { return }
        let kept = Kept(field: id, isNumber: field.kind == .number)
        self.kept = kept
        if let person = fields["id"] {
            fields["id"] = {
                var id = person()
                id.kept = kept
                return id
            }
        }
    }
}
