/// A named set of permissions that people hold, directly or through a group.
public struct Role: Sendable, Hashable, Codable {
    public let id: ID<Role>
    /// Unique among roles without regard to case.
    public var name: String
    public var description: String?
    /// True for the roles that a desk starts with: they can be edited, but not deleted.
    public let builtIn: Bool
    /// What its holders may do; of superAdmin everything.
    public private(set) var permissions: Grants
    /// Whether those who hold it, and sign in with a password, must have a second factor.
    public var requiresSecondFactor: Bool
    public var version: Int
    public let createdAt: Instant
    public var updatedAt: Instant

    /// The permissions of superAdmin are what they are, whatever is given here.
    public init(
        id: ID<Role>, name: String, description: String? = nil, builtIn: Bool = false, permissions: Grants, requiresSecondFactor: Bool = false,
        version: Int = 1,
        createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.builtIn = builtIn
        self.permissions = id == Self.superAdminID ? .everything : permissions
        self.requiresSecondFactor = requiresSecondFactor
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// The built-in role that holds everything. It is held by persons directly, never through a group.
    public static let superAdminID = ID<Role>("00000000-0000-7000-8000-000000000106")!
    /// The built-in role that a new person gets unless others are named.
    public static let requesterID = ID<Role>("00000000-0000-7000-8000-000000000101")!

    public var isSuperAdmin: Bool { id == Self.superAdminID }
    public var ref: Ref<Role> { Ref(id: id, name: name) }
}

extension Role {
    /// A role to be made.
    public struct Draft: Sendable, Hashable, Codable {
        public var name: String?
        public var description: String?
        public var permissions: Grants?
        /// Absent: no.
        public var requiresSecondFactor: Bool?

        public init(name: String, description: String? = nil, permissions: Grants, requiresSecondFactor: Bool? = nil) {
            self.name = name
            self.description = description
            self.permissions = permissions
            self.requiresSecondFactor = requiresSecondFactor
        }
    }

    /// Changes to a role; `permissions` is merged as JSON Merge Patch says: a scope sets, `null` takes away, what is absent stays.
    public struct Patch: Sendable, Equatable, Codable {
        public var name: ITSMCore.Patch<String> = .absent
        public var description: ITSMCore.Patch<String> = .absent
        public var permissions: ITSMCore.Patch<[Permission: Scope?]> = .absent
        public var requiresSecondFactor: ITSMCore.Patch<Bool> = .absent

        public init() {}

        /// The fields of the patch on the wire.
        public enum CodingKeys: String, CodingKey, CaseIterable { case name, description, permissions, requiresSecondFactor }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            name = try fields.decodePatch(forKey: .name)
            description = try fields.decodePatch(forKey: .description)
            permissions = try fields.decodePatch(forKey: .permissions)
            requiresSecondFactor = try fields.decodePatch(forKey: .requiresSecondFactor)
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encodePatch(name, forKey: .name)
            try fields.encodePatch(description, forKey: .description)
            try fields.encodePatch(permissions, forKey: .permissions)
            try fields.encodePatch(requiresSecondFactor, forKey: .requiresSecondFactor)
        }
    }

    /// A role as drafted; the faults of the draft go to `problems`.
    init(_ draft: Draft, id: ID<Role>, at now: Instant, _ problems: inout ProblemList) {
        self.init(
            id: id, name: draft.name ?? "", description: draft.description, permissions: draft.permissions ?? Grants(),
            requiresSecondFactor: draft.requiresSecondFactor ?? false, createdAt: now, updatedAt: now)
        check(&problems)
        if draft.permissions == nil { problems.add("/permissions", .required, "Permissions are required: an object of permission and scope.") }
    }

    /// Takes over `patch`; says what changed. The faults go to `problems`.
    mutating func apply(_ patch: Patch, at now: Instant, _ problems: inout ProblemList) -> FieldChanges {
        let old = self
        if !patch.name.isAbsent { name = patch.name.set ?? "" }
        description = patch.description.applied(to: description)
        permissions = patchedPermissions(patch)
        requiresSecondFactor = patch.requiresSecondFactor.applied(to: requiresSecondFactor) ?? false
        check(&problems)
        var changes = FieldChanges()
        changes.note("name", from: .string(old.name), to: .string(name))
        changes.note("description", from: .optional(old.description), to: .optional(description))
        changes.note("permissions", from: old.permissions.json, to: permissions.json)
        changes.note("requiresSecondFactor", from: .bool(old.requiresSecondFactor), to: .bool(requiresSecondFactor))
        if !changes.isEmpty {
            version += 1
            updatedAt = now
        }
        return changes
    }

    /// The permissions that the role would have after `patch`.
    func patchedPermissions(_ patch: Patch) -> Grants {
        switch patch.permissions {
        case .absent: permissions
        case .null: Grants()
        case .value(let changes):
            Grants(permissions.scopes.merging(changes.compactMapValues { $0 }, uniquingKeysWith: { $1 }).filter { changes[$0.key] != .some(.none) })
        }
    }

    private func check(_ problems: inout ProblemList) {
        problems.check(text: name, "/name", limit: Limits.name)
        problems.check(text: description, "/description", limit: Limits.longText, optional: true, multiline: true)
        if ID<Role>(name) != nil { problems.add("/name", .invalidValue, "Name must not look like an id.") }
    }
}
