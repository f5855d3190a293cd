/// Who is in a group, and which roles come with it.
extension GroupService {
    /// Makes a person a member; no change if they are one.
    ///
    /// - Throws: `notFound`; `forbidden` when the group's roles reach further than the caller's rights; `invalid`.
    public func add(_ user: RefInput<User>, to key: RefInput<SupportGroup>, in tx: any Transaction, as caller: Principal) throws -> SupportGroup.View
    {
        let group = try lock(key, in: tx, as: caller)
        var problems = ProblemList()
        let wanted = try wantedMembers([user], at: "/user", in: tx, as: caller, &problems)
        try problems.throwIfAny()
        try requireMembership(of: group, in: tx, as: caller)
        let joined = try wanted.filter { try join($0, to: group, in: tx, as: caller) }
        try save(group, ifChanged: !joined.isEmpty, in: tx)
        return try find(.id(group.id), in: tx, as: caller)
    }

    /// Ends a membership.
    ///
    /// - Parameter user: an id or a username.
    /// - Throws: `notFound`, also when the person is no member; `forbidden`.
    public func remove(_ user: RefInput<User>, from key: RefInput<SupportGroup>, in tx: any Transaction, as caller: Principal) throws
        -> SupportGroup.View
    {
        let group = try lock(key, in: tx, as: caller)
        guard let member = try tx.users.view(user, visibleTo: caller),
            try leave(Ref(id: member.id, name: member.name), group, in: tx, as: caller)
        else { throw ITSMError.notFound("member of this group") }
        try save(group, ifChanged: true, in: tx)
        return try find(.id(group.id), in: tx, as: caller)
    }

    /// Gives every member of a group a role.
    ///
    /// - Throws: `notFound`; `forbidden` for a role that reaches further than the caller's rights; `invalid`.
    public func grant(_ role: RefInput<Role>, to key: RefInput<SupportGroup>, in tx: any Transaction, as caller: Principal) throws
        -> SupportGroup.View
    {
        let group = try lock(key, in: tx, as: caller)
        var problems = ProblemList()
        let wanted = try wantedRoles([role], at: "/role", in: tx, &problems)
        try problems.throwIfAny()
        let held = try tx.roles.held(by: group.id)
        let isChanged = try setRoles(held + wanted.filter { !held.contains($0) }, of: group, in: tx, as: caller)
        try save(group, ifChanged: isChanged, in: tx)
        return try find(.id(group.id), in: tx, as: caller)
    }

    /// Takes a role from a group.
    ///
    /// - Throws: `notFound`, also when the group does not have it; `forbidden`.
    public func revoke(_ role: RefInput<Role>, from key: RefInput<SupportGroup>, in tx: any Transaction, as caller: Principal) throws
        -> SupportGroup.View
    {
        let group = try lock(key, in: tx, as: caller)
        let held = try tx.roles.held(by: group.id)
        guard let role = try tx.roles.first(role), held.contains(where: { $0.id == role.id }) else { throw ITSMError.notFound("role of this group") }
        let isChanged = try setRoles(held.filter { $0.id != role.id }, of: group, in: tx, as: caller)
        try save(group, ifChanged: isChanged, in: tx)
        return try find(.id(group.id), in: tx, as: caller)
    }

    /// The same in a unit of work of its own.
    public func add(_ user: RefInput<User>, to key: RefInput<SupportGroup>, as caller: Principal) async throws -> SupportGroup.View {
        try await database.write { try self.add(user, to: key, in: $0, as: caller) }
    }

    /// The same in a unit of work of its own.
    public func remove(_ user: RefInput<User>, from key: RefInput<SupportGroup>, as caller: Principal) async throws -> SupportGroup.View {
        try await database.write { try self.remove(user, from: key, in: $0, as: caller) }
    }

    /// The same in a unit of work of its own.
    public func grant(_ role: RefInput<Role>, to key: RefInput<SupportGroup>, as caller: Principal) async throws -> SupportGroup.View {
        try await database.write { try self.grant(role, to: key, in: $0, as: caller) }
    }

    /// The same in a unit of work of its own.
    public func revoke(_ role: RefInput<Role>, from key: RefInput<SupportGroup>, as caller: Principal) async throws -> SupportGroup.View {
        try await database.write { try self.revoke(role, from: key, in: $0, as: caller) }
    }

    // MARK: Parts

    func wantedMembers(
        _ inputs: [RefInput<User>], at pointer: String? = nil, in tx: any Transaction, as caller: Principal, _ problems: inout ProblemList
    ) throws -> [Ref<User>] {
        if inputs.count > Limits.groupMembersShown {
            problems.add("/members", .tooLong, "At most \(Limits.groupMembersShown) members can be set at once; add the others one by one.")
        }
        let found = try tx.users.resolve(Set(inputs), visibleTo: caller)
        var seen: Set<ID<User>> = []
        var members: [Ref<User>] = []
        for (index, input) in inputs.enumerated() {
            guard let user = found.resolve(input, at: pointer ?? "/members/\(index)", as: "person", &problems), seen.insert(user.id).inserted else {
                continue
            }
            members.append(user)
        }
        return members
    }

    func wantedRoles(_ inputs: [RefInput<Role>], at pointer: String? = nil, in tx: any Transaction, _ problems: inout ProblemList) throws -> [Role] {
        let roles = try RoleService.wanted(inputs, at: pointer, in: tx, &problems)
        if roles.contains(where: \.isSuperAdmin) {
            problems.add(pointer ?? "/roles", .invalidValue, "superAdmin is held by persons directly, never through a group.")
        }
        return roles
    }

    /// Makes `wanted` the members; those who are disabled stay as they are. False when nothing changed.
    ///
    /// - Throws: `invalid` for a group that has more members than are shown: who reads and replaces the set would lose the others.
    func setMembers(_ wanted: [Ref<User>], of group: SupportGroup, in tx: any Transaction, as caller: Principal) throws -> Bool {
        let current = try tx.groups.members(of: group.id, limit: Limits.groupMembersShown + 1)
        guard current.count <= Limits.groupMembersShown else {
            throw ITSMError.invalid(
                "/members", .tooLong, "\(group.name) has more than \(Limits.groupMembersShown) members; add and remove them one by one.")
        }
        let joined = wanted.filter { user in !current.contains { $0.id == user.id } }
        let left = current.filter { member in !wanted.contains { $0.id == member.id } }
        if !joined.isEmpty { try requireMembership(of: group, in: tx, as: caller) }
        for user in joined { _ = try join(user, to: group, in: tx, as: caller) }
        for user in left { _ = try leave(user, group, in: tx, as: caller) }
        return !joined.isEmpty || !left.isEmpty
    }

    func requireMembership(of group: SupportGroup, in tx: any Transaction, as caller: Principal) throws {
        try PeoplePolicy(caller).requireMembership(of: group.ref, granting: try tx.roles.held(by: group.id))
    }

    /// False when the person was a member.
    private func join(_ user: Ref<User>, to group: SupportGroup, in tx: any Transaction, as caller: Principal) throws -> Bool {
        guard try tx.groups.add(user.id, to: group.id, at: tx.now) else { return false }
        try tx.activity.append(
            Activity(.groupMemberAdded, on: .init(.group, group.id), payload: ["user": user.json], occurredAt: tx.now), by: caller)
        return true
    }

    /// False when the person was no member.
    private func leave(_ user: Ref<User>, _ group: SupportGroup, in tx: any Transaction, as caller: Principal) throws -> Bool {
        guard try tx.groups.remove(user.id, from: group.id) else { return false }
        try tx.activity.append(
            Activity(.groupMemberRemoved, on: .init(.group, group.id), payload: ["user": user.json], occurredAt: tx.now), by: caller)
        return true
    }

    /// Makes `wanted` the group's roles. False when nothing changed.
    func setRoles(_ wanted: [Role], of group: SupportGroup, in tx: any Transaction, as caller: Principal) throws -> Bool {
        let held = try tx.roles.held(by: group.id)
        let policy = PeoplePolicy(caller)
        let granted = wanted.filter { role in !held.contains { $0.id == role.id } }
        let revoked = held.filter { role in !wanted.contains { $0.id == role.id } }
        for role in granted { try policy.requireGrant(of: role) }
        for role in revoked { try policy.requireRevoke(of: role) }
        for role in granted where try tx.roles.grant(role.id, to: group.id, at: tx.now) {
            try tx.activity.append(
                Activity(.groupRoleGranted, on: .init(.group, group.id), payload: ["role": role.ref.json], occurredAt: tx.now), by: caller)
        }
        for role in revoked where try tx.roles.revoke(role.id, from: group.id) {
            try tx.activity.append(
                Activity(.groupRoleRevoked, on: .init(.group, group.id), payload: ["role": role.ref.json], occurredAt: tx.now), by: caller)
        }
        return !granted.isEmpty || !revoked.isEmpty
    }
}
