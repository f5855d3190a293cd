import ITSMCore

/// Providers of sign-ins.
struct IdentityProviderPages {
    let providers: IdentityProviderService
    let desk: CurrentDesk

    static let list = "/admin/sign-in-providers"
    private static let parent = RecordList.Link(address: list, words: "Sign-in providers")

    func add(to table: inout RouteTable) {
        let (pages, providers) = (self, providers)
        table.adminPage(Self.list, "Sign-in providers", .manageSettings, query: [FilterQuery.identityProviders.parameter]) { call in
            let time = ScreenTime(for: call.principal, pages.desk)
            let condition = PageFilter(call, .identityProviders)
            let rows = try condition.kept(of: try await providers.list(as: call.principal), for: call.principal).map { provider in
                RecordList.Row(
                    at: "\(Self.list)/\(provider.id)", provider.name, detail: provider.issuer,
                    badges: provider.enabled ? [] : [.init(words: "Off", tone: "warn")],
                    ["New people": provider.createsPeople ? "Made" : "Not made", "Changed": time(provider.updatedAt).short])
            }
            let view = RecordList(
                "Sign-in providers", create: .init(address: "\(Self.list)/new", words: "New provider"),
                filter: .init(address: Self.list, condition, help: "Only providers for which it is true, such as provider.createsPeople."),
                columns: ["Name", "New people", "Changed"], rows: rows,
                none: .init(
                    icon: "lock", heading: "No providers",
                    words: "With one, people sign in with the account that they have elsewhere (OpenID Connect)."))
            return WebPage(title: "Sign-in providers", template: "records", view: view, place: "admin:sign-in-providers", status: condition.status)
        }
        table.adminPage("\(Self.list)/new", "Add a sign-in provider", .manageSettings) { call in pages.page(nil, call) }
        table.adminPage("\(Self.list)/{id}", "One sign-in provider", .manageSettings) { call in
            pages.page(try await providers.find(call.key(), as: call.principal), call)
        }
        addSaving(to: &table)
    }

    private func addSaving(to table: inout RouteTable) {
        let (pages, providers) = (self, providers)
        table.adminForm(Self.list, "Add a sign-in provider", .manageSettings) { call, form in
            let provider = try await providers.create(try Self.patch(form, of: nil), as: call.principal)
            return .seeOther("\(Self.list)/\(provider.id)", notice: "The provider \(provider.name) was added.")
        } again: { call, form, error in
            pages.page(nil, call, .init(form, error))
        }
        table.adminForm("\(Self.list)/{id}", "Change a sign-in provider", .manageSettings) { call, form in
            let provider = try await providers.find(call.key(), as: call.principal)
            let saved = try await providers.update(
                .id(provider.id), try Self.patch(form, of: provider), expecting: form.version, as: call.principal)
            return .seeOther("\(Self.list)/\(saved.id)", notice: "The provider \(saved.name) was saved.")
        } again: { call, form, error in
            pages.page(try await providers.find(call.key(), as: call.principal), call, .init(form, error))
        }
        table.adminForm("\(Self.list)/{id}/delete", "Delete a sign-in provider", .manageSettings) { call, form in
            let provider = try await providers.find(call.key(), as: call.principal)
            try form.requireConfirmation(of: provider.name)
            try await providers.delete(.id(provider.id), expecting: form.version, as: call.principal)
            return .seeOther(Self.list, notice: "The provider \(provider.name) was deleted.")
        } again: { call, form, error in
            pages.page(try await providers.find(call.key(), as: call.principal), call, actionForm: .init(form, error))
        }
    }

    // MARK: The form

    /// - Throws: `invalid` for a line of the mapping that is none.
    private static func patch(_ form: Form, of provider: IdentityProvider?) throws -> IdentityProvider.Patch {
        var patch = IdentityProvider.Patch()
        patch.name = form.change("name", from: provider?.name)
        patch.issuer = form.change("issuer", from: provider?.issuer)
        patch.clientID = form.change("clientId", from: provider?.clientID)
        let secret = form.exact("clientSecret")
        if form.isChecked("removeSecret") { patch.clientSecret = .null } else if !secret.isEmpty { patch.clientSecret = .value(secret) }
        let scopes = form["scopes"].split(separator: " ").map(String.init)
        if scopes != provider?.scopes ?? IdentityProvider.standardScopes { patch.scopes = .value(scopes) }
        patch.groupsClaim = form.change("groupsClaim", from: provider?.groupsClaim)
        let mappings = try Self.mappings(form.exact("roleMappings"))
        if lines(mappings) != provider.map(lines) ?? "" { patch.roleMappings = .value(mappings) }
        patch.createsPeople = form.change("createsPeople", from: provider?.createsPeople ?? false)
        patch.linksByEmail = form.change("linksByEmail", from: provider?.linksByEmail ?? false)
        patch.requiresSecondFactor = form.change("requiresSecondFactor", from: provider?.requiresSecondFactor ?? false)
        patch.verifiesSecondFactor = form.change("verifiesSecondFactor", from: provider?.verifiesSecondFactor ?? false)
        patch.enabled = form.change("enabled", from: provider?.enabled ?? true)
        return patch
    }

    /// One mapping a line: `group = role`. The last sign parts, for groups may be named by paths with signs in them.
    private static func mappings(_ text: String) throws -> [IdentityProvider.RoleMappingInput] {
        try text.split(whereSeparator: \.isNewline).map { String($0).trimmed }.filter { !$0.isEmpty }.map { line in
            guard let sign = line.lastIndex(of: "=") else {
                throw ITSMError.invalid("/roleMappings", "Each line says group = role, such as itsm-agents = agent; this one does not: \(line)")
            }
            let (group, role) = (String(line[..<sign]).trimmed, String(line[line.index(after: sign)...]).trimmed)
            return .init(group: group, role: RefInput(role))
        }
    }

    private static func lines(_ mappings: [IdentityProvider.RoleMappingInput]) -> String {
        mappings.map { "\($0.group) = \($0.role.name ?? $0.role.id?.description ?? "")" }.joined(separator: "\n")
    }

    private static func lines(_ provider: IdentityProvider) -> String {
        provider.roleMappings.map { "\($0.group) = \($0.role.name)" }.joined(separator: "\n")
    }

    private func page(
        _ provider: IdentityProvider?, _ call: Call, _ fields: FormFields = FormFields(), actionForm: FormFields = FormFields()
    ) -> WebPage {
        let address = provider.map { "\(Self.list)/\($0.id)" } ?? Self.list
        let title = provider?.name ?? "New sign-in provider"
        var view = RecordPage(title: title, parent: Self.parent, badges: provider?.enabled == false ? [.init(words: "Off", tone: "warn")] : [])
        let origin = "\(call.isSecure ? "https" : "http")://\(call.request.head.authority ?? "")"
        view.intro =
            provider.map { "Register this redirect address there: \(origin)/sign-in/with/\($0.id)/return" }
            ?? "The redirect address to register there is shown once it is added."
        view.faults = fields.faults ?? actionForm.faults
        view.form = FormView(
            to: address, version: provider?.version, submit: provider == nil ? "Add provider" : "Save", back: Self.list,
            sections: [connection(provider, fields), people(provider, fields)])
        if let provider {
            view.actions = [
                .init(
                    heading: "Delete", words: "Nobody signs in with \(provider.name) any more. People and what they did stay.",
                    form: .confirmed(to: "\(address)/delete", "Delete provider", of: provider.name, version: provider.version, actionForm))
            ]
        }
        return WebPage(title: title, template: "record", view: view, place: "admin:sign-in-providers")
    }

    private func connection(_ provider: IdentityProvider?, _ fields: FormFields) -> FormView.Section {
        var rows = [
            fields.text("name", "Name", provider?.name, help: "The sign-in page says “Sign in with …”."),
            fields.text(
                "issuer", "Issuer", provider?.issuer, help: "Such as https://login.example.org/realms/staff, exactly as the provider names itself."),
            fields.text("clientId", "Client id", provider?.clientID),
            fields.text(
                "clientSecret", "Client secret",
                help: provider?.hasClientSecret == true ? "There is one. Empty: it stays." : "Kept sealed. Empty for a client without one.",
                optional: true,
                type: "password", autocomplete: "new-password"),
        ]
        if provider?.hasClientSecret == true {
            rows.append(fields.checkbox("removeSecret", "Without a secret", false, words: "Take the secret away"))
        }
        rows.append(
            fields.text(
                "scopes", "Scopes", (provider?.scopes ?? IdentityProvider.standardScopes).joined(separator: " "), help: "With blanks between them."))
        rows.append(fields.checkbox("enabled", "Use", provider?.enabled ?? true, words: "Offer it on the sign-in page"))
        return .init(fields: rows)
    }

    private func people(_ provider: IdentityProvider?, _ fields: FormFields) -> FormView.Section {
        .init(
            heading: "People", intro: "A person is known by issuer and subject alone. Everybody can link their account on their account page.",
            fields: [
                fields.checkbox(
                    "createsPeople", "New people", provider?.createsPeople ?? false, words: "Makes people at their first sign-in",
                    help: "With the role requester, and what the groups give. Otherwise only people who are linked sign in."),
                fields.checkbox(
                    "linksByEmail", "Known people", provider?.linksByEmail ?? false, words: "Links people by verified e-mail address",
                    help:
                        "Only if you trust the provider to verify them: whoever gets such an address there signs in as its owner here. Never superAdmins."
                ),
                fields.checkbox(
                    "requiresSecondFactor", "Second factor", provider?.requiresSecondFactor ?? false,
                    words: "Lets in only whom it asked for a second factor",
                    help: "As its tokens say (amr)."),
                fields.checkbox(
                    "verifiesSecondFactor", "Its second factor counts", provider?.verifiesSecondFactor ?? false,
                    words: "It asks everybody for a second factor, so that the desk does not",
                    help: "Where its tokens say how it made sure of a person (amr), that counts more. Otherwise people are asked for their code here."
                ),
                fields.text(
                    "groupsClaim", "Claim of the groups", provider?.groupsClaim,
                    help: "Such as groups, or realm_access.roles. Empty: roles are given here alone.",
                    optional: true),
                fields.area(
                    "roleMappings", "Roles by groups", provider.map(Self.lines),
                    help: "One a line: group = role. At each sign-in these roles are given and taken as the groups say; others stay as they are.",
                    optional: true),
            ])
    }
}
