import ITSMCore

/// The form of one group, its members, and how it ends.
struct GroupForm {
    let services: DeskServices
    let caller: Principal
    let fields: FormFields
    let actionForm: FormFields
    let memberForm: FormFields

    init(
        _ services: DeskServices, _ caller: Principal, _ fields: FormFields = FormFields(), actionForm: FormFields = FormFields(),
        memberForm: FormFields = FormFields()
    ) {
        self.services = services
        self.caller = caller
        self.fields = fields
        self.actionForm = actionForm
        self.memberForm = memberForm
    }

    private static let parent = RecordList.Link(address: GroupPages.list, words: "Groups")

    func page() async throws -> WebPage {
        let form = FormView(to: GroupPages.list, submit: "Make group", back: GroupPages.list, sections: try await sections(nil))
        let view = RecordPage(title: "New group", parent: Self.parent, faults: fields.faults, form: form)
        return WebPage(title: view.title, template: "record", view: view, place: "admin:groups")
    }

    /// - Parameter next: where the list of members goes on.
    func page(of group: SupportGroup.View, _ members: Page<User.View>, next: String?) async throws -> WebPage {
        let address = "\(GroupPages.list)/\(group.id)"
        var view = RecordPage(title: group.name, parent: Self.parent, badges: ArchiveState.badges(group.archivedAt))
        view.faults = fields.faults ?? actionForm.faults ?? memberForm.faults
        view.form = FormView(to: address, version: group.version, submit: "Save", back: GroupPages.list, sections: try await sections(group))
        view.belongings = [self.members(of: group, members, next, address)]
        view.actions = [
            group.archivedAt == nil
                ? .init(
                    heading: "Archive", words: "Hides \(group.name) from pickers. Its tickets and its past stay as they are. It can be undone.",
                    form: .button(to: "\(address)/archive", "Archive \(group.name)", version: group.version))
                : .init(
                    heading: "Bring back", words: "Tickets can be given to \(group.name) again.",
                    form: .button(to: "\(address)/restore", "Bring back \(group.name)", version: group.version)),
            .init(
                heading: "Delete", words: "Only a group that nothing uses can be deleted. This cannot be undone.",
                form: .confirmed(to: "\(address)/delete", "Delete \(group.name)", of: group.name, version: group.version, actionForm)),
        ]
        return WebPage(title: group.name, template: "record", view: view, place: "admin:groups")
    }

    private func members(of group: SupportGroup.View, _ members: Page<User.View>, _ next: String?, _ address: String) -> RecordPage.Belongings {
        RecordPage.Belongings(
            heading: group.memberCount == 1 ? "1 member" : "\(group.memberCount) members",
            items: members.items.map { user in
                .init(
                    name: user.name, person: .init(id: user.id, name: user.name), detail: user.username, address: "\(PeoplePages.list)/\(user.id)",
                    removal: .init(
                        action: "\(address)/members/remove", field: "user", value: user.id.description,
                        words: "Remove \(user.name) from \(group.name)"))
            },
            nothing: members.items.isEmpty ? "Nobody is in this group yet." : nil, next: next,
            add: FormView(
                to: "\(address)/members", submit: "Add member",
                sections: [.init(fields: [memberForm.text("user", "Add a person", help: "A name, username or email address.")])]))
    }

    private func sections(_ group: SupportGroup.View?) async throws -> [FormView.Section] {
        var texts = [
            fields.text("name", "Name", group?.name), fields.area("description", "Description", group?.description, optional: true),
            fields.text(
                "manager", "Manager", group?.manager?.name,
                help: "Who hears of what this group is late with. A name, username or email address.", optional: true),
        ]
        if caller.holds(.manageRoles, atLeast: .all) {
            let held = Set((group?.roles ?? []).map(\.id))
            let roles = try await PageRequest.all { try await services.roles.list(page: $0, as: caller) }.filter { !$0.isSuperAdmin }
            texts.append(
                fields.checkboxes(
                    "roles", "Roles", Set(held.map(\.description)),
                    roles.map { role in
                        .init(
                            value: role.id.description, words: role.name, note: role.description,
                            isFixed: !held.contains(role.id) && !role.permissions.isSubset(of: caller.grants))
                    }, help: "Every member holds these."))
        }
        return [FormView.Section(fields: texts)]
    }

    static func draft(_ form: Form, _ caller: Principal) -> SupportGroup.Draft {
        SupportGroup.Draft(
            name: form["name"], description: form.text("description"), manager: form.text("manager").map(RefInput.init),
            roles: caller.holds(.manageRoles, atLeast: .all) ? form.all("roles").map(RefInput.init) : nil)
    }

    static func patch(_ form: Form, of group: SupportGroup.View, _ caller: Principal) -> SupportGroup.Patch {
        var patch = SupportGroup.Patch()
        patch.name = form.change("name", from: group.name)
        patch.description = form.change("description", from: group.description)
        patch.manager = form.change("manager", from: group.manager?.name).map(RefInput.init)
        if caller.holds(.manageRoles, atLeast: .all), Set(form.all("roles")) != Set(group.roles.map(\.id.description)) {
            patch.roles = .value(form.all("roles").map(RefInput.init))
        }
        return patch
    }
}
