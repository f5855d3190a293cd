/// Signing in and out (api.md, 2: Authentication).
public struct SignInService: Sendable {
    private let database: any Database
    private let hasher: any PasswordHasher
    private let secrets: any SecretSource
    private let issuer: any AccessTokenIssuer

    public init(database: any Database, hasher: any PasswordHasher, secrets: any SecretSource, issuer: any AccessTokenIssuer) {
        self.database = database
        self.hasher = hasher
        self.secrets = secrets
        self.issuer = issuer
    }

    // MARK: Signing in

    /// Begins a sign-in.
    ///
    /// An unknown username, a wrong password and a disabled person take the same time and give the same answer.
    /// - Parameter client: the client's name for itself, for the list of sign-ins.
    /// - Throws: `badCredentials`; `invalid` with what is missing.
    public func signIn(_ credentials: SignIn.Credentials, from origin: Principal.Origin, client: String?) async throws -> SignIn.Tokens {
        let token = newRefreshToken()
        let signIn = try await begin(credentials, refreshToken: secrets.digest(of: token), from: origin, client: client)
        return try await tokens(for: signIn, refreshToken: token, at: signIn.createdAt)
    }

    /// Begins a sign-in for a front that keeps its own proof of it, such as a browser's cookie; it has no tokens.
    ///
    /// - Throws: as `signIn`.
    public func begin(_ credentials: SignIn.Credentials, from origin: Principal.Origin, client: String?) async throws -> SignIn {
        try await begin(credentials, refreshToken: nil, from: origin, client: client)
    }

    private func begin(
        _ credentials: SignIn.Credentials, refreshToken digest: [UInt8]?, from origin: Principal.Origin, client: String?
    ) async throws -> SignIn {
        var problems = ProblemList()
        if credentials.username == nil { problems.add("/username", .required, "Username is required.") }
        if credentials.password == nil { problems.add("/password", .required, "Password is required.") }
        try problems.throwIfAny()
        let username = String((credentials.username ?? "").unicodeScalars.prefix(Limits.username + 1).map(Character.init))
        let password = String((credentials.password ?? "").unicodeScalars.prefix(Limits.passwordMaximum + 1).map(Character.init))

        let stored = try await database.read { try $0.signIns.credentials(username: username) }
        let verdict = try await hasher.verify(password, against: stored?.isDisabled == false ? stored?.passwordHash : nil)
        guard let stored, verdict != .wrong else {
            try await database.write(.grouped) { try self.noteFailure(of: stored, in: $0, from: origin) }
            throw Self.badCredentials
        }
        let rehashed = verdict == .rightButOutdated ? try await hasher.hash(password) : nil
        let begun = try await database.write {
            try self.begin(stored, rehashed: rehashed, refreshToken: digest, in: $0, from: origin, client: client)
        }
        guard let begun else { throw Self.badCredentials }
        return begun
    }

    /// The step after the password was found right. Nil when password or account changed while it was being checked.
    func begin(
        _ checked: StoredCredentials, rehashed: String?, refreshToken digest: [UInt8]?, in tx: any Transaction, from origin: Principal.Origin,
        client: String?
    ) throws -> SignIn? {
        guard let stored = try tx.signIns.lockCredentials(of: checked.user.id), stored.passwordHash == checked.passwordHash, !stored.isDisabled else {
            return nil
        }
        let signIn = SignIn(id: tx.newID(), of: stored.user.id, at: tx.now, address: origin.address, client: client)
        try tx.signIns.insert(signIn)
        if let digest { try tx.signIns.insertRefreshToken(digest, of: signIn.id, generation: signIn.generation) }
        if let rehashed { try tx.users.setPasswordHash(rehashed, of: stored.user.id) }
        try tx.activity.append(
            Activity(.signInSucceeded, on: .init(.signIn, signIn.id), payload: ["user": stored.user.json], occurredAt: tx.now),
            by: Principal(stored, from: origin))
        return signIn
    }

    /// Puts a failed attempt on record: of a person who is known by name, and without any name otherwise, for people type passwords into the wrong field.
    func noteFailure(of stored: StoredCredentials?, in tx: any Transaction, from origin: Principal.Origin) throws {
        let user = stored?.user.id ?? User.unknownID
        let nobody = Principal(id: User.unknownID, username: "unknown", name: "Unknown", grants: Grants(), origin: origin)
        let caller = stored.map { Principal($0, from: origin) } ?? nobody
        try tx.activity.append(Activity(.signInFailed, on: .init(.user, user), payload: [:], occurredAt: tx.now), by: caller)
    }

    // MARK: Calling

    /// Who calls through a sign-in, with the rights as they are now. Nil when it is over or the person is disabled.
    ///
    /// The origin is empty: the front stamps each call with its own.
    public func caller(_ user: ID<User>, through signIn: ID<SignIn>) async throws -> Principal? {
        try await database.read { try $0.signIns.principal(for: user, signIn: signIn, at: $0.now) }
    }

    // MARK: Refreshing

    /// Exchanges a refresh token for new tokens (see `SignIn` for the rule of reuse).
    ///
    /// - Throws: `unauthenticated` when the token is unknown, used up, or its sign-in is over: the person has to sign in again.
    public func refresh(_ refreshToken: String, from origin: Principal.Origin) async throws -> SignIn.Tokens {
        let digest = secrets.digest(of: refreshToken)
        let successor = newRefreshToken()
        let refreshed = try await database.write {
            try self.refresh(digest, successor: self.secrets.digest(of: successor), in: $0, from: origin)
        }
        guard let (signIn, now) = refreshed else {
            throw ITSMError(.unauthenticated, "This refresh token is no longer good; sign in again.")
        }
        return try await tokens(for: signIn, refreshToken: successor, at: now)
    }

    /// The step of a refresh. Nil when it is refused; a reuse is then on record and the sign-in ended, which the transaction must keep.
    func refresh(
        _ digest: [UInt8], successor: [UInt8], in tx: any Transaction, from origin: Principal.Origin
    ) throws -> (signIn: SignIn, now: Instant)? {
        guard let found = try tx.signIns.lock(refreshToken: digest), !found.user.isDisabled else { return nil }
        var signIn = found.signIn
        switch signIn.refresh(withTokenOf: found.generation, at: max(tx.now, signIn.lastUsedAt)) {
        case .granted:
            try tx.signIns.insertRefreshToken(successor, of: signIn.id, generation: signIn.generation)
            try tx.signIns.update(signIn)
            return (signIn, tx.now)
        case .over:
            return nil
        case .reused:
            try tx.signIns.update(signIn)
            let reuse = Activity(
                .signInReuseDetected, on: .init(.signIn, signIn.id), payload: ["user": found.user.user.json], occurredAt: tx.now)
            try tx.activity.append([reuse, signIn.ended(.refreshTokenReused, at: tx.now)], by: Principal(found.user, from: origin))
            return nil
        }
    }

    // MARK: Signing out

    /// Ends one of the caller's own sign-ins; the current one when `id` is nil.
    ///
    /// - Throws: `notFound`.
    public func end(_ id: ID<SignIn>?, in tx: any Transaction, as caller: Principal) throws {
        guard let id = id ?? caller.signIn, let signIn = try tx.signIns.lock(id, of: caller.id), signIn.isAlive(at: tx.now) else {
            throw ITSMError.notFound("sign-in")
        }
        try end(signIn, id == caller.signIn ? .signedOut : .revoked, in: tx, as: caller)
    }

    public func end(_ id: ID<SignIn>?, as caller: Principal) async throws {
        try await database.write { try self.end(id, in: $0, as: caller) }
    }

    /// Ends all the caller's sign-ins but the current one.
    public func endOthers(in tx: any Transaction, as caller: Principal) throws {
        let ended = try tx.signIns.end(allOf: caller.id, except: caller.signIn, at: tx.now)
        try tx.activity.append(ended.map { $0.ended(.revoked, at: tx.now) }, by: caller)
    }

    public func endOthers(as caller: Principal) async throws { try await database.write { try self.endOthers(in: $0, as: caller) } }

    /// The caller's living sign-ins, the last used first.
    public func list(in tx: any Transaction, as caller: Principal) throws -> [SignIn.View] {
        try tx.signIns.list(of: caller.id, at: tx.now).map { SignIn.View($0, isCurrent: $0.id == caller.signIn) }
    }

    public func list(as caller: Principal) async throws -> [SignIn.View] { try await database.read { try self.list(in: $0, as: caller) } }

    /// Keeps when browsers' sign-ins were last used, cut to whole minutes.
    public func note(_ uses: [ID<SignIn>: Instant]) async throws {
        let cut = uses.mapValues(\.truncatedToMinutes)
        try await database.write(.alone, on: .long) { try $0.signIns.touch(cut) }
    }

    /// Removes what has been over for a month; a batch at a time, until it returns 0.
    public func removeOver(in tx: any Transaction) throws -> Int {
        try tx.signIns.removeOver(before: tx.now.adding(seconds: -Limits.signInSeconds), atMost: 1_000)
    }

    private func end(_ signIn: SignIn, _ reason: SignIn.End, in tx: any Transaction, as caller: Principal) throws {
        var signIn = signIn
        guard let ended = signIn.end(reason, at: tx.now) else { return }
        try tx.signIns.update(signIn)
        try tx.activity.append(ended, by: caller)
    }

    // MARK: Tokens

    private func newRefreshToken() -> String { secrets.newToken(prefix: "itsm_rt_") }

    private func tokens(for signIn: SignIn, refreshToken: String, at now: Instant) async throws -> SignIn.Tokens {
        SignIn.Tokens(
            accessToken: try await issuer.issue(for: signIn.user, signIn: signIn.id, at: now), refreshToken: refreshToken,
            expiresIn: issuer.lifetimeSeconds)
    }

    private static let badCredentials = ITSMError(.badCredentials, "Username or password is wrong, or the account cannot sign in.")
}

extension Principal {
    /// The person as the author of what happens at their own sign-in; it carries no rights.
    init(_ stored: StoredCredentials, from origin: Origin) {
        self.init(id: stored.user.id, username: stored.username, name: stored.user.name, grants: Grants(), origin: origin)
    }

    /// The same caller, calling from elsewhere.
    public func from(_ origin: Origin) -> Principal {
        var caller = self
        caller.origin = origin
        return caller
    }
}
