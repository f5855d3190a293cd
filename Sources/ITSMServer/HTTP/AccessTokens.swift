import ITSMCore
import JWTKit
import Synchronization

/// Issues and verifies the short-lived access tokens: JWT, HS256 with `kid`, no other algorithm accepted. They say who and through which sign-in, and
/// nothing of rights, which are read afresh for each request.
struct AccessTokens: AccessTokenIssuer {
    let lifetimeSeconds = 15 * 60
    /// Whom they are for (`aud`): whatever else may once be signed with a key of the desk, it is no access token.
    private static let audience = "itsm-api"

    /// What a verified token says.
    struct Claims: Sendable, Hashable {
        var user: ID<User>
        var signIn: ID<SignIn>
        var expiresAt: Instant
    }

    enum Refusal: Error { case invalid, expired }

    /// A key that tokens are signed with; its id stands in their heads (`kid`).
    struct Key: Sendable {
        let id: String
        /// 32 secret ones, the same on every server of the desk.
        let bytes: [UInt8]

        fileprivate var collection: JWTKeyCollection {
            get async { await JWTKeyCollection().add(hmac: HMACKey(key: .init(data: bytes)), digestAlgorithm: .sha256, kid: .init(string: id)) }
        }
    }

    /// The first signs, all are accepted.
    private let keys: @Sendable () -> [Key]
    private let verified = VerifiedTokens()

    init(keys: @escaping @Sendable () -> [Key]) { self.keys = keys }

    func issue(for user: ID<User>, signIn: ID<SignIn>, at now: Instant) async throws -> String {
        let issued = now.microseconds / 1_000_000
        let jti = ID<AnyRecord>(uuid: SystemIDSource().next(at: now))
        let payload = Payload(aud: Self.audience, sub: "\(user)", sid: "\(signIn)", iat: issued, exp: issued + Int64(lifetimeSeconds), jti: "\(jti)")
        let key = keys()[0]
        return try await key.collection.sign(payload, kid: .init(string: key.id))
    }

    /// - Throws: `Refusal`.
    func verify(_ token: String, at now: Instant) async throws -> Claims {
        let keys = keys()
        if let known = verified[token], keys.contains(where: { $0.id == known.keyID }) {
            if known.claims.expiresAt > now { return known.claims }
            throw Refusal.expired
        }
        let found = try await claims(of: token, by: keys)
        guard found.claims.expiresAt > now else { throw Refusal.expired }
        verified[token] = found
        return found.claims
    }

    private func claims(of token: String, by keys: [Key]) async throws -> VerifiedTokens.Found {
        guard token.utf8.count <= 2_048, let header = try? DefaultJWTParser().parse([UInt8](token.utf8), as: Payload.self).header,
            header.alg == "HS256", let key = keys.first(where: { $0.id == header.kid }),
            let payload = try? await key.collection.verify(token, as: Payload.self),
            payload.aud == Self.audience,
            let user = ID<User>(payload.sub), let signIn = ID<SignIn>(payload.sid)
        else { throw Refusal.invalid }
        return .init(claims: Claims(user: user, signIn: signIn, expiresAt: Instant(seconds: payload.exp)), keyID: key.id)
    }

    private struct Payload: JWTPayload {
        var aud: String
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
    private let tokens = Mutex<[String: Found]>([:])

    struct Found {
        let claims: AccessTokens.Claims
        let keyID: String
    }

    subscript(_ token: String) -> Found? {
        get { tokens.withLock { $0[token] } }
        set {
            tokens.withLock {
                if $0.count >= Self.capacity { $0.removeAll(keepingCapacity: true) }
                $0[token] = newValue
            }
        }
    }
}
