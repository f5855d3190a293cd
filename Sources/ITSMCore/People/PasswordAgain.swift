/// Asks somebody who is signed in for their password again, before they change how they sign in. Guesses have to wait as at a sign-in. Who has no password
/// must have come by their provider just now.
struct PasswordAgain: Sendable {
    let database: any Database
    let hasher: any PasswordHasher
    let secrets: any SecretSource

    /// - Returns: the hash that the password was checked against; nil for who has none, and came by a provider just now.
    /// - Throws: `forbidden` for API tokens, and for who came by a provider long ago; `rateLimited`; `required` or `invalidValue` at `pointer`.
    func require(_ password: String?, at pointer: String, as caller: Principal) async throws -> String? {
        guard caller.kind == .person else {
            throw ITSMError.forbidden("How you sign in is changed after signing in with a password, not with an API token.")
        }
        let throttle = SignInThrottle(secrets: secrets)
        let gates = throttle.gates(for: caller.id.description, by: .password, from: caller.origin.address, device: caller.signIn?.description)
        let (stored, hasSlips, isRecent) = try await database.read { tx in
            try throttle.requireOpen(gates, in: tx)
            let failures = try tx.signInAttempts.failures(at: gates.map(\.key))
            return (try tx.signIns.credentials(username: caller.username), !failures.isEmpty, try self.isRecent(caller.signIn, of: caller, in: tx))
        }
        if stored?.passwordHash == nil {
            guard isRecent else { throw Self.comeAgain }
            return nil
        }
        guard let password, !password.isEmpty else { throw ITSMError.invalid(pointer, .required, "\(ProblemList.name(pointer)) is required.") }
        let cut = String(password.unicodeScalars.prefix(Limits.passwordMaximum + 1).map(Character.init))
        guard try await hasher.verify(cut, against: stored?.passwordHash) != .wrong else {
            try await database.write { tx in
                guard let wait = try throttle.countFailure(at: gates, in: tx) else { return }
                let payload: JSONValue = wait > 0 ? ["waitSeconds": .integer(wait)] : [:]
                try tx.activity.append(Activity(.signInFailed, on: .init(.user, caller.id), payload: payload, occurredAt: tx.now), by: caller)
            }
            throw ITSMError.invalid(pointer, .invalidValue, "The current password is not right.")
        }
        if hasSlips { try await database.write { try throttle.forgive(gates, in: $0) } }
        return stored?.passwordHash
    }

    private func isRecent(_ id: ID<SignIn>?, of caller: Principal, in tx: any Transaction) throws -> Bool {
        guard let id, let signIn = try tx.signIns.find(id, of: caller.id) else { return false }
        return tx.now < signIn.createdAt.adding(seconds: Limits.recentSignInSeconds)
    }

    private static let comeAgain = ITSMError.forbidden(
        "You have no password here, so this takes a sign-in of the last \(Limits.recentSignInSeconds / 60) minutes. Sign out, sign in again, and do it then."
    )
}
