import Foundation
import ITSMCore
import JWTKit
import Testing
@testable import ITSMServer

/// What of a provider's token is believed. The way through a real provider is clicked in `Tests/Browser/test_open_id_connect.py`.
@Suite struct OpenIDConnectTokenTests {
    private static let issuer = "https://login.example.org", client = "desk", nonce = "n-0S6"
    private static let now = Instant("2026-11-21T08:00:00Z")!
    private static let key = ES256PrivateKey()

    /// The claims of a good token, and what is to be different.
    private static func token(
        _ changes: [String: JSONValue?] = [:], signedBy key: ES256PrivateKey = key, kid: String? = "k1"
    ) async throws -> String {
        let seconds = now.microseconds / 1_000_000
        var claims: [String: JSONValue] = [
            "iss": .string(issuer), "sub": "kim", "aud": .string(client), "exp": .integer(seconds + 300), "iat": .integer(seconds),
            "nonce": .string(nonce), "email": "kim@example.org", "email_verified": true, "groups": ["staff", "itsm-agents"],
        ]
        for (name, value) in changes { claims[name] = value }
        let keys = await JWTKeyCollection().add(ecdsa: key, kid: kid.map { .init(string: $0) })
        return try await keys.sign(Payload(claims: claims), kid: kid.map { .init(string: $0) })
    }

    private static func published(_ key: ES256PrivateKey = key, kid: String? = "k1", more: String = "") async throws -> [ProviderKey] {
        let point = try #require(key.parameters)
        let (x, y) = (url(point.x), url(point.y))
        let id = kid.map { "\"kid\": \"\($0)\", " } ?? ""
        return try await ProviderKey.read(
            Data("{\"keys\": [{\(id)\"kty\": \"EC\", \"crv\": \"P-256\", \"x\": \"\(x)\", \"y\": \"\(y)\"\(more)}]}".utf8))
    }

    private static func url(_ base64: String) -> String { base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "") }

    private static func fault(of token: String, keys: [ProviderKey]? = nil) async throws -> ProviderToken.Fault? {
        let known: [ProviderKey]
        if let keys { known = keys } else { known = try await published() }
        do {
            _ = try await ProviderToken(token, keys: known, issuer: issuer, clientID: client, nonce: nonce, at: now)
            return nil
        } catch {
            return error
        }
    }

    @Test func aGoodOneSaysWhoItIs() async throws {
        let token = try await ProviderToken(
            try await Self.token(["amr": ["pwd", "otp"]]), keys: try await Self.published(), issuer: Self.issuer, clientID: Self.client,
            nonce: Self.nonce, at: Self.now)
        let provider = IdentityProvider(
            id: ID("01932b4e-7c00-7000-8000-000000000001")!, name: "Example", issuer: Self.issuer, clientID: Self.client, hasClientSecret: false,
            scopes: ["openid"], groupsClaim: "groups", roleMappings: [], createsPeople: false, linksByEmail: false, requiresSecondFactor: false,
            enabled: true, createdAt: Self.now, updatedAt: Self.now)
        let claims = Identity.Claims(token, ["preferred_username": "kim", "email": "other@example.org"], of: provider)
        #expect(
            claims
                == .init(
                    issuer: Self.issuer, subject: "kim", username: "kim", email: "kim@example.org", isEmailVerified: true,
                    groups: ["staff", "itsm-agents"], methods: ["pwd", "otp"]))
    }

    @Test(
        arguments: [
            (["iss": "https://login.example.org/"], .issuer), (["iss": nil], .issuer), (["aud": "other"], .audience), (["aud": nil], .audience),
            (["aud": ["desk", "other"]], .authorizedParty), (["aud": ["desk", "other"], "azp": "other"], .authorizedParty),
            (["azp": "other"], .authorizedParty), (["aud": ["desk", "other"], "azp": "desk"], nil), (["azp": "desk"], nil),
            (["exp": 1_795_247_900], .expired), (["exp": nil], .expired), (["exp": "4102444800"], .expired), (["iat": 4_102_444_800], .notYet),
            (["iat": nil], .notYet), (["nbf": 4_102_444_800], .notYet), (["nonce": "another"], .nonce), (["nonce": nil], .nonce),
            (["sub": ""], .subject), (["sub": nil], .subject), (["sub": 7], .subject),
        ] as [([String: JSONValue?], ProviderToken.Fault?)])
    func everyClaimCounts(changes: [String: JSONValue?], fault: ProviderToken.Fault?) async throws {
        #expect(try await Self.fault(of: try await Self.token(changes)) == fault)
    }

    @Test func onlyThePublishedKeysSignAndOnlyByTheirAlgorithm() async throws {
        let stranger = ES256PrivateKey()
        let good = try await Self.token()
        let parts = good.split(separator: ".").map(String.init)
        func encode(_ text: String) -> String { Base64URL.encode(Array(text.utf8)) }
        #expect(try await Self.fault(of: try await Self.token(signedBy: stranger)) == .signature)
        #expect(try await Self.fault(of: try await Self.token(kid: "k2")) == .unknownKey)
        #expect(try await Self.fault(of: try await Self.token(kid: nil)) == nil)
        #expect(try await Self.fault(of: good, keys: []) == .unknownKey)
        #expect(try await Self.fault(of: parts[0] + "." + parts[1] + "." + String(parts[2].reversed())) == .signature)
        #expect(try await Self.fault(of: encode("{\"alg\":\"none\"}") + "." + parts[1] + ".") == .algorithm)
        #expect(try await Self.fault(of: encode("{\"alg\":\"None\",\"kid\":\"k1\"}") + "." + parts[1] + "." + parts[2]) == .algorithm)
        #expect(try await Self.fault(of: encode("{\"alg\":\"RS256\",\"kid\":\"k1\"}") + "." + parts[1] + "." + parts[2]) == .unknownKey)
        #expect(
            try await Self.fault(of: encode("{\"alg\":\"ES256\",\"kid\":\"k1\",\"crit\":[\"b64\"]}") + "." + parts[1] + "." + parts[2]) == .malformed)
        for text in ["", "a.b", "a.b.c.d", String(repeating: "a", count: 100_000)] { #expect(try await Self.fault(of: text) == .malformed) }
    }

    /// The public key is no secret: it must not do as one.
    @Test func aSignatureByThePublicKeyAsASharedSecretIsNone() async throws {
        let secret = HMACKey(from: Self.key.publicKey.pemRepresentation)
        let keys = await JWTKeyCollection().add(hmac: secret, digestAlgorithm: .sha256, kid: "k1")
        let token = try await keys.sign(Payload(claims: ["iss": .string(Self.issuer), "sub": "kim"]), kid: "k1")
        #expect(try await Self.fault(of: token) == .algorithm)
    }

    @Test(arguments: [", \"use\": \"enc\"", ", \"alg\": \"ES384\""]) func keysForSomethingElseAreLeftOut(more: String) async throws {
        #expect(try await Self.published(more: more).isEmpty)
    }

    @Test func withoutAKeyIDOneKeyMustBeMeant() async throws {
        let keys = try await Self.published() + (try await Self.published(ES256PrivateKey(), kid: "k2"))
        #expect(try await Self.fault(of: try await Self.token(kid: nil), keys: keys) == .unknownKey)
        #expect(try await Self.fault(of: try await Self.token(), keys: keys) == nil)
    }

    private struct Payload: JWTPayload {
        let claims: [String: JSONValue]
        init(claims: [String: JSONValue]) { self.claims = claims }
        init(from decoder: any Decoder) throws { claims = try [String: JSONValue](from: decoder) }
        func encode(to encoder: any Encoder) throws { try claims.encode(to: encoder) }
        func verify(using algorithm: some JWTAlgorithm) {}
    }
}
