/// Where roles are kept, and who holds them.
public protocol RoleStore {
    /// One role. `key` is an id or a name.
    func first(_ key: RefInput<Role>) throws -> Role?

    /// The role under a row lock.
    func lock(_ key: RefInput<Role>) throws -> Role?

    /// A page of roles by name: those that meet the condition, of the scope `roles`.
    func list(where condition: Condition?, page: PageRequest, for reader: Principal) throws -> Page<Role>

    /// The roles that ids and names mean; what means none is missing.
    func find(_ inputs: Set<RefInput<Role>>) throws -> [RefInput<Role>: Role]

    /// Queues a new role.
    func insert(_ role: Role) throws

    /// Queues the new state of a role.
    func update(_ role: Role) throws

    /// Queues the removal of a role that nobody holds.
    func delete(_ role: ID<Role>) throws

    /// How many people and groups hold the role directly.
    func holders(of role: ID<Role>) throws -> (people: Int, groups: Int)

    /// The roles that a person holds directly.
    func held(by user: ID<User>) throws -> [Role]

    /// The roles that every member of a group holds.
    func held(by group: ID<SupportGroup>) throws -> [Role]

    /// Gives the role. False when the person had it.
    func grant(_ role: ID<Role>, to user: ID<User>, at now: Instant) throws -> Bool

    /// Takes the role. False when the person did not have it.
    func revoke(_ role: ID<Role>, from user: ID<User>) throws -> Bool

    /// Gives the role to a group. False when it had it.
    func grant(_ role: ID<Role>, to group: ID<SupportGroup>, at now: Instant) throws -> Bool

    /// Takes the role from a group. False when it did not have it.
    func revoke(_ role: ID<Role>, from group: ID<SupportGroup>) throws -> Bool

    /// Locks the guard row of the rule that there is always a superAdmin. To be taken before any other lock, by whoever may make one fewer.
    func lockSuperAdmins() throws

    /// How many people hold superAdmin, are enabled and have a password, not counting `user`.
    func superAdmins(otherThan user: ID<User>?) throws -> Int
}
