import Foundation
import ITSMCore

/// One desk, and how one person signs in to it.
struct Profile: Codable, Sendable, Hashable {
    var url: String
    var username: String?
    var accessToken: String?
    var refreshToken: String?
    var expiresAt: Instant?
    /// Used instead of a sign-in.
    var apiToken: String?

    var isSignedIn: Bool { accessToken != nil || apiToken != nil }

    mutating func signOut() {
        (accessToken, refreshToken, expiresAt, apiToken) = (nil, nil, nil, nil)
    }
}

/// What a sign-in or a refresh answers.
struct TokenPair: Decodable, Sendable {
    var accessToken: String
    var refreshToken: String
    /// Seconds.
    var expiresIn: Int
}

extension Profile {
    mutating func store(_ tokens: TokenPair, at now: Instant) {
        accessToken = tokens.accessToken
        refreshToken = tokens.refreshToken
        expiresAt = now.adding(seconds: Int64(tokens.expiresIn))
        apiToken = nil
    }
}
