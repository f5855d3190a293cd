import ITSMCore

/// Second factors in the tables `second_factors`, `recovery_codes` and `trusted_devices`. Seeds are among the sealed secrets.
struct PostgresSecondFactors: SecondFactorStore {
    let connection: Connection

    func find(_ user: ID<User>) throws -> SecondFactor? {
        try connection.first("SELECT \(fragment: Self.columns) FROM second_factors f WHERE f.user_id = \(user)")
    }

    func lock(_ user: ID<User>) throws -> SecondFactor? {
        try connection.first("SELECT \(fragment: Self.columns) FROM second_factors f WHERE f.user_id = \(user) FOR NO KEY UPDATE")
    }

    func put(_ factor: SecondFactor) throws {
        try connection.execute(
            """
            INSERT INTO second_factors (user_id, confirmed_at, last_step, new_seed_at)
            VALUES (\(factor.user), \(factor.confirmedAt), \(factor.lastStep), \(factor.newSeedAt))
            ON CONFLICT (user_id) DO UPDATE
            SET confirmed_at = excluded.confirmed_at, last_step = excluded.last_step, new_seed_at = excluded.new_seed_at
            """)
    }

    func remove(of user: ID<User>) throws {
        try removeTrustedDevices(of: user)
        try connection.execute("DELETE FROM second_factors WHERE user_id = \(user)")
    }

    func isRequired(of user: ID<User>) throws -> Bool {
        try connection.first("SELECT \(fragment: Self.isRequired) FROM users u WHERE u.id = \(user)") { row in try row.next(Bool.self) } ?? false
    }

    // MARK: Recovery codes

    func replaceRecoveryCodes(_ digests: [[UInt8]], of user: ID<User>) throws {
        try connection.execute("DELETE FROM recovery_codes WHERE user_id = \(user)")
        for digest in digests { try connection.execute("INSERT INTO recovery_codes (user_id, digest) VALUES (\(user), \(digest))") }
    }

    func useRecoveryCode(_ digest: [UInt8], of user: ID<User>) throws -> Bool {
        try connection.affected("DELETE FROM recovery_codes WHERE user_id = \(user) AND digest = \(digest)") == 1
    }

    func recoveryCodesLeft(of user: ID<User>) throws -> Int {
        try connection.first("SELECT count(*) FROM recovery_codes WHERE user_id = \(user)", as: Int.self) ?? 0
    }

    // MARK: Trusted browsers

    func insert(_ device: TrustedDevice, of user: ID<User>, digest: [UInt8]) throws {
        try connection.execute(
            """
            INSERT INTO trusted_devices (id, user_id, digest, created_at, last_used_at, expires_at, address, client)
            VALUES (
                \(device.id), \(user), \(digest), \(device.createdAt), \(device.lastUsedAt), \(device.expiresAt), \(device.address), \(device.client))
            """)
    }

    func useTrustedDevice(_ digest: [UInt8], of user: ID<User>, at now: Instant) throws -> Bool {
        try connection.affected(
            "UPDATE trusted_devices SET last_used_at = \(now) WHERE digest = \(digest) AND user_id = \(user) AND expires_at > \(now)") == 1
    }

    func trustedDevices(of user: ID<User>, at now: Instant) throws -> [TrustedDevice] {
        try connection.all(
            """
            SELECT d.id, d.created_at, d.last_used_at, d.expires_at, d.address, d.client
            FROM trusted_devices d
            WHERE d.user_id = \(user) AND d.expires_at > \(now)
            ORDER BY d.last_used_at DESC, d.id DESC
            LIMIT \(limit: Limits.pageMaximum)
            """)
    }

    func removeTrustedDevice(_ id: ID<TrustedDevice>, of user: ID<User>) throws -> Bool {
        try connection.affected("DELETE FROM trusted_devices WHERE id = \(id) AND user_id = \(user)") == 1
    }

    func removeTrustedDevices(of user: ID<User>) throws { try connection.execute("DELETE FROM trusted_devices WHERE user_id = \(user)") }

    func removeTrustedDevicesOver(before instant: Instant, atMost limit: Int) throws -> Int {
        try connection.affected(
            """
            DELETE FROM trusted_devices
            WHERE id IN (SELECT id FROM trusted_devices WHERE expires_at < \(instant) ORDER BY expires_at LIMIT \(limit: limit) FOR UPDATE SKIP LOCKED)
            """)
    }

    // MARK: Pieces of SQL

    /// In the order in which `SecondFactor` reads them, of the table `f`.
    private static let columns: SQL = "f.user_id, f.confirmed_at, f.last_step, f.new_seed_at"

    /// Whether `u` has a second factor in force.
    static let isThere: SQL = "EXISTS (SELECT FROM second_factors sf WHERE sf.user_id = u.id AND sf.confirmed_at IS NOT NULL)"

    /// Whether a role of `u` asks for one.
    static let isRequired: SQL = """
        EXISTS (
            SELECT FROM roles rs
            WHERE rs.requires_second_factor
                AND rs.id IN (SELECT h.role_id FROM user_roles h WHERE h.user_id = u.id UNION \(fragment: PostgresUsers.inheritedRoles)))
        """

    /// Whether `u` must have one before anything else, and has not. At a sign-in by a provider that made sure of one, none of ours is missing; a token of
    /// who has no password was made in such a sign-in, or in one that was held against the same rule.
    static func isMissing(at signIn: ID<SignIn>?) -> SQL {
        let isAsked: SQL =
            if let signIn { "NOT EXISTS (SELECT FROM sign_ins fe WHERE fe.id = \(signIn) AND fe.factor_elsewhere)" } else {
                "u.password_hash IS NOT NULL"
            }
        return "\(fragment: isAsked) AND NOT \(fragment: isThere) AND \(fragment: isRequired)"
    }
}

extension SecondFactor: RowDecodable {
    package init(row: inout Row) throws {
        self.init(user: try row.next(), confirmedAt: try row.next(), lastStep: try row.next(), newSeedAt: try row.next())
    }
}

extension TrustedDevice: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), createdAt: try row.next(), lastUsedAt: try row.next(), expiresAt: try row.next(), address: try row.next(),
            client: try row.next())
    }
}
