import ITSMCore

/// One's own account as the template `account` shows it.
struct AccountView: Sendable {
    let faults: FormFaults?
    let issued: IssuedSecret?
    let username: String
    let profile: FormView
    let deeds: [RecordPage.Action]
    let secondFactor: SecondFactorLink
    /// Nil where there is none.
    let trusted: RecordPage.Belongings?
    let signIns: RecordPage.Belongings
    let others: RecordPage.Action?
    let tokens: RecordPage.Belongings
    let zones: [String]
    /// Nil where there is nothing to link and nothing linked.
    var identities: RecordPage.Belongings?

    /// How it stands, and where it is changed.
    struct SecondFactorLink: Sendable {
        let words: String
        let submit: String
    }

    init(
        _ me: Account, _ signIns: [SignIn.View], _ tokens: [APIToken], _ secondFactor: SecondFactor.View, issued: APIToken.Issued?, theme: String,
        time: ScreenTime,
        profile: FormFields, password: FormFields, token: FormFields, linking: FormFields, other: FormFields
    ) {
        faults = profile.faults ?? password.faults ?? token.faults ?? linking.faults ?? other.faults
        self.issued = issued.map {
            .init(heading: "The token \($0.apiToken.name) was made", words: "Copy it now: it is not shown again.", label: "Token", secret: $0.token)
        }
        username = me.user.username
        zones = RecordPage.allZones
        self.profile = FormView(
            to: AccountPages.address, version: me.user.version, submit: "Save profile",
            sections: [
                .init(
                    fields: [
                        profile.text("name", "Name", me.user.name, autocomplete: "name"),
                        profile.text(
                            "timeZone", "Time zone", me.user.timeZone, help: "Such as Europe/Berlin. Empty: the desk's.", optional: true,
                            list: "zones"),
                        profile.text(
                            "language", "Language", me.user.language, help: "A tag such as en or de-AT. Pages are in English for now.", optional: true
                        ),
                    ] + PersonAbsence.fields(profile, of: me.user, time))
            ])
        deeds = [Self.theme(theme), Self.password(password, of: me.user.username)]
        self.secondFactor = Self.secondFactor(secondFactor, time)
        trusted = Self.trusted(secondFactor.trustedDevices, time)
        self.signIns = Self.signIns(signIns, time)
        others =
            signIns.count > 1
            ? .init(
                heading: "Signed in elsewhere?", words: "Ends every sign-in but this one.",
                form: .button(to: "\(AccountPages.address)/sign-ins/end-others", "End all other sign-ins")) : nil
        self.tokens = Self.tokens(tokens, me.permissions, token, time)
    }

    private static func theme(_ theme: String) -> RecordPage.Action {
        let options = [("system", "As the system"), ("light", "Light"), ("dark", "Dark")]
        return .init(
            heading: "Theme", words: "In this browser.",
            form: FormView(
                to: "\(AccountPages.address)/theme", submit: "Use theme",
                sections: [.init(fields: [FormFields().radios("theme", "Colours", theme, options.map { .init(value: $0.0, words: $0.1) })])]))
    }

    private static func password(_ fields: FormFields, of username: String) -> RecordPage.Action {
        .init(
            heading: "Password", words: "Changing it ends your other sign-ins.",
            form: FormView(
                to: "\(AccountPages.address)/password", username: username, submit: "Change password",
                sections: [
                    .init(fields: [
                        fields.text("currentPassword", "Current password", type: "password", autocomplete: "current-password"),
                        fields.text(
                            "newPassword", "New password", help: Password.advice, type: "password", autocomplete: "new-password"),
                    ])
                ]))
    }

    private static func secondFactor(_ state: SecondFactor.View, _ time: ScreenTime) -> SecondFactorLink {
        guard let since = state.confirmedAt else {
            return .init(words: "Off. With it a password alone lets nobody in: you are asked for a code of your phone too.", submit: "Set up")
        }
        let left = state.recoveryCodesLeft == 1 ? "1 recovery code is" : "\(state.recoveryCodesLeft) recovery codes are"
        return .init(words: "On since \(time.day(since)). \(left) left.", submit: "Change")
    }

    private static func trusted(_ devices: [TrustedDevice], _ time: ScreenTime) -> RecordPage.Belongings? {
        guard !devices.isEmpty else { return nil }
        return .init(
            heading: "Trusted browsers", intro: "You are not asked for a code in these.",
            items: devices.map { device in
                let client = device.client.map(ClientWords.init)?.words ?? "An unknown browser"
                let place = [device.address, "until \(time.day(device.expiresAt))", "last used \(time(device.lastUsedAt).short)"].compactMap(\.self)
                    .joined(separator: ", ")
                return .init(
                    name: client, detail: place,
                    removal: .init(
                        action: "\(SecondFactorPages.address)/forget", field: "id", value: device.id.description,
                        words: "Trust \(client) no longer, \(place)"))
            })
    }

    private static func signIns(_ signIns: [SignIn.View], _ time: ScreenTime) -> RecordPage.Belongings {
        .init(
            heading: "Sign-ins", intro: "Where you are signed in now.",
            items: signIns.map { signIn in
                let client = signIn.client.map(ClientWords.init)?.words ?? "An unknown client"
                let place = [signIn.address, "last used \(time(signIn.lastUsedAt).short)"].compactMap(\.self).joined(separator: ", ")
                return .init(
                    name: client, detail: place, badge: signIn.isCurrent ? "This one" : nil,
                    removal: signIn.isCurrent
                        ? nil
                        : .init(
                            action: "\(AccountPages.address)/sign-ins/end", field: "id", value: signIn.id.description,
                            words: "End the sign-in of \(client), \(place)"))
            })
    }

    private static func tokens(_ tokens: [APIToken], _ grants: Grants, _ fields: FormFields, _ time: ScreenTime) -> RecordPage.Belongings {
        let days = [7, 30, 90, 180, 366]
        let held = Permission.allCases.filter { grants[$0] != nil }
        return .init(
            heading: "API tokens", intro: "A token lets a program act in your name, within the permissions that you give it.",
            items: tokens.map { token in
                let used = token.lastUsedAt.map { "last used \(time($0).short)" } ?? "never used"
                let may = token.permissions.count == 1 ? "1 permission" : "\(token.permissions.count) permissions"
                return .init(
                    name: token.name, detail: "\(may), expires \(time.day(token.expiresAt)), \(used)",
                    removal: .init(
                        action: "\(AccountPages.address)/tokens/revoke", field: "id", value: token.id.description,
                        words: "Revoke the token \(token.name)"))
            },
            nothing: tokens.isEmpty ? "You have no API tokens." : nil,
            add: FormView(
                to: "\(AccountPages.address)/tokens", submit: "Make token",
                sections: [
                    .init(fields: [
                        fields.text("name", "Name of the new token", help: "What it is for, such as Nightly report."),
                        fields.select("expiresAt", "Expires", "90", days.map { ("\($0)", "In \($0) days") }),
                        fields.checkboxes(
                            "permissions", "Permissions", [], held.map { .init(value: $0.rawValue, words: $0.words, note: $0.rawValue) },
                            help: "Only what the program needs.", nothing: "You hold no permission that a token could have."),
                    ])
                ]))
    }
}

/// What a client calls itself (`User-Agent`), in words.
struct ClientWords: Sendable {
    let words: String

    init(_ client: String) {
        let programs = [
            ("itsmctl/", "itsmctl"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
        ]
        let systems = [
            ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
        ]
        let program = programs.first { client.contains($0.0) }?.1
        let system = systems.first { client.contains($0.0) }?.1
        words =
            switch (program, system) {
            case (let program?, let system?): "\(program) on \(system)"
            case (let program?, nil): program
            default: client
            }
    }
}
