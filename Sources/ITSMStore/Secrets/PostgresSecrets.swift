import ITSMCore

/// Sealed secrets in the table `sealed_secrets`, the desk's keys in `secret_keys`.
struct PostgresSecrets: SecretStore {
    let connection: Connection
    let now: Instant

    func put(_ sealed: SealedSecret, as name: SecretName) throws {
        try connection.execute(
            """
            INSERT INTO sealed_secrets (kind, owner, key_id, sealed)
            VALUES (\(name.kind.rawValue), \(name.owner), \(sealed.keyID.text), \(sealed.bytes))
            ON CONFLICT (kind, owner) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed
            """)
    }

    func first(_ name: SecretName) throws -> SealedSecret? {
        try connection.first("SELECT key_id, sealed FROM sealed_secrets WHERE kind = \(name.kind.rawValue) AND owner = \(name.owner)")
    }

    func remove(_ name: SecretName) throws {
        try connection.execute("DELETE FROM sealed_secrets WHERE kind = \(name.kind.rawValue) AND owner = \(name.owner)")
    }

    // MARK: Keys

    private static let keys: SQL = """
        SELECT id, fingerprint, added_at, replaced_at FROM secret_keys ORDER BY replaced_at DESC NULLS FIRST, id
        """

    func keys() throws -> [SecretKeyRecord] { try connection.all(Self.keys) }

    func lockKeys() throws -> [SecretKeyRecord] { try connection.all("\(fragment: Self.keys) FOR NO KEY UPDATE") }

    func makeCurrent(_ key: SecretKeyRecord) throws {
        try connection.execute("UPDATE secret_keys SET replaced_at = \(now) WHERE replaced_at IS NULL")
        try connection.execute("INSERT INTO secret_keys (id, fingerprint, added_at) VALUES (\(key.id.text), \(key.fingerprint), \(key.addedAt))")
    }

    func drop(_ key: SecretKeyID) throws {
        try connection.execute("DELETE FROM secret_keys WHERE id = \(key.text) AND replaced_at IS NOT NULL", expecting: 1)
    }

    func countByKey() throws -> [SecretKeyID: Int] {
        let counts = try connection.all("SELECT key_id, count(*) FROM sealed_secrets GROUP BY key_id") { row in
            (try row.nextKeyID(), try row.next(Int.self))
        }
        return Dictionary(uniqueKeysWithValues: counts)
    }

    func lockSealed(underOthersThan current: SecretKeyID, atMost limit: Int) throws -> [(name: SecretName, sealed: SealedSecret)] {
        try connection.all(
            """
            SELECT kind, owner, key_id, sealed
            FROM sealed_secrets
            WHERE key_id <> \(current.text)
            ORDER BY kind, owner
            LIMIT \(limit: limit)
            FOR NO KEY UPDATE SKIP LOCKED
            """
        ) { row in
            let kind = try row.next(String.self)
            guard let known = SecretName.Kind(rawValue: kind) else {
                throw ITSMError(.internal, "Sealed secrets of the kind \(kind) were made by a newer program.")
            }
            return (SecretName(known, of: try row.next(String.self)), try SealedSecret(row: &row))
        }
    }
}

extension SealedSecret: RowDecodable {
    package init(row: inout Row) throws { self.init(keyID: try row.nextKeyID(), bytes: try row.next()) }
}

extension SecretKeyRecord: RowDecodable {
    package init(row: inout Row) throws {
        self.init(id: try row.nextKeyID(), fingerprint: try row.next(), addedAt: try row.next(), replacedAt: try row.next())
    }
}

extension Row {
    fileprivate mutating func nextKeyID() throws -> SecretKeyID {
        guard let id = SecretKeyID(try next(String.self)) else { throw ITSMError(.internal, "A key's id in secret_keys is none.") }
        return id
    }
}
