/// One sign-in of one person on one device: a family of refresh tokens that ends as a whole.
public struct SignIn: Sendable, Hashable {
    public let id: ID<SignIn>
    public let user: ID<User>
    public let createdAt: Instant
    /// When its refresh token was last used.
    public var lastUsedAt: Instant
    /// When it ends by itself.
    public var expiresAt: Instant
    /// When it was ended, by its person, an administrator, or the reuse of a refresh token.
    public var endedAt: Instant?
    public var address: String?
    /// The client's own name for itself (`User-Agent`), cut to `Limits.shortText`.
    public var client: String?

    public init(
        id: ID<SignIn>, user: ID<User>, createdAt: Instant, lastUsedAt: Instant, expiresAt: Instant, endedAt: Instant? = nil, address: String? = nil,
        client: String? = nil
    ) {
        self.id = id
        self.user = user
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
        self.endedAt = endedAt
        self.address = address
        self.client = client
    }
}
