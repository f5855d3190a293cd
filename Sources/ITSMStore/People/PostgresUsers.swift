import ITSMCore

/// People in the table `users`.
struct PostgresUsers: UserStore {
    let connection: Connection
    let now: Instant

    func lock(_ key: RefInput<User>, visibleTo caller: Principal) throws -> User? {
        try connection.first(
            """
            SELECT \(fragment: Self.columns)
            FROM users u
            WHERE \(fragment: Self.match(key)) AND \(fragment: Self.visible(to: caller))
            FOR NO KEY UPDATE OF u
            """)
    }

    func view(_ key: RefInput<User>, visibleTo caller: Principal) throws -> User.View? {
        try connection.first(
            """
            SELECT \(fragment: Self.viewColumns)
            FROM users u
            LEFT JOIN users m ON m.id = u.manager_id
            WHERE \(fragment: Self.match(key)) AND \(fragment: Self.visible(to: caller))
            """)
    }

    func names(of users: Set<ID<User>>) throws -> [ID<User>: String] {
        guard !users.isEmpty else { return [:] }
        let rows = try connection.all("SELECT id, name FROM users WHERE id = ANY(\(Array(users)))") { row in
            (try row.next(ID<User>.self), try row.next(String.self))
        }
        return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }

    func list(_ filter: User.Filter, page: PageRequest, visibleTo caller: Principal) throws -> Page<User.View> {
        var conditions = [Self.visible(to: caller), "u.id NOT IN (\(User.automationID), \(User.unknownID))" as SQL] + filter.conditions
        if let condition = filter.condition { conditions.append(try ConditionSQL.filter(condition, for: caller, at: now)) }
        if let after = page.after { conditions.append("(lower(u.name), u.id) > (\(after.key ?? ""), \(try after.id(of: User.self)))") }
        let sql: SQL = """
            SELECT lower(u.name), \(fragment: Self.viewColumns)
            FROM users u
            LEFT JOIN users m ON m.id = u.manager_id
            WHERE \(fragment: conditions.joined(separator: " AND "))
            ORDER BY lower(u.name), u.id
            LIMIT \(limit: page.limit + 1)
            """
        let rows = try connection.all(sql.plannedPerExecution) { row in (key: try row.next(String.self), item: try User.View(row: &row)) }
        return Page(rows, limit: page.limit) { $0.id.description }
    }

    func insert(_ user: User, passwordHash: String?) throws {
        try connection.execute(
            """
            INSERT INTO users (
                id, username, name, email, location, department, vip, time_zone, language, manager_id, skills, absent_from, absent_until,
                password_hash, disabled_at, version, created_at, updated_at)
            VALUES (
                \(user.id), \(user.username), \(user.name), \(user.email), \(user.location), \(user.department), \(user.vip), \(user.timeZone),
                \(user.language), \(user.manager), \(user.skills), \(user.absence.from), \(user.absence.until), \(passwordHash), \(user.disabledAt),
                \(user.version), \(user.createdAt), \(user.updatedAt))
            """)
    }

    func update(_ user: User) throws {
        try connection.execute(
            """
            UPDATE users
            SET username = \(user.username), name = \(user.name), email = \(user.email), location = \(user.location), department = \(user.department),
                vip = \(user.vip), time_zone = \(user.timeZone), language = \(user.language), manager_id = \(user.manager),
                skills = \(user.skills), absent_from = \(user.absence.from), absent_until = \(user.absence.until),
                disabled_at = \(user.disabledAt), version = \(user.version), updated_at = \(user.updatedAt)
            WHERE id = \(user.id)
            """, expecting: 1)
    }

    func setPasswordHash(_ hash: String?, of user: ID<User>) throws {
        try connection.execute("UPDATE users SET password_hash = \(hash) WHERE id = \(user)", expecting: 1)
    }

    func rights(of user: ID<User>) throws -> Rights {
        let rights = try connection.first("SELECT \(fragment: Self.rightsColumns) FROM users u WHERE u.id = \(user)", as: Rights.self)
        return rights ?? Rights(grants: Grants(), isSuperAdmin: false)
    }

    func resolve(_ inputs: Set<RefInput<User>>, visibleTo caller: Principal) throws -> RefLookup<User> {
        let pickable: SQL = "u.disabled_at IS NULL AND u.id <> \(User.automationID) AND \(fragment: Self.visible(to: caller))"
        return try connection.lookup(inputs) { ids, names in
            """
            SELECT u.id, u.name, NULL::bigint, 0
            FROM users u
            WHERE u.id = ANY(\(ids)) AND \(fragment: pickable)
            UNION ALL
            SELECT match.id, match.name, given.place, match.rank
            FROM unnest(\(names)) WITH ORDINALITY AS given (text, place)
            CROSS JOIN LATERAL (
                SELECT u.id, u.name, 0 AS rank FROM users u WHERE lower(u.username) = lower(given.text) AND \(fragment: pickable)
                UNION ALL
                SELECT u.id, u.name, 1 FROM users u WHERE lower(u.email) = lower(given.text) AND \(fragment: pickable)
                UNION ALL
                (SELECT u.id, u.name, 2 FROM users u WHERE lower(u.name) = lower(given.text) AND \(fragment: pickable) LIMIT 2)
            ) AS match
            """
        }
    }

    func findOrInsert(_ people: [User]) throws -> (ids: [String: ID<User>], new: Set<ID<User>>) {
        guard let now = people.first?.createdAt else { return ([:], []) }
        let usernames = people.map(\.username)
        // In one order, so that two imports do not wait for each other.
        let new = try connection.later(
            all: """
                INSERT INTO users (id, username, name, created_at, updated_at)
                SELECT person.id, person.username, person.name, \(now), \(now)
                FROM unnest(\(people.map(\.id)), \(usernames), \(people.map(\.name))) AS person (id, username, name)
                ORDER BY lower(person.username)
                ON CONFLICT (lower(username)) DO NOTHING
                RETURNING id
                """, as: ID<User>.self)
        let ids = try connection.all(
            """
            SELECT given.username, u.id
            FROM unnest(\(usernames)) AS given (username)
            JOIN users u ON lower(u.username) = lower(given.username)
            """
        ) { row in (try row.next(String.self), try row.next(ID<User>.self)) }
        return (Dictionary(ids, uniquingKeysWith: { $1 }), Set(new.value))
    }
}

// MARK: Pieces of SQL

extension PostgresUsers {
    /// In the order in which `User` reads them, of the table `u`.
    static let columns: SQL = """
        u.id, u.username, u.name, u.email, u.location, u.department, u.vip, u.time_zone, u.language, u.manager_id, u.skills, u.absent_from,
        u.absent_until, u.disabled_at, u.version, u.created_at, u.updated_at
        """

    /// In the order in which `User.View` reads them, of the tables `u` and, for the manager, `m`.
    private static let viewColumns: SQL = """
        \(fragment: columns),
        m.name,
        ARRAY(SELECT r.id FROM user_roles h JOIN roles r ON r.id = h.role_id WHERE h.user_id = u.id ORDER BY lower(r.name), r.id),
        ARRAY(SELECT r.name FROM user_roles h JOIN roles r ON r.id = h.role_id WHERE h.user_id = u.id ORDER BY lower(r.name), r.id),
        ARRAY(SELECT r.id FROM roles r WHERE r.id IN (\(fragment: inheritedRoles)) ORDER BY lower(r.name), r.id),
        ARRAY(SELECT r.name FROM roles r WHERE r.id IN (\(fragment: inheritedRoles)) ORDER BY lower(r.name), r.id),
        ARRAY(SELECT g.id FROM group_members b JOIN groups g ON g.id = b.group_id WHERE b.user_id = u.id ORDER BY lower(g.name), g.id),
        ARRAY(SELECT g.name FROM group_members b JOIN groups g ON g.id = b.group_id WHERE b.user_id = u.id ORDER BY lower(g.name), g.id),
        \(fragment: canSignIn)
        """

    /// Whether `u` has a password or a provider's account, and is not disabled.
    static let canSignIn: SQL =
        "((u.password_hash IS NOT NULL OR EXISTS (SELECT FROM identities i WHERE i.user_id = u.id)) AND u.disabled_at IS NULL)"

    /// The roles that come to `u` with groups: an archived one gives none.
    static let inheritedRoles: SQL = """
        SELECT gr.role_id
        FROM group_members gm
        JOIN groups gg ON gg.id = gm.group_id AND gg.archived_at IS NULL
        JOIN group_roles gr ON gr.group_id = gm.group_id
        WHERE gm.user_id = u.id
        """

    /// In the order in which `Rights` reads them: whether `u` is a superAdmin, and all permissions of their roles as "permission scope".
    static let rightsColumns: SQL = """
        EXISTS (SELECT FROM user_roles h WHERE h.user_id = u.id AND h.role_id = \(Role.superAdminID)),
        ARRAY(
            SELECT p.permission || ' ' || p.scope
            FROM role_permissions p
            WHERE p.role_id IN (SELECT h.role_id FROM user_roles h WHERE h.user_id = u.id UNION \(fragment: inheritedRoles)))
        """

    static func match(_ key: RefInput<User>) -> SQL {
        switch key {
        case .id(let id): "u.id = \(id)"
        case .name(let username): "lower(u.username) = lower(\(username))"
        }
    }

    /// Whom `caller` may see among `u`: everybody themselves; with `people:read` in scope `group` also the members of their groups.
    static func visible(to caller: Principal) -> SQL {
        if caller.seesEveryone { return "true" }
        let groups = Array(caller.groupsWithVisibleMembers)
        return """
            (u.id = \(caller.id) OR EXISTS (SELECT FROM group_members seen WHERE seen.user_id = u.id AND seen.group_id = ANY(\(groups))))
            """
    }
}

extension User.Filter {
    /// Whom tickets are given to, of the table `u`.
    static let assignable: SQL = """
        (u.disabled_at IS NULL AND EXISTS (
            SELECT FROM roles r
            WHERE r.id IN (SELECT h.role_id FROM user_roles h WHERE h.user_id = u.id UNION \(fragment: PostgresUsers.inheritedRoles))
                AND (r.id = \(Role.superAdminID) OR EXISTS (
                    SELECT FROM role_permissions p
                    WHERE p.role_id = r.id AND p.permission = \(workingTickets.rawValue) AND p.scope <> \(Scope.own.rawValue)))))
        """

    fileprivate var conditions: [SQL] {
        var conditions: [SQL] = (query ?? "").searchPatterns.map { "u.search_text LIKE lower(\($0))" }
        if let group {
            conditions.append(
                """
                EXISTS (
                    SELECT FROM group_members f JOIN groups g ON g.id = f.group_id
                    WHERE f.user_id = u.id AND \(fragment: PostgresGroups.match(group)))
                """)
        }
        if let role {
            conditions.append(
                """
                EXISTS (
                    SELECT FROM roles r
                    WHERE \(fragment: PostgresRoles.match(role))
                        AND (EXISTS (SELECT FROM user_roles h WHERE h.user_id = u.id AND h.role_id = r.id)
                            OR EXISTS (
                                SELECT FROM group_members f
                                JOIN groups g ON g.id = f.group_id AND g.archived_at IS NULL
                                JOIN group_roles h ON h.group_id = f.group_id
                                WHERE f.user_id = u.id AND h.role_id = r.id)))
                """)
        }
        switch isDisabled {
        case true?: conditions.append("u.disabled_at IS NOT NULL")
        case false?: conditions.append("u.disabled_at IS NULL")
        case nil: break
        }
        if let isAssignable { conditions.append(isAssignable ? Self.assignable : "NOT \(fragment: Self.assignable)") }
        return conditions
    }
}
