/// Which roles a person holds and which groups they are in.
extension PeopleService {
    /// Gives a person a role directly; no change if they have it.
    ///
    /// - Throws: `notFound`, `forbidden` for a role that reaches further than the caller's rights, `invalid`.
    public func grant(_ role: RefInput<Role>, to key: RefInput<User>, in tx: any Transaction, as caller: Principal) throws -> User.View {
        try changeRoles(of: key, in: tx, as: caller) { held in
            var problems = ProblemList()
            let wanted = try RoleService.wanted([role], at: "/role", in: tx, &problems)
            try problems.throwIfAny()
            return held + wanted.filter { !held.contains($0) }
        }
    }

    /// Takes a directly held role from a person.
    ///
    /// - Throws: `notFound`, also when they do not hold it; `forbidden`; `inUse` for the last superAdmin.
    public func revoke(_ role: RefInput<Role>, from key: RefInput<User>, in tx: any Transaction, as caller: Principal) throws -> User.View {
        try changeRoles(of: key, in: tx, as: caller) { held in
            guard let role = try tx.roles.first(role), held.contains(where: { $0.id == role.id }) else {
                throw ITSMError.notFound("role of this person")
            }
            return held.filter { $0.id != role.id }
        }
    }

    /// - Parameter wanted: the roles to be held, from those that are.
    private func changeRoles(
        of key: RefInput<User>, in tx: any Transaction, as caller: Principal, to wanted: ([Role]) throws -> [Role]
    ) throws -> User.View {
        try tx.roles.lockSuperAdmins()
        var user = try lock(key, in: tx, as: caller)
        try caller.require(.manageRoles)
        if user.isBuiltIn { throw ITSMError.forbidden("\(user.name) is built in and stays as it is.") }
        if try setRoles(try wanted(try tx.roles.held(by: user.id)), of: user, in: tx, as: caller) {
            user.touch(at: tx.now)
            try tx.users.update(user)
        }
        return try find(.id(user.id), in: tx, as: caller)
    }

    /// The same in a unit of work of its own.
    public func grant(_ role: RefInput<Role>, to key: RefInput<User>, as caller: Principal) async throws -> User.View {
        try await database.write { try self.grant(role, to: key, in: $0, as: caller) }
    }

    /// The same in a unit of work of its own.
    public func revoke(_ role: RefInput<Role>, from key: RefInput<User>, as caller: Principal) async throws -> User.View {
        try await database.write { try self.revoke(role, from: key, in: $0, as: caller) }
    }

    // MARK: Parts

    func wantedGroups(
        _ inputs: [RefInput<SupportGroup>], in tx: any Transaction, as caller: Principal, _ problems: inout ProblemList
    ) throws -> [Ref<SupportGroup>] {
        if inputs.count > Limits.groupsPerUser { problems.add("/groups", .tooLong, "A person can be in at most \(Limits.groupsPerUser) groups.") }
        let found = try tx.groups.resolve(Set(inputs), visibleTo: caller)
        var groups: [Ref<SupportGroup>] = []
        for (index, input) in inputs.enumerated() {
            guard let group = found.resolve(input, at: "/groups/\(index)", as: "group", &problems), !groups.contains(group) else { continue }
            groups.append(group)
        }
        return groups
    }

    /// Makes `wanted` the directly held roles. The caller has locked the guard row. False when nothing changed.
    func setRoles(_ wanted: [Role], of user: User, in tx: any Transaction, as caller: Principal) throws -> Bool {
        let held = try tx.roles.held(by: user.id)
        let policy = PeoplePolicy(caller)
        let granted = wanted.filter { role in !held.contains { $0.id == role.id } }
        let revoked = held.filter { role in !wanted.contains { $0.id == role.id } }
        for role in granted { try policy.requireGrant(of: role) }
        for role in revoked { try policy.requireRevoke(of: role) }
        if revoked.contains(where: \.isSuperAdmin) { try requireAnotherSuperAdmin(than: user, in: tx) }
        for role in granted { try grant(role, to: user, in: tx, as: caller) }
        for role in revoked where try tx.roles.revoke(role.id, from: user.id) {
            try tx.activity.append(
                Activity(.userRoleRevoked, on: .init(.user, user.id), payload: ["role": role.ref.json], occurredAt: tx.now), by: caller)
        }
        return !granted.isEmpty || !revoked.isEmpty
    }

    func grant(_ role: Role, to user: User, in tx: any Transaction, as caller: Principal) throws {
        guard try tx.roles.grant(role.id, to: user.id, at: tx.now) else { return }
        try tx.activity.append(
            Activity(.userRoleGranted, on: .init(.user, user.id), payload: ["role": role.ref.json], occurredAt: tx.now), by: caller)
    }

    /// Makes `wanted` the person's groups; archived ones stay as they are. False when nothing changed.
    func setGroups(_ wanted: [Ref<SupportGroup>], of user: User, in tx: any Transaction, as caller: Principal) throws -> Bool {
        let current = try tx.groups.groups(of: user.id)
        let pickable = try tx.groups.resolve(Set(current.map { .id($0.id) }), visibleTo: caller).found
        let joined = wanted.filter { !current.contains($0) }
        let left = current.filter { pickable[.id($0.id)] != nil && !wanted.contains($0) }
        for group in joined { try join(user, to: group, in: tx, as: caller) }
        for group in left where try tx.groups.remove(user.id, from: group.id) {
            try tx.activity.append(
                Activity(.groupMemberRemoved, on: .init(.group, group.id), payload: ["user": user.ref.json], occurredAt: tx.now), by: caller)
        }
        return !joined.isEmpty || !left.isEmpty
    }

    func join(_ user: User, to group: Ref<SupportGroup>, in tx: any Transaction, as caller: Principal) throws {
        try PeoplePolicy(caller).requireMembership(of: group, granting: try tx.roles.held(by: group.id))
        guard try tx.groups.add(user.id, to: group.id, at: tx.now) else { return }
        try tx.activity.append(
            Activity(.groupMemberAdded, on: .init(.group, group.id), payload: ["user": user.ref.json], occurredAt: tx.now), by: caller)
    }

    /// - Throws: `inUse` when `user` is the last superAdmin who can sign in. The caller has locked the guard row.
    func requireAnotherSuperAdmin(than user: User, in tx: any Transaction) throws {
        guard try tx.roles.superAdmins(otherThan: user.id) > 0 else {
            throw ITSMError(.inUse, "\(user.name) is the last superAdmin who can sign in; give another person that role and a password first.")
        }
    }
}
