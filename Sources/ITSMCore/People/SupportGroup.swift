/// A team that tickets are given to.
public struct SupportGroup: Sendable, Hashable {
    public let id: ID<SupportGroup>
    /// Unique among groups without regard to case.
    public var name: String
    public var description: String?
    /// Who answers for the group; without one its notices go to the members.
    public var manager: ID<User>?
    /// Set once the group is hidden from pickers; its roles no longer reach its members.
    public var archivedAt: Instant?
    /// Rises with every change of the fields above, and of members and roles.
    public var version: Int
    public let createdAt: Instant
    public var updatedAt: Instant

    public init(
        id: ID<SupportGroup>, name: String, description: String? = nil, manager: ID<User>? = nil, archivedAt: Instant? = nil, version: Int = 1,
        createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.manager = manager
        self.archivedAt = archivedAt
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    public var ref: Ref<SupportGroup> { Ref(id: id, name: name) }

    mutating func touch(at now: Instant) {
        version += 1
        updatedAt = now
    }
}

extension SupportGroup {
    /// A group to be made.
    public struct Draft: Sendable, Hashable, Codable {
        public var name: String?
        public var description: String?
        public var manager: RefInput<User>?
        public var members: [RefInput<User>]?
        public var roles: [RefInput<Role>]?

        public init(
            name: String, description: String? = nil, manager: RefInput<User>? = nil, members: [RefInput<User>]? = nil, roles: [RefInput<Role>]? = nil
        ) {
            self.name = name
            self.description = description
            self.manager = manager
            self.members = members
            self.roles = roles
        }
    }

    /// Changes to a group; `members` and `roles` replace the whole set.
    public struct Patch: Sendable, Equatable, Codable {
        public var name: ITSMCore.Patch<String> = .absent
        public var description: ITSMCore.Patch<String> = .absent
        public var manager: ITSMCore.Patch<RefInput<User>> = .absent
        public var archived: ITSMCore.Patch<Bool> = .absent
        public var members: ITSMCore.Patch<[RefInput<User>]> = .absent
        public var roles: ITSMCore.Patch<[RefInput<Role>]> = .absent

        public init() {}

        /// The fields of the patch on the wire.
        public enum CodingKeys: String, CodingKey, CaseIterable { case name, description, manager, archived, members, roles }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            name = try fields.decodePatch(forKey: .name)
            description = try fields.decodePatch(forKey: .description)
            manager = try fields.decodePatch(forKey: .manager)
            archived = try fields.decodePatch(forKey: .archived)
            members = try fields.decodePatch(forKey: .members)
            roles = try fields.decodePatch(forKey: .roles)
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encodePatch(name, forKey: .name)
            try fields.encodePatch(description, forKey: .description)
            try fields.encodePatch(manager, forKey: .manager)
            try fields.encodePatch(archived, forKey: .archived)
            try fields.encodePatch(members, forKey: .members)
            try fields.encodePatch(roles, forKey: .roles)
        }
    }

    /// A group as drafted; the faults of the draft go to `problems`.
    init(_ draft: Draft, id: ID<SupportGroup>, manager: ID<User>?, at now: Instant, _ problems: inout ProblemList) {
        self.init(id: id, name: draft.name ?? "", description: draft.description, manager: manager, createdAt: now, updatedAt: now)
        check(&problems)
    }

    /// Takes over the fields of `patch` that are the group's own; says what changed. The faults go to `problems`.
    mutating func apply(_ patch: Patch, manager: ITSMCore.Patch<Ref<User>>, at now: Instant, _ problems: inout ProblemList) -> FieldChanges {
        let old = self
        if !patch.name.isAbsent { name = patch.name.set ?? "" }
        description = patch.description.applied(to: description)
        self.manager = manager.map(\.id).applied(to: self.manager)
        if !patch.archived.isAbsent { archivedAt = patch.archived.set == true ? archivedAt ?? now : nil }
        check(&problems)
        var changes = FieldChanges()
        changes.note("name", from: .string(old.name), to: .string(name))
        changes.note("description", from: .optional(old.description), to: .optional(description))
        changes.note("manager", from: .optional(old.manager?.description), to: .optional(self.manager?.description))
        changes.note("archived", from: .bool(old.archivedAt != nil), to: .bool(archivedAt != nil))
        return changes
    }

    private func check(_ problems: inout ProblemList) {
        problems.check(text: name, "/name", limit: Limits.name)
        problems.check(text: description, "/description", limit: Limits.longText, optional: true, multiline: true)
        if ID<SupportGroup>(name) != nil { problems.add("/name", .invalidValue, "Name must not look like an id.") }
    }

    /// A group as the API shows it.
    public struct View: Sendable, Hashable, Codable {
        public var id: ID<SupportGroup>
        public var name: String
        public var description: String?
        public var manager: Ref<User>?
        /// The first `Limits.groupMembersShown` by name; those who are disabled are left out.
        public var members: [Ref<User>]
        /// How many there are in all, without those who are disabled.
        public var memberCount: Int
        /// The roles that every member holds through the group.
        public var roles: [Ref<Role>]
        public var archivedAt: Instant?
        public var version: Int
        public var createdAt: Instant
        public var updatedAt: Instant

        public init(_ group: SupportGroup, manager: Ref<User>?, members: [Ref<User>], memberCount: Int, roles: [Ref<Role>]) {
            id = group.id
            name = group.name
            description = group.description
            self.manager = manager
            self.members = members
            self.memberCount = memberCount
            self.roles = roles
            archivedAt = group.archivedAt
            version = group.version
            createdAt = group.createdAt
            updatedAt = group.updatedAt
        }
    }

    /// Which groups a list is to hold; every condition that is set must be met.
    public struct Filter: Sendable, Hashable {
        /// Words that must each occur in the name, without regard to case.
        public var query: String?
        public var member: RefInput<User>?
        /// Nil: both. Pickers ask for false.
        public var isArchived: Bool?
        /// What must hold besides; of the scope `groups`.
        public var condition: Condition?

        public init(query: String? = nil, member: RefInput<User>? = nil, isArchived: Bool? = nil, condition: Condition? = nil) {
            self.query = query
            self.member = member
            self.isArchived = isArchived
            self.condition = condition
        }
    }
}
