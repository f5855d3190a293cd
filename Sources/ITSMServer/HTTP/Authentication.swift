import HTTPTypes
import Hummingbird
import ITSMCore

/// Finds out who calls: an access token or an API token in `Authorization: Bearer`, then the person behind it.
struct Authentication: Sendable {
    let tokens: AccessTokens
    let principals: PrincipalCache
    let clock: any WallClock

    /// - Throws: `unauthenticated`, or `tokenExpired` when a new token of the same sign-in would do.
    func caller(of request: Request, from origin: Principal.Origin) async throws -> (credential: Credential, principal: Principal) {
        let credential = try await credential(of: request)
        guard let principal = try await principals.principal(for: credential) else {
            throw ITSMError(.unauthenticated, "This token was revoked, or its person may no longer sign in. Sign in again.")
        }
        return (credential, principal.from(origin))
    }

    private func credential(of request: Request) async throws -> Credential {
        guard let header = request.headers[.authorization] else {
            throw ITSMError(.unauthenticated, "Send a token: Authorization: Bearer …; POST /api/v1/auth/login gives one.")
        }
        guard header.count > 7, header.prefix(7).lowercased() == "bearer " else {
            throw ITSMError(.unauthenticated, "Only Authorization: Bearer is understood here.")
        }
        let token = String(header.dropFirst(7))
        if token.hasPrefix(APIToken.prefix) { return .apiToken(token) }
        do {
            let claims = try await tokens.verify(token, at: clock.now())
            return .signIn(claims.signIn, of: claims.user)
        } catch AccessTokens.Refusal.expired {
            throw ITSMError(.tokenExpired, "The access token has expired. POST /api/v1/auth/refresh gives a new one.")
        } catch AccessTokens.Refusal.invalid {
            throw ITSMError(.unauthenticated, "This token is not valid. Sign in again.")
        }
    }
}
