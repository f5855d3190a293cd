import ITSMCore
import Synchronization

/// Who calls, as the desk's people, sign-ins and API tokens stand now.
struct DeskPrincipals: PrincipalSource {
    let signIns: SignInService
    let apiTokens: APITokenService
    let uses: APITokenUses
    let clock: any WallClock

    func principal(for credential: Credential) async throws -> Principal? {
        switch credential {
        case .signIn(let signIn, of: let user):
            return try await signIns.caller(user, through: signIn)
        case .apiToken(let secret):
            guard let (principal, token) = try await apiTokens.caller(withToken: secret) else { return nil }
            uses.note(token, at: clock.now())
            return principal
        }
    }
}

/// Which API tokens were used since that was last written: requests do not wait for a write of their own.
final class APITokenUses: Sendable {
    private let latest = Mutex<[ID<APIToken>: Instant]>([:])

    func note(_ token: ID<APIToken>, at now: Instant) { latest.withLock { $0[token] = now } }

    /// Writes what was noted. What could not be written is noted again.
    func write(to tokens: APITokenService) async throws {
        let uses = latest.withLock { latest in
            defer { latest = [:] }
            return latest
        }
        guard !uses.isEmpty else { return }
        do {
            try await tokens.note(uses)
        } catch {
            latest.withLock { $0.merge(uses, uniquingKeysWith: max) }
            throw error
        }
    }
}
