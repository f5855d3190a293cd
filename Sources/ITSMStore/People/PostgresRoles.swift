import ITSMCore

/// Roles and who holds them, in the tables `roles`, `role_permissions`, `user_roles` and `group_roles`.
struct PostgresRoles: RoleStore {
    let connection: Connection
    let now: Instant

    func first(_ key: RefInput<Role>) throws -> Role? {
        try connection.first("SELECT \(fragment: Self.columns) FROM roles r WHERE \(fragment: Self.match(key))")
    }

    func lock(_ key: RefInput<Role>) throws -> Role? {
        // Two statements: the second one's snapshot, taken under the lock, holds the permissions that go with it.
        let id = try connection.first("SELECT r.id FROM roles r WHERE \(fragment: Self.match(key)) FOR NO KEY UPDATE", as: ID<Role>.self)
        return try id.flatMap { try first(.id($0)) }
    }

    func list(where condition: Condition?, page: PageRequest, for reader: Principal) throws -> Page<Role> {
        var conditions: [SQL] = []
        if let condition { conditions.append(try ConditionSQL.filter(condition, for: reader, at: now)) }
        if let after = page.after { conditions.append("(lower(r.name), r.id) > (\(after.key ?? ""), \(try after.id(of: Role.self)))") }
        let sql: SQL = """
            SELECT lower(r.name), \(fragment: Self.columns)
            FROM roles r
            \(fragment: .matching(conditions))
            ORDER BY lower(r.name), r.id
            LIMIT \(limit: page.limit + 1)
            """
        let rows = try connection.all(sql.plannedPerExecution) { row in (key: try row.next(String.self), item: try Role(row: &row)) }
        return Page(rows, limit: page.limit) { $0.id.description }
    }

    func find(_ inputs: Set<RefInput<Role>>) throws -> [RefInput<Role>: Role] {
        guard !inputs.isEmpty else { return [:] }
        let names = inputs.compactMap(\.name)
        let rows = try connection.all(
            """
            SELECT NULL::bigint, \(fragment: Self.columns)
            FROM roles r
            WHERE r.id = ANY(\(inputs.compactMap(\.id)))
            UNION ALL
            SELECT given.place, \(fragment: Self.columns)
            FROM unnest(\(names)) WITH ORDINALITY AS given (text, place)
            JOIN roles r ON lower(r.name) = lower(given.text)
            """
        ) { row in (place: try row.next(Int?.self), role: try Role(row: &row)) }
        return Dictionary(rows.map { ($0.place.map { .name(names[$0 - 1]) } ?? .id($0.role.id), $0.role) }, uniquingKeysWith: { $1 })
    }

    func insert(_ role: Role) throws {
        try connection.execute(
            """
            INSERT INTO roles (id, name, description, built_in, requires_second_factor, version, created_at, updated_at)
            VALUES (
                \(role.id), \(role.name), \(role.description), \(role.builtIn), \(role.requiresSecondFactor), \(role.version),
                \(role.createdAt), \(role.updatedAt))
            """)
        try insertPermissions(of: role)
    }

    func update(_ role: Role) throws {
        try connection.execute(
            """
            UPDATE roles
            SET name = \(role.name), description = \(role.description), requires_second_factor = \(role.requiresSecondFactor),
                version = \(role.version), updated_at = \(role.updatedAt)
            WHERE id = \(role.id)
            """, expecting: 1)
        // What superAdmin holds stands in no table.
        guard !role.isSuperAdmin else { return }
        try connection.execute("DELETE FROM role_permissions WHERE role_id = \(role.id)")
        try insertPermissions(of: role)
    }

    private func insertPermissions(of role: Role) throws {
        let scopes = role.permissions.scopes
        try connection.execute(
            """
            INSERT INTO role_permissions (role_id, permission, scope)
            SELECT \(role.id), given.permission, given.scope
            FROM unnest(\(scopes.keys.map(\.rawValue)), \(scopes.values.map(\.rawValue))) AS given (permission, scope)
            """)
    }

    func delete(_ role: ID<Role>) throws { try connection.execute("DELETE FROM roles WHERE id = \(role)", expecting: 1) }

    func holders(of role: ID<Role>) throws -> (people: Int, groups: Int) {
        let counts = try connection.first(
            "SELECT (SELECT count(*) FROM user_roles WHERE role_id = \(role)), (SELECT count(*) FROM group_roles WHERE role_id = \(role))"
        ) { row in (people: try row.next(Int.self), groups: try row.next(Int.self)) }
        return counts ?? (0, 0)
    }

    // MARK: Holders

    func held(by user: ID<User>) throws -> [Role] {
        try connection.all(
            """
            SELECT \(fragment: Self.columns)
            FROM user_roles h
            JOIN roles r ON r.id = h.role_id
            WHERE h.user_id = \(user)
            ORDER BY lower(r.name), r.id
            """)
    }

    func held(by group: ID<SupportGroup>) throws -> [Role] {
        try connection.all(
            """
            SELECT \(fragment: Self.columns)
            FROM group_roles h
            JOIN roles r ON r.id = h.role_id
            WHERE h.group_id = \(group)
            ORDER BY lower(r.name), r.id
            """)
    }

    func grant(_ role: ID<Role>, to user: ID<User>, at now: Instant) throws -> Bool {
        try connection.affected("INSERT INTO user_roles (user_id, role_id, granted_at) VALUES (\(user), \(role), \(now)) ON CONFLICT DO NOTHING") == 1
    }

    func revoke(_ role: ID<Role>, from user: ID<User>) throws -> Bool {
        try connection.affected("DELETE FROM user_roles WHERE user_id = \(user) AND role_id = \(role)") == 1
    }

    func grant(_ role: ID<Role>, to group: ID<SupportGroup>, at now: Instant) throws -> Bool {
        try connection.affected("INSERT INTO group_roles (group_id, role_id, granted_at) VALUES (\(group), \(role), \(now)) ON CONFLICT DO NOTHING")
            == 1
    }

    func revoke(_ role: ID<Role>, from group: ID<SupportGroup>) throws -> Bool {
        try connection.affected("DELETE FROM group_roles WHERE group_id = \(group) AND role_id = \(role)") == 1
    }

    // MARK: The rule that there is a superAdmin

    func lockSuperAdmins() throws {
        // Queued: it is sent, and waited for, with the statement that follows.
        try connection.execute("SELECT FROM guards WHERE rule = 'thereIsASuperAdmin' FOR NO KEY UPDATE", expecting: 1)
    }

    func superAdmins(otherThan user: ID<User>?) throws -> Int {
        let count = try connection.first(
            """
            SELECT count(*)
            FROM user_roles h
            JOIN users u ON u.id = h.user_id
            WHERE h.role_id = \(Role.superAdminID) AND u.disabled_at IS NULL AND u.password_hash IS NOT NULL AND u.id IS DISTINCT FROM \(user)
            """, as: Int.self)
        return count ?? 0
    }

    // MARK: Pieces of SQL

    /// In the order in which `Role` reads them, of the table `r`.
    private static let columns: SQL = """
        r.id, r.name, r.description, r.built_in, r.requires_second_factor, r.version, r.created_at, r.updated_at,
        ARRAY(SELECT p.permission || ' ' || p.scope FROM role_permissions p WHERE p.role_id = r.id)
        """

    static func match(_ key: RefInput<Role>) -> SQL {
        switch key {
        case .id(let id): "r.id = \(id)"
        case .name(let name): "lower(r.name) = lower(\(name))"
        }
    }
}
