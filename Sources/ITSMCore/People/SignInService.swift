/// Signing in and out (api.md, 2: Authentication). How one begins stands in `SignInService+Begin.swift`.
public struct SignInService: Sendable {
    let database: any Database
    let hasher: any PasswordHasher
    let secrets: any SecretSource
    let codes: any OneTimeCodes
    let sealing: any Sealing
    private let issuer: any AccessTokenIssuer
    let outcomes: @Sendable (SignInOutcome) -> Void

    /// - Parameter outcomes: told how each attempt to sign in ended, for figures.
    public init(
        database: any Database, hasher: any PasswordHasher, secrets: any SecretSource, codes: any OneTimeCodes, sealing: any Sealing,
        issuer: any AccessTokenIssuer, outcomes: @escaping @Sendable (SignInOutcome) -> Void = { _ in }
    ) {
        self.database = database
        self.hasher = hasher
        self.secrets = secrets
        self.codes = codes
        self.sealing = sealing
        self.issuer = issuer
        self.outcomes = outcomes
    }

    // MARK: Signing in

    /// Begins a sign-in.
    ///
    /// An unknown username, a wrong password and a disabled person take the same time and give the same answer.
    /// - Parameter client: the client's name for itself, for the list of sign-ins.
    /// - Throws: `badCredentials`; `otpRequired` where the person has a second factor and there is no code; `rateLimited` while too many attempts have
    ///   failed; `invalid` with what is missing.
    public func signIn(_ credentials: SignIn.Credentials, from origin: Principal.Origin, client: String?) async throws -> SignIn.Tokens {
        let token = newRefreshToken()
        let arrival = Arrival(origin: origin, client: client, refreshToken: secrets.digest(of: token))
        guard case .begun(let begun) = try await counted({ try await begin(credentials, arrival) }) else { throw Self.codeNeeded }
        return try await tokens(for: begun.signIn, refreshToken: token, at: begun.signIn.createdAt)
    }

    /// Begins a sign-in in a browser, which keeps a proof of it in a cookie and has no tokens. The sign-in that it had ends.
    ///
    /// - Throws: as `signIn`.
    public func begin(
        _ credentials: SignIn.Credentials, from origin: Principal.Origin, client: String?, browser: SignIn.Browser = SignIn.Browser()
    ) async throws -> SignIn.Begun {
        let step = try await start(credentials, from: origin, client: client, browser: browser)
        guard case .begun(let begun) = step else { throw Self.codeNeeded }
        return begun
    }

    /// The first step of a sign-in in a browser that asks for the code by itself.
    ///
    /// - Throws: as `signIn`, but `otpRequired`.
    public func start(
        _ credentials: SignIn.Credentials, from origin: Principal.Origin, client: String?, browser: SignIn.Browser
    ) async throws -> SignIn.Step {
        try await counted { try await begin(credentials, Arrival(origin: origin, client: client, browser: browser)) }
    }

    /// The second step.
    ///
    /// - Parameter trustsBrowser: whether this browser is not to be asked for a code for a while.
    /// - Throws: `badCredentials` for a wrong code; `rateLimited`; `unauthenticated` for a challenge that is over.
    public func finish(
        challenge: String, code: String, trustsBrowser: Bool, from origin: Principal.Origin, client: String?, browser: SignIn.Browser
    ) async throws -> SignIn.Begun {
        let arrival = Arrival(origin: origin, client: client, browser: browser, trustsBrowser: trustsBrowser)
        guard case .begun(let begun) = try await counted({ try await begin(challenge: challenge, code: code, arrival) }) else {
            throw Self.challengeOver
        }
        return begun
    }

    /// What an attempt came to, as a browser keeps it; told to the figures.
    func counted(_ attempt: () async throws -> Step) async throws -> SignIn.Step {
        do {
            switch try await attempt() {
            case .begun(let signIn, let trustedDevice):
                outcomes(.succeeded)
                let known = KnownDevice(secrets: secrets).text(for: signIn.user)
                return .begun(.init(signIn: signIn, knownDevice: known, trustedDevice: trustedDevice))
            case .codeNeeded(let challenge):
                outcomes(.codeNeeded)
                return .codeNeeded(challenge: challenge)
            case .refused(let error): throw error
            }
        } catch let refusal as Identity.Refusal {
            outcomes(.failed)
            throw refusal
        } catch let error as ITSMError {
            if let outcome = SignInOutcome(error) { outcomes(outcome) }
            throw error
        }
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

    /// The same in a unit of work of its own.
    public func end(_ id: ID<SignIn>?, as caller: Principal) async throws {
        try await database.write { try self.end(id, in: $0, as: caller) }
    }

    /// Ends all the caller's sign-ins but the current one.
    public func endOthers(in tx: any Transaction, as caller: Principal) throws {
        let ended = try tx.signIns.end(allOf: caller.id, except: caller.signIn, at: tx.now)
        try tx.activity.append(ended.map { $0.ended(.revoked, at: tx.now) }, by: caller)
    }

    /// The same in a unit of work of its own.
    public func endOthers(as caller: Principal) async throws { try await database.write { try self.endOthers(in: $0, as: caller) } }

    /// The caller's living sign-ins, the last used first.
    public func list(in tx: any Transaction, as caller: Principal) throws -> [SignIn.View] {
        try tx.signIns.list(of: caller.id, at: tx.now).map { SignIn.View($0, isCurrent: $0.id == caller.signIn) }
    }

    /// The same in a unit of work of its own.
    public func list(as caller: Principal) async throws -> [SignIn.View] { try await database.read { try self.list(in: $0, as: caller) } }

    /// Keeps when browsers' sign-ins were last used, cut to whole minutes.
    public func note(_ uses: [ID<SignIn>: Instant]) async throws {
        let cut = uses.mapValues(\.truncatedToMinutes)
        try await database.write(.alone, on: .long) { try $0.signIns.touch(cut) }
    }

    // MARK: Left unused

    /// Ends the sign-ins of browsers that were left unused for longer than the desk allows, a batch at a time, until it returns 0.
    public func endUnused(in tx: any Transaction) throws -> Int {
        let ended = try tx.signIns.endUnused(at: tx.now, atMost: 1_000)
        try tx.activity.append(ended.map { $0.ended(.unused, at: tx.now) }, by: .automation())
        return ended.count
    }

    /// What to tell whose sign-in ended because it was left unused; nil for any other.
    public func whyUnused(_ signIn: ID<SignIn>, of user: ID<User>) async throws -> String? {
        try await database.read { tx in
            guard try tx.signIns.wasUnused(signIn, of: user, at: tx.now) else { return nil }
            let minutes = try tx.settings.current().signInIdleMinutes
            let span = minutes % 60 == 0 ? (minutes == 60 ? "an hour" : "\(minutes / 60) hours") : "\(minutes) minutes"
            return "You were signed out because this browser was not used for \(minutes == 0 ? "long" : span)."
        }
    }

    /// Removes sign-ins that have been over for a month, failed attempts that are to be forgotten, links and trusted browsers whose time is over; a batch at a time, until it returns 0.
    public func removeOver(in tx: any Transaction) throws -> Int {
        try tx.signIns.removeOver(before: tx.now.adding(seconds: -Limits.signInSeconds), atMost: 1_000)
            + tx.signInAttempts.removeForgotten(before: tx.now, atMost: 1_000) + tx.passwordResets.removeOver(before: tx.now, atMost: 1_000)
            + tx.secondFactors.removeTrustedDevicesOver(before: tx.now, atMost: 1_000)
    }

    func end(_ signIn: SignIn, _ reason: SignIn.End, in tx: any Transaction, as caller: Principal) throws {
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
