/// How an attempt to sign in ended.
public enum SignInOutcome: String, Sendable, CaseIterable {
    case succeeded
    /// The password was right, and a code is asked for.
    case codeNeeded
    /// Wrong name, password or code, or a person who may not.
    case failed
    /// Not looked at, for too many had failed.
    case throttled

    init?(_ error: ITSMError) {
        switch error.code {
        case .badCredentials: self = .failed
        case .rateLimited: self = .throttled
        default: return nil
        }
    }
}

extension SignInService {
    var throttle: SignInThrottle { SignInThrottle(secrets: secrets) }

    /// Where an attempt comes from, and what is to come of it.
    struct Arrival: Sendable {
        var origin: Principal.Origin
        var client: String?
        var browser = SignIn.Browser()
        /// For those who have no browser: the digest of their first refresh token.
        var refreshToken: [UInt8]?
        /// Whether this browser is not to be asked for a code for a while.
        var trustsBrowser = false
    }

    /// What came of checking a password, for the transaction that keeps it.
    private struct Checked: Sendable {
        var stored: StoredCredentials
        var gates: [SignInThrottle.Gate]
        var rehashed: String?
    }

    /// What came of an attempt; all that was counted and noted is kept.
    enum Step: Sendable {
        case begun(SignIn, trustedDevice: String?)
        case codeNeeded(challenge: String)
        case refused(ITSMError)
    }

    /// One attempt: the gates are asked first, then the password is checked, then the outcome is kept.
    func begin(_ credentials: SignIn.Credentials, _ arrival: Arrival) async throws -> Step {
        let checked = try await check(credentials, arrival)
        let device = secrets.newToken(prefix: TrustedDevice.prefix)
        return try await database.write { try self.begin(checked, code: credentials.otp, newDevice: device, in: $0, arrival) }
    }

    /// The second step in a browser, for whoever passed the first.
    func begin(challenge: String, code: String, _ arrival: Arrival) async throws -> Step {
        let device = secrets.newToken(prefix: TrustedDevice.prefix)
        return try await database.write { tx in
            guard let stored = try self.find(challenge: challenge, in: tx) else { return .refused(Self.challengeOver) }
            return try self.begin(Checked(stored: stored, gates: []), code: code, newDevice: device, in: tx, arrival)
        }
    }

    private func check(_ credentials: SignIn.Credentials, _ arrival: Arrival) async throws -> Checked {
        var problems = ProblemList()
        if credentials.username == nil { problems.add("/username", .required, "Username is required.") }
        if credentials.password == nil { problems.add("/password", .required, "Password is required.") }
        try problems.throwIfAny()
        let username = String((credentials.username ?? "").unicodeScalars.prefix(Limits.username + 1).map(Character.init))
        let password = String((credentials.password ?? "").unicodeScalars.prefix(Limits.passwordMaximum + 1).map(Character.init))

        let (stored, gates) = try await database.read { tx in
            let stored = try tx.signIns.credentials(username: username)
            let gates = self.gates(of: stored, called: username, by: .password, arrival)
            try self.throttle.requireOpen(gates, in: tx)
            return (stored, gates)
        }
        let verdict = try await hasher.verify(password, against: stored?.isDisabled == false ? stored?.passwordHash : nil)
        guard let stored, verdict != .wrong else {
            let isCounted = try await database.write { try self.noteFailure(of: stored, at: gates, by: .password, in: $0, from: arrival.origin) }
            throw isCounted ? Self.badCredentials : SignInThrottle.closed(1)
        }
        return Checked(stored: stored, gates: gates, rehashed: verdict == .rightButOutdated ? try await hasher.hash(password) : nil)
    }

    private func gates(
        of stored: StoredCredentials?, called username: String, by proof: SignInThrottle.Proof, _ arrival: Arrival
    ) -> [SignInThrottle.Gate] {
        let device = stored.flatMap { KnownDevice(secrets: secrets).name(in: arrival.browser.knownDevice, for: $0.user.id) }
        let account = stored?.user.id.description ?? "called \(username.lowercased())"
        return throttle.gates(for: account, by: proof, from: arrival.origin.address, device: device)
    }

    /// The step after the password was found right.
    ///
    /// - Throws: `rateLimited` when others failed meanwhile: of many at once only as many are answered as there would be one after the other.
    private func begin(_ checked: Checked, code: String?, newDevice: String, in tx: any Transaction, _ arrival: Arrival) throws -> Step {
        try throttle.requireOpen(checked.gates, in: tx)
        // Both may have changed while the password was being checked.
        guard let stored = try tx.signIns.lockCredentials(of: checked.stored.user.id), stored.passwordHash == checked.stored.passwordHash,
            !stored.isDisabled
        else { return .refused(Self.badCredentials) }
        var gates = checked.gates
        if stored.hasSecondFactor, try !isTrusted(arrival.browser, by: stored, in: tx) {
            guard let code else { return .codeNeeded(challenge: challenge(for: stored, at: tx.now)) }
            let more = self.gates(of: stored, called: stored.username, by: .code, arrival)
            switch try verify(code: code, of: stored, at: more, in: tx, from: arrival.origin) {
            // A challenge was given for the right password: its slips are forgiven as where both came at once.
            case .right: gates = self.gates(of: stored, called: stored.username, by: .password, arrival) + more
            case .wrong: return .refused(Self.wrongCode)
            case .notLookedAt: return .refused(SignInThrottle.closed(1))
            }
        }
        if let rehashed = checked.rehashed { try tx.users.setPasswordHash(rehashed, of: stored.user.id) }
        try throttle.forgive(gates, in: tx)
        let isNewDevice = arrival.trustsBrowser && stored.hasSecondFactor
        if isNewDevice { try trust(newDevice, of: stored, in: tx, arrival) }
        return .begun(try begin(stored, in: tx, arrival), trustedDevice: isNewDevice ? newDevice : nil)
    }

    /// The step after a provider vouched for a person: their own code is asked for as after a password, unless it made sure of a second factor.
    func begin(
        _ stored: StoredCredentials, by provider: IdentityProvider, hadFactor: Bool, in tx: any Transaction, _ arrival: Arrival
    ) throws -> Step {
        if stored.hasSecondFactor, !hadFactor, try !isTrusted(arrival.browser, by: stored, in: tx) {
            return .codeNeeded(challenge: challenge(for: stored, at: tx.now))
        }
        return .begun(try begin(stored, by: provider, hadFactor: hadFactor, in: tx, arrival), trustedDevice: nil)
    }

    /// Begins a sign-in of somebody who has shown who they are; that of the browser ends.
    private func begin(
        _ stored: StoredCredentials, by provider: IdentityProvider? = nil, hadFactor: Bool = false, in tx: any Transaction, _ arrival: Arrival
    ) throws -> SignIn {
        let caller = Principal(stored, from: arrival.origin)
        let signIn = SignIn(
            id: tx.newID(), of: stored.user.id, at: tx.now, address: arrival.origin.address, client: arrival.client, hadFactorElsewhere: hadFactor)
        try tx.signIns.insert(signIn)
        if let digest = arrival.refreshToken { try tx.signIns.insertRefreshToken(digest, of: signIn.id, generation: signIn.generation) }
        var payload: [String: JSONValue] = ["user": stored.user.json]
        if let provider { payload["provider"] = .string(provider.name) }
        try tx.activity.append(
            Activity(.signInSucceeded, on: .init(.signIn, signIn.id), payload: .object(payload), occurredAt: tx.now), by: caller)
        if let (old, user) = arrival.browser.present, let present = try tx.signIns.lock(old, of: user) {
            try end(present, .replaced, in: tx, as: caller)
        }
        return signIn
    }

    /// Puts a failed attempt on record: of a person who is known by name, and without any name otherwise, for people type passwords into the wrong field.
    ///
    /// - Returns: false for one of many at once that came when a gate had closed; it is neither counted nor answered.
    func noteFailure(
        of stored: StoredCredentials?, at gates: [SignInThrottle.Gate], by proof: SignInThrottle.Proof, in tx: any Transaction,
        from origin: Principal.Origin
    ) throws -> Bool {
        guard let wait = try throttle.countFailure(at: gates, in: tx) else { return false }
        let user = stored?.user.id ?? User.unknownID
        let nobody = Principal(id: User.unknownID, username: "unknown", name: "Unknown", grants: Grants(), origin: origin)
        let caller = stored.map { Principal($0, from: origin) } ?? nobody
        var payload: [String: JSONValue] = [:]
        if proof == .code { payload["proof"] = "code" }
        if wait > 0 { payload["waitSeconds"] = .integer(wait) }
        try tx.activity.append(Activity(.signInFailed, on: .init(.user, user), payload: .object(payload), occurredAt: tx.now), by: caller)
        return true
    }

    static let badCredentials = ITSMError(.badCredentials, "Username or password is wrong, or the account cannot sign in.")
}
