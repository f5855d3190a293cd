/// The desk's providers of sign-ins. Whoever says who people are may be anybody here, so only superAdmins change them.
public struct IdentityProviderService: Sendable {
    private let database: any Database
    private let sealing: any Sealing

    public init(database: any Database, sealing: any Sealing) {
        self.database = database
        self.sealing = sealing
    }

    /// All providers by name; there are few.
    ///
    /// - Throws: `forbidden` without `settings:manage`.
    public func list(as caller: Principal) async throws -> [IdentityProvider] {
        try caller.require(.manageSettings)
        return try await database.read { try $0.outsideIdentities.providers() }
    }

    /// - Throws: `forbidden`, `notFound`.
    public func find(_ key: RefInput<IdentityProvider>, as caller: Principal) async throws -> IdentityProvider {
        try caller.require(.manageSettings)
        return try await database.read { tx in
            guard let provider = try tx.outsideIdentities.provider(key) else { throw ITSMError.notFound("sign-in provider") }
            return provider
        }
    }

    /// Adds a provider.
    ///
    /// - Throws: `forbidden` for others than superAdmins; `invalid` with every fault.
    public func create(_ patch: IdentityProvider.Patch, in tx: any Transaction, as caller: Principal) throws -> IdentityProvider {
        try Self.requireSuperAdmin(caller)
        var provider = IdentityProvider(id: tx.newID(), at: tx.now)
        try provider.apply(patch, roles: try roles(patch, in: tx))
        try tx.outsideIdentities.insert(provider)
        try store(patch.clientSecret, of: provider, in: tx)
        try tx.activity.append(Activity(.identityProviderCreated, of: provider, since: nil, at: tx.now), by: caller)
        return provider
    }

    /// The same in a unit of work of its own.
    public func create(_ patch: IdentityProvider.Patch, as caller: Principal) async throws -> IdentityProvider {
        try await database.write { try self.create(patch, in: $0, as: caller) }
    }

    /// - Parameter expected: the version that the caller read; nil applies the patch to whatever is there.
    /// - Throws: `forbidden`, `notFound`, `versionMismatch`, `invalid` with every fault.
    public func update(
        _ key: RefInput<IdentityProvider>, _ patch: IdentityProvider.Patch, expecting expected: Int?, in tx: any Transaction, as caller: Principal
    ) throws -> IdentityProvider {
        var provider = try lock(key, in: tx, as: caller)
        try ITSMError.expect(version: expected, of: provider.version)
        let old = provider
        try provider.apply(patch, roles: try roles(patch, in: tx))
        guard provider != old || patch.clientSecret.set != nil else { return provider }
        provider.version += 1
        provider.updatedAt = tx.now
        try tx.outsideIdentities.update(provider)
        try store(patch.clientSecret, of: provider, in: tx)
        var activity = Activity(.identityProviderUpdated, of: provider, since: old, at: tx.now)
        if patch.clientSecret.set != nil {
            var changes = provider.changes(since: old)
            changes.add("clientSecret", "changed")
            activity.payload = changes.payload
        }
        try tx.activity.append(activity, by: caller)
        return provider
    }

    /// The same in a unit of work of its own.
    public func update(
        _ key: RefInput<IdentityProvider>, _ patch: IdentityProvider.Patch, expecting expected: Int? = nil, as caller: Principal
    ) async throws -> IdentityProvider {
        try await database.write { try self.update(key, patch, expecting: expected, in: $0, as: caller) }
    }

    /// Deletes a provider. The links of people stay, and work again once there is a provider of the same issuer.
    ///
    /// - Throws: `forbidden`, `notFound`, `versionMismatch`.
    public func delete(_ key: RefInput<IdentityProvider>, expecting expected: Int? = nil, as caller: Principal) async throws {
        try await database.write { tx in
            let provider = try self.lock(key, in: tx, as: caller)
            try ITSMError.expect(version: expected, of: provider.version)
            try tx.outsideIdentities.delete(provider.id)
            try tx.secrets.remove(provider.secretName)
            try tx.activity.append(
                Activity(
                    .identityProviderDeleted, on: .init(.identityProvider, provider.id), payload: ["name": .string(provider.name)],
                    occurredAt: tx.now), by: caller)
        }
    }

    // MARK: For signing in

    /// Those that the sign-in page offers.
    public func offered() async throws -> [Ref<IdentityProvider>] {
        try await database.read { try $0.outsideIdentities.providers() }.filter(\.enabled).map { Ref(id: $0.id, name: $0.name) }
    }

    /// A provider with its secret, to talk with it. Nil when there is none, or it is disabled.
    ///
    /// - Throws: `unavailable` when the secret is sealed under a key that this server does not hold.
    public func enabled(_ id: ID<IdentityProvider>) async throws -> (provider: IdentityProvider, clientSecret: String?)? {
        let found = try await database.read { tx -> (IdentityProvider, SealedSecret?)? in
            guard let provider = try tx.outsideIdentities.provider(.id(id)), provider.enabled else { return nil }
            return (provider, try provider.hasClientSecret ? tx.secrets.first(provider.secretName) : nil)
        }
        guard let (provider, sealed) = found else { return nil }
        let secret = try sealed.map { String(decoding: try sealing.open($0, as: provider.secretName), as: UTF8.self) }
        return (provider, secret)
    }

    // MARK: Parts

    private static func requireSuperAdmin(_ caller: Principal) throws {
        try caller.require(.manageSettings)
        guard caller.isSuperAdmin else {
            throw ITSMError.forbidden("A provider says who people are, so only a superAdmin may add, change or delete one.")
        }
    }

    private func lock(_ key: RefInput<IdentityProvider>, in tx: any Transaction, as caller: Principal) throws -> IdentityProvider {
        try Self.requireSuperAdmin(caller)
        guard let provider = try tx.outsideIdentities.lockProvider(key) else { throw ITSMError.notFound("sign-in provider") }
        return provider
    }

    private func roles(_ patch: IdentityProvider.Patch, in tx: any Transaction) throws -> [RefInput<Role>: Role] {
        let inputs = Set((patch.roleMappings.set ?? []).map(\.role))
        return inputs.isEmpty ? [:] : try tx.roles.find(inputs)
    }

    private func store(_ secret: Patch<String>, of provider: IdentityProvider, in tx: any Transaction) throws {
        switch secret {
        case .absent: break
        case .null: try tx.secrets.remove(provider.secretName)
        case .value(let text): try tx.secrets.put(sealing.seal(Array(text.utf8), as: provider.secretName), as: provider.secretName)
        }
    }
}

extension Activity {
    fileprivate init(_ kind: Kind, of provider: IdentityProvider, since old: IdentityProvider?, at now: Instant) {
        self.init(kind, on: .init(.identityProvider, provider.id), payload: provider.changes(since: old).payload, occurredAt: now)
    }
}
