import ITSMCore

/// People: the list, and each person with what can be done to an account.
struct PeoplePages {
    let services: DeskServices
    let desk: CurrentDesk

    static let list = "/admin/people"
    private static let place = "admin:people"

    private static let role = Query<String>("role", "Holders of this role.")
    private static let group = Query<String>("group", "Members of this group.")

    func add(to table: inout RouteTable) {
        addReading(to: &table)
        addSaving(to: &table)
        addAccount(to: &table)
    }

    // MARK: Reading

    private func addReading(to table: inout RouteTable) {
        let (services, desk) = (services, desk)
        table.adminPage(Self.list, "People", .managePeople, query: AdminQueries.all(.people) + [Self.role, Self.group]) { call in
            var filter = User.Filter(
                query: call[AdminQueries.query].flatMap(\.nonEmpty), group: call[Self.group].flatMap(\.nonEmpty).map(RefInput.init),
                role: call[Self.role].flatMap(\.nonEmpty).map(RefInput.init), isDisabled: Self.isDisabled(call[AdminQueries.state]))
            var condition = PageFilter(call, .people)
            let page = try await condition.asked { asked in
                filter.condition = asked
                return try await services.people.list(filter, page: call.pageRequest(), as: call.principal)
            }
            let roles = try await PageRequest.all { try await services.roles.list(page: $0, as: call.principal) }
            return WebPage(
                title: "People", template: "records",
                view: Self.list(page, filter, condition, roles: roles, ScreenTime(for: call.principal, desk), call),
                place: Self.place, status: condition.status)
        }
        table.adminPage("\(Self.list)/new", "Make a person", .managePeople) { call in
            try await PersonForm(services, desk, call.principal).page()
        }
        table.adminPage("\(Self.list)/{id}", "One person", .managePeople) { call in
            try await PersonForm(services, desk, call.principal).page(of: try await Self.find(call, services))
        }
    }

    static func find(_ call: Call, _ services: DeskServices) async throws -> User.View {
        try await services.people.find(call.key(), as: call.principal)
    }

    private static func isDisabled(_ state: String?) -> Bool? {
        switch state {
        case "all": nil
        case "disabled": true
        default: false
        }
    }

    private static func list(
        _ page: Page<User.View>, _ filter: User.Filter, _ condition: PageFilter, roles: [Role], _ time: ScreenTime, _ call: Call
    ) -> RecordList {
        let isActive = filter.query != nil || filter.role != nil || filter.group != nil || filter.isDisabled != false
        return RecordList(
            "People", create: .init(address: "\(list)/new", words: "New person"),
            filter: .init(
                address: list, query: filter.query ?? "", placeholder: "Name, username or email",
                selects: [
                    .init("role", "Role", chosen: filter.role?.name, [("", "Any role")] + roles.map { ($0.name, $0.name) }),
                    .init(
                        "state", "State", chosen: call[AdminQueries.state],
                        [("active", "Active"), ("disabled", "Disabled"), ("all", "Active and disabled")]),
                ], isActive: isActive
            ).adding(condition, help: "Only people for whom it is true, such as person.department == \"Sales\"."),
            columns: ["Name", "Email", "Roles", "Groups", "Changed"],
            rows: page.items.map { user in
                RecordList.Row(
                    at: "\(list)/\(user.id)", user.name, person: .init(id: user.id, name: user.name), detail: user.username,
                    badges: badges(of: user),
                    [
                        "Email": user.email, "Roles": (user.roles + user.inheritedRoles).names, "Groups": user.groups.names,
                        "Changed": time(user.updatedAt).short,
                    ])
            },
            none: .init(
                icon: "user", heading: "No people yet", words: "People who raise and work tickets stand here.",
                action: .init(address: "\(list)/new", words: "Make the first")),
            next: call.next(after: page), first: call.first)
    }

    static func badges(of user: User.View) -> [RecordList.Badge] {
        var badges: [RecordList.Badge] = []
        if user.disabledAt != nil { badges.append(.init(words: "Disabled", tone: "danger")) }
        if user.vip { badges.append(.init(words: "VIP", tone: "accent")) }
        if user.disabledAt == nil, !user.canSignIn { badges.append(.init(words: "Cannot sign in", tone: "")) }
        return badges
    }

    // MARK: Saving

    private func addSaving(to table: inout RouteTable) {
        let (services, desk) = (services, desk)
        table.adminForm(Self.list, "Make a person", .managePeople) { call, form in
            let caller = call.principal
            let user = try await services.people.create(try PersonForm.draft(form, caller, ScreenTime(for: caller, desk)), as: caller)
            return .seeOther("\(Self.list)/\(user.id)", notice: "\(user.name) was added.")
        } again: { call, form, error in
            try await PersonForm(services, desk, call.principal, .init(form, error)).page()
        }
        table.adminForm("\(Self.list)/{id}", "Change a person", .managePeople) { call, form in
            let caller = call.principal
            let user = try await Self.find(call, services)
            let patch = try PersonForm.patch(form, of: user, caller, ScreenTime(for: caller, desk))
            let saved = try await services.people.update(.id(user.id), with: patch, ifVersion: form.version, as: caller)
            return .seeOther("\(Self.list)/\(saved.id)", notice: "\(saved.name) was saved.")
        } again: { call, form, error in
            try await PersonForm(services, desk, call.principal, .init(form, error)).page(of: try await Self.find(call, services))
        }
    }

    // MARK: The account

    private func addAccount(to table: inout RouteTable) {
        let services = services
        action("password", "Set a person's password", to: &table) { user, form, caller in
            var patch = User.Patch()
            patch.password = .value(form.exact("password"))
            _ = try await services.people.update(.id(user.id), with: patch, ifVersion: form.version, as: caller)
            return "\(user.name) has a new password; their sign-ins have ended."
        }
        addResetLink(to: &table)
        action("second-factor", "Take a person's second factor away", to: &table) { user, _, caller in
            try await services.secondFactors.reset(of: .id(user.id), as: caller)
            return "The second factor of \(user.name) was taken away; their sign-ins have ended."
        }
        action("sign-ins", "End a person's sign-ins", to: &table) { user, _, caller in
            try await services.people.endSignIns(of: .id(user.id), as: caller)
            return "All sign-ins of \(user.name) have ended."
        }
        action("disable", "Disable a person", to: &table) { user, form, caller in
            try await services.people.disable(.id(user.id), ifVersion: form.version, as: caller)
            return "\(user.name) was disabled."
        }
        action("enable", "Enable a person", to: &table) { user, _, caller in
            _ = try await services.people.enable(.id(user.id), as: caller)
            return "\(user.name) was enabled."
        }
    }

    private func addResetLink(to table: inout RouteTable) {
        let (services, desk) = (services, desk)
        table.adminForm("\(Self.list)/{id}/reset-link", "Make a link to choose a password", .managePeople) { call, _ in
            let user = try await Self.find(call, services)
            let issued = try await services.passwordResets.issue(for: .id(user.id), as: call.principal)
            var form = PersonForm(services, desk, call.principal)
            form.issued = IssuedSecret(
                heading: "A link for \(user.name)",
                words: "Copy it now, and hand it to nobody else: it is not shown again. It works once, until "
                    + "\(ScreenTime(for: call.principal, desk)(issued.expiresAt).full).",
                label: "Link", secret: call.ownAddress + issued.path)
            // Not a redirect: the link is shown in this answer and nowhere else.
            var page = try await form.page(of: user)
            page.isSecret = true
            return .page(page)
        } again: { call, form, error in
            let page = PersonForm(services, desk, call.principal, actionForm: .init(form, error))
            return try await page.page(of: try await Self.find(call, services))
        }
    }

    /// - Parameter act: does it, and says what was done.
    private func action(
        _ name: String, _ summary: String, to table: inout RouteTable,
        _ act: @escaping @Sendable (User.View, Form, Principal) async throws -> String
    ) {
        let (services, desk) = (services, desk)
        table.adminForm("\(Self.list)/{id}/\(name)", summary, .managePeople) { call, form in
            let user = try await Self.find(call, services)
            return .seeOther("\(Self.list)/\(user.id)", notice: try await act(user, form, call.principal))
        } again: { call, form, error in
            let page = PersonForm(services, desk, call.principal, actionForm: .init(form, error))
            return try await page.page(of: try await Self.find(call, services))
        }
    }
}

extension PageRequest {
    /// All that a list holds, page after page: for what is shown as a whole, such as the roles to choose from.
    static func all<Item>(_ list: (PageRequest) async throws -> Page<Item>) async throws -> [Item] {
        var found: [Item] = []
        var request: PageRequest? = PageRequest(limit: Limits.pageMaximum)
        while let asked = request {
            let page = try await list(asked)
            found += page.items
            request = page.next.flatMap { PageRequest(limit: Limits.pageMaximum, after: $0) }
        }
        return found
    }
}

extension [Ref<Role>] {
    var names: String? { isEmpty ? nil : map(\.name).joined(separator: ", ") }
}

extension [Ref<SupportGroup>] {
    var names: String? { isEmpty ? nil : map(\.name).joined(separator: ", ") }
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}
