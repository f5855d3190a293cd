import ITSMCore

/// API tokens in the table `api_tokens`.
struct PostgresAPITokens: APITokenStore {
    let connection: Connection

    func principal(forToken digest: [UInt8]) throws -> (token: APIToken, owner: Principal)? {
        try connection.first(
            """
            SELECT \(fragment: Self.columns), \(fragment: Principal.columns())
            FROM api_tokens t
            JOIN users u ON u.id = t.user_id
            WHERE t.digest = \(digest) AND t.revoked_at IS NULL AND u.disabled_at IS NULL
            """
        ) { row in (token: try APIToken(row: &row), owner: try Principal(row: &row, signIn: nil)) }
    }

    func insert(_ token: APIToken, of user: ID<User>, digest: [UInt8]) throws {
        try connection.execute(
            """
            INSERT INTO api_tokens (id, user_id, name, digest, permissions, created_at, expires_at)
            VALUES (
                \(token.id), \(user), \(token.name), \(digest), \(token.permissions.stored), \(token.createdAt), \(token.expiresAt))
            """)
    }

    func list(of user: ID<User>, at now: Instant) throws -> [APIToken] {
        try connection.all(
            """
            SELECT \(fragment: Self.columns)
            FROM api_tokens t
            WHERE t.user_id = \(user) AND t.revoked_at IS NULL AND t.expires_at > \(now)
            ORDER BY t.created_at DESC, t.id DESC
            LIMIT \(limit: Limits.apiTokensPerUser)
            """)
    }

    func revoke(_ id: ID<APIToken>, of user: ID<User>, at now: Instant) throws -> APIToken? {
        try connection.first(
            """
            UPDATE api_tokens t
            SET revoked_at = \(now)
            WHERE t.id = \(id) AND t.user_id = \(user) AND t.revoked_at IS NULL
            RETURNING \(fragment: Self.columns)
            """)
    }

    func touch(_ uses: [ID<APIToken>: Instant]) throws {
        let sorted = uses.sorted { $0.key < $1.key }
        try connection.execute(
            """
            UPDATE api_tokens t
            SET last_used_at = used.at
            FROM unnest(\(sorted.map(\.key)), \(sorted.map(\.value))) AS used (id, at)
            WHERE t.id = used.id AND (t.last_used_at IS NULL OR t.last_used_at < used.at)
            """)
    }

    /// In the order in which `APIToken` reads them, of the table `t`.
    private static let columns: SQL = "t.id, t.name, t.permissions, t.created_at, t.expires_at, t.last_used_at"
}
