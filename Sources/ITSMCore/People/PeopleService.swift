/// People: who they are, and which roles and groups they have (domain.md, 3).
///
/// Passwords are hashed before the transaction and handed to the synchronous forms, which only store the hash.
public struct PeopleService: Sendable {
    let database: any Database
    private let hasher: any PasswordHasher

    public init(database: any Database, hasher: any PasswordHasher) {
        self.database = database
        self.hasher = hasher
    }

    // MARK: Reading

    /// A page of people by name.
    ///
    /// - Throws: `forbidden` for those who may not read people, such as requesters.
    public func list(_ filter: User.Filter, page: PageRequest, in tx: any Transaction, as caller: Principal) throws -> Page<User.View> {
        try PeoplePolicy(caller).requireList()
        return try tx.users.list(filter, page: page, visibleTo: caller)
    }

    /// The same in a unit of work of its own.
    public func list(_ filter: User.Filter, page: PageRequest, as caller: Principal) async throws -> Page<User.View> {
        try await database.read(on: .long) { try self.list(filter, page: page, in: $0, as: caller) }
    }

    /// One person by id or username; everybody sees themselves.
    public func find(_ key: RefInput<User>, in tx: any Transaction, as caller: Principal) throws -> User.View {
        guard let user = try tx.users.view(key, visibleTo: caller) else { throw ITSMError.notFound("person") }
        return user
    }

    /// The same in a unit of work of its own.
    public func find(_ key: RefInput<User>, as caller: Principal) async throws -> User.View {
        try await database.read { try self.find(key, in: $0, as: caller) }
    }

    // MARK: Making

    /// The hash to hand to the synchronous forms. Nil for a password that they will refuse anyway, be it for its length or for want of rights:
    /// hashing is dear.
    public func hash(_ password: String?, as caller: Principal) async throws -> String? {
        guard let password, Password.isWorthHashing(password), caller.holds(.managePeople, atLeast: .all) else { return nil }
        return try await hasher.hash(password)
    }

    /// Makes a person, with the requester role unless the draft names others.
    ///
    /// - Throws: `forbidden`, also for roles and groups that reach further than the caller; `invalid` with every fault.
    public func create(_ draft: User.Draft, passwordHash: String?, in tx: any Transaction, as caller: Principal) throws -> User.View {
        try caller.require(.managePeople)
        if draft.roles != nil { try caller.require(.manageRoles) }
        var problems = ProblemList()
        let manager = try resolve(draft.manager.map(ITSMCore.Patch.value) ?? .absent, in: tx, as: caller, &problems)
        let user = User(draft, id: tx.newID(), manager: manager.set?.id, at: tx.now, &problems)
        try check(draft.password, of: user, in: tx, &problems)
        let roles = try RoleService.wanted(draft.roles ?? [.id(Role.requesterID)], in: tx, &problems)
        let groups = try wantedGroups(draft.groups ?? [], in: tx, as: caller, &problems)
        if draft.roles != nil { for role in roles { try PeoplePolicy(caller).requireGrant(of: role) } }
        try problems.throwIfAny()
        try tx.users.insert(user, passwordHash: passwordHash)
        try tx.activity.append(
            Activity(
                .userCreated, on: .init(.user, user.id), payload: ["username": .string(user.username), "name": .string(user.name)], occurredAt: tx.now
            ),
            by: caller)
        for role in roles { try grant(role, to: user, in: tx, as: caller) }
        for group in groups { try join(user, to: group, in: tx, as: caller) }
        return try find(.id(user.id), in: tx, as: caller)
    }

    /// The same in a unit of work of its own.
    public func create(_ draft: User.Draft, as caller: Principal) async throws -> User.View {
        let hash = try await hash(draft.password, as: caller)
        return try await database.write { try self.create(draft, passwordHash: hash, in: $0, as: caller) }
    }

    /// Finds or makes the people that an import names; the new ones cannot sign in. The result is by the usernames that were given.
    ///
    /// - Throws: `forbidden` without `tickets:import`; `invalid` with every name that is none.
    public func findOrCreate(_ people: [(username: String, name: String)], in tx: any Transaction, as caller: Principal) throws -> [String: ID<User>]
    {
        try caller.require(.importTickets)
        var problems = ProblemList()
        let users = people.map { User(.init(username: $0.username, name: $0.name), id: tx.newID(), manager: nil, at: tx.now, &problems) }
        try problems.throwIfAny()
        let (ids, new) = try tx.users.findOrInsert(users)
        let made = users.filter { new.contains($0.id) }
        try tx.activity.append(
            made.map {
                Activity(
                    .userCreated, on: .init(.user, $0.id), payload: ["username": .string($0.username), "name": .string($0.name)], occurredAt: tx.now)
            }, by: caller)
        return ids
    }

    // MARK: Changing

    /// Changes a person. Whoever may not manage people may change a few fields of themselves.
    ///
    /// - Parameter version: the version that the caller has seen; nil to change whatever is there.
    /// - Throws: `notFound`, `forbidden` naming the fields, `versionMismatch`, `inUse` for the last superAdmin, `invalid` with every fault.
    public func update(
        _ key: RefInput<User>, with patch: User.Patch, ifVersion version: Int?, passwordHash: String?, in tx: any Transaction, as caller: Principal
    ) throws -> User.View {
        if !patch.roles.isAbsent || patch.password == .null { try tx.roles.lockSuperAdmins() }
        var user = try lock(key, in: tx, as: caller)
        try PeoplePolicy(caller).requireUpdate(user, having: try tx.users.rights(of: user.id), with: patch)
        try ITSMError.expect(version: version, of: user.version)
        var problems = ProblemList()
        let manager = try resolve(patch.manager, in: tx, as: caller, &problems)
        let roles = try patch.roles.isAbsent ? nil : RoleService.wanted(patch.roles.set ?? [], in: tx, &problems)
        let groups = try patch.groups.isAbsent ? nil : wantedGroups(patch.groups.set ?? [], in: tx, as: caller, &problems)
        let changes = user.apply(patch, manager: manager, at: tx.now, &problems)
        try check(patch.password.set, of: user, in: tx, &problems)
        try problems.throwIfAny()

        var isChanged = !changes.isEmpty
        if isChanged {
            try tx.activity.append(Activity(.userUpdated, on: .init(.user, user.id), payload: changes.payload, occurredAt: tx.now), by: caller)
        }
        if !patch.password.isAbsent {
            try setPassword(passwordHash, of: user, in: tx, as: caller)
            isChanged = true
        }
        if let roles, try setRoles(roles, of: user, in: tx, as: caller) { isChanged = true }
        if let groups, try setGroups(groups, of: user, in: tx, as: caller) { isChanged = true }
        if isChanged {
            user.touch(at: tx.now)
            try tx.users.update(user)
        }
        return try find(.id(user.id), in: tx, as: caller)
    }

    /// The same in a unit of work of its own.
    public func update(_ key: RefInput<User>, with patch: User.Patch, ifVersion version: Int?, as caller: Principal) async throws -> User.View {
        let hash = try await hash(patch.password.set, as: caller)
        return try await database.write { try self.update(key, with: patch, ifVersion: version, passwordHash: hash, in: $0, as: caller) }
    }

    /// Ends a person's access and all their sign-ins; what they wrote keeps its author. API tokens rest until the person is enabled again.
    ///
    /// - Throws: `notFound`, `forbidden`, `inUse` for the last superAdmin.
    public func disable(_ key: RefInput<User>, ifVersion version: Int?, in tx: any Transaction, as caller: Principal) throws {
        try tx.roles.lockSuperAdmins()
        var user = try lock(key, in: tx, as: caller)
        let rights = try tx.users.rights(of: user.id)
        try PeoplePolicy(caller).requireManage(user, having: rights)
        try ITSMError.expect(version: version, of: user.version)
        if rights.isSuperAdmin { try requireAnotherSuperAdmin(than: user, in: tx) }
        guard let disabled = user.disable(at: tx.now) else { return }
        try tx.users.update(user)
        let ended = try tx.signIns.end(allOf: user.id, except: nil, at: tx.now)
        try tx.activity.append([disabled] + ended.map { $0.ended(.userDisabled, at: tx.now) }, by: caller)
    }

    /// The same in a unit of work of its own.
    public func disable(_ key: RefInput<User>, ifVersion version: Int?, as caller: Principal) async throws {
        try await database.write { try self.disable(key, ifVersion: version, in: $0, as: caller) }
    }

    /// Gives a disabled person access again.
    ///
    /// - Throws: `notFound`, `forbidden`.
    public func enable(_ key: RefInput<User>, in tx: any Transaction, as caller: Principal) throws -> User.View {
        var user = try lock(key, in: tx, as: caller)
        try PeoplePolicy(caller).requireManage(user, having: try tx.users.rights(of: user.id))
        if let enabled = user.enable(at: tx.now) {
            try tx.users.update(user)
            try tx.activity.append(enabled, by: caller)
        }
        return try find(.id(user.id), in: tx, as: caller)
    }

    /// The same in a unit of work of its own.
    public func enable(_ key: RefInput<User>, as caller: Principal) async throws -> User.View {
        try await database.write { try self.enable(key, in: $0, as: caller) }
    }

    /// Ends all sign-ins of a person.
    ///
    /// - Throws: `notFound`, `forbidden`.
    public func endSignIns(of key: RefInput<User>, in tx: any Transaction, as caller: Principal) throws {
        let user = try lock(key, in: tx, as: caller)
        try PeoplePolicy(caller).requireManage(user, having: try tx.users.rights(of: user.id))
        let ended = try tx.signIns.end(allOf: user.id, except: nil, at: tx.now)
        try tx.activity.append(ended.map { $0.ended(.revoked, at: tx.now) }, by: caller)
    }

    /// The same in a unit of work of its own.
    public func endSignIns(of key: RefInput<User>, as caller: Principal) async throws {
        try await database.write { try self.endSignIns(of: key, in: $0, as: caller) }
    }

    // MARK: Parts

    func lock(_ key: RefInput<User>, in tx: any Transaction, as caller: Principal) throws -> User {
        guard let user = try tx.users.lock(key, visibleTo: caller) else { throw ITSMError.notFound("person") }
        return user
    }

    private func check(_ password: String?, of user: User, in tx: any Transaction, _ problems: inout ProblemList) throws {
        guard let password else { return }
        Password.check(password, for: user, desk: try tx.settings.current().name, at: "/password", &problems)
    }

    private func setPassword(_ hash: String?, of user: User, in tx: any Transaction, as caller: Principal) throws {
        if hash == nil, try tx.users.rights(of: user.id).isSuperAdmin { try requireAnotherSuperAdmin(than: user, in: tx) }
        try NewPassword(hash).set(for: user, keeping: caller.signIn, in: tx, as: caller)
    }

    private func resolve(
        _ manager: ITSMCore.Patch<RefInput<User>>, in tx: any Transaction, as caller: Principal, _ problems: inout ProblemList
    ) throws -> ITSMCore.Patch<Ref<User>> {
        guard let input = manager.set else { return manager == .null ? .null : .absent }
        let found = try tx.users.resolve([input], visibleTo: caller)
        return found.resolve(input, at: "/manager", as: "person", &problems).map(ITSMCore.Patch.value) ?? .absent
    }
}
