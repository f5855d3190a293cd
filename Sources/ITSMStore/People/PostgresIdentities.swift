import ITSMCore

/// Providers in the tables `identity_providers` and `identity_provider_roles`, identities in `identities`.
struct PostgresIdentities: IdentityStore {
    let connection: Connection

    // MARK: Providers

    func providers() throws -> [IdentityProvider] { try connection.all("\(fragment: Self.select) ORDER BY lower(p.name), p.id") }

    func provider(_ key: RefInput<IdentityProvider>) throws -> IdentityProvider? {
        try connection.first("\(fragment: Self.select) WHERE \(fragment: Self.match(key))")
    }

    func lockProvider(_ key: RefInput<IdentityProvider>) throws -> IdentityProvider? {
        // Two statements: the second one's snapshot, taken under the lock, holds the mappings that go with it.
        let id = try connection.first(
            "SELECT p.id FROM identity_providers p WHERE \(fragment: Self.match(key)) FOR NO KEY UPDATE", as: ID<IdentityProvider>.self)
        return try id.flatMap { try provider(.id($0)) }
    }

    func insert(_ provider: IdentityProvider) throws {
        try connection.execute(
            """
            INSERT INTO identity_providers (
                id, name, issuer, client_id, has_client_secret, scopes, groups_claim, creates_people, links_by_email, requires_second_factor,
                verifies_second_factor, enabled, version, created_at, updated_at)
            VALUES (
                \(provider.id), \(provider.name), \(provider.issuer), \(provider.clientID), \(provider.hasClientSecret), \(provider.scopes),
                \(provider.groupsClaim), \(provider.createsPeople), \(provider.linksByEmail), \(provider.requiresSecondFactor),
                \(provider.verifiesSecondFactor), \(provider.enabled), \(provider.version), \(provider.createdAt), \(provider.updatedAt))
            """)
        try insertMappings(of: provider)
    }

    func update(_ provider: IdentityProvider) throws {
        try connection.execute(
            """
            UPDATE identity_providers
            SET name = \(provider.name), issuer = \(provider.issuer), client_id = \(provider.clientID),
                has_client_secret = \(provider.hasClientSecret), scopes = \(provider.scopes), groups_claim = \(provider.groupsClaim),
                creates_people = \(provider.createsPeople), links_by_email = \(provider.linksByEmail),
                requires_second_factor = \(provider.requiresSecondFactor),
                verifies_second_factor = \(provider.verifiesSecondFactor), enabled = \(provider.enabled), version = \(provider.version),
                updated_at = \(provider.updatedAt)
            WHERE id = \(provider.id)
            """, expecting: 1)
        try connection.execute("DELETE FROM identity_provider_roles WHERE provider_id = \(provider.id)")
        try insertMappings(of: provider)
    }

    private func insertMappings(of provider: IdentityProvider) throws {
        guard !provider.roleMappings.isEmpty else { return }
        try connection.execute(
            """
            INSERT INTO identity_provider_roles (provider_id, claimed_group, role_id)
            SELECT \(provider.id), given.claimed_group, given.role_id
            FROM unnest(\(provider.roleMappings.map(\.group)), \(provider.roleMappings.map(\.role.id))) AS given (claimed_group, role_id)
            """)
    }

    func delete(_ provider: ID<IdentityProvider>) throws {
        try connection.execute("DELETE FROM identity_providers WHERE id = \(provider)", expecting: 1)
    }

    private static func match(_ key: RefInput<IdentityProvider>) -> SQL {
        switch key {
        case .id(let id): "p.id = \(id)"
        case .name(let name): "lower(p.name) = lower(\(name))"
        }
    }

    private static func mapped(_ column: SQL) -> SQL {
        """
        ARRAY(
            SELECT \(fragment: column)
            FROM identity_provider_roles m
            JOIN roles r ON r.id = m.role_id
            WHERE m.provider_id = p.id
            ORDER BY m.claimed_group, lower(r.name), r.id)
        """
    }

    /// In the order in which `IdentityProvider` is read.
    private static let select: SQL = """
        SELECT p.id, p.name, p.issuer, p.client_id, p.has_client_secret, p.scopes, p.groups_claim,
            \(fragment: mapped("m.claimed_group")), \(fragment: mapped("r.id")), \(fragment: mapped("r.name")),
            p.creates_people, p.links_by_email, p.requires_second_factor, p.verifies_second_factor, p.enabled, p.version, p.created_at, p.updated_at
        FROM identity_providers p
        """

    // MARK: Identities

    private static let columns: SQL = "i.id, i.user_id, i.issuer, i.subject, i.label, i.granted_roles, i.linked_at, i.last_used_at"

    func lock(issuer: String, subject: String) throws -> Identity? {
        try connection.first(
            "SELECT \(fragment: Self.columns) FROM identities i WHERE i.issuer = \(issuer) AND i.subject = \(subject) FOR NO KEY UPDATE")
    }

    func insert(_ identity: Identity) throws {
        try connection.execute(
            """
            INSERT INTO identities (id, user_id, issuer, subject, label, granted_roles, linked_at, last_used_at)
            VALUES (
                \(identity.id), \(identity.user), \(identity.issuer), \(identity.subject), \(identity.label), \(identity.grantedRoles.sorted()),
                \(identity.linkedAt), \(identity.lastUsedAt))
            """)
    }

    func update(_ identity: Identity) throws {
        try connection.execute(
            """
            UPDATE identities
            SET label = \(identity.label), granted_roles = \(identity.grantedRoles.sorted()), last_used_at = \(identity.lastUsedAt)
            WHERE id = \(identity.id)
            """, expecting: 1)
    }

    func list(of user: ID<User>) throws -> [Identity.View] {
        try connection.all(
            """
            SELECT i.id, coalesce(p.name, i.issuer), i.label, i.linked_at, i.last_used_at
            FROM identities i
            LEFT JOIN identity_providers p ON p.issuer = i.issuer
            WHERE i.user_id = \(user)
            ORDER BY i.linked_at, i.id
            """)
    }

    func unlink(_ id: ID<Identity>, from user: ID<User>) throws -> Identity? {
        try connection.first("DELETE FROM identities i WHERE i.id = \(id) AND i.user_id = \(user) RETURNING \(fragment: Self.columns)")
    }

    func isLinked(_ user: ID<User>, to issuer: String) throws -> Bool {
        try connection.first("SELECT EXISTS (SELECT FROM identities WHERE user_id = \(user) AND issuer = \(issuer))") ?? false
    }

    func person(email: String) throws -> ID<User>? { try connection.first("SELECT id FROM users WHERE lower(email) = lower(\(email))") }
}

extension IdentityProvider: RowDecodable {
    package init(row: inout Row) throws {
        let (id, name, issuer, clientID, hasSecret) = (
            try row.next(ID<IdentityProvider>.self), try row.next(String.self), try row.next(String.self), try row.next(String.self),
            try row.next(Bool.self)
        )
        let (scopes, claim) = (try row.next([String].self), try row.next(String?.self))
        let (groups, roles, names) = (try row.next([String].self), try row.next([ID<Role>].self), try row.next([String].self))
        self.init(
            id: id, name: name, issuer: issuer, clientID: clientID, hasClientSecret: hasSecret, scopes: scopes, groupsClaim: claim,
            roleMappings: zip(groups, zip(roles, names)).map { RoleMapping(group: $0, role: Ref(id: $1.0, name: $1.1)) },
            createsPeople: try row.next(), linksByEmail: try row.next(), requiresSecondFactor: try row.next(), verifiesSecondFactor: try row.next(),
            enabled: try row.next(),
            version: try row.next(), createdAt: try row.next(), updatedAt: try row.next())
    }
}

extension Identity: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), user: try row.next(), issuer: try row.next(), subject: try row.next(), label: try row.next(),
            grantedRoles: Set(try row.next([ID<Role>].self)), linkedAt: try row.next(), lastUsedAt: try row.next())
    }
}

extension Identity.View: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), provider: try row.next(), label: try row.next(), linkedAt: try row.next(), lastUsedAt: try row.next())
    }
}
