/// A person: a requester, an agent, an administrator, or several of these.
public struct User: Sendable, Hashable {
    public let id: ID<User>
    /// What a person signs in with; unique without regard to case.
    public var username: String
    public var name: String
    /// Unique without regard to case, if given.
    public var email: String?
    public var location: String?
    public var department: String?
    public var vip: Bool
    /// An IANA zone; nil means the desk's.
    public var timeZone: String?
    /// A BCP 47 tag; nil means the desk's.
    public var language: String?
    public var manager: ID<User>?
    /// What the person knows, as words like tags: `network`, `sap`. Assignment by skill compares them.
    public var skills: [String]
    /// When they are away, so that no rule gives them tickets.
    public var absence: Absence
    /// Set once the person may no longer sign in; what they wrote keeps its author.
    public var disabledAt: Instant?
    /// Rises with every change of the fields above, of the password, and of roles and groups set with them.
    public var version: Int
    public let createdAt: Instant
    public var updatedAt: Instant

    public init(
        id: ID<User>, username: String, name: String, email: String? = nil, location: String? = nil, department: String? = nil, vip: Bool = false,
        timeZone: String? = nil, language: String? = nil, manager: ID<User>? = nil, skills: [String] = [],
        absence: Absence = Absence(), disabledAt: Instant? = nil, version: Int = 1,
        createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.username = username
        self.name = name
        self.email = email
        self.location = location
        self.department = department
        self.vip = vip
        self.timeZone = timeZone
        self.language = language
        self.manager = manager
        self.skills = skills
        self.absence = absence
        self.disabledAt = disabledAt
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// The built-in person in whose name the desk itself acts. It cannot sign in.
    public static let automationID = ID<User>("00000000-0000-7000-8000-000000000001")!
    /// The built-in person who stands for callers that an import cannot name. It cannot sign in.
    public static let unknownID = ID<User>("00000000-0000-7000-8000-000000000002")!

    /// True for the two persons that come with the desk: nobody edits, disables or signs in as them.
    public var isBuiltIn: Bool { id == Self.automationID || id == Self.unknownID }

    public var ref: Ref<User> { Ref(id: id, name: name) }
}

extension User {
    /// Ends the person's access. Nil when it had ended before.
    mutating func disable(at now: Instant) -> Activity? {
        guard disabledAt == nil else { return nil }
        disabledAt = now
        touch(at: now)
        return Activity(.userDisabled, on: .init(.user, id), payload: ["name": .string(name)], occurredAt: now)
    }

    /// Gives access back. Nil when the person had it.
    mutating func enable(at now: Instant) -> Activity? {
        guard disabledAt != nil else { return nil }
        disabledAt = nil
        touch(at: now)
        return Activity(.userEnabled, on: .init(.user, id), payload: ["name": .string(name)], occurredAt: now)
    }

    mutating func touch(at now: Instant) {
        version += 1
        updatedAt = now
    }
}
