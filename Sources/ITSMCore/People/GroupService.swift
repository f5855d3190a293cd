/// Groups: who is in them and which roles come with them (domain.md, 3).
public struct GroupService: Sendable {
    let database: any Database

    public init(database: any Database) { self.database = database }

    // MARK: Reading

    /// A page of groups by name.
    ///
    /// - Throws: `forbidden` for those who may not read people, such as requesters.
    public func list(_ filter: SupportGroup.Filter, page: PageRequest, in tx: any Transaction, as caller: Principal) throws -> Page<SupportGroup.View>
    {
        try PeoplePolicy(caller).requireList()
        return try tx.groups.list(filter, page: page, visibleTo: caller)
    }

    /// The same in a unit of work of its own.
    public func list(_ filter: SupportGroup.Filter, page: PageRequest, as caller: Principal) async throws -> Page<SupportGroup.View> {
        try await database.read(on: .long) { try self.list(filter, page: page, in: $0, as: caller) }
    }

    /// One group by id or name.
    public func find(_ key: RefInput<SupportGroup>, in tx: any Transaction, as caller: Principal) throws -> SupportGroup.View {
        guard let group = try tx.groups.view(key, visibleTo: caller) else { throw ITSMError.notFound("group") }
        return group
    }

    /// The same in a unit of work of its own.
    public func find(_ key: RefInput<SupportGroup>, as caller: Principal) async throws -> SupportGroup.View {
        try await database.read { try self.find(key, in: $0, as: caller) }
    }

    /// A page of the group's members by name, without those who are disabled.
    ///
    /// - Throws: `notFound` where the caller may not see the group.
    public func members(
        of key: RefInput<SupportGroup>, where condition: Condition? = nil, page: PageRequest, in tx: any Transaction, as caller: Principal
    ) throws -> Page<User.View> {
        let group = try find(key, in: tx, as: caller)
        return try tx.users.list(User.Filter(group: .id(group.id), isDisabled: false, condition: condition), page: page, visibleTo: caller)
    }

    /// The same in a unit of work of its own.
    public func members(
        of key: RefInput<SupportGroup>, where condition: Condition? = nil, page: PageRequest, as caller: Principal
    ) async throws -> Page<User.View> {
        try await database.read { try self.members(of: key, where: condition, page: page, in: $0, as: caller) }
    }

    // MARK: Making and changing

    /// Makes a group.
    ///
    /// - Throws: `forbidden`, also for roles that reach further than the caller; `invalid` with every fault.
    public func create(_ draft: SupportGroup.Draft, in tx: any Transaction, as caller: Principal) throws -> SupportGroup.View {
        try caller.require(.managePeople)
        var problems = ProblemList()
        let manager = try resolve(draft.manager.map(ITSMCore.Patch.value) ?? .absent, in: tx, as: caller, &problems)
        let group = SupportGroup(draft, id: tx.newID(), manager: manager.set?.id, at: tx.now, &problems)
        let members = try wantedMembers(draft.members ?? [], in: tx, as: caller, &problems)
        let roles = try wantedRoles(draft.roles ?? [], in: tx, &problems)
        for role in roles { try PeoplePolicy(caller).requireGrant(of: role) }
        try problems.throwIfAny()
        try tx.groups.insert(group)
        try tx.activity.append(
            Activity(.groupCreated, on: .init(.group, group.id), payload: ["name": .string(group.name)], occurredAt: tx.now), by: caller)
        _ = try setRoles(roles, of: group, in: tx, as: caller)
        _ = try setMembers(members, of: group, in: tx, as: caller)
        return try find(.id(group.id), in: tx, as: caller)
    }

    /// The same in a unit of work of its own.
    public func create(_ draft: SupportGroup.Draft, as caller: Principal) async throws -> SupportGroup.View {
        try await database.write { try self.create(draft, in: $0, as: caller) }
    }

    /// Finds or makes the groups that an import names. The result is by the names that were given.
    ///
    /// - Throws: `forbidden` without `tickets:import`; `invalid` with every name that is none.
    public func findOrCreate(_ names: [String], in tx: any Transaction, as caller: Principal) throws -> [String: ID<SupportGroup>] {
        try caller.require(.importTickets)
        var problems = ProblemList()
        let groups = names.map { SupportGroup(.init(name: $0), id: tx.newID(), manager: nil, at: tx.now, &problems) }
        try problems.throwIfAny()
        let (ids, new) = try tx.groups.findOrInsert(groups)
        let made = groups.filter { new.contains($0.id) }
        try tx.activity.append(
            made.map { Activity(.groupCreated, on: .init(.group, $0.id), payload: ["name": .string($0.name)], occurredAt: tx.now) }, by: caller)
        return ids
    }

    /// Changes a group; `archived` hides it from pickers and brings it back.
    ///
    /// - Throws: `notFound`, `forbidden`, `versionMismatch`, `invalid` with every fault.
    public func update(
        _ key: RefInput<SupportGroup>, with patch: SupportGroup.Patch, ifVersion version: Int?, in tx: any Transaction, as caller: Principal
    ) throws -> SupportGroup.View {
        var group = try lock(key, ifVersion: version, in: tx, as: caller)
        var problems = ProblemList()
        let manager = try resolve(patch.manager, in: tx, as: caller, &problems)
        let members = try patch.members.isAbsent ? nil : wantedMembers(patch.members.set ?? [], in: tx, as: caller, &problems)
        let roles = try patch.roles.isAbsent ? nil : wantedRoles(patch.roles.set ?? [], in: tx, &problems)
        let wasArchived = group.archivedAt != nil
        let changes = group.apply(patch, manager: manager, at: tx.now, &problems)
        try problems.throwIfAny()

        if wasArchived, group.archivedAt == nil {
            try requireMembership(of: group, in: tx, as: caller)
        }
        var isChanged = !changes.isEmpty
        if isChanged {
            let kind: Activity.Kind = !wasArchived && group.archivedAt != nil ? .groupArchived : .groupUpdated
            try tx.activity.append(Activity(kind, on: .init(.group, group.id), payload: changes.payload, occurredAt: tx.now), by: caller)
        }
        if let roles, try setRoles(roles, of: group, in: tx, as: caller) { isChanged = true }
        if let members, try setMembers(members, of: group, in: tx, as: caller) { isChanged = true }
        try save(group, ifChanged: isChanged, in: tx)
        return try find(.id(group.id), in: tx, as: caller)
    }

    /// The same in a unit of work of its own.
    public func update(
        _ key: RefInput<SupportGroup>, with patch: SupportGroup.Patch, ifVersion version: Int?, as caller: Principal
    ) async throws -> SupportGroup.View {
        try await database.write { try self.update(key, with: patch, ifVersion: version, in: $0, as: caller) }
    }

    /// Deletes a group that nothing uses; its memberships and roles go with it.
    ///
    /// - Throws: `notFound`, `forbidden`, `versionMismatch`, `inUse` naming what uses it: such a group is archived instead.
    public func delete(_ key: RefInput<SupportGroup>, ifVersion version: Int?, in tx: any Transaction, as caller: Principal) throws {
        let group = try lock(key, ifVersion: version, in: tx, as: caller)
        let uses = try tx.groups.uses(of: group.id)
        guard uses.isEmpty else { throw ITSMError.inUse(group.name, by: uses) }
        try tx.groups.delete(group.id)
        try tx.activity.append(
            Activity(.groupDeleted, on: .init(.group, group.id), payload: ["name": .string(group.name)], occurredAt: tx.now), by: caller)
    }

    /// The same in a unit of work of its own.
    public func delete(_ key: RefInput<SupportGroup>, ifVersion version: Int?, as caller: Principal) async throws {
        try await database.write { try self.delete(key, ifVersion: version, in: $0, as: caller) }
    }

    // MARK: Parts

    func lock(_ key: RefInput<SupportGroup>, ifVersion version: Int? = nil, in tx: any Transaction, as caller: Principal) throws -> SupportGroup {
        guard let group = try tx.groups.lock(key, visibleTo: caller) else { throw ITSMError.notFound("group") }
        try caller.require(.managePeople)
        try ITSMError.expect(version: version, of: group.version)
        return group
    }

    func save(_ group: SupportGroup, ifChanged isChanged: Bool, in tx: any Transaction) throws {
        guard isChanged else { return }
        var group = group
        group.touch(at: tx.now)
        try tx.groups.update(group)
    }

    private func resolve(
        _ manager: ITSMCore.Patch<RefInput<User>>, in tx: any Transaction, as caller: Principal, _ problems: inout ProblemList
    ) throws -> ITSMCore.Patch<Ref<User>> {
        guard let input = manager.set else { return manager == .null ? .null : .absent }
        let found = try tx.users.resolve([input], visibleTo: caller)
        return found.resolve(input, at: "/manager", as: "person", &problems).map(ITSMCore.Patch.value) ?? .absent
    }
}
