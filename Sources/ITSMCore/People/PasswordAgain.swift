/// Asks somebody who is signed in for their password again, before they change how they sign in. Guesses have to wait as at a sign-in.
struct PasswordAgain: Sendable {
    let database: any Database
    let hasher: any PasswordHasher
    let secrets: any SecretSource

    /// - Returns: the hash that the password was checked against.
    /// - Throws: `forbidden` for API tokens; `rateLimited`; `required` or `invalidValue` at `pointer`.
    func require(_ password: String?, at pointer: String, as caller: Principal) async throws -> String? {
        guard caller.kind == .person else {
            throw ITSMError.forbidden("How you sign in is changed after signing in with a password, not with an API token.")
        }
        guard let password, !password.isEmpty else { throw ITSMError.invalid(pointer, .required, "\(ProblemList.name(pointer)) is required.") }
        let throttle = SignInThrottle(secrets: secrets)
        let gates = throttle.gates(for: caller.id.description, by: .password, from: caller.origin.address, device: caller.signIn?.description)
        let (stored, hasSlips) = try await database.read { tx in
            try throttle.requireOpen(gates, in: tx)
            let failures = try tx.signInAttempts.failures(at: gates.map(\.key))
            return (try tx.signIns.credentials(username: caller.username), !failures.isEmpty)
        }
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
}
