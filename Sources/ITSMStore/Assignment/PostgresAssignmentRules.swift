import ITSMCore

struct PostgresAssignmentRules: AssignmentRuleStore {
    let connection: Connection
    let now: Instant

    private static let rules: SQL = """
        SELECT a.id, a.name, a.place, a.condition, a.triggers, a.group_id, g.name, a.choice, a.person_id, p.name, a.skills, a.continues,
            a.archived_at, a.version, a.created_at, a.updated_at
        FROM assignment_rules a
        LEFT JOIN groups g ON g.id = a.group_id
        LEFT JOIN users p ON p.id = a.person_id
        """

    func list(_ filter: NameFilter, page: PageRequest, for reader: Principal) throws -> Page<AssignmentRule> {
        var conditions: [SQL] = []
        if let isArchived = filter.isArchived { conditions.append("(a.archived_at IS NOT NULL) = \(isArchived)") }
        if let query = filter.query { conditions.append("strpos(lower(a.name), lower(\(query))) > 0") }
        if let condition = filter.condition { conditions.append(try ConditionSQL.filter(condition, for: reader, at: now)) }
        if let after = page.after {
            guard let place = after.key.flatMap({ Int($0) }), let id = ID<AssignmentRule>(after.id) else { throw PagePosition.foreign }
            conditions.append("(a.place, a.id) > (\(place), \(id))")
        }
        let statement: SQL = """
            \(fragment: Self.rules)
            \(fragment: .matching(conditions))
            ORDER BY a.place, a.id
            LIMIT \(limit: page.limit + 1)
            """
        let found: [AssignmentRule] = try connection.all(statement.planned(for: filter.condition))
        return Page(found, limit: page.limit) { PagePosition(key: String($0.order), id: $0.id.description) }
    }

    /// Those that are asked, and the people whom they name.
    func laterActive() throws -> (rules: Later<[AssignmentRule]>, people: Later<[AssignmentPerson]>) {
        (
            try connection.later(all: "\(fragment: Self.rules) WHERE a.archived_at IS NULL"),
            try connection.later(
                all: """
                    SELECT u.id, u.name, u.disabled_at IS NOT NULL, u.absent_from, u.absent_until
                    FROM users u
                    WHERE u.id IN (SELECT a.person_id FROM assignment_rules a WHERE a.archived_at IS NULL)
                    """)
        )
    }

    func first(_ key: RefInput<AssignmentRule>) throws -> AssignmentRule? {
        try connection.first("\(fragment: Self.rules) WHERE \(fragment: Self.match(key))")
    }

    func lock(_ key: RefInput<AssignmentRule>) throws -> AssignmentRule? {
        try connection.first("\(fragment: Self.rules) WHERE \(fragment: Self.match(key)) FOR NO KEY UPDATE OF a")
    }

    func lockActive() throws -> [AssignmentRule] {
        let locked: [AssignmentRule] = try connection.all(
            "\(fragment: Self.rules) WHERE a.archived_at IS NULL ORDER BY a.id FOR NO KEY UPDATE OF a")
        return locked.sorted { ($0.order, $0.id) < ($1.order, $1.id) }
    }

    func lastOrder() throws -> Int? { try connection.first("SELECT max(place) FROM assignment_rules") { try $0.next(Int?.self) } ?? nil }

    private static func match(_ key: RefInput<AssignmentRule>) -> SQL {
        switch key {
        case .id(let id): "a.id = \(id)"
        case .name(let name): "lower(a.name) = lower(\(name))"
        }
    }

    func insert(_ rule: AssignmentRule) throws {
        try connection.execute(
            """
            INSERT INTO assignment_rules (
                id, name, place, condition, triggers, group_id, choice, person_id, skills, continues, archived_at, version, created_at, updated_at)
            VALUES (
                \(rule.id), \(rule.name), \(rule.order), \(rule.condition), \(rule.triggers.map(\.rawValue)), \(rule.group?.id), \(rule.choice),
                \(rule.person?.id), \(rule.skills), \(rule.continues), \(rule.archivedAt), \(rule.version), \(rule.createdAt), \(rule.updatedAt))
            """)
        try connection.execute("INSERT INTO assignment_turns (rule_id) VALUES (\(rule.id))")
    }

    func update(_ rule: AssignmentRule) throws {
        try connection.execute(
            """
            UPDATE assignment_rules
            SET name = \(rule.name), place = \(rule.order), condition = \(rule.condition), triggers = \(rule.triggers.map(\.rawValue)),
                group_id = \(rule.group?.id), choice = \(rule.choice), person_id = \(rule.person?.id), skills = \(rule.skills),
                continues = \(rule.continues), archived_at = \(rule.archivedAt), version = \(rule.version), updated_at = \(rule.updatedAt)
            WHERE id = \(rule.id)
            """, expecting: 1)
    }

    func delete(_ id: ID<AssignmentRule>) throws {
        try connection.execute("DELETE FROM assignment_faults WHERE rule_id = \(id)")
        try connection.execute("DELETE FROM assignment_rules WHERE id = \(id)", expecting: 1)
    }
}

extension AssignmentRule: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), name: try row.next(), order: try row.next(), condition: try row.next(),
            triggers: try row.next([String].self).compactMap(Trigger.init(rawValue:)), group: try row.nextRef(), choice: try row.next(),
            person: try row.nextRef(), skills: try row.next(), continues: try row.next(), archivedAt: try row.next(), version: try row.next(),
            createdAt: try row.next(), updatedAt: try row.next())
    }
}

extension AssignmentRule.Choice: SQLEnum {}

extension AssignmentPerson: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), name: try row.next(), isDisabled: try row.next(), absence: Absence(from: try row.next(), until: try row.next()))
    }
}
