/// A link with which a person chooses a new password without the old one: an administrator hands it out, it is good once and for a day.
public struct PasswordReset: Sendable, Hashable {
    public let user: ID<User>
    public let createdAt: Instant
    public let expiresAt: Instant

    public init(user: ID<User>, createdAt: Instant, expiresAt: Instant) {
        self.user = user
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    init(of user: ID<User>, at now: Instant) {
        self.init(user: user, createdAt: now, expiresAt: now.adding(seconds: Limits.passwordResetSeconds))
    }

    /// With what every secret of a link begins.
    public static let prefix = "itsm_reset_"

    /// A new link's secret, which is told this once.
    public struct Issued: Sendable, Hashable, Codable {
        /// The page that it opens, below the desk's address. The secret stands behind the #, which browsers send to nobody.
        public var path: String
        public var expiresAt: Instant

        init(token: String, expiresAt: Instant) {
            path = "/reset-password#\(token)"
            self.expiresAt = expiresAt
        }
    }
}

/// Where links to choose a new password are kept.
public protocol PasswordResetStore {
    /// Queues a link, in place of the one that the person had.
    func put(_ reset: PasswordReset, digest: [UInt8]) throws

    /// The link and whose it is; nil for one that was never made, was used or replaced.
    func find(_ digest: [UInt8]) throws -> (reset: PasswordReset, user: StoredCredentials)?

    /// Queues that a person has no link any more.
    func remove(of user: ID<User>) throws

    /// Removes at most `limit` links that ended before `instant`. Returns how many.
    func removeOver(before instant: Instant, atMost limit: Int) throws -> Int
}
