/// Where people are kept.
public protocol UserStore {
    /// The person under a row lock; nil when there is none whom `caller` may see.
    func lock(_ key: RefInput<User>, visibleTo caller: Principal) throws -> User?

    /// One person as shown; nil when there is none whom `caller` may see. `key` is an id or a username.
    func view(_ key: RefInput<User>, visibleTo caller: Principal) throws -> User.View?

    /// The names of people whom the caller reads of already, disabled ones too.
    func names(of users: Set<ID<User>>) throws -> [ID<User>: String]

    /// A page of people by name.
    func list(_ filter: User.Filter, page: PageRequest, visibleTo caller: Principal) throws -> Page<User.View>

    /// Queues a new person; `passwordHash` is nil for one who cannot sign in.
    func insert(_ user: User, passwordHash: String?) throws

    /// Queues the new state of a person.
    func update(_ user: User) throws

    /// Queues a new password hash, or nil to take the password away.
    func setPasswordHash(_ hash: String?, of user: ID<User>) throws

    /// What a person may do in all, disabled or not.
    func rights(of user: ID<User>) throws -> Rights

    /// What ids, usernames, email addresses and names mean among the people whom `caller` may pick: whom it sees, enabled, not the automation.
    /// A username goes before an email address, that before a name; a name that several bear is ambiguous.
    func resolve(_ inputs: Set<RefInput<User>>, visibleTo caller: Principal) throws -> RefLookup<User>

    /// Makes those people whose username nobody has yet, in the order given; none of them can sign in.
    ///
    /// - Returns: the id for each username of `people`, whether it was there or is new, and the ids of the new ones.
    func findOrInsert(_ people: [User]) throws -> (ids: [String: ID<User>], new: Set<ID<User>>)
}
