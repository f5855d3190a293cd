/// Roles: named sets of permissions (domain.md, 3).
public struct RoleService: Sendable {
    private let database: any Database

    public init(database: any Database) { self.database = database }

    /// A page of roles by name.
    ///
    /// - Throws: `forbidden` for those who may not read people.
    public func list(where condition: Condition? = nil, page: PageRequest, in tx: any Transaction, as caller: Principal) throws -> Page<Role> {
        try PeoplePolicy(caller).requireList()
        return try tx.roles.list(where: condition, page: page, for: caller)
    }

    /// The same in a unit of work of its own.
    public func list(where condition: Condition? = nil, page: PageRequest, as caller: Principal) async throws -> Page<Role> {
        try await database.read { try self.list(where: condition, page: page, in: $0, as: caller) }
    }

    /// One role by id or name.
    public func find(_ key: RefInput<Role>, in tx: any Transaction, as caller: Principal) throws -> Role {
        guard caller.holds(.readPeople), let role = try tx.roles.first(key) else { throw ITSMError.notFound("role") }
        return role
    }

    /// The same in a unit of work of its own.
    public func find(_ key: RefInput<Role>, as caller: Principal) async throws -> Role {
        try await database.read { try self.find(key, in: $0, as: caller) }
    }

    /// Makes a role.
    ///
    /// - Throws: `forbidden` naming the permissions that the caller does not hold; `invalid` with every fault.
    public func create(_ draft: Role.Draft, in tx: any Transaction, as caller: Principal) throws -> Role {
        try caller.require(.manageRoles)
        var problems = ProblemList()
        let role = Role(draft, id: tx.newID(), at: tx.now, &problems)
        try PeoplePolicy(caller).requireWidening(of: role, by: role.permissions)
        try problems.throwIfAny()
        try tx.roles.insert(role)
        try tx.activity.append(
            Activity(
                .roleCreated, on: .init(.role, role.id),
                payload: [
                    "name": .string(role.name), "permissions": role.permissions.json, "requiresSecondFactor": .bool(role.requiresSecondFactor),
                ], occurredAt: tx.now),
            by: caller)
        return role
    }

    /// The same in a unit of work of its own.
    public func create(_ draft: Role.Draft, as caller: Principal) async throws -> Role {
        try await database.write { try self.create(draft, in: $0, as: caller) }
    }

    /// Changes a role. The permissions of superAdmin stay as they are.
    ///
    /// - Throws: `notFound`, `forbidden` naming the permissions, `versionMismatch`, `invalid` with every fault.
    public func update(
        _ key: RefInput<Role>, with patch: Role.Patch, ifVersion version: Int?, in tx: any Transaction, as caller: Principal
    ) throws -> Role {
        var role = try lock(key, in: tx, as: caller)
        if role.isSuperAdmin, !patch.permissions.isAbsent {
            throw ITSMError.forbidden(
                "superAdmin holds everything.", problems: [FieldProblem("/permissions", .forbidden, "The permissions of superAdmin are fixed.")])
        }
        try PeoplePolicy(caller).requireWidening(of: role, by: role.patchedPermissions(patch).beyond(role.permissions))
        try ITSMError.expect(version: version, of: role.version)
        var problems = ProblemList()
        let changes = role.apply(patch, at: tx.now, &problems)
        try problems.throwIfAny()
        guard !changes.isEmpty else { return role }
        try tx.roles.update(role)
        try tx.activity.append(Activity(.roleUpdated, on: .init(.role, role.id), payload: changes.payload, occurredAt: tx.now), by: caller)
        return role
    }

    /// The same in a unit of work of its own.
    public func update(_ key: RefInput<Role>, with patch: Role.Patch, ifVersion version: Int?, as caller: Principal) async throws -> Role {
        try await database.write { try self.update(key, with: patch, ifVersion: version, in: $0, as: caller) }
    }

    /// Deletes a role that nobody holds.
    ///
    /// - Throws: `notFound`, `forbidden`, `versionMismatch`, `inUse` naming how many hold it, or for a built-in role.
    public func delete(_ key: RefInput<Role>, ifVersion version: Int?, in tx: any Transaction, as caller: Principal) throws {
        let role = try lock(key, in: tx, as: caller)
        try ITSMError.expect(version: version, of: role.version)
        if role.builtIn { throw ITSMError(.inUse, "\(role.name) is a built-in role; it can be edited, but not deleted.") }
        let holders = try tx.roles.holders(of: role.id)
        if holders.people + holders.groups > 0 {
            throw ITSMError(.inUse, "\(role.name) is held by \(holders.people) people and \(holders.groups) groups; take it from them first.")
        }
        try tx.roles.delete(role.id)
        try tx.activity.append(
            Activity(.roleDeleted, on: .init(.role, role.id), payload: ["name": .string(role.name)], occurredAt: tx.now), by: caller)
    }

    /// The same in a unit of work of its own.
    public func delete(_ key: RefInput<Role>, ifVersion version: Int?, as caller: Principal) async throws {
        try await database.write { try self.delete(key, ifVersion: version, in: $0, as: caller) }
    }

    private func lock(_ key: RefInput<Role>, in tx: any Transaction, as caller: Principal) throws -> Role {
        guard caller.holds(.readPeople), let role = try tx.roles.lock(key) else { throw ITSMError.notFound("role") }
        try caller.require(.manageRoles)
        try PeoplePolicy(caller).requireWidening(of: role, by: Grants())
        return role
    }

    /// The roles that are named; faults for those that are none.
    static func wanted(_ inputs: [RefInput<Role>], at pointer: String? = nil, in tx: any Transaction, _ problems: inout ProblemList) throws -> [Role]
    {
        if inputs.count > Limits.rolesPerHolder { problems.add("/roles", .tooLong, "At most \(Limits.rolesPerHolder) roles can be held.") }
        let found = try tx.roles.find(Set(inputs))
        var roles: [Role] = []
        for (index, input) in inputs.enumerated() {
            guard let role = found[input] else {
                problems.add(pointer ?? "/roles/\(index)", .invalidValue, "There is no such role.")
                continue
            }
            if !roles.contains(role) { roles.append(role) }
        }
        return roles
    }
}
