extension User {
    /// A person as the API shows them: with the names of manager, roles and groups.
    public struct View: Sendable, Hashable, Codable {
        public var id: ID<User>
        public var username: String
        public var name: String
        public var email: String?
        public var location: String?
        public var department: String?
        public var vip: Bool
        public var timeZone: String?
        public var language: String?
        public var manager: Ref<User>?
        public var skills: [String]
        public var absentFrom: Instant?
        public var absentUntil: Instant?
        /// The roles that the person holds directly.
        public var roles: [Ref<Role>]
        /// The roles that come with the person's groups.
        public var inheritedRoles: [Ref<Role>]
        public var groups: [Ref<SupportGroup>]
        /// False for people without a password and a provider's account, such as those an import made, and for disabled ones.
        public var canSignIn: Bool
        public var disabledAt: Instant?
        public var version: Int
        public var createdAt: Instant
        public var updatedAt: Instant

        public init(
            _ user: User, manager: Ref<User>?, roles: [Ref<Role>], inheritedRoles: [Ref<Role>], groups: [Ref<SupportGroup>], canSignIn: Bool
        ) {
            id = user.id
            username = user.username
            name = user.name
            email = user.email
            location = user.location
            department = user.department
            vip = user.vip
            timeZone = user.timeZone
            language = user.language
            self.manager = manager
            skills = user.skills
            absentFrom = user.absence.from
            absentUntil = user.absence.until
            self.roles = roles
            self.inheritedRoles = inheritedRoles
            self.groups = groups
            self.canSignIn = canSignIn
            disabledAt = user.disabledAt
            version = user.version
            createdAt = user.createdAt
            updatedAt = user.updatedAt
        }
    }

    /// Which people a list is to hold; every condition that is set must be met.
    public struct Filter: Sendable, Hashable {
        /// Words that must each occur in name, username or email, without regard to case.
        public var query: String?
        /// Members of this group.
        public var group: RefInput<SupportGroup>?
        /// Holders of this role, directly or through a group.
        public var role: RefInput<Role>?
        /// Nil: both. Pickers ask for false.
        public var isDisabled: Bool?
        /// Those whom tickets are given to: not disabled, and holding `workingTickets` beyond their own ones. It is what pickers offer, no rule: nil for all.
        public var isAssignable: Bool?
        /// What must hold besides; of the scope `people`.
        public var condition: Condition?

        /// Who holds it works tickets.
        public static let workingTickets = Permission.updateTickets

        public init(
            query: String? = nil, group: RefInput<SupportGroup>? = nil, role: RefInput<Role>? = nil, isDisabled: Bool? = nil,
            isAssignable: Bool? = nil, condition: Condition? = nil
        ) {
            self.query = query
            self.group = group
            self.role = role
            self.isDisabled = isDisabled
            self.isAssignable = isAssignable
            self.condition = condition
        }
    }
}

/// The caller's own person, with what they may do: `GET /auth/me`.
public struct Account: Sendable, Hashable, Codable {
    public var user: User.View
    /// What the call may do: for an API token its own narrower grants.
    public var permissions: Grants

    public init(user: User.View, permissions: Grants) {
        self.user = user
        self.permissions = permissions
    }

    private enum CodingKeys: String, CodingKey { case permissions }

    /// The person's fields and `permissions` beside them, in one object.
    public init(from decoder: any Decoder) throws {
        user = try User.View(from: decoder)
        permissions = try decoder.container(keyedBy: CodingKeys.self).decode(Grants.self, forKey: .permissions)
    }

    public func encode(to encoder: any Encoder) throws {
        try user.encode(to: encoder)
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(permissions, forKey: .permissions)
    }
}
