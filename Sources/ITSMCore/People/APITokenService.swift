/// People's API tokens.
public struct APITokenService: Sendable {
    private let database: any Database
    private let secrets: any SecretSource

    public init(database: any Database, secrets: any SecretSource) {
        self.database = database
        self.secrets = secrets
    }

    /// The caller's living tokens, the newest first.
    public func list(in tx: any Transaction, as caller: Principal) throws -> [APIToken] { try tx.apiTokens.list(of: caller.id, at: tx.now) }

    /// The same in a unit of work of its own.
    public func list(as caller: Principal) async throws -> [APIToken] { try await database.read { try self.list(in: $0, as: caller) } }

    /// Makes a token for the caller.
    ///
    /// - Throws: `forbidden` for a caller that came with an API token itself; `invalid` with every fault.
    public func create(_ draft: APIToken.Draft, digest: [UInt8], in tx: any Transaction, as caller: Principal) throws -> APIToken {
        guard caller.kind == .person else { throw ITSMError.forbidden("API tokens are made after signing in, not with another API token.") }
        var problems = ProblemList()
        let token = APIToken(draft, id: tx.newID(), for: caller, at: tx.now, &problems)
        try problems.throwIfAny()
        guard try tx.apiTokens.list(of: caller.id, at: tx.now).count < Limits.apiTokensPerUser else {
            throw ITSMError(.inUse, "You have \(Limits.apiTokensPerUser) API tokens already; revoke one first.")
        }
        try tx.apiTokens.insert(token, of: caller.id, digest: digest)
        try tx.activity.append(
            Activity(
                .apiTokenCreated, on: .init(.apiToken, token.id),
                payload: [
                    "user": .string(caller.id.description), "name": .string(token.name), "expiresAt": .string(token.expiresAt.description),
                    "permissions": .array(token.permissions.map(\.rawValue).sorted().map(JSONValue.string)),
                ], occurredAt: tx.now),
            by: caller)
        return token
    }

    /// The same in a unit of work of its own.
    public func create(_ draft: APIToken.Draft, as caller: Principal) async throws -> APIToken.Issued {
        let secret = secrets.newToken(prefix: APIToken.prefix), digest = secrets.digest(of: secret)
        return .init(token: secret, apiToken: try await database.write { try self.create(draft, digest: digest, in: $0, as: caller) })
    }

    /// Ends one of the caller's tokens.
    public func revoke(_ id: ID<APIToken>, in tx: any Transaction, as caller: Principal) throws {
        guard let token = try tx.apiTokens.revoke(id, of: caller.id, at: tx.now) else { throw ITSMError.notFound("API token") }
        try tx.activity.append(
            Activity(
                .apiTokenRevoked, on: .init(.apiToken, id), payload: ["user": .string(caller.id.description), "name": .string(token.name)],
                occurredAt: tx.now),
            by: caller)
    }

    /// The same in a unit of work of its own.
    public func revoke(_ id: ID<APIToken>, as caller: Principal) async throws { try await database.write { try self.revoke(id, in: $0, as: caller) } }

    // MARK: Calling with one

    /// Who calls with a token: its person, narrowed to its permissions. Nil when it is unknown or revoked, or the person is disabled.
    ///
    /// The origin is empty: the front stamps each call with its own.
    /// - Throws: `tokenExpired`.
    public func caller(withToken secret: String) async throws -> (principal: Principal, token: ID<APIToken>)? {
        let digest = secrets.digest(of: secret)
        let found = try await database.read { tx in
            try tx.apiTokens.principal(forToken: digest).map { (token: $0.token, owner: $0.owner, now: tx.now) }
        }
        guard let found else { return nil }
        guard found.now < found.token.expiresAt else { throw ITSMError(.tokenExpired, "This API token has expired. Make a new one.") }
        return (found.owner.narrowed(to: found.token.permissions), found.token.id)
    }

    /// Keeps when tokens were last used, cut to whole minutes.
    public func note(_ uses: [ID<APIToken>: Instant]) async throws {
        let cut = uses.mapValues(\.truncatedToMinutes)
        try await database.write(.alone, on: .long) { try $0.apiTokens.touch(cut) }
    }
}

extension Principal {
    /// The same person calling with a token that allows only `permissions`. What only a superAdmin may do it may only with all of them.
    func narrowed(to permissions: Set<Permission>) -> Principal {
        var caller = self
        caller.grants = grants.intersection(permissions)
        caller.isSuperAdmin = isSuperAdmin && caller.grants == .everything
        caller.kind = .apiToken
        caller.mustSetUpSecondFactor = false
        return caller
    }
}
