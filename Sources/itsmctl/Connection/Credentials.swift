import Foundation
import ITSMCore
import ITSMTransport

/// Who a connection signs in as. Renews a profile's access token and keeps what it got.
actor Credentials {
    enum Source: Sendable {
        case none
        /// From a file or the environment; not ours to renew.
        case token(String)
        case profile(name: String, Profile, ProfileStore)
    }

    /// An access token that ends sooner than this is renewed beforehand.
    private static let marginSeconds: Int64 = 20

    private var source: Source
    private let clock: any WallClock

    init(_ source: Source, clock: any WallClock) {
        self.source = source
        self.clock = clock
    }

    /// The token to send now; nil for a connection without sign-in.
    func token(renewingWith http: HTTPClient) async throws -> String? {
        switch source {
        case .none: return nil
        case .token(let token): return token
        case .profile(_, let profile, _):
            if let token = profile.apiToken { return token }
            guard let token = profile.accessToken else { return nil }
            let isEnding = profile.expiresAt.map { $0 < clock.now().adding(seconds: Self.marginSeconds) } ?? false
            return isEnding ? try await renew(rejected: token, with: http) : token
        }
    }

    /// A token other than the one that was refused; nil when there is no way to get one.
    func renew(rejected: String, with http: HTTPClient) async throws -> String? {
        guard case .profile(let name, let profile, let store) = source, profile.apiToken == nil, profile.refreshToken != nil else { return nil }
        let renewed = try await store.update(name) { stored in
            guard var current = stored, let refreshToken = current.refreshToken else { throw Self.ended }
            // Another process was faster: its token is ours as well.
            if let token = current.accessToken, token != rejected { return current }
            current.store(try await refresh(refreshToken, at: current.url, with: http), at: clock.now())
            stored = current
            return current
        }
        source = .profile(name: name, renewed, store)
        return renewed.accessToken
    }

    private func refresh(_ refreshToken: String, at url: String, with http: HTTPClient) async throws -> TokenPair {
        let body = try JSONEncoder().encode(["refreshToken": refreshToken])
        let response = try await http.send(
            HTTPRequest("POST", url + "/api/v1/auth/refresh", headers: ["Content-Type": "application/json"], body: .data(body)))
        if response.status == 401 { throw Self.ended }
        guard response.isSuccess else { throw Problem(response, at: clock.now()) }
        return try JSONDecoder().decode(TokenPair.self, from: response.body)
    }

    private static let ended = ITSMError(.unauthenticated, "Your sign-in has ended. Sign in again with: itsmctl auth login")
}
