import Foundation
import ITSMCore
import JWTKit
import Synchronization
import Testing
@testable import ITSMServer

@Suite struct AccessTokensTests {
    static let key = [UInt8](repeating: 7, count: 32)
    static var tokens: AccessTokens { AccessTokens { [.init(id: "1", bytes: key)] } }
    static let user = ID<User>("01932b4e-7c00-7000-8000-000000000001")!
    static let signIn = ID<SignIn>("01932b4e-7c00-7000-8000-000000000002")!
    static let start = Instant("2026-11-21T08:00:00Z")!

    @Test func saysWhoAndUntilWhen() async throws {
        let tokens = Self.tokens
        let token = try await tokens.issue(for: Self.user, signIn: Self.signIn, at: Self.start)
        let claims = try await tokens.verify(token, at: Self.start)
        #expect(claims == .init(user: Self.user, signIn: Self.signIn, expiresAt: Self.start.adding(seconds: 900)))
        #expect(try await tokens.verify(token, at: Self.start.adding(seconds: 899)) == claims)
    }

    @Test func carriesNothingButIdentity() async throws {
        let token = try await Self.tokens.issue(for: Self.user, signIn: Self.signIn, at: Self.start)
        let parts = token.split(separator: ".").map(String.init)
        let payload = try JSONParserTests.parse(try #require(Base64URL.decode(parts[1]))).value
        guard case .object(let members) = payload else { Issue.record("no object"); return }
        #expect(Set(members.keys) == ["aud", "sub", "sid", "iat", "exp", "jti"])
        let header = try JSONParserTests.parse(try #require(Base64URL.decode(parts[0]))).value
        #expect(header["alg"] == "HS256")
        #expect(header["kid"] == "1")
    }

    @Test func endsAfterAQuarterOfAnHourAlsoWhenItIsKnown() async throws {
        let tokens = Self.tokens
        let token = try await tokens.issue(for: Self.user, signIn: Self.signIn, at: Self.start)
        _ = try await tokens.verify(token, at: Self.start)
        await #expect(throws: AccessTokens.Refusal.expired) { try await tokens.verify(token, at: Self.start.adding(seconds: 900)) }
        let fresh = Self.tokens
        await #expect(throws: AccessTokens.Refusal.expired) { try await fresh.verify(token, at: Self.start.adding(seconds: 900)) }
    }

    @Test func refusesForgeries() async throws {
        let tokens = Self.tokens
        let good = try await tokens.issue(for: Self.user, signIn: Self.signIn, at: Self.start)
        let parts = good.split(separator: ".").map(String.init)
        func encode(_ text: String) -> String { Base64URL.encode(Array(text.utf8)) }
        let payload = "{\"aud\":\"itsm-api\",\"sub\":\"\(Self.user)\",\"sid\":\"\(Self.signIn)\",\"iat\":0,\"exp\":99999999999,\"jti\":\"x\"}"
        var forged = [
            "", ".", "..", "a.b.c", parts[0] + "." + parts[1], good + "x", good + "." + parts[2], parts[0] + "." + encode(payload) + "." + parts[2],
            encode("{\"alg\":\"none\",\"kid\":\"1\"}") + "." + encode(payload) + ".",
            encode("{\"alg\":\"none\"}") + "." + encode(payload) + "." + parts[2],
            String(repeating: "A", count: 100_000), "{}", "\u{0}",
        ]
        // The right key, but another algorithm, no key id, or another one. HMAC pads with zeros itself; the library wants as many bytes as the digest has.
        let padded = Self.key + [UInt8](repeating: 0, count: 32)
        for (algorithm, kid) in [(DigestAlgorithm.sha512, "1"), (.sha256, nil), (.sha256, "2")] as [(DigestAlgorithm, String?)] {
            let keys = await JWTKeyCollection().add(
                hmac: HMACKey(key: .init(data: padded)), digestAlgorithm: algorithm, kid: kid.map { .init(string: $0) })
            forged.append(try await keys.sign(Claims(sub: "\(Self.user)", sid: "\(Self.signIn)"), kid: kid.map { .init(string: $0) }))
        }
        // The right key and algorithm, for somebody else or for nobody.
        let keys = await JWTKeyCollection().add(hmac: HMACKey(key: .init(data: Self.key)), digestAlgorithm: .sha256, kid: "1")
        for audience in ["else", nil] {
            forged.append(try await keys.sign(Claims(aud: audience, sub: "\(Self.user)", sid: "\(Self.signIn)"), kid: "1"))
        }
        // Another key.
        forged.append(
            try await AccessTokens { [.init(id: "1", bytes: [UInt8](repeating: 8, count: 32))] }.issue(
                for: Self.user, signIn: Self.signIn, at: Self.start))
        for token in forged {
            await #expect(throws: AccessTokens.Refusal.invalid, "\(token.prefix(80))") { try await tokens.verify(token, at: Self.start) }
        }
    }

    @Test func anEarlierKeyIsGoodUntilItIsDropped() async throws {
        let old = AccessTokens.Key(id: "old", bytes: Self.key), new = AccessTokens.Key(id: "new", bytes: [UInt8](repeating: 9, count: 32))
        let keys = Mutex([old])
        let tokens = AccessTokens { keys.withLock { $0 } }
        let token = try await tokens.issue(for: Self.user, signIn: Self.signIn, at: Self.start)
        keys.withLock { $0 = [new, old] }
        _ = try await tokens.verify(token, at: Self.start)
        let next = try await tokens.issue(for: Self.user, signIn: Self.signIn, at: Self.start)
        keys.withLock { $0 = [new] }
        _ = try await tokens.verify(next, at: Self.start)
        await #expect(throws: AccessTokens.Refusal.invalid) { try await tokens.verify(token, at: Self.start) }
    }

    private struct Claims: JWTPayload {
        var aud: String? = "itsm-api"
        var sub: String
        var sid: String
        var iat = 0
        var exp = 99_999_999_999
        var jti = "x"
        func verify(using algorithm: some JWTAlgorithm) {}
    }
}
