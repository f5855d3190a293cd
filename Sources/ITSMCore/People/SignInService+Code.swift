/// The second step of a sign-in: a code, or a browser that is trusted.
extension SignInService {
    enum CodeVerdict: Sendable { case right, wrong, notLookedAt }

    /// Looks at a code, and uses it up where it is right.
    ///
    /// - Throws: `rateLimited` while too many codes have failed.
    func verify(code: String, of stored: StoredCredentials, at gates: [SignInThrottle.Gate], in tx: any Transaction, from origin: Principal.Origin)
        throws
        -> CodeVerdict
    {
        try throttle.requireOpen(gates, in: tx)
        if try use(OneTimeCode.plain(code), of: stored, in: tx, from: origin) { return .right }
        return try noteFailure(of: stored, at: gates, by: .code, in: tx, from: origin) ? .wrong : .notLookedAt
    }

    private func use(_ code: String, of stored: StoredCredentials, in tx: any Transaction, from origin: Principal.Origin) throws -> Bool {
        let user = stored.user.id
        guard var factor = try tx.secondFactors.lock(user), factor.confirmedAt != nil, let sealed = try tx.secrets.first(SecondFactor.seed(of: user))
        else { return false }
        let seed = try sealing.open(sealed, as: SecondFactor.seed(of: user))
        if let step = SecondFactor.step(of: code, from: seed, at: tx.now, after: factor.lastStep, codes) {
            factor.lastStep = step
            try tx.secondFactors.put(factor)
            return true
        }
        guard try tx.secondFactors.useRecoveryCode(secrets.digest(of: OneTimeCode.recovery(code, of: user)), of: user) else { return false }
        let left = try tx.secondFactors.recoveryCodesLeft(of: user)
        try tx.activity.append(
            Activity(.recoveryCodeUsed, on: .init(.user, user), payload: ["left": .integer(Int64(left))], occurredAt: tx.now),
            by: Principal(stored, from: origin))
        return true
    }

    // MARK: Between the two steps

    /// Shows for some minutes that the password of `stored` was right; only the desk's servers can make it, and a new password ends it.
    func challenge(for stored: StoredCredentials, at now: Instant) -> String {
        let end = now.adding(seconds: Limits.challengeSeconds).microseconds
        return "\(stored.user.id).\(end).\(code(of: stored, end))"
    }

    /// Whose password a challenge shows to have been right, and until when.
    func find(challenge: String, in tx: any Transaction) throws -> StoredCredentials? {
        let parts = challenge.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let user = ID<User>(parts[0]), let end = Int64(parts[1]), tx.now < Instant(microseconds: end),
            let stored = try tx.signIns.lockCredentials(of: user), !stored.isDisabled,
            secrets.digest(of: parts[2]) == secrets.digest(of: code(of: stored, end))
        else { return nil }
        return stored
    }

    private func code(of stored: StoredCredentials, _ end: Int64) -> String {
        let digest = secrets.digest(of: "challenge \(stored.user.id) \(end) \(stored.passwordHash ?? "")")
        return digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    static let codeNeeded = ITSMError(
        .otpRequired, "This account has a second factor. Send the same again with \"otp\": the code of the app, or a recovery code.")
    static let wrongCode = ITSMError(
        .badCredentials, "This code is not right, or was used already. Take the next one that the app shows, or a recovery code.")
    static let challengeOver = ITSMError(.unauthenticated, "This sign-in took too long. Begin again with username and password.")
}

// MARK: Trusted browsers

extension SignInService {
    func isTrusted(_ browser: SignIn.Browser, by stored: StoredCredentials, in tx: any Transaction) throws -> Bool {
        guard let token = browser.trustedDevice else { return false }
        return try tx.secondFactors.useTrustedDevice(secrets.digest(of: token), of: stored.user.id, at: tx.now)
    }

    func trust(_ token: String, of stored: StoredCredentials, in tx: any Transaction, _ arrival: Arrival) throws {
        let device = TrustedDevice(
            id: tx.newID(), createdAt: tx.now, lastUsedAt: tx.now, expiresAt: tx.now.adding(seconds: Limits.trustedDeviceSeconds),
            address: arrival.origin.address, client: SignIn.cut(arrival.client))
        try tx.secondFactors.insert(device, of: stored.user.id, digest: secrets.digest(of: token))
        try tx.activity.append(
            Activity(.deviceTrusted, on: .init(.user, stored.user.id), payload: ["device": .string(device.id.description)], occurredAt: tx.now),
            by: Principal(stored, from: arrival.origin))
    }
}
