import Foundation
import ITSMCore
import ITSMTransport

/// What went wrong between the desk and a provider.
struct OpenIDConnectFault: Error, Sendable {
    enum Kind: String, Sendable {
        /// No answer, or none that could be read.
        case unreachable
        /// What the provider says of itself cannot be used.
        case misconfigured
        /// It refused to hand out a token: the client's id or secret is wrong, or the code was used.
        case refused
        /// Its token does not hold.
        case badToken
    }

    let kind: Kind
    /// For the log and its readers.
    let detail: String

    init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }
}

/// Talks with providers: finds out their addresses and keys, and exchanges codes for tokens (OpenID Connect Core 1.0, Discovery 1.0, RFC 7636).
actor OpenIDConnectClient {
    private static let timeout = Duration.seconds(10)
    private static let maximumBytes = 1_048_576
    /// What a provider says of itself, and its keys, are read anew after this many seconds: a key that it has withdrawn counts no longer then.
    private static let metadataSeconds: Int64 = 3_600
    /// A key that is not known yet makes us look again, but not more often than this many times in a minute: anybody can send tokens.
    private static let refetchesPerMinute = 6

    /// What a provider says of itself.
    struct Metadata: Decodable, Sendable {
        let issuer: String
        let authorizationEndpoint: String
        let tokenEndpoint: String
        let jwksURI: String
        let userInfoEndpoint: String?
        let authenticationMethods: [String]?

        private enum CodingKeys: String, CodingKey {
            case issuer, authorizationEndpoint = "authorization_endpoint", tokenEndpoint = "token_endpoint", jwksURI = "jwks_uri"
            case userInfoEndpoint = "userinfo_endpoint", authenticationMethods = "token_endpoint_auth_methods_supported"
        }
    }

    private struct Known {
        var metadata: Metadata
        var readAt: Instant
        var keys: [ProviderKey]?
        var refetches: [Instant] = []
    }

    private let http = HTTPClient(userAgent: "archer-itsm/\(App.version)", connectTimeout: .seconds(5))
    private let clock: any WallClock
    private var known: [String: Known] = [:]

    init(clock: any WallClock) { self.clock = clock }

    // MARK: What a provider is

    /// - Throws: `OpenIDConnectFault`.
    func metadata(of issuer: String) async throws -> Metadata {
        if let known = known[issuer], clock.now() < known.readAt.adding(seconds: Self.metadataSeconds) { return known.metadata }
        try Self.require(issuer, of: issuer)
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        let metadata: Metadata = try read(try await get(base + "/.well-known/openid-configuration"), "its configuration")
        guard metadata.issuer == issuer else {
            throw OpenIDConnectFault(
                .misconfigured, "It calls itself \(metadata.issuer.loggable), not \(issuer). Enter the issuer exactly as it names itself.")
        }
        for address in [metadata.authorizationEndpoint, metadata.tokenEndpoint, metadata.jwksURI, metadata.userInfoEndpoint].compactMap(\.self) {
            try Self.require(address, of: issuer)
        }
        known[issuer] = Known(metadata: metadata, readAt: clock.now(), refetches: known[issuer]?.refetches ?? [])
        return metadata
    }

    /// The keys that may have signed a token; read anew when the one it names is not among those that are known.
    private func keys(of issuer: String, for head: ProviderToken.Head) async throws -> [ProviderKey] {
        let metadata = try await metadata(of: issuer)
        if let keys = known[issuer]?.keys, keys.contains(where: { head.kid == nil || $0.id == head.kid }) { return keys }
        let now = clock.now()
        let recent = (known[issuer]?.refetches ?? []).filter { now < $0.adding(seconds: 60) }
        guard recent.count < Self.refetchesPerMinute else { return known[issuer]?.keys ?? [] }
        known[issuer]?.refetches = recent + [now]
        let document = try await get(metadata.jwksURI)
        guard let keys = try? await ProviderKey.read(document), !keys.isEmpty else {
            throw OpenIDConnectFault(.misconfigured, "It publishes no key for RS256 or ES256 at \(metadata.jwksURI.loggable).")
        }
        known[issuer]?.keys = keys
        return keys
    }

    // MARK: Tokens

    /// What is sent to have a code exchanged.
    struct Redemption: Sendable {
        let provider: IdentityProvider
        let clientSecret: String?
        let code: String
        let redirect: String
        let verifier: String
        let nonce: String
    }

    /// Exchanges a code for what the provider says of the person.
    ///
    /// - Throws: `OpenIDConnectFault`.
    func redeem(_ redemption: Redemption) async throws -> Identity.Claims {
        let provider = redemption.provider
        let metadata = try await metadata(of: provider.issuer)
        let answer = try await exchange(redemption, metadata)
        let token: ProviderToken
        do {
            let keys = try await keys(of: provider.issuer, for: ProviderToken.head(of: answer.idToken))
            token = try await ProviderToken(
                answer.idToken, keys: keys, issuer: provider.issuer, clientID: provider.clientID, nonce: redemption.nonce, at: clock.now())
        } catch let fault as ProviderToken.Fault {
            throw OpenIDConnectFault(.badToken, "Its token is refused: \(fault.rawValue).")
        }
        return Identity.Claims(token, try await userInfo(answer, token, provider, metadata), of: provider)
    }

    private struct TokenAnswer: Decodable {
        let idToken: String
        let accessToken: String?

        private enum CodingKeys: String, CodingKey { case idToken = "id_token", accessToken = "access_token" }
    }

    private func exchange(_ redemption: Redemption, _ metadata: Metadata) async throws -> TokenAnswer {
        let provider = redemption.provider
        var fields = [
            ("grant_type", "authorization_code"), ("code", redemption.code), ("redirect_uri", redemption.redirect),
            ("code_verifier", redemption.verifier),
        ]
        var headers: HTTPHeaders = ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"]
        // RFC 6749, 2.3.1; without a word of it a provider takes the header.
        if let secret = redemption.clientSecret, metadata.authenticationMethods?.contains("client_secret_basic") ?? true {
            headers["Authorization"] = "Basic " + Data("\(provider.clientID.percentEncoded):\(secret.percentEncoded)".utf8).base64EncodedString()
        } else {
            fields.append(("client_id", provider.clientID))
            if let secret = redemption.clientSecret { fields.append(("client_secret", secret)) }
        }
        let body = fields.map { "\($0.0)=\($0.1.percentEncoded)" }.joined(separator: "&")
        let answer = try await send(HTTPRequest("POST", metadata.tokenEndpoint, headers: headers, body: .data(Data(body.utf8))))
        guard answer.isSuccess else {
            struct Refusal: Decodable {
                let error: String?
                let error_description: String?
            }
            let said = try? JSONDecoder().decode(Refusal.self, from: answer.body)
            let words = [said?.error, said?.error_description].compactMap(\.self).joined(separator: ": ")
            throw OpenIDConnectFault(.refused, "It answered \(answer.status) to the code: \(words.loggable)")
        }
        return try read(answer.body, "its token")
    }

    /// What the token leaves unsaid, where the provider tells it elsewhere (Core 1.0, 5.3).
    private func userInfo(
        _ answer: TokenAnswer, _ token: ProviderToken, _ provider: IdentityProvider, _ metadata: Metadata
    ) async throws -> JSONValue? {
        let wanted = ["preferred_username", "name", "email"] + [provider.groupsClaim].compactMap(\.self)
        guard let address = metadata.userInfoEndpoint, let access = answer.accessToken, wanted.contains(where: { token.claims.claim($0) == nil })
        else { return nil }
        let answer = try await send(HTTPRequest("GET", address, headers: ["Authorization": "Bearer \(access)", "Accept": "application/json"]))
        guard answer.isSuccess else { throw OpenIDConnectFault(.unreachable, "It answered \(answer.status) at \(address.loggable).") }
        let info: JSONValue = try read(answer.body, "what it says of the person")
        guard info["sub"]?.string == token.claims["sub"]?.string else {
            throw OpenIDConnectFault(.badToken, "What it says of the person is about another one (sub).")
        }
        return info
    }

    // MARK: HTTP

    private func get(_ address: String) async throws -> Data {
        let answer = try await send(HTTPRequest("GET", address, headers: ["Accept": "application/json"]))
        guard answer.isSuccess else { throw OpenIDConnectFault(.unreachable, "It answered \(answer.status) at \(address.loggable).") }
        return answer.body
    }

    private func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        var request = request
        request.timeout = Self.timeout
        request.maximumBytes = Self.maximumBytes
        do {
            return try await http.send(request)
        } catch let error as TransportError {
            throw OpenIDConnectFault(.unreachable, "\(error)")
        }
    }

    private func read<Value: Decodable>(_ data: Data, _ what: String) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: data)
        } catch {
            throw OpenIDConnectFault(.misconfigured, "\(what.prefix(1).uppercased() + what.dropFirst()) cannot be read.")
        }
    }

    /// Holds an address that a provider names of itself against the issuer's own, which a superAdmin has entered: https to a host with a name, which then
    /// has to show a certificate for it. A number for a host, this machine, and http are only for an issuer that is at the same itself.
    static func require(_ address: String, of issuer: String) throws(OpenIDConnectFault) {
        guard let (scheme, host) = parts(address), let (issuerScheme, issuerHost) = parts(issuer), scheme == "https" || scheme == issuerScheme else {
            throw OpenIDConnectFault(.misconfigured, "Its address \(address.loggable) is not https.")
        }
        let isNumber = host.hasPrefix("[") || host.last?.isNumber == true || IdentityProvider.isLoopback(host)
        guard !isNumber || host == issuerHost || IdentityProvider.isLoopback(host) && IdentityProvider.isLoopback(issuerHost) else {
            throw OpenIDConnectFault(.misconfigured, "Its address \(address.loggable) is at a place of its own, and not at the issuer's.")
        }
    }

    /// Scheme, and host without port, in lower case.
    private static func parts(_ address: String) -> (scheme: Substring, host: Substring)? {
        guard address.unicodeScalars.allSatisfy({ $0.value > 32 && $0.value < 127 }) else { return nil }
        let address = address.lowercased()
        guard let mark = address.range(of: "://") else { return nil }
        let place = address[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = place.hasPrefix("[") ? place.prefix { $0 != "]" } : place.prefix { $0 != ":" }
        let scheme = address[..<mark.lowerBound]
        guard !host.isEmpty, !place.contains("@"), !place.contains("\\"), scheme == "https" || scheme == "http" && IdentityProvider.isLoopback(place)
        else { return nil }
        return (scheme, host)
    }
}

extension String {
    /// Somebody else's text, cut and without control characters.
    fileprivate var loggable: String {
        String(String.UnicodeScalarView(unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.prefix(300)))
    }
}
