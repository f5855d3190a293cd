/// A person as a provider knows them: by issuer and subject, which never change; all else a provider says may.
public struct Identity: Sendable, Hashable {
    public let id: ID<Identity>
    public let user: ID<User>
    public let issuer: String
    public let subject: String
    /// How the provider calls the person, for their own eyes.
    public var label: String?
    /// The roles that the mapping gave at the last sign-in.
    public var grantedRoles: Set<ID<Role>>
    public let linkedAt: Instant
    public var lastUsedAt: Instant?

    public init(
        id: ID<Identity>, user: ID<User>, issuer: String, subject: String, label: String?, grantedRoles: Set<ID<Role>> = [], linkedAt: Instant,
        lastUsedAt: Instant? = nil
    ) {
        self.id = id
        self.user = user
        self.issuer = issuer
        self.subject = subject
        self.label = label
        self.grantedRoles = grantedRoles
        self.linkedAt = linkedAt
        self.lastUsedAt = lastUsedAt
    }

    /// An identity as its person sees it.
    public struct View: Sendable, Hashable, Codable {
        public var id: ID<Identity>
        /// The provider's name; its issuer where it was deleted.
        public var provider: String
        public var label: String?
        public var linkedAt: Instant
        public var lastUsedAt: Instant?

        public init(id: ID<Identity>, provider: String, label: String?, linkedAt: Instant, lastUsedAt: Instant?) {
            self.id = id
            self.provider = provider
            self.label = label
            self.linkedAt = linkedAt
            self.lastUsedAt = lastUsedAt
        }
    }

    /// What a verified token of a provider says of a person.
    public struct Claims: Sendable, Hashable {
        public var issuer: String
        public var subject: String
        public var username: String?
        public var name: String?
        public var email: String?
        /// False unless the provider says that the address is the person's.
        public var isEmailVerified: Bool
        public var groups: Set<String>
        /// How the provider made sure of them (RFC 8176).
        public var methods: Set<String>
        /// How sure the provider is of them (`acr`); what the values mean is its own, but for "0": not enough for anything.
        public var level: String?

        public init(
            issuer: String, subject: String, username: String? = nil, name: String? = nil, email: String? = nil, isEmailVerified: Bool = false,
            groups: Set<String> = [], methods: Set<String> = [], level: String? = nil
        ) {
            self.issuer = issuer
            self.subject = subject
            self.username = username
            self.name = name
            self.email = email
            self.isEmailVerified = isEmailVerified
            self.groups = groups
            self.methods = methods
            self.level = level
        }

        /// Several factors, or one that is something the person has.
        var hadSecondFactor: Bool { !methods.isDisjoint(with: ["mfa", "otp", "hwk", "swk", "sc"]) }

        /// What the person is called by the provider.
        var label: String? { (username ?? email ?? name).map { String($0.unicodeScalars.prefix(Limits.shortText).map(Character.init)) } }
    }

    /// Why nobody was let in, although the provider vouched for them.
    public enum Refusal: String, Error, Sendable, CaseIterable {
        /// The provider was disabled or deleted meanwhile.
        case providerOff
        /// Nobody here is linked to this identity, and the provider makes no new people.
        case unknownPerson
        /// A new person would have the username or e-mail address of somebody who is there.
        case nameTaken
        /// The provider says nothing that could be a username.
        case noUsername
        case disabled
        /// The provider has to ask for a second factor, and did not say that it did.
        case noSecondFactor
    }
}

/// Where providers and the people they know are kept.
public protocol IdentityStore {
    /// All providers by name.
    func providers() throws -> [IdentityProvider]

    /// One provider by id or name; nil when there is none.
    func provider(_ key: RefInput<IdentityProvider>) throws -> IdentityProvider?

    /// The provider under a row lock.
    func lockProvider(_ key: RefInput<IdentityProvider>) throws -> IdentityProvider?

    /// Queues a new provider.
    func insert(_ provider: IdentityProvider) throws

    /// Queues the new state of a provider, with its mapping.
    func update(_ provider: IdentityProvider) throws

    /// Queues the removal of a provider. Whom it knew it would know again.
    func delete(_ provider: ID<IdentityProvider>) throws

    /// The identity under a row lock; nil where it is not linked. Two that link it at once meet at `link`, which refuses the second as a duplicate.
    func lock(issuer: String, subject: String) throws -> Identity?

    /// Queues a new identity.
    func insert(_ identity: Identity) throws

    /// Queues what a sign-in changed.
    func update(_ identity: Identity) throws

    /// The identities of a person, the oldest first.
    func list(of user: ID<User>) throws -> [Identity.View]

    /// Who has this e-mail address, without regard to case.
    func person(email: String) throws -> ID<User>?

    /// Whether a person has an identity of this issuer.
    func isLinked(_ user: ID<User>, to issuer: String) throws -> Bool

    /// Ends the link. Nil when the person has no such identity.
    func unlink(_ id: ID<Identity>, from user: ID<User>) throws -> Identity?
}
