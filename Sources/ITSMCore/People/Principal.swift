/// Who is calling, what they may do, and where the call came from; every service method takes one.
public struct Principal: Sendable, Hashable {
    /// The person; for automation the built-in person of that name.
    public var id: ID<User>
    public var username: String
    /// The person's name as others see it.
    public var name: String
    /// The person's own IANA zone; nil for the desk's.
    public var timeZone: String?
    /// What the person's roles allow together, narrowed by a token's permissions.
    public var grants: Grants
    /// The caller's groups, archived ones included: a past assignment still counts as mine.
    public var groups: Set<ID<SupportGroup>>
    /// True for a person who holds the superAdmin role.
    public var isSuperAdmin: Bool
    public var kind: Kind
    /// True for who signed in with a password alone, and holds a role that asks for a second factor: until they have one, they can do nothing else.
    public var mustSetUpSecondFactor: Bool
    /// The sign-in that the call came through; nil for API tokens, automation and the command line's direct mode.
    public var signIn: ID<SignIn>?
    /// Where the call came from, as the record keeps it.
    public var origin: Origin

    /// What the caller is: a person who signed in, a person's API token, or the desk itself.
    public enum Kind: String, Sendable, Codable { case person, apiToken, automation }

    /// Where a call came from; stands in the activity that it causes.
    public struct Origin: Sendable, Hashable {
        /// By which front.
        public var channel: Channel
        /// What log lines and answers of the request carry; nil outside of requests.
        public var requestID: String?
        /// The caller's network address.
        public var address: String?
        /// What made an automation act, or what the call is a part of: `activity:<id>`, `import:<id>` or `bulk:<id>`.
        public var cause: String?
        /// How many causes stand in a row; at most `Limits.causationDepth`.
        public var depth: Int
        /// For whom the caller acts; nil for itself.
        public var onBehalfOf: ID<User>?

        public init(
            channel: Channel, requestID: String? = nil, address: String? = nil, cause: String? = nil, depth: Int = 0, onBehalfOf: ID<User>? = nil
        ) {
            self.channel = channel
            self.requestID = requestID
            self.address = address
            self.cause = cause
            self.depth = depth
            self.onBehalfOf = onBehalfOf
        }
    }

    public init(
        id: ID<User>, username: String, name: String, timeZone: String? = nil, grants: Grants, groups: Set<ID<SupportGroup>> = [],
        isSuperAdmin: Bool = false, kind: Kind = .person, mustSetUpSecondFactor: Bool = false,
        signIn: ID<SignIn>? = nil, origin: Origin
    ) {
        self.id = id
        self.username = username
        self.name = name
        self.timeZone = timeZone
        self.grants = grants
        self.groups = groups
        self.isSuperAdmin = isSuperAdmin
        self.kind = kind
        self.mustSetUpSecondFactor = mustSetUpSecondFactor
        self.signIn = signIn
        self.origin = origin
    }

    /// The desk's own hand: timers, rules, automatic close. It may do everything and is named as itself in the record.
    public static func automation(cause: String? = nil, depth: Int = 0) -> Principal {
        Principal(
            id: User.automationID, username: "automation", name: "Automation", grants: .everything, isSuperAdmin: true, kind: .automation,
            origin: Origin(channel: .automation, cause: cause, depth: depth))
    }

    /// True when the permission is held, and reaches as far as `scope` or further.
    public func holds(_ permission: Permission, atLeast scope: Scope = .own) -> Bool { grants[permission].map { $0 >= scope } ?? false }

    /// - Throws: `forbidden` unless the caller holds `permission` for all records.
    public func require(_ permission: Permission) throws {
        guard holds(permission, atLeast: .all) else { throw ITSMError.forbidden("This needs the permission \(permission.rawValue) for all records.") }
    }

    /// True for whoever works tickets of others, as against those who only raise their own.
    public var isAgent: Bool { holds(.updateTickets, atLeast: .group) }
}

/// Where something entered the desk.
public enum Channel: String, Codable, Sendable, CaseIterable {
    case web, email, phone, inPerson, api, cli, monitoring, `import`, automation
}
