/// Where groups and their members are kept.
public protocol GroupStore {
    /// The group under a row lock; nil when there is none that `caller` may see. `key` is an id or a name.
    func lock(_ key: RefInput<SupportGroup>, visibleTo caller: Principal) throws -> SupportGroup?

    /// One group as shown; nil when there is none that `caller` may see.
    func view(_ key: RefInput<SupportGroup>, visibleTo caller: Principal) throws -> SupportGroup.View?

    /// A page of groups by name.
    func list(_ filter: SupportGroup.Filter, page: PageRequest, visibleTo caller: Principal) throws -> Page<SupportGroup.View>

    /// Queues a new group.
    func insert(_ group: SupportGroup) throws

    /// Queues the new state of a group.
    func update(_ group: SupportGroup) throws

    /// Queues the removal of a group that nothing uses, with its memberships and roles.
    func delete(_ group: ID<SupportGroup>) throws

    /// What would lose its group if it were deleted.
    func uses(of group: ID<SupportGroup>) throws -> [RecordUse]

    /// What ids and names mean among the groups that `caller` may pick: those it sees that are not archived.
    func resolve(_ inputs: Set<RefInput<SupportGroup>>, visibleTo caller: Principal) throws -> RefLookup<SupportGroup>

    /// Makes those groups whose name none has yet.
    ///
    /// - Returns: the id for each name of `groups`, whether it was there or is new, and the ids of the new ones.
    func findOrInsert(_ groups: [SupportGroup]) throws -> (ids: [String: ID<SupportGroup>], new: Set<ID<SupportGroup>>)

    /// The first members by name, without those who are disabled.
    func members(of group: ID<SupportGroup>, limit: Int) throws -> [Ref<User>]

    /// The groups that a person is a member of, archived ones included.
    func groups(of user: ID<User>) throws -> [Ref<SupportGroup>]

    /// Makes the person a member. False when they were one.
    func add(_ user: ID<User>, to group: ID<SupportGroup>, at now: Instant) throws -> Bool

    /// Ends the membership. False when there was none.
    func remove(_ user: ID<User>, from group: ID<SupportGroup>) throws -> Bool
}
