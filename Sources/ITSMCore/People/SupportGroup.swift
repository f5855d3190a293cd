/// A team that tickets are given to.
public struct SupportGroup: Sendable, Hashable {
    public let id: ID<SupportGroup>
    /// Unique among groups without regard to case.
    public var name: String
    public var description: String?
    /// Who answers for the group; without one its notices go to the members.
    public var manager: ID<User>?
    /// Set once the group is hidden from pickers.
    public var archivedAt: Instant?
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
}
