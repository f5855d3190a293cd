/// A secret with which a program acts in a person's name, within some of the person's permissions and for a limited time.
public struct APIToken: Sendable, Hashable, Codable {
    public let id: ID<APIToken>
    /// Unique among the person's tokens.
    public let name: String
    /// What it may do at most; what its person does not hold, it does not either.
    public let permissions: Set<Permission>
    public let createdAt: Instant
    public let expiresAt: Instant
    /// Cut to whole minutes, and up to a minute late.
    public let lastUsedAt: Instant?

    public init(id: ID<APIToken>, name: String, permissions: Set<Permission>, createdAt: Instant, expiresAt: Instant, lastUsedAt: Instant? = nil) {
        self.id = id
        self.name = name
        self.permissions = permissions
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
    }

    /// With what every token begins, so that leaked ones are found by those who scan for them.
    public static let prefix = "itsm_pat_"

    private enum CodingKeys: String, CodingKey { case id, name, permissions, createdAt, expiresAt, lastUsedAt }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(id, forKey: .id)
        try fields.encode(name, forKey: .name)
        // In one order, so that the same token is the same JSON.
        try fields.encode(permissions.sorted { $0.rawValue < $1.rawValue }, forKey: .permissions)
        try fields.encode(createdAt, forKey: .createdAt)
        try fields.encode(expiresAt, forKey: .expiresAt)
        try fields.encodeIfPresent(lastUsedAt, forKey: .lastUsedAt)
    }

    /// A token to be made.
    public struct Draft: Sendable, Hashable, Codable {
        public var name: String?
        /// Absent: all that the person holds now.
        public var permissions: Set<Permission>?
        /// Absent: `Limits.apiTokenDaysDefault` days from now; at most `Limits.apiTokenDaysMaximum`.
        public var expiresAt: Instant?

        public init(name: String, permissions: Set<Permission>? = nil, expiresAt: Instant? = nil) {
            self.name = name
            self.permissions = permissions
            self.expiresAt = expiresAt
        }
    }

    /// A new token with its secret, which is shown this once.
    public struct Issued: Sendable, Hashable, Codable {
        public var token: String
        public var apiToken: APIToken

        public init(token: String, apiToken: APIToken) {
            self.token = token
            self.apiToken = apiToken
        }

        private enum CodingKeys: String, CodingKey { case token }

        /// The token's fields and `token` beside them, in one object.
        public init(from decoder: any Decoder) throws {
            apiToken = try APIToken(from: decoder)
            token = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .token)
        }

        public func encode(to encoder: any Encoder) throws {
            try apiToken.encode(to: encoder)
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(token, forKey: .token)
        }
    }

    /// A token as drafted for `owner`; the faults of the draft go to `problems`.
    init(_ draft: Draft, id: ID<APIToken>, for owner: Principal, at now: Instant, _ problems: inout ProblemList) {
        let day: Int64 = 86_400
        self.init(
            id: id, name: draft.name ?? "", permissions: draft.permissions ?? Set(owner.grants.scopes.keys), createdAt: now,
            expiresAt: (draft.expiresAt ?? now.adding(seconds: Int64(Limits.apiTokenDaysDefault) * day)).truncatedToMilliseconds)
        problems.check(text: draft.name, "/name", limit: Limits.name)
        if permissions.isEmpty { problems.add("/permissions", .required, "Permissions must name at least one permission that you hold.") }
        for permission in permissions.map(\.rawValue).sorted() where !owner.holds(Permission(rawValue: permission)!) {
            problems.add("/permissions", .invalidValue, "You do not hold \(permission) yourself.")
        }
        if expiresAt <= now { problems.add("/expiresAt", .invalidValue, "ExpiresAt must lie in the future.") }
        if expiresAt > now.adding(seconds: Int64(Limits.apiTokenDaysMaximum) * day) {
            problems.add("/expiresAt", .invalidValue, "ExpiresAt may lie at most \(Limits.apiTokenDaysMaximum) days ahead.")
        }
    }
}

/// Where API tokens are kept.
public protocol APITokenStore {
    /// The token of this digest with its person, in one query, expired or not; nil when it is unknown or revoked, or the person is disabled.
    func principal(forToken digest: [UInt8]) throws -> (token: APIToken, owner: Principal)?

    /// Queues a new token.
    func insert(_ token: APIToken, of user: ID<User>, digest: [UInt8]) throws

    /// The living tokens of a person, the newest first.
    func list(of user: ID<User>, at now: Instant) throws -> [APIToken]

    /// Ends one living token of a person. Nil when there is none.
    func revoke(_ id: ID<APIToken>, of user: ID<User>, at now: Instant) throws -> APIToken?

    /// Queues later times of last use; earlier ones than those stored are left out.
    func touch(_ uses: [ID<APIToken>: Instant]) throws
}
