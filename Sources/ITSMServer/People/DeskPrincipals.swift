import ITSMCore
import Synchronization

/// Who calls, as the desk's people, sign-ins and API tokens stand now.
struct DeskPrincipals: PrincipalSource {
    let signIns: SignInService
    let apiTokens: APITokenService
    let uses: CredentialUses
    let clock: any WallClock

    func principal(for credential: Credential, isUse: Bool) async throws -> Principal? {
        switch credential {
        case .signIn(let signIn, of: let user):
            guard let principal = try await signIns.caller(user, through: signIn) else { return nil }
            if isUse { uses.note(signIn, at: clock.now()) }
            return principal
        case .apiToken(let secret):
            guard let (principal, token) = try await apiTokens.caller(withToken: secret) else { return nil }
            if isUse { uses.note(token, at: clock.now()) }
            return principal
        }
    }
}

/// Which sign-ins and API tokens were used since that was last written: requests do not wait for a write of their own.
final class CredentialUses: Sendable {
    private struct Latest {
        var signIns: [ID<SignIn>: Instant] = [:]
        var tokens: [ID<APIToken>: Instant] = [:]
    }

    private let latest = Mutex(Latest())

    func note(_ signIn: ID<SignIn>, at now: Instant) { latest.withLock { $0.signIns[signIn] = now } }
    func note(_ token: ID<APIToken>, at now: Instant) { latest.withLock { $0.tokens[token] = now } }

    /// Writes what was noted. What could not be written is noted again.
    func write(to signIns: SignInService, _ tokens: APITokenService) async throws {
        let uses = latest.withLock { latest in
            defer { latest = Latest() }
            return latest
        }
        do {
            if !uses.signIns.isEmpty { try await signIns.note(uses.signIns) }
            if !uses.tokens.isEmpty { try await tokens.note(uses.tokens) }
        } catch {
            latest.withLock {
                $0.signIns.merge(uses.signIns, uniquingKeysWith: max)
                $0.tokens.merge(uses.tokens, uniquingKeysWith: max)
            }
            throw error
        }
    }
}
