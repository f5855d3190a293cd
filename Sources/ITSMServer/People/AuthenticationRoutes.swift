import Hummingbird
import ITSMCore

/// Signing in and out, and one's own account.
struct AuthenticationRoutes: Sendable {
    let signIns: SignInService
    let account: AccountService
    let people: PeopleService
    let apiTokens: APITokenService

    private static let tag = "Authentication"

    func add(to table: inout RouteTable) {
        addSignIn(to: &table)
        addAccount(to: &table)
        addTokens(to: &table)
    }

    private func addSignIn(to table: inout RouteTable) {
        table.post(
            "auth/login", "Sign in", tag: Self.tag, needs: .nobody, body: SignIn.Credentials.self, answer: .ok(SignIn.Tokens.self), idempotent: false
        ) { call, credentials in
            .secret(try await signIns.signIn(credentials, from: call.origin, client: call.request.headers[.userAgent]))
        }
        table.post(
            "auth/refresh", "Exchange a refresh token for new tokens",
            "Each refresh token is good once; a used one that comes again ends the sign-in, for somebody else holds a copy. Only the token just before "
                + "the current one is taken again within \(Limits.refreshGraceSeconds) seconds, in case its answer was lost.",
            tag: Self.tag, needs: .nobody, body: RefreshRequest.self, answer: .ok(SignIn.Tokens.self), idempotent: false
        ) { call, body in
            .secret(try await signIns.refresh(body.refreshToken, from: call.origin))
        }
        table.post("auth/logout", "End the current sign-in", tag: Self.tag, answer: .noContent, idempotent: false) { call in
            try await signIns.end(nil, as: call.principal)
            return .noContent
        }
        table.get("auth/sessions", "The caller's sign-ins", tag: Self.tag, answer: .ok(List<SignIn.View>.self)) { call in
            .ok(List(items: try await signIns.list(as: call.principal)))
        }
        table.delete("auth/sessions", "End all other sign-ins of the caller", tag: Self.tag, answer: .noContent) { call in
            try await signIns.endOthers(as: call.principal)
            return .noContent
        }
        table.delete("auth/sessions/{id}", "End one sign-in of the caller", tag: Self.tag, answer: .noContent) { call in
            try await signIns.end(try call.id(called: "sign-in"), as: call.principal)
            return .noContent
        }
    }

    private func addAccount(to table: inout RouteTable) {
        table.get("auth/me", "The caller's own person and rights", tag: Self.tag, answer: .ok(Account.self)) { call in
            let me = try await account.me(as: call.principal)
            return .ok(me, version: me.user.version)
        }
        table.patch("auth/me", "Change one's own name, time zone or language", tag: Self.tag, body: User.Patch.self, answer: .ok(Account.self)) {
            call, patch in
            let (caller, version) = (call.principal, try call.expectedVersion)
            return try await call.write { tx in
                _ = try people.update(.id(caller.id), with: patch, ifVersion: version, passwordHash: nil, in: tx, as: caller)
                return try account.me(in: tx, as: caller)
            } answer: {
                .ok($0, version: $0.user.version)
            }
        }
        table.post(
            "auth/password", "Change one's own password", "Ends all other sign-ins of the caller.", tag: Self.tag,
            body: AccountService.PasswordChange.self, answer: .noContent, idempotent: false
        ) { call, change in
            try await account.changePassword(change, as: call.principal)
            return .noContent
        }
    }

    private func addTokens(to table: inout RouteTable) {
        table.get("auth/tokens", "The caller's API tokens", tag: Self.tag, answer: .ok(List<APIToken>.self)) { call in
            .ok(List(items: try await apiTokens.list(as: call.principal)))
        }
        table.post(
            "auth/tokens", "Make an API token", tag: Self.tag, body: APIToken.Draft.self, answer: .created(APIToken.Issued.self), idempotent: false
        ) { call, draft in
            let issued = try await apiTokens.create(draft, as: call.principal)
            var answer = Answer.created(issued, at: "auth/tokens/\(issued.apiToken.id)")
            answer.headers[.cacheControl] = "no-store"
            return answer
        }
        table.delete("auth/tokens/{id}", "Revoke an API token", tag: Self.tag, answer: .noContent) { call in
            try await apiTokens.revoke(try call.id(called: "API token"), as: call.principal)
            return .noContent
        }
    }
}
