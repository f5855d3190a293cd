import HTTPTypes
import Hummingbird
import ITSMCore

/// Who calls, and what they showed to be known by.
struct Caller: Sendable {
    var credential: Credential
    var principal: Principal
    /// True for a browser's cookie, which it also sends along when another site's page makes it call.
    var cameByCookie: Bool
}

/// Finds out who calls: an access token or an API token in `Authorization: Bearer`, or a browser's cookie; then the person behind it.
struct Authentication: Sendable {
    let tokens: AccessTokens
    let sessions: WebSessions
    let principals: PrincipalCache
    let clock: any WallClock
    /// What to tell whose sign-in ended because it was left unused; nil for any other.
    let whyUnused: @Sendable (ID<SignIn>, ID<User>) async throws -> String?

    /// - Throws: `unauthenticated`, or `tokenExpired` when a new token of the same sign-in would do.
    func caller(of request: Request, secure: Bool, from origin: Principal.Origin) async throws -> Caller {
        let cookie = request.headers[.authorization] == nil ? sessions.credential(of: request, secure: secure) : nil
        let credential = if let cookie { cookie } else { try await bearer(of: request) }
        guard let principal = try await principals.principal(for: credential, isUse: cookie == nil || !request.isBackground) else {
            throw ITSMError(.unauthenticated, "This token was revoked, or its person may no longer sign in. Sign in again.")
        }
        var origin = origin
        if cookie != nil { origin.channel = .web }
        return Caller(credential: credential, principal: principal.from(origin), cameByCookie: cookie != nil)
    }

    /// Why the sign-in of a browser is over, where its person is to be told.
    func whyOver(_ request: Request, secure: Bool) async -> String? {
        guard case .signIn(let signIn, let user)? = sessions.credential(of: request, secure: secure) else { return nil }
        return try? await whyUnused(signIn, user)
    }

    private func bearer(of request: Request) async throws -> Credential {
        guard let header = request.headers[.authorization] else {
            throw ITSMError(.unauthenticated, "Send a token: Authorization: Bearer …; POST /api/v1/auth/login gives one.")
        }
        guard header.utf8.count > 7, header.prefix(7).lowercased() == "bearer " else {
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

extension Request {
    /// True for what a script of ours asks for while nobody touches its page.
    var isBackground: Bool { headers[.background] == "1" }
}

extension HTTPField.Name {
    static let background = HTTPField.Name("X-Background")!
}
