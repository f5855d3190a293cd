import ITSMCore

/// Roles, and the grid of what each allows.
struct RolePages {
    let roles: RoleService

    static let list = "/admin/roles"

    func add(to table: inout RouteTable) {
        addReading(to: &table)
        addSaving(to: &table)
    }

    private func addReading(to table: inout RouteTable) {
        let roles = roles
        table.adminPage(Self.list, "Roles", .manageRoles, query: [FilterQuery.roles.parameter, StandardQueries.cursor]) { call in
            var condition = PageFilter(call, .roles)
            let page = try await condition.asked { try await roles.list(where: $0, page: call.pageRequest(), as: call.principal) }
            let rows = page.items.map { role in
                RecordList.Row(
                    at: "\(Self.list)/\(role.id)", role.name, detail: role.description?.firstLine,
                    badges: role.builtIn ? [.init(words: "Built in", tone: "")] : [],
                    ["Permissions": "\(role.permissions.scopes.count) of \(Permission.allCases.count)"])
            }
            let view = RecordList(
                "Roles", create: .init(address: "\(Self.list)/new", words: "New role"),
                filter: .init(address: Self.list, condition, help: "Only roles for which it is true, such as !role.builtIn."),
                columns: ["Name", "Permissions"], rows: rows,
                none: .init(icon: "lock", heading: "No roles", words: "A role is a set of permissions that people hold."),
                next: call.next(after: page), first: call.first)
            return WebPage(title: "Roles", template: "records", view: view, place: "admin:roles", status: condition.status)
        }
        table.adminPage("\(Self.list)/new", "Make a role", .manageRoles) { call in RoleView.page(nil, call.principal) }
        table.adminPage("\(Self.list)/{id}", "One role", .manageRoles) { call in RoleView.page(try await Self.find(call, roles), call.principal) }
    }

    private static func find(_ call: Call, _ roles: RoleService) async throws -> Role {
        try await roles.find(call.key(), as: call.principal)
    }

    private func addSaving(to table: inout RouteTable) {
        let roles = roles
        table.adminForm(Self.list, "Make a role", .manageRoles) { call, form in
            let draft = Role.Draft(
                name: form["name"], description: form.text("description"), permissions: Self.grants(form),
                requiresSecondFactor: form.isChecked("requiresSecondFactor"))
            let role = try await roles.create(draft, as: call.principal)
            return .seeOther("\(Self.list)/\(role.id)", notice: "The role \(role.name) was made.")
        } again: { call, form, error in
            RoleView.page(nil, call.principal, .init(form, error), error)
        }
        table.adminForm("\(Self.list)/{id}", "Change a role", .manageRoles) { call, form in
            let role = try await Self.find(call, roles)
            var patch = Role.Patch()
            patch.name = form.change("name", from: role.name)
            patch.description = form.change("description", from: role.description)
            patch.requiresSecondFactor = form.change("requiresSecondFactor", from: role.requiresSecondFactor)
            if !role.isSuperAdmin { patch.permissions = .value(Self.changes(form, of: role)) }
            let saved = try await roles.update(.id(role.id), with: patch, ifVersion: form.version, as: call.principal)
            return .seeOther("\(Self.list)/\(saved.id)", notice: "The role \(saved.name) was saved.")
        } again: { call, form, error in
            RoleView.page(try await Self.find(call, roles), call.principal, .init(form, error), error)
        }
        table.adminForm("\(Self.list)/{id}/delete", "Delete a role", .manageRoles) { call, form in
            let role = try await Self.find(call, roles)
            try form.requireConfirmation(of: role.name)
            try await roles.delete(.id(role.id), ifVersion: form.version, as: call.principal)
            return .seeOther(Self.list, notice: "The role \(role.name) was deleted.")
        } again: { call, form, error in
            RoleView.page(try await Self.find(call, roles), call.principal, actionForm: .init(form, error), error)
        }
    }

    private static func grants(_ form: Form) -> Grants {
        Grants(Dictionary(uniqueKeysWithValues: Permission.allCases.compactMap { permission in scope(form, permission).map { (permission, $0) } }))
    }

    /// What differs from the role as it is. A permission that the form does not hold stays.
    private static func changes(_ form: Form, of role: Role) -> [Permission: Scope?] {
        var changes: [Permission: Scope?] = [:]
        for permission in Permission.allCases where form.has(permission.rawValue) {
            let scope = scope(form, permission)
            if scope != role.permissions[permission] { changes.updateValue(scope, forKey: permission) }
        }
        return changes
    }

    private static func scope(_ form: Form, _ permission: Permission) -> Scope? { Scope(rawValue: form[permission.rawValue]) }
}
