import ITSMCore

/// Roles. `{id}` is an id or a name.
struct RoleRoutes: Sendable {
    let roles: RoleService

    private static let tag = "Roles"
    private static let manage = Route.Needs.permission(.manageRoles)

    func add(to table: inout RouteTable) {
        table.list(
            "roles", "Roles by name", tag: Self.tag, needs: .permission(.readPeople), query: [FilterQuery.roles.parameter], of: Role.self
        ) { call, page in
            try await roles.list(where: try FilterQuery.roles.condition(call), page: page, as: call.principal)
        }
        table.get("roles/{id}", "One role", "By id or name.", tag: Self.tag, needs: .permission(.readPeople), answer: .ok(Role.self)) { call in
            let role = try await roles.find(try call.key(), as: call.principal)
            return .ok(role, version: role.version)
        }
        table.post("roles", "Make a role", tag: Self.tag, needs: Self.manage, body: Role.Draft.self, answer: .created(Role.self)) { call, draft in
            let caller = call.principal
            return try await call.write { tx in
                try roles.create(draft, in: tx, as: caller)
            } answer: {
                .created($0, at: "roles/\($0.id)", version: $0.version)
            }
        }
        table.patch("roles/{id}", "Change a role", tag: Self.tag, needs: Self.manage, body: Role.Patch.self, answer: .ok(Role.self)) { call, patch in
            let (key, caller, version) = (try call.key(Role.self), call.principal, try call.expectedVersion)
            return try await call.write { tx in
                try roles.update(key, with: patch, ifVersion: version, in: tx, as: caller)
            } answer: {
                .ok($0, version: $0.version)
            }
        }
        table.delete(
            "roles/{id}", "Delete a role that nobody holds", tag: Self.tag, needs: Self.manage, answer: .noContent, ifMatch: true
        ) { call in
            try await roles.delete(try call.key(), ifVersion: try call.expectedVersion, as: call.principal)
            return .noContent
        }
    }
}
