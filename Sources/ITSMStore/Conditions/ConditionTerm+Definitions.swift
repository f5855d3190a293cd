import ITSMCore

// What a desk defines. Of what keeps its old versions all is read from the definition, which is the same for the current version and for an old one.

extension ConditionTerm {
    init(_ field: AssignmentRuleField) {
        switch field {
        case .id: self = .id("a.id")
        case .name: self = .column(.string, "a.name")
        case .order: self = .column(.int, "a.place")
        case .condition: self = .column(.string, "a.condition", mayBeNull: true)
        case .triggers: self = .column(.strings, "a.triggers")
        case .group: self = .group("a.group_id", isOptional: true)
        case .choice: self = .column(.string, "a.choice")
        case .person: self = .person("a.person_id", isOptional: true)
        case .skills: self = .column(.strings, "a.skills")
        case .continues: self = .column(.bool, "a.continues")
        case .archived: self = .column(.bool, "(a.archived_at IS NOT NULL)")
        case .archivedAt: self = .column(.timestamp, "a.archived_at", mayBeNull: true)
        case .version: self = .column(.int, "a.version")
        case .createdAt: self = .column(.timestamp, "a.created_at")
        case .updatedAt: self = .column(.timestamp, "a.updated_at")
        }
    }

    init(_ field: PolicyField) {
        switch field {
        case .id: self = .id("v.id")
        case .name: self = .text(of: "name")
        case .description: self = .text(of: "description", mayBeNull: true)
        case .order: self = .number(of: "order")
        case .condition: self = .text(of: "condition", mayBeNull: true)
        case .archived: self = .isArchived
        case .archivedAt: self = .time(of: "archivedAt", mayBeNull: true)
        case .version: self = .column(.int, "v.version")
        case .createdAt: self = .time(of: "createdAt")
        case .updatedAt: self = .time(of: "updatedAt")
        }
    }

    init(_ field: EscalationRuleField) {
        switch field {
        case .id: self = .id("v.id")
        case .name: self = .text(of: "name")
        case .policy:
            self = .object("(v.definition ->> 'agreement')::uuid", in: "sla_policies r", ["name": "r.name"], isUnique: true, isOptional: true)
        case .metrics: self = .column(.jsonStrings, "COALESCE(v.definition -> 'metrics', '[]'::jsonb)")
        case .condition: self = .text(of: "condition", mayBeNull: true)
        case .archived: self = .isArchived
        case .archivedAt: self = .time(of: "archivedAt", mayBeNull: true)
        case .version: self = .column(.int, "v.version")
        case .createdAt: self = .time(of: "createdAt")
        case .updatedAt: self = .time(of: "updatedAt")
        }
    }

    init(_ field: CalendarField) {
        switch field {
        case .id: self = .id("v.id")
        case .name: self = .text(of: "name")
        case .zone: self = .text(of: "zone")
        case .archived: self = .isArchived
        case .archivedAt: self = .time(of: "archivedAt", mayBeNull: true)
        case .version: self = .column(.int, "v.version")
        case .createdAt: self = .time(of: "createdAt")
        case .updatedAt: self = .time(of: "updatedAt")
        }
    }

    private static func text(of name: String, mayBeNull: Bool = false) -> ConditionTerm {
        .column(.string, "(v.definition ->> \(name))", mayBeNull: mayBeNull)
    }

    private static func number(of name: String) -> ConditionTerm { .column(.int, "(v.definition ->> \(name))::bigint") }

    private static func time(of name: String, mayBeNull: Bool = false) -> ConditionTerm {
        .column(.timestamp, "(v.definition ->> \(name))::timestamptz", mayBeNull: mayBeNull)
    }

    private static let isArchived = column(.bool, "(v.definition ->> 'archivedAt' IS NOT NULL)")
}
