import ITSMCore

/// Sign-ins in the tables `sign_ins` and `refresh_tokens`.
struct PostgresSignIns: SignInStore {
    let connection: Connection

    func principal(for user: ID<User>, signIn: ID<SignIn>?, at now: Instant) throws -> Principal? {
        let alive: SQL =
            signIn.map {
                """
                EXISTS (
                    SELECT FROM sign_ins s WHERE s.id = \($0) AND s.user_id = u.id AND s.ended_at IS NULL AND s.expires_at > \(now)
                        AND NOT \(fragment: Self.isUnused(at: now)))
                """
            } ?? "true"
        return try connection.first(
            "SELECT \(fragment: Principal.columns(signIn)) FROM users u WHERE u.id = \(user) AND u.disabled_at IS NULL AND \(fragment: alive)"
        ) { row in try Principal(row: &row, signIn: signIn) }
    }

    func principals(of users: Set<ID<User>>) throws -> [ID<User>: Principal] {
        let found = try connection.all(
            "SELECT \(fragment: Principal.columns()) FROM users u WHERE u.id = ANY(\(users.sorted())) AND u.disabled_at IS NULL"
        ) { row in try Principal(row: &row, signIn: nil) }
        return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: Credentials

    func credentials(username: String) throws -> StoredCredentials? {
        try connection.first("SELECT \(fragment: Self.credentialColumns) FROM users u WHERE lower(u.username) = lower(\(username))")
    }

    func lockCredentials(of user: ID<User>) throws -> StoredCredentials? {
        // Shared, so that a hundred sign-ins of one person do not queue up behind each other.
        try connection.first("SELECT \(fragment: Self.credentialColumns) FROM users u WHERE u.id = \(user) FOR SHARE")
    }

    // MARK: Sign-ins

    func insert(_ signIn: SignIn) throws {
        try connection.execute(
            """
            INSERT INTO sign_ins (id, user_id, created_at, last_used_at, expires_at, ended_at, generation, address, client, factor_elsewhere)
            VALUES (
                \(signIn.id), \(signIn.user), \(signIn.createdAt), \(signIn.lastUsedAt), \(signIn.expiresAt), \(signIn.endedAt), \(signIn.generation),
                \(signIn.address), \(signIn.client), \(signIn.hadFactorElsewhere))
            """)
    }

    func insertRefreshToken(_ digest: [UInt8], of signIn: ID<SignIn>, generation: Int) throws {
        try connection.execute("INSERT INTO refresh_tokens (digest, sign_in_id, generation) VALUES (\(digest), \(signIn), \(generation))")
    }

    func lock(refreshToken digest: [UInt8]) throws -> (signIn: SignIn, user: StoredCredentials, generation: Int)? {
        try connection.first(
            """
            SELECT \(fragment: Self.columns), \(fragment: Self.credentialColumns), t.generation
            FROM refresh_tokens t
            JOIN sign_ins s ON s.id = t.sign_in_id
            JOIN users u ON u.id = s.user_id
            WHERE t.digest = \(digest)
            FOR NO KEY UPDATE OF s
            """
        ) { row in (signIn: try SignIn(row: &row), user: try StoredCredentials(row: &row), generation: try row.next()) }
    }

    func find(_ id: ID<SignIn>, of user: ID<User>) throws -> SignIn? {
        try connection.first("SELECT \(fragment: Self.columns) FROM sign_ins s WHERE s.id = \(id) AND s.user_id = \(user)")
    }

    func lock(_ id: ID<SignIn>, of user: ID<User>) throws -> SignIn? {
        try connection.first("SELECT \(fragment: Self.columns) FROM sign_ins s WHERE s.id = \(id) AND s.user_id = \(user) FOR NO KEY UPDATE")
    }

    func update(_ signIn: SignIn) throws {
        try connection.execute(
            """
            UPDATE sign_ins
            SET last_used_at = \(signIn.lastUsedAt), ended_at = \(signIn.endedAt), generation = \(signIn.generation)
            WHERE id = \(signIn.id)
            """, expecting: 1)
        if signIn.endedAt != nil { try connection.execute("DELETE FROM refresh_tokens WHERE sign_in_id = \(signIn.id)") }
    }

    func touch(_ uses: [ID<SignIn>: Instant]) throws {
        let sorted = uses.sorted { $0.key < $1.key }
        try connection.execute(
            """
            UPDATE sign_ins s
            SET last_used_at = used.at
            FROM unnest(\(sorted.map(\.key)), \(sorted.map(\.value))) AS used (id, at)
            WHERE s.id = used.id AND s.last_used_at < used.at AND NOT EXISTS (SELECT FROM refresh_tokens r WHERE r.sign_in_id = s.id)
            """)
    }

    func list(of user: ID<User>, at now: Instant) throws -> [SignIn] {
        try connection.all(
            """
            SELECT \(fragment: Self.columns)
            FROM sign_ins s
            WHERE s.user_id = \(user) AND s.ended_at IS NULL AND s.expires_at > \(now) AND NOT \(fragment: Self.isUnused(at: now))
            ORDER BY s.last_used_at DESC, s.id DESC
            LIMIT \(limit: Limits.pageMaximum)
            """)
    }

    func end(allOf user: ID<User>, except kept: ID<SignIn>?, at now: Instant) throws -> [SignIn] {
        let ended = try connection.all(
            """
            UPDATE sign_ins s
            SET ended_at = \(now)
            WHERE s.user_id = \(user) AND s.ended_at IS NULL AND s.expires_at > \(now) AND s.id IS DISTINCT FROM \(kept)
            RETURNING \(fragment: Self.columns)
            """, as: SignIn.self)
        if !ended.isEmpty { try connection.execute("DELETE FROM refresh_tokens WHERE sign_in_id = ANY(\(ended.map(\.id)))") }
        return ended
    }

    func endUnused(at now: Instant, atMost limit: Int) throws -> [SignIn] {
        try connection.all(
            """
            UPDATE sign_ins s
            SET ended_at = \(now), ended_idle = true
            WHERE s.id IN (
                SELECT s.id FROM sign_ins s
                WHERE s.ended_at IS NULL AND s.expires_at > \(now) AND \(fragment: Self.isUnused(at: now))
                ORDER BY s.last_used_at
                LIMIT \(limit: limit)
                FOR NO KEY UPDATE SKIP LOCKED)
            RETURNING \(fragment: Self.columns)
            """)
    }

    func wasUnused(_ id: ID<SignIn>, of user: ID<User>, at now: Instant) throws -> Bool {
        try connection.first(
            """
            SELECT s.ended_idle OR s.ended_at IS NULL AND \(fragment: Self.isUnused(at: now)) FROM sign_ins s WHERE s.id = \(id) AND s.user_id = \(user)
            """
        ) { row in try row.next(Bool.self) } ?? false
    }

    func removeOver(before instant: Instant, atMost limit: Int) throws -> Int {
        try connection.affected(
            """
            DELETE FROM sign_ins
            WHERE id IN (
                SELECT id FROM sign_ins WHERE least(ended_at, expires_at) < \(instant) ORDER BY least(ended_at, expires_at) LIMIT \(limit: limit)
                FOR UPDATE SKIP LOCKED)
            """)
    }

    // MARK: Pieces of SQL

    /// In the order in which `SignIn` reads them, of the table `s`.
    private static let columns: SQL = """
        s.id, s.user_id, s.created_at, s.last_used_at, s.expires_at, s.ended_at, s.generation, s.address, s.client, s.factor_elsewhere
        """

    /// Whether `s`, which has no refresh tokens and so is a browser's, was left unused for longer than the desk's settings allow. Each server writes the
    /// uses that it saw once a minute, cut to minutes: hence the two that are added.
    private static func isUnused(at now: Instant) -> SQL {
        """
        (coalesce(s.last_used_at + make_interval(mins => (SELECT nullif(sign_in_idle_minutes, 0) + 2 FROM settings)) < \(now), false)
            AND NOT EXISTS (SELECT FROM refresh_tokens r WHERE r.sign_in_id = s.id))
        """
    }

    /// In the order in which `StoredCredentials` reads them, of the table `u`.
    static let credentialColumns: SQL = """
        u.id, u.name, u.username, u.password_hash, u.disabled_at IS NOT NULL, \(fragment: PostgresSecondFactors.isThere)
        """
}

extension Principal {
    /// In the order in which a principal is read, of the table `u`.
    ///
    /// - Parameter signIn: through which the caller comes; nil for an API token, and for who does not call.
    static func columns(_ signIn: ID<SignIn>? = nil) -> SQL {
        """
        u.id, u.username, u.name, u.time_zone, ARRAY(SELECT b.group_id FROM group_members b WHERE b.user_id = u.id), \(fragment: PostgresUsers.rightsColumns),
        \(fragment: PostgresSecondFactors.isMissing(at: signIn))
        """
    }

    init(row: inout Row, signIn: ID<SignIn>?) throws {
        let (id, username, name, timeZone) = (
            try row.next(ID<User>.self), try row.next(String.self), try row.next(String.self), try row.next(String?.self)
        )
        let groups = Set(try row.next([ID<SupportGroup>].self))
        let rights = try Rights(row: &row)
        self.init(
            id: id, username: username, name: name, timeZone: timeZone, grants: rights.grants, groups: groups, isSuperAdmin: rights.isSuperAdmin,
            mustSetUpSecondFactor: try row.next(), signIn: signIn, origin: Origin(channel: .api))
    }
}
