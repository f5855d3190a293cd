import ITSMCore

extension User: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), username: try row.next(), name: try row.next(), email: try row.next(), location: try row.next(),
            department: try row.next(), vip: try row.next(), timeZone: try row.next(), language: try row.next(), manager: try row.next(),
            skills: try row.next(), absence: Absence(from: try row.next(), until: try row.next()), disabledAt: try row.next(),
            version: try row.next(), createdAt: try row.next(), updatedAt: try row.next())
    }
}

extension User.View: RowDecodable {
    package init(row: inout Row) throws {
        let user = try User(row: &row)
        let managerName = try row.next(String?.self)
        self.init(
            user, manager: user.manager.flatMap { id in managerName.map { Ref(id: id, name: $0) } }, roles: try row.nextRefs(),
            inheritedRoles: try row.nextRefs(), groups: try row.nextRefs(), canSignIn: try row.next())
    }
}

extension SupportGroup: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), name: try row.next(), description: try row.next(), manager: try row.next(), archivedAt: try row.next(),
            version: try row.next(), createdAt: try row.next(), updatedAt: try row.next())
    }
}

extension SupportGroup.View: RowDecodable {
    package init(row: inout Row) throws {
        let group = try SupportGroup(row: &row)
        let managerName = try row.next(String?.self)
        self.init(
            group, manager: group.manager.flatMap { id in managerName.map { Ref(id: id, name: $0) } }, members: try row.nextRefs(),
            memberCount: try row.next(), roles: try row.nextRefs())
    }
}

extension Role: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), name: try row.next(), description: try row.next(), builtIn: try row.next(), requiresSecondFactor: try row.next(),
            version: try row.next(), createdAt: try row.next(), updatedAt: try row.next(), permissions: Grants(stored: try row.next()))
    }

    private init(
        id: ID<Role>, name: String, description: String?, builtIn: Bool, requiresSecondFactor: Bool, version: Int, createdAt: Instant,
        updatedAt: Instant, permissions: Grants
    ) {
        self.init(
            id: id, name: name, description: description, builtIn: builtIn, permissions: permissions, requiresSecondFactor: requiresSecondFactor,
            version: version, createdAt: createdAt, updatedAt: updatedAt)
    }
}

extension Rights: RowDecodable {
    package init(row: inout Row) throws {
        let isSuperAdmin = try row.next(Bool.self)
        let grants = Grants(stored: try row.next())
        self.init(grants: isSuperAdmin ? .everything : grants, isSuperAdmin: isSuperAdmin)
    }
}

extension SignIn: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), user: try row.next(), createdAt: try row.next(), lastUsedAt: try row.next(), expiresAt: try row.next(),
            endedAt: try row.next(), generation: try row.next(), address: try row.next(), client: try row.next(),
            hadFactorElsewhere: try row.next())
    }
}

extension StoredCredentials: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            user: try Ref(row: &row), username: try row.next(), passwordHash: try row.next(), isDisabled: try row.next(),
            hasSecondFactor: try row.next())
    }
}

extension APIToken: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), name: try row.next(), permissions: Set(stored: try row.next()), createdAt: try row.next(), expiresAt: try row.next(),
            lastUsedAt: try row.next())
    }
}

extension Ref: RowDecodable {
    package init(row: inout Row) throws { self.init(id: try row.next(), name: try row.next()) }
}

extension Row {
    /// Two columns, an array of ids and one of names in the same order.
    mutating func nextRefs<Record>() throws -> [Ref<Record>] {
        let ids = try next([ID<Record>].self)
        return zip(ids, try next([String].self)).map { Ref(id: $0, name: $1) }
    }
}

extension Grants {
    /// From "permission scope" of each role: the wider scope counts. What a later release wrote and this one does not know is left out.
    init(stored: [String]) {
        var scopes: [Permission: Scope] = [:]
        for text in stored {
            let parts = text.split(separator: " ")
            guard parts.count == 2, let permission = Permission(rawValue: String(parts[0])), let scope = Scope(rawValue: String(parts[1])) else {
                continue
            }
            scopes[permission] = max(scope, scopes[permission] ?? scope)
        }
        self.init(scopes)
    }
}

extension Set<Permission> {
    /// From names with a space between.
    init(stored: String) { self.init(stored.split(separator: " ").compactMap { Permission(rawValue: String($0)) }) }

    var stored: String { map(\.rawValue).sorted().joined(separator: " ") }
}
