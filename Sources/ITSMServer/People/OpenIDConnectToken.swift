import Foundation
import ITSMCore
import JWTKit

/// A key with which a provider signs, from its JSON Web Key Set (RFC 7517). Of others than those that sign with RS256 or ES256 nothing is kept.
struct ProviderKey: Sendable {
    enum Algorithm: String, Sendable { case rs256 = "RS256", es256 = "ES256" }

    /// Nil where the provider does not name it.
    let id: String?
    let algorithm: Algorithm
    private let keys: JWTKeyCollection

    /// The usable ones of a document; a key that cannot be read is left out, as others may be meant for somebody else.
    static func read(_ document: Data) async throws -> [ProviderKey] {
        struct Document: Decodable { let keys: [Entry] }
        var found: [ProviderKey] = []
        for entry in try JSONDecoder().decode(Document.self, from: document).keys.prefix(100) {
            if let key = await ProviderKey(entry) { found.append(key) }
        }
        return found
    }

    private struct Entry: Decodable {
        let kty: String?
        let kid: String?
        let use: String?
        let alg: String?
        let crv: String?
        let n: String?
        let e: String?
        let x: String?
        let y: String?
    }

    private init?(_ entry: Entry) async {
        guard entry.use ?? "sig" == "sig" else { return nil }
        id = entry.kid
        switch (entry.kty, entry.crv) {
        case ("RSA", _):
            // jwt-kit refuses moduli below 2048 bits.
            guard entry.alg ?? "RS256" == "RS256", let n = entry.n, let e = entry.e,
                let key = try? Insecure.RSA.PublicKey(modulus: n, exponent: e)
            else { return nil }
            algorithm = .rs256
            keys = await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha256)
        case ("EC", "P-256"):
            guard entry.alg ?? "ES256" == "ES256", let x = entry.x, let y = entry.y, let key = try? ES256PublicKey(parameters: (x, y)) else {
                return nil
            }
            algorithm = .es256
            keys = await JWTKeyCollection().add(ecdsa: key)
        default: return nil
        }
    }

    func signed(_ token: String) async -> Bool {
        struct Anything: JWTPayload {
            func verify(using algorithm: some JWTAlgorithm) {}
        }
        return (try? await keys.verify(token, as: Anything.self)) != nil
    }
}

/// An ID token (OpenID Connect Core 1.0, 2 and 3.1.3.7) that holds: signed by its provider, for us, now, and in answer to our question.
struct ProviderToken: Sendable {
    /// Differences of clocks that are put up with, in seconds.
    private static let leeway: Int64 = 60

    let claims: JSONValue

    /// What is wrong with a token; a word for the log.
    enum Fault: String, Error, Sendable {
        case malformed, algorithm, unknownKey, signature, issuer, audience, authorizedParty, expired, notYet, nonce, subject
    }

    /// What the head of a token says, before anything of it is believed.
    struct Head: Decodable {
        let alg: String
        let kid: String?
        let crit: [String]?
    }

    static func head(of token: String) throws(Fault) -> Head {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard token.utf8.count <= 64 * 1_024, parts.count == 3, let bytes = [UInt8](base64URL: parts[0]),
            let head = try? JSONDecoder().decode(Head.self, from: Data(bytes)), head.crit == nil
        else { throw .malformed }
        return head
    }

    /// - Parameters:
    ///   - keys: the provider's, as it publishes them.
    ///   - nonce: what the question had.
    init(
        _ token: String, keys: [ProviderKey], issuer: String, clientID: String, nonce: String, at now: Instant
    ) async throws(Fault) {
        let head = try Self.head(of: token)
        // Only what is signed with the provider's private key: neither "none" nor a key that both sides know.
        guard let algorithm = ProviderKey.Algorithm(rawValue: head.alg) else { throw .algorithm }
        let fitting = keys.filter { $0.algorithm == algorithm && (head.kid == nil || $0.id == head.kid) }
        guard let key = fitting.first, fitting.count == 1 else { throw .unknownKey }
        guard await key.signed(token) else { throw .signature }
        let parts = token.split(separator: ".")
        guard let bytes = [UInt8](base64URL: parts[1]), let claims = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else {
            throw .malformed
        }
        self.claims = claims
        guard claims["iss"]?.string == issuer else { throw .issuer }
        try check(audience: clientID)
        try check(times: now)
        guard claims["nonce"]?.string == nonce else { throw .nonce }
        guard let subject = claims["sub"]?.string, !subject.isEmpty, subject.utf8.count <= 255 else { throw .subject }
    }

    private func check(audience clientID: String) throws(Fault) {
        let audiences = claims.strings("aud")
        guard audiences.contains(clientID) else { throw .audience }
        // Several audiences: it has to have been issued to us.
        let party = claims["azp"]?.string
        if audiences.count > 1 || party != nil, party != clientID { throw .authorizedParty }
    }

    private func check(times now: Instant) throws(Fault) {
        let seconds = now.microseconds / 1_000_000
        guard let expiry = claims.seconds("exp"), expiry > seconds - Self.leeway else { throw .expired }
        guard let issued = claims.seconds("iat"), issued < seconds + Self.leeway else { throw .notYet }
        if let start = claims.seconds("nbf"), start > seconds + Self.leeway { throw .notYet }
    }
}

extension Identity.Claims {
    /// - Parameters:
    ///   - token: verified.
    ///   - more: what the provider told besides (`userinfo`); the token goes before it.
    init(_ token: ProviderToken, _ more: JSONValue?, of provider: IdentityProvider) {
        func find(_ name: String) -> JSONValue? { token.claims.claim(name) ?? more?.claim(name) }
        self.init(
            issuer: provider.issuer, subject: token.claims["sub"]?.string ?? "", username: find("preferred_username")?.string,
            name: find("name")?.string, email: find("email")?.string, isEmailVerified: find("email_verified") == true,
            groups: Set(provider.groupsClaim.flatMap(find)?.strings ?? []), methods: Set(token.claims.strings("amr")),
            level: token.claims["acr"]?.string)
    }
}

extension JSONValue {
    /// A claim by its name, or by a path of names with dots between them, such as `realm_access.roles`.
    func claim(_ name: String) -> JSONValue? {
        if let value = self[name] { return value }
        let path = name.split(separator: ".")
        guard path.count > 1 else { return nil }
        return path.reduce(Optional(self)) { value, part in value?[String(part)] }
    }

    /// One text, or the texts of a list.
    fileprivate var strings: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let values): values.compactMap(\.string)
        default: []
        }
    }

    fileprivate func strings(_ name: String) -> [String] { self[name]?.strings ?? [] }

    fileprivate func seconds(_ name: String) -> Int64? {
        switch self[name] {
        case .integer(let value): value
        case .number(let value) where value.magnitude < 1e15: Int64(value)
        default: nil
        }
    }
}
