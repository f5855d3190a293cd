/// What a ticket is about, for the business: something people use and would miss, such as email or payroll (ITIL).
public struct BusinessService: Sendable, Hashable, Codable {
    public let id: ID<BusinessService>
    /// Unique among services without regard to case.
    public var name: String
    public var description: String?
    /// The group that answers for it.
    public var owner: Ref<SupportGroup>?
    /// How much depends on it.
    public var criticality: Criticality
    /// Set once it is hidden from pickers.
    public var archivedAt: Instant?
    /// Rises with every change of the fields above.
    public var version: Int
    public let createdAt: Instant
    public var updatedAt: Instant

    /// What an outage of it means to the business.
    public enum Criticality: String, Sendable, Codable, CaseIterable { case critical, high, medium, low }

    public init(
        id: ID<BusinessService>, name: String, description: String? = nil, owner: Ref<SupportGroup>? = nil, criticality: Criticality = .medium,
        archivedAt: Instant? = nil, version: Int = 1, createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.owner = owner
        self.criticality = criticality
        self.archivedAt = archivedAt
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    public var ref: Ref<BusinessService> { Ref(id: id, name: name) }

    /// What a caller sends to add a service. Only the name is needed.
    public struct Draft: Sendable, Hashable, Codable {
        public var name: String?
        public var description: String?
        public var owner: RefInput<SupportGroup>?
        public var criticality: Criticality?

        public init(name: String? = nil, description: String? = nil, owner: RefInput<SupportGroup>? = nil, criticality: Criticality? = nil) {
            self.name = name
            self.description = description
            self.owner = owner
            self.criticality = criticality
        }
    }

    /// What a caller sends to change a service.
    public struct Patch: Sendable, Equatable, Codable {
        public var name: ITSMCore.Patch<String> = .absent
        public var description: ITSMCore.Patch<String> = .absent
        public var owner: ITSMCore.Patch<RefInput<SupportGroup>> = .absent
        public var criticality: ITSMCore.Patch<Criticality> = .absent
        /// True hides the service from pickers, false shows it again.
        public var archived: ITSMCore.Patch<Bool> = .absent

        public init() {}

        private enum CodingKeys: String, CodingKey { case name, description, owner, criticality, archived }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            name = try fields.decodePatch(forKey: .name)
            description = try fields.decodePatch(forKey: .description)
            owner = try fields.decodePatch(forKey: .owner)
            criticality = try fields.decodePatch(forKey: .criticality)
            archived = try fields.decodePatch(forKey: .archived)
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encodePatch(name, forKey: .name)
            try fields.encodePatch(description, forKey: .description)
            try fields.encodePatch(owner, forKey: .owner)
            try fields.encodePatch(criticality, forKey: .criticality)
            try fields.encodePatch(archived, forKey: .archived)
        }
    }
}

extension BusinessService {
    /// A new service.
    ///
    /// - Parameter groups: what the name of the owner means among the groups that the caller may pick.
    /// - Throws: `invalid` with every fault.
    public init(_ draft: Draft, id: ID<BusinessService>, groups: RefLookup<SupportGroup>, at now: Instant) throws {
        var problems = ProblemList()
        self.init(
            id: id, name: draft.name ?? "", description: draft.description,
            owner: draft.owner.flatMap { groups.resolve($0, at: "/owner", as: "group", &problems) },
            criticality: draft.criticality ?? .medium, createdAt: now, updatedAt: now)
        problems.check(text: draft.name, "/name", limit: Limits.name)
        problems.check(text: description, "/description", limit: Limits.longText, optional: true, multiline: true)
        try problems.throwIfAny()
    }

    /// Changes what `patch` sets; the version rises when anything differs.
    ///
    /// - Parameter groups: what the name of the owner means among the groups that the caller may pick.
    /// - Throws: `invalid` with every fault, and then nothing is changed.
    public mutating func apply(_ patch: Patch, groups: RefLookup<SupportGroup>, at now: Instant) throws -> FieldChanges {
        var problems = ProblemList()
        var new = self
        new.name = problems.value(patch.name, else: name, "/name")
        new.description = patch.description.applied(to: description)
        new.criticality = problems.value(patch.criticality, else: criticality, "/criticality")
        switch patch.owner {
        case .absent: break
        case .null: new.owner = nil
        case .value(let input): new.owner = groups.resolve(input, at: "/owner", as: "group", &problems)
        }
        let isArchived = problems.value(patch.archived, else: archivedAt != nil, "/archived")
        new.archivedAt = isArchived ? archivedAt ?? now : nil
        problems.check(text: new.name, "/name", limit: Limits.name)
        problems.check(text: new.description, "/description", limit: Limits.longText, optional: true, multiline: true)
        try problems.throwIfAny()

        let changes = new.changes(since: self)
        if !changes.isEmpty {
            new.version += 1
            new.updatedAt = now
        }
        self = new
        return changes
    }

    /// What differs from `old`; everything, for a new service.
    public func changes(since old: BusinessService?) -> FieldChanges {
        var changes = FieldChanges()
        changes.note("name", from: .optional(old?.name), to: .string(name))
        changes.note("description", from: .optional(old?.description), to: .optional(description))
        changes.note("owner", from: old?.owner?.json ?? .null, to: owner?.json ?? .null)
        changes.note("criticality", from: .optional(old?.criticality.rawValue), to: .string(criticality.rawValue))
        changes.note("archived", from: .bool(old?.archivedAt != nil), to: .bool(archivedAt != nil))
        return changes
    }
}
