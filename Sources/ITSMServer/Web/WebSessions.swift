import CSodium
import Foundation
import HTTPTypes
import Hummingbird
import ITSMCore
import ITSMStore

/// A browser's proof of its sign-in: a cookie that names the sign-in, with a code that only the desk's servers can make. What the sign-in may do, and
/// whether it is still alive, is read for each request as for any other caller.
struct WebSessions: Sendable {
    /// 32 secret bytes each, the same on every server of the desk; the first signs, all are accepted.
    let keys: @Sendable () -> [[UInt8]]

    /// The cookie's name; under TLS with the prefix that binds it to this host.
    static func cookieName(secure: Bool) -> String { SetCookie.hostName("itsm_session", secure: secure) }

    // MARK: The cookie

    func cookie(for signIn: ID<SignIn>, of user: ID<User>, secure: Bool) -> String {
        let named = "\(user).\(signIn)"
        return SetCookie(
            name: Self.cookieName(secure: secure), value: "\(named).\(Self.code(for: named, by: keys()[0]).base64URL)", secure: secure,
            maxAgeSeconds: Limits.signInSeconds
        ).text
    }

    static func removal(secure: Bool) -> SetCookie { SetCookie(name: cookieName(secure: secure), value: "", secure: secure, maxAgeSeconds: 0) }

    /// Nil where the browser sends none, or one that no server of the desk made.
    func credential(of request: Request, secure: Bool) -> Credential? {
        guard let value = request.cookie(Self.cookieName(secure: secure)) else { return nil }
        let parts = value.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let user = ID<User>(String(parts[0])), let signIn = ID<SignIn>(String(parts[1])),
            let given = [UInt8](base64URL: parts[2]),
            keys().contains(where: { Self.areEqual(given, Self.code(for: "\(parts[0]).\(parts[1])", by: $0)) })
        else { return nil }
        return .signIn(signIn, of: user)
    }

    // MARK: Forged requests

    /// What forms and scripts of this sign-in's pages send back. Masked anew each time: a compressed page must not let its length tell the token.
    func formToken(for signIn: ID<SignIn>) -> String {
        var mask = [UInt8](repeating: 0, count: Self.tokenSize)
        randombytes_buf(&mask, mask.count)
        return (mask + zip(mask, Self.token(for: signIn, by: keys()[0])).map { $0 ^ $1 }).base64URL
    }

    func accepts(formToken text: String, for signIn: ID<SignIn>) -> Bool {
        guard let bytes = [UInt8](base64URL: text[...]), bytes.count == 2 * Self.tokenSize else { return false }
        let given = zip(bytes.prefix(Self.tokenSize), bytes.suffix(Self.tokenSize)).map { $0 ^ $1 }
        return keys().contains { Self.areEqual(given, Self.token(for: signIn, by: $0)) }
    }

    private static let tokenSize = 16

    private static func token(for signIn: ID<SignIn>, by key: [UInt8]) -> [UInt8] { Array(code(for: "form \(signIn)", by: key).prefix(tokenSize)) }

    private static func code(for text: String, by key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        let text = Array(text.utf8)
        crypto_generichash(&code, code.count, text, UInt64(text.count), key, key.count)
        return code
    }

    private static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool { a.count == b.count && sodium_memcmp(a, b, a.count) == 0 }
}

/// One `Set-Cookie` header (RFC 6265): for the whole site, and out of reach for scripts.
struct SetCookie {
    var name: String
    var value: String
    var secure: Bool
    /// 0 removes the cookie.
    var maxAgeSeconds: Int64
    /// False for what a page's script writes too, such as the theme.
    var isHTTPOnly = true

    /// A cookie's name; under TLS with the prefix that binds it to this host.
    static func hostName(_ name: String, secure: Bool) -> String { secure ? "__Host-\(name)" : name }

    var text: String {
        "\(name)=\(value); Path=/; Max-Age=\(maxAgeSeconds); SameSite=Lax" + (isHTTPOnly ? "; HttpOnly" : "") + (secure ? "; Secure" : "")
    }
}

extension Request {
    /// The value of a cookie.
    func cookie(_ name: String) -> String? {
        for header in headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name { return parts[1].trimmingCharacters(in: .whitespaces) }
            }
        }
        return nil
    }

    /// False for a request that another site's page made the browser send. Browsers say so themselves (`Sec-Fetch-Site`, else `Origin`); where neither is
    /// there the form's token decides alone.
    var comesFromOurPages: Bool {
        if let site = headers[.secFetchSite] { return site == "same-origin" }
        guard let origin = headers[.origin] else { return true }
        return origin.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).last.map(String.init) == head.authority
    }
}

extension Request {
    /// True for a page that its person asked for: by one of our pages, by typing its address, or by a bookmark. Browsers say so themselves
    /// (`Sec-Fetch-Site`), but for plain HTTP, where our own pages name themselves in `Referer`.
    var comesByOwnAct: Bool {
        if let site = headers[.secFetchSite] { return site == "same-origin" || site == "none" }
        guard let referrer = headers[.referer] else { return false }
        return referrer.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).dropFirst(2).first.map(String.init) == head.authority
    }
}

extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    static let formToken = HTTPField.Name("X-CSRF-Token")!
}

extension Sequence<UInt8> {
    /// Base64 for addresses and cookies (RFC 4648, 5), without padding.
    var base64URL: String {
        Data(self).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

extension [UInt8] {
    init?(base64URL text: Substring) {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        guard let data = Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4)) else { return nil }
        self = Array(data)
    }
}
