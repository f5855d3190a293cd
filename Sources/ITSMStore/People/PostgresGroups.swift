import ITSMCore

/// Groups in the tables `groups` and `group_members`.
struct PostgresGroups: GroupStore {
    let connection: Connection
    let now: Instant

    func lock(_ key: RefInput<SupportGroup>, visibleTo caller: Principal) throws -> SupportGroup? {
        try connection.first(
            """
            SELECT \(fragment: Self.columns)
            FROM groups g
            WHERE \(fragment: Self.match(key)) AND \(fragment: Self.visible(to: caller))
            FOR NO KEY UPDATE OF g
            """)
    }

    func view(_ key: RefInput<SupportGroup>, visibleTo caller: Principal) throws -> SupportGroup.View? {
        try connection.first(
            """
            SELECT \(fragment: Self.viewColumns)
            FROM groups g
            LEFT JOIN users m ON m.id = g.manager_id
            WHERE \(fragment: Self.match(key)) AND \(fragment: Self.visible(to: caller))
            """)
    }

    func list(_ filter: SupportGroup.Filter, page: PageRequest, visibleTo caller: Principal) throws -> Page<SupportGroup.View> {
        var conditions = [Self.visible(to: caller)] + filter.conditions
        if let condition = filter.condition { conditions.append(try ConditionSQL.filter(condition, for: caller, at: now)) }
        if let after = page.after { conditions.append("(lower(g.name), g.id) > (\(after.key ?? ""), \(try after.id(of: SupportGroup.self)))") }
        let sql: SQL = """
            SELECT lower(g.name), \(fragment: Self.viewColumns)
            FROM groups g
            LEFT JOIN users m ON m.id = g.manager_id
            WHERE \(fragment: conditions.joined(separator: " AND "))
            ORDER BY lower(g.name), g.id
            LIMIT \(limit: page.limit + 1)
            """
        let rows = try connection.all(sql.plannedPerExecution) { row in (key: try row.next(String.self), item: try SupportGroup.View(row: &row)) }
        return Page(rows, limit: page.limit) { $0.id.description }
    }

    func insert(_ group: SupportGroup) throws {
        try connection.execute(
            """
            INSERT INTO groups (id, name, description, manager_id, archived_at, version, created_at, updated_at)
            VALUES (
                \(group.id), \(group.name), \(group.description), \(group.manager), \(group.archivedAt), \(group.version), \(group.createdAt),
                \(group.updatedAt))
            """)
    }

    func update(_ group: SupportGroup) throws {
        try connection.execute(
            """
            UPDATE groups
            SET name = \(group.name), description = \(group.description), manager_id = \(group.manager), archived_at = \(group.archivedAt),
                version = \(group.version), updated_at = \(group.updatedAt)
            WHERE id = \(group.id)
            """, expecting: 1)
    }

    func delete(_ group: ID<SupportGroup>) throws {
        try connection.execute("DELETE FROM groups WHERE id = \(group)", expecting: 1)
    }

    func uses(of group: ID<SupportGroup>) throws -> [RecordUse] {
        let limit = RecordUse.countLimit
        let uses = try connection.first(
            """
            SELECT
                (SELECT count(*) FROM (SELECT FROM tickets WHERE group_id = \(group) LIMIT \(limit: limit)) AS used),
                (SELECT count(*) FROM (SELECT FROM services WHERE owner_id = \(group) LIMIT \(limit: limit)) AS used),
                (SELECT count(*) FROM assignment_rules WHERE group_id = \(group))
            """
        ) { row in
            [
                RecordUse("ticket", "tickets", count: try row.next()), RecordUse("service", "services", count: try row.next()),
                RecordUse("assignment rule", "assignment rules", count: try row.next()),
            ]
        }
        return (uses ?? []).filter { $0.count > 0 } + (try connection.slaUses("group_id", of: group))
    }

    func resolve(_ inputs: Set<RefInput<SupportGroup>>, visibleTo caller: Principal) throws -> RefLookup<SupportGroup> {
        let pickable: SQL = "g.archived_at IS NULL AND \(fragment: Self.visible(to: caller))"
        return try connection.lookup(inputs) { ids, names in
            """
            SELECT g.id, g.name, NULL::bigint, 0
            FROM groups g
            WHERE g.id = ANY(\(ids)) AND \(fragment: pickable)
            UNION ALL
            SELECT g.id, g.name, given.place, 0
            FROM unnest(\(names)) WITH ORDINALITY AS given (text, place)
            JOIN groups g ON lower(g.name) = lower(given.text)
            WHERE \(fragment: pickable)
            """
        }
    }

    func findOrInsert(_ groups: [SupportGroup]) throws -> (ids: [String: ID<SupportGroup>], new: Set<ID<SupportGroup>>) {
        guard let now = groups.first?.createdAt else { return ([:], []) }
        let names = groups.map(\.name)
        // In one order, so that two imports do not wait for each other.
        let new = try connection.later(
            all: """
                INSERT INTO groups (id, name, created_at, updated_at)
                SELECT new.id, new.name, \(now), \(now)
                FROM unnest(\(groups.map(\.id)), \(names)) AS new (id, name)
                ORDER BY lower(new.name)
                ON CONFLICT (lower(name)) DO NOTHING
                RETURNING id
                """, as: ID<SupportGroup>.self)
        let ids = try connection.all(
            """
            SELECT given.name, g.id
            FROM unnest(\(names)) AS given (name)
            JOIN groups g ON lower(g.name) = lower(given.name)
            """
        ) { row in (try row.next(String.self), try row.next(ID<SupportGroup>.self)) }
        return (Dictionary(ids, uniquingKeysWith: { $1 }), Set(new.value))
    }

    // MARK: Members

    func members(of group: ID<SupportGroup>, limit: Int) throws -> [Ref<User>] {
        try connection.all(
            """
            SELECT u.id, u.name
            FROM group_members b
            JOIN users u ON u.id = b.user_id AND u.disabled_at IS NULL
            WHERE b.group_id = \(group)
            ORDER BY lower(u.name), u.id
            LIMIT \(limit)
            """)
    }

    func groups(of user: ID<User>) throws -> [Ref<SupportGroup>] {
        try connection.all(
            """
            SELECT g.id, g.name
            FROM group_members b
            JOIN groups g ON g.id = b.group_id
            WHERE b.user_id = \(user)
            ORDER BY lower(g.name), g.id
            """)
    }

    func add(_ user: ID<User>, to group: ID<SupportGroup>, at now: Instant) throws -> Bool {
        try connection.affected(
            """
            INSERT INTO group_members (group_id, user_id, added_at)
            VALUES (\(group), \(user), \(now))
            ON CONFLICT DO NOTHING
            """) == 1
    }

    func remove(_ user: ID<User>, from group: ID<SupportGroup>) throws -> Bool {
        try connection.affected("DELETE FROM group_members WHERE group_id = \(group) AND user_id = \(user)") == 1
    }
}

// MARK: Pieces of SQL

extension PostgresGroups {
    /// In the order in which `SupportGroup` reads them, of the table `g`.
    static let columns: SQL = "g.id, g.name, g.description, g.manager_id, g.archived_at, g.version, g.created_at, g.updated_at"

    /// In the order in which `SupportGroup.View` reads them, of the tables `g` and, for the manager, `m`.
    private static let viewColumns: SQL = """
        \(fragment: columns),
        m.name,
        ARRAY(SELECT u.id \(fragment: enabledMembers) ORDER BY lower(u.name), u.id LIMIT \(Limits.groupMembersShown)),
        ARRAY(SELECT u.name \(fragment: enabledMembers) ORDER BY lower(u.name), u.id LIMIT \(Limits.groupMembersShown)),
        (SELECT count(*) \(fragment: enabledMembers)),
        ARRAY(SELECT r.id FROM group_roles h JOIN roles r ON r.id = h.role_id WHERE h.group_id = g.id ORDER BY lower(r.name), r.id),
        ARRAY(SELECT r.name FROM group_roles h JOIN roles r ON r.id = h.role_id WHERE h.group_id = g.id ORDER BY lower(r.name), r.id)
        """

    /// The memberships `b` of the group `g`, with their people `u`, without those who are disabled.
    static let enabledMembers: SQL = """
        FROM group_members b JOIN users u ON u.id = b.user_id AND u.disabled_at IS NULL WHERE b.group_id = g.id
        """

    static func match(_ key: RefInput<SupportGroup>) -> SQL {
        switch key {
        case .id(let id): "g.id = \(id)"
        case .name(let name): "lower(g.name) = lower(\(name))"
        }
    }

    /// Which groups `caller` may see among `g`: with `people:read` in scope `group` their own.
    static func visible(to caller: Principal) -> SQL {
        caller.seesEveryone ? "true" : "g.id = ANY(\(Array(caller.groupsWithVisibleMembers)))"
    }
}

extension SupportGroup.Filter {
    fileprivate var conditions: [SQL] {
        var conditions: [SQL] = (query ?? "").searchPatterns.map { "lower(g.name) LIKE lower(\($0))" }
        if let member {
            conditions.append(
                """
                EXISTS (SELECT FROM group_members f JOIN users u ON u.id = f.user_id WHERE f.group_id = g.id AND \(fragment: PostgresUsers.match(member)))
                """)
        }
        switch isArchived {
        case true?: conditions.append("g.archived_at IS NOT NULL")
        case false?: conditions.append("g.archived_at IS NULL")
        case nil: break
        }
        return conditions
    }
}
