import ITSMCore

/// The form of one person, and the forms of what can be done to the account.
struct PersonForm {
    let services: DeskServices
    let desk: CurrentDesk
    let caller: Principal
    let fields: FormFields
    /// Of the form that came back, where that was one of the actions.
    let actionForm: FormFields
    /// What was made for the person just now, shown this once.
    var issued: IssuedSecret?

    init(
        _ services: DeskServices, _ desk: CurrentDesk, _ caller: Principal, _ fields: FormFields = FormFields(), actionForm: FormFields = FormFields()
    ) {
        self.services = services
        self.desk = desk
        self.caller = caller
        self.fields = fields
        self.actionForm = actionForm
    }

    private static let parent = RecordList.Link(address: PeoplePages.list, words: "People")

    // MARK: The page

    func page() async throws -> WebPage {
        let form = FormView(
            to: PeoplePages.list, submit: "Add person", back: PeoplePages.list, sections: try await sections(nil))
        let view = RecordPage(title: "New person", parent: Self.parent, faults: fields.faults, form: form, zones: RecordPage.allZones)
        return WebPage(title: view.title, template: "record", view: view, place: "admin:people")
    }

    func page(of user: User.View) async throws -> WebPage {
        let address = "\(PeoplePages.list)/\(user.id)"
        var view = RecordPage(title: user.name, parent: Self.parent, badges: PeoplePages.badges(of: user))
        view.faults = fields.faults ?? actionForm.faults
        view.issued = issued
        if user.isBuiltIn {
            view.intro = "This person is built in: the desk acts in its name, nobody signs in with it, and it stays as it is."
        } else if user.roles.contains(where: { $0.id == Role.superAdminID }), !caller.isSuperAdmin {
            view.intro = "\(user.name) is a superAdmin; only a superAdmin may change this account."
        } else {
            view.form = FormView(
                to: address, version: user.version, submit: "Save", back: PeoplePages.list, sections: try await sections(user))
            view.actions = actions(user, address) + (try await secondFactor(user, address))
            view.zones = RecordPage.allZones
        }
        return WebPage(title: user.name, template: "record", view: view, place: "admin:people")
    }

    private func sections(_ user: User.View?) async throws -> [FormView.Section] {
        var sections = [
            FormView.Section(fields: [
                fields.text("name", "Name", user?.name),
                fields.text("username", "Username", user?.username, help: "What the person signs in with."),
                fields.text("email", "Email", user?.email, optional: true, type: "email"),
                fields.text("department", "Department", user?.department, optional: true),
                fields.text("location", "Location", user?.location, optional: true),
                fields.text("manager", "Manager", user?.manager?.name, help: "A name, username or email address.", optional: true),
                fields.checkbox("vip", "Attention", user?.vip ?? false, words: "VIP: marked on every ticket they raise"),
            ]),
            FormView.Section(
                heading: "Time and language",
                fields: [
                    fields.text(
                        "timeZone", "Time zone", user?.timeZone, help: "Such as Europe/Berlin. Empty: the desk's.", optional: true, list: "zones"),
                    fields.text("language", "Language", user?.language, help: "A tag such as en or de-AT. Empty: the desk's.", optional: true),
                ]),
            FormView.Section(
                heading: "Assignment",
                fields: [
                    fields.text(
                        "skills", "Skills", user?.skills.joined(separator: ", "),
                        help: "Words such as network, parted by commas; assignment rules compare them.", optional: true)
                ] + PersonAbsence.fields(fields, of: user, ScreenTime(for: caller, desk))),
        ]
        if user == nil {
            sections.append(
                FormView.Section(
                    heading: "Sign-in",
                    fields: [
                        fields.text(
                            "password", "Password",
                            help: "\(Password.advice) Without one the person cannot sign in until they choose one by a link.", optional: true,
                            type: "password", autocomplete: "new-password")
                    ]))
        }
        sections.append(FormView.Section(heading: "Rights", fields: try await rights(user)))
        return sections
    }

    private func rights(_ user: User.View?) async throws -> [FormField] {
        var rights: [FormField] = []
        if caller.holds(.manageRoles, atLeast: .all) {
            let roles = try await PageRequest.all { try await services.roles.list(page: $0, as: caller) }
            let held = user.map { Set($0.roles.map(\.id)) } ?? [Role.requesterID]
            let inherited = Set((user?.inheritedRoles ?? []).map(\.id))
            let options = roles.map { role in
                FormField.Option(
                    value: role.id.description, words: role.name, note: inherited.contains(role.id) ? "also through a group" : role.description,
                    isFixed: role.isSuperAdmin ? !caller.isSuperAdmin : !held.contains(role.id) && !role.permissions.isSubset(of: caller.grants))
            }
            rights.append(
                fields.checkboxes(
                    "roles", "Roles", Set(held.map(\.description)), options, help: "What the person may do, beside what their groups bring."))
        }
        let listed = try await PageRequest.all { try await services.groups.list(.init(isArchived: false), page: $0, as: caller) }.map(\.ref)
        let own = user?.groups ?? []
        let options = (own.filter { !listed.contains($0) } + listed).map { FormField.Option(value: $0.id.description, words: $0.name) }
        rights.append(
            fields.checkboxes(
                "groups", "Groups", Set(own.map(\.id.description)), options, help: "Whose tickets are theirs too.",
                nothing: "There are no groups yet."))
        return rights
    }

    private func actions(_ user: User.View, _ address: String) -> [RecordPage.Action] {
        var actions: [RecordPage.Action] = []
        if user.id != caller.id, user.disabledAt == nil {
            actions.append(
                .init(
                    heading: "Let them choose a password",
                    words: "Makes a link for \(user.name) that works once, and for a day. Their sign-ins end when they use it.",
                    form: .button(to: "\(address)/reset-link", "Make a link")))
        }
        if user.id != caller.id {
            actions.append(
                .init(
                    heading: user.canSignIn || user.disabledAt != nil ? "Set a new password" : "Set a password",
                    words: "Tell it to \(user.name) in person. All their sign-ins end.",
                    form: FormView(
                        to: "\(address)/password", version: user.version, username: user.username, submit: "Set password",
                        sections: [
                            .init(fields: [
                                actionForm.text("password", "New password", help: Password.advice, type: "password", autocomplete: "new-password")
                            ])
                        ])))
        }
        actions.append(
            .init(
                heading: "End all sign-ins", words: "\(user.name) has to sign in again everywhere. API tokens stay.",
                form: .button(to: "\(address)/sign-ins", "End sign-ins of \(user.name)")))
        actions.append(
            user.disabledAt == nil
                ? .init(
                    heading: "Disable", words: "Ends the access of \(user.name) at once. What they wrote keeps its author. It can be undone.",
                    form: .button(to: "\(address)/disable", "Disable \(user.name)", version: user.version, isDangerous: true))
                : .init(
                    heading: "Enable", words: "Gives \(user.name) access again, with the password, roles and groups they had.",
                    form: .button(to: "\(address)/enable", "Enable \(user.name)")))
        return actions
    }

    /// What can be done about the second factor of somebody else.
    private func secondFactor(_ user: User.View, _ address: String) async throws -> [RecordPage.Action] {
        guard user.id != caller.id, try await services.secondFactors.summary(of: .id(user.id), as: caller).isOn else { return [] }
        return [
            .init(
                heading: "Second factor",
                words:
                    "Takes it away, as when the device is lost: then a password alone lets \(user.name) in. All their sign-ins end. Be sure whom you talk to.",
                form: .button(to: "\(address)/second-factor", "Take away the second factor of \(user.name)", isDangerous: true))
        ]
    }

    // MARK: What was sent

    static func draft(_ form: Form, _ caller: Principal, _ time: ScreenTime) throws -> User.Draft {
        var absence = User.Patch()
        try PersonAbsence.patch(&absence, form, of: nil, time)
        var draft = User.Draft(
            username: form["username"], name: form["name"], email: form.text("email"), location: form.text("location"),
            department: form.text("department"), vip: form.isChecked("vip"), timeZone: form.text("timeZone"), language: form.text("language"),
            manager: form.text("manager").map(RefInput.init), password: form.exact("password").nonEmpty,
            roles: caller.holds(.manageRoles, atLeast: .all) ? form.all("roles").map(RefInput.init) : nil,
            groups: form.all("groups").map(RefInput.init))
        draft.skills = AssignmentRuleForm.words(form["skills"])
        (draft.absentFrom, draft.absentUntil) = (absence.absentFrom.set, absence.absentUntil.set)
        return draft
    }

    /// Only what differs: who may not change a person's username may still change their department.
    static func patch(_ form: Form, of user: User.View, _ caller: Principal, _ time: ScreenTime) throws -> User.Patch {
        var patch = User.Patch()
        patch.username = form.change("username", from: user.username)
        patch.name = form.change("name", from: user.name)
        patch.email = form.change("email", from: user.email)
        patch.location = form.change("location", from: user.location)
        patch.department = form.change("department", from: user.department)
        patch.vip = form.change("vip", from: user.vip)
        patch.timeZone = form.change("timeZone", from: user.timeZone)
        patch.language = form.change("language", from: user.language)
        patch.manager = form.change("manager", from: user.manager?.name).map(RefInput.init)
        let skills = AssignmentRuleForm.words(form["skills"])
        if skills != user.skills { patch.skills = .value(skills) }
        try PersonAbsence.patch(&patch, form, of: user, time)
        if caller.holds(.manageRoles, atLeast: .all) {
            // Those that this caller may not take away are not in the form, and stay.
            let kept = caller.isSuperAdmin ? [] : user.roles.filter { $0.id == Role.superAdminID }.map(\.id.description)
            patch.roles = changed(form.all("roles") + kept, from: user.roles.map(\.id.description)).map { $0.map(RefInput.init) }
        }
        patch.groups = changed(form.all("groups"), from: user.groups.map(\.id.description)).map { $0.map(RefInput.init) }
        return patch
    }

    private static func changed(_ new: [String], from old: [String]) -> Patch<[String]> { Set(new) == Set(old) ? .absent : .value(new) }
}

extension User.View {
    var isBuiltIn: Bool { id == User.automationID || id == User.unknownID }
}

extension SupportGroup.View {
    var ref: Ref<SupportGroup> { Ref(id: id, name: name) }
}
