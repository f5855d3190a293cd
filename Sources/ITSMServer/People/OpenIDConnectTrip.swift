import CSodium
import Foundation
import HTTPTypes
import Hummingbird
import ITSMCore

/// A browser's way to a provider and back: what was asked, sealed into a cookie that lives ten minutes, so that only this browser can come back with
/// an answer, and only with the answer to this question.
struct OpenIDConnectTrip: Sendable, Codable {
    private static let seconds: Int64 = 600
    private static let name = "sign-in"

    let provider: ID<IdentityProvider>
    /// Comes back with the answer, in its address.
    let state: String
    /// Comes back in the token.
    let nonce: String
    /// Proves to the provider that who redeems the code is who asked for it (PKCE).
    let verifier: String
    /// Where the answer is to be sent.
    let redirect: String
    /// An address of ours to go to afterwards.
    let next: String?
    /// The sign-in whose person wants to link the identity; nil for signing in.
    let linking: ID<SignIn>?
    let expiresAt: Instant

    init(to provider: ID<IdentityProvider>, redirect: String, next: String?, linking: ID<SignIn>?, at now: Instant) {
        self.provider = provider
        state = Self.random()
        nonce = Self.random()
        verifier = Self.random()
        self.redirect = redirect
        self.next = next
        self.linking = linking
        expiresAt = now.adding(seconds: Self.seconds)
    }

    private static func random() -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        randombytes_buf(&bytes, bytes.count)
        return bytes.base64URL
    }

    /// The provider's address that the browser is sent to.
    func address(of provider: IdentityProvider, at endpoint: String) -> String {
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        let text = Array(verifier.utf8)
        crypto_hash_sha256(&digest, text, UInt64(text.count))
        let fields = [
            ("response_type", "code"), ("client_id", provider.clientID), ("redirect_uri", redirect),
            ("scope", provider.scopes.joined(separator: " ")),
            ("state", state), ("nonce", nonce), ("code_challenge", digest.base64URL), ("code_challenge_method", "S256"),
        ]
        let query = fields.map { "\($0.0)=\($0.1.percentEncoded)" }.joined(separator: "&")
        return endpoint + (endpoint.contains("?") ? "&" : "?") + query
    }

    // MARK: The cookie

    static func cookieName(secure: Bool) -> String { SetCookie.hostName("itsm_provider", secure: secure) }

    func cookie(sealedBy sealing: any Sealing, secure: Bool) throws -> String {
        let sealed = sealing.seal(Array(try JSONEncoder().encode(self)), as: Self.secretName)
        return SetCookie(name: Self.cookieName(secure: secure), value: sealed.bytes.base64URL, secure: secure, maxAgeSeconds: Self.seconds).text
    }

    static func removal(secure: Bool) -> String { SetCookie(name: cookieName(secure: secure), value: "", secure: secure, maxAgeSeconds: 0).text }

    /// Nil where the browser brings none, one that is not ours, or one whose time is over.
    static func read(_ request: Request, openedBy sealing: any Sealing, secure: Bool, at now: Instant) -> OpenIDConnectTrip? {
        guard let value = request.cookie(cookieName(secure: secure)), let bytes = [UInt8](base64URL: value[...]), let sealed = sealing.sealed(bytes),
            let text = try? sealing.open(sealed, as: secretName), let trip = try? JSONDecoder().decode(OpenIDConnectTrip.self, from: Data(text)),
            now < trip.expiresAt
        else { return nil }
        return trip
    }

    /// Compared in constant time.
    func isAnswered(by state: String) -> Bool {
        let (a, b) = (Array(self.state.utf8), Array(state.utf8))
        return a.count == b.count && sodium_memcmp(a, b, a.count) == 0
    }

    private static let secretName = SecretName(.providerSignIn, of: name)
}
