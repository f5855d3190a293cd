import ITSMCore

/// Links to choose a new password, in the table `password_resets`.
struct PostgresPasswordResets: PasswordResetStore {
    let connection: Connection

    func put(_ reset: PasswordReset, digest: [UInt8]) throws {
        try connection.execute(
            """
            INSERT INTO password_resets (user_id, digest, created_at, expires_at)
            VALUES (\(reset.user), \(digest), \(reset.createdAt), \(reset.expiresAt))
            ON CONFLICT (user_id) DO UPDATE
            SET digest = excluded.digest, created_at = excluded.created_at, expires_at = excluded.expires_at
            """)
    }

    func find(_ digest: [UInt8]) throws -> (reset: PasswordReset, user: StoredCredentials)? {
        try connection.first(
            """
            SELECT p.user_id, p.created_at, p.expires_at, \(fragment: PostgresSignIns.credentialColumns)
            FROM password_resets p
            JOIN users u ON u.id = p.user_id
            WHERE p.digest = \(digest)
            """
        ) { row in
            (
                reset: PasswordReset(user: try row.next(), createdAt: try row.next(), expiresAt: try row.next()),
                user: try StoredCredentials(row: &row)
            )
        }
    }

    func remove(of user: ID<User>) throws { try connection.execute("DELETE FROM password_resets WHERE user_id = \(user)") }

    func removeOver(before instant: Instant, atMost limit: Int) throws -> Int {
        try connection.affected(
            """
            DELETE FROM password_resets
            WHERE user_id IN (
                SELECT user_id FROM password_resets WHERE expires_at < \(instant) ORDER BY expires_at LIMIT \(limit: limit) FOR UPDATE SKIP LOCKED)
            """)
    }
}
