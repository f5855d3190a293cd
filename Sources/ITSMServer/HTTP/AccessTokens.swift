import ITSMCore
import JWTKit
import Synchronization

/// Issues and verifies the short-lived access tokens: JWT, HS256 with `kid`, no other algorithm accepted. They say who and through which sign-in, and
/// nothing of rights, which are read afresh for each request.
struct AccessTokens: AccessTokenIssuer {
    let lifetimeSeconds = 15 * 60

    /// What a verified token says.
    struct Claims: Sendable, Hashable {
        var user: ID<User>
        var signIn: ID<SignIn>
        var expiresAt: Instant
    }

    enum Refusal: Error { case invalid, expired }

    private let keys: JWTKeyCollection
    private let kid: JWKIdentifier
    private let verified = VerifiedTokens()

    /// - Parameter key: 32 secret bytes, the same on every server of the desk.
    init(key: [UInt8], kid: String = "1") async {
        self.kid = JWKIdentifier(string: kid)
        keys = await JWTKeyCollection().add(hmac: HMACKey(key: .init(data: key)), digestAlgorithm: .sha256, kid: self.kid)
    }

    func issue(for user: ID<User>, signIn: ID<SignIn>, at now: Instant) async throws -> String {
        let issued = now.microseconds / 1_000_000
        let jti = ID<AnyRecord>(uuid: SystemIDSource().next(at: now))
        let payload = Payload(sub: "\(user)", sid: "\(signIn)", iat: issued, exp: issued + Int64(lifetimeSeconds), jti: "\(jti)")
        return try await keys.sign(payload, kid: kid)
    }

    /// - Throws: `Refusal`.
    func verify(_ token: String, at now: Instant) async throws -> Claims {
        if let known = verified[token] {
            if known.expiresAt > now { return known }
            throw Refusal.expired
        }
        let claims = try await claims(of: token)
        guard claims.expiresAt > now else { throw Refusal.expired }
        verified[token] = claims
        return claims
    }

    private func claims(of token: String) async throws -> Claims {
        guard token.utf8.count <= 2_048, let header = try? DefaultJWTParser().parse([UInt8](token.utf8), as: Payload.self).header,
            header.alg == "HS256", header.kid == kid.string, let payload = try? await keys.verify(token, as: Payload.self),
            let user = ID<User>(payload.sub), let signIn = ID<SignIn>(payload.sid)
        else { throw Refusal.invalid }
        return Claims(user: user, signIn: signIn, expiresAt: Instant(seconds: payload.exp))
    }

    private struct Payload: JWTPayload {
        var sub: String
        var sid: String
        var iat: Int64
        var exp: Int64
        var jti: String

        /// Expiry is judged by the caller's clock, not the machine's, so that tests can hand one in.
        func verify(using algorithm: some JWTAlgorithm) {}
    }
}

/// Tokens whose signature was found good, by their exact text: a signature costs ten times what the look-up does. Bounded; emptied when full.
private final class VerifiedTokens: Sendable {
    private static let capacity = 10_000
    private let tokens = Mutex<[String: AccessTokens.Claims]>([:])

    subscript(_ token: String) -> AccessTokens.Claims? {
        get { tokens.withLock { $0[token] } }
        set {
            tokens.withLock {
                if $0.count >= Self.capacity { $0.removeAll(keepingCapacity: true) }
                $0[token] = newValue
            }
        }
    }
}
