import Hummingbird
import ITSMCore

/// One's own account: profile, theme, password, sign-ins, API tokens.
struct AccountPages {
    let services: DeskServices
    let desk: CurrentDesk

    static let address = "/account"

    func add(to table: inout RouteTable) {
        addProfile(to: &table)
        addSignIns(to: &table)
        addTokens(to: &table)
    }

    private func addProfile(to table: inout RouteTable) {
        let (pages, services, desk) = (self, services, desk)
        table.page(Self.address, "Your account") { call in try await pages.page(call) }
        form("", "Change your name, zone, language or absence", to: &table) { call, form in
            let user = try await services.account.me(as: call.principal).user
            var patch = User.Patch()
            patch.name = form.change("name", from: user.name)
            patch.timeZone = form.change("timeZone", from: user.timeZone)
            patch.language = form.change("language", from: user.language)
            try PersonAbsence.patch(&patch, form, of: user, ScreenTime(for: call.principal, desk))
            _ = try await services.people.update(.id(user.id), with: patch, ifVersion: form.version, as: call.principal)
            return .seeOther(Self.address, notice: "Your profile was saved.")
        } again: {
            .init(profile: $0)
        }
        table.form("\(Self.address)/theme", "Choose the theme of this browser") { call, form in
            let theme = ["light", "dark"].first { $0 == form["theme"] }
            let cookie = SetCookie(
                name: "itsm_theme", value: theme ?? "", secure: call.isSecure, maxAgeSeconds: theme == nil ? 0 : 31_536_000, isHTTPOnly: false)
            return .setCookie(cookie.text, seeOther: Self.address)
        }
        form("/password", "Change your password", to: &table) { call, form in
            try await services.account.changePassword(
                .init(currentPassword: form.exact("currentPassword"), newPassword: form.exact("newPassword")), as: call.principal)
            return .seeOther(Self.address, notice: "Your password was changed. Your other sign-ins have ended.")
        } again: {
            .init(password: $0)
        }
    }

    private func addSignIns(to table: inout RouteTable) {
        let signIns = services.signIns
        form("/sign-ins/end", "End one of your sign-ins", to: &table) { call, form in
            guard let id = ID<SignIn>(form["id"]) else { throw ITSMError.notFound("sign-in") }
            try await signIns.end(id, as: call.principal)
            return id == call.principal.signIn ? .seeOther("/sign-in") : .seeOther(Self.address, notice: "That sign-in has ended.")
        } again: {
            .init(other: $0)
        }
        form("/sign-ins/end-others", "End all your other sign-ins", to: &table) { call, _ in
            try await signIns.endOthers(as: call.principal)
            return .seeOther(Self.address, notice: "All other sign-ins have ended.")
        } again: {
            .init(other: $0)
        }
    }

    private func addTokens(to table: inout RouteTable) {
        let (pages, tokens) = (self, services.apiTokens)
        form("/tokens", "Make an API token", to: &table) { call, form in
            let days = Int64(form["expiresAt"]).map { min(max($0, 1), Int64(Limits.apiTokenDaysMaximum)) } ?? Int64(Limits.apiTokenDaysDefault)
            let draft = APIToken.Draft(
                name: form["name"], permissions: Set(form.all("permissions").compactMap(Permission.init(rawValue:))),
                expiresAt: SystemClock().now().adding(seconds: days * 86_400))
            let issued = try await tokens.create(draft, as: call.principal)
            // Not a redirect: the secret is shown in this answer and nowhere else.
            var page = try await pages.page(call, issued: issued)
            page.isSecret = true
            return .page(page)
        } again: {
            .init(token: $0)
        }
        form("/tokens/revoke", "Revoke an API token", to: &table) { call, form in
            guard let id = ID<APIToken>(form["id"]) else { throw ITSMError.notFound("API token") }
            try await tokens.revoke(id, as: call.principal)
            return .seeOther(Self.address, notice: "The token was revoked.")
        } again: {
            .init(other: $0)
        }
    }

    // MARK: Parts

    /// The fields of the form that came back.
    fileprivate struct Returned {
        var profile = FormFields()
        var password = FormFields()
        var token = FormFields(prefix: "token-")
        var linking = FormFields(prefix: "link-")
        var other = FormFields()
    }

    private func form(
        _ name: String, _ summary: String, to table: inout RouteTable, _ act: @escaping @Sendable (Call, Form) async throws -> FormAnswer,
        again: @escaping @Sendable (FormFields) -> Returned
    ) {
        let pages = self
        let prefix = name == "/tokens" ? "token-" : ""
        table.form(Self.address + name, summary) { call, form in
            do {
                return try await act(call, form)
            } catch let error as ITSMError where error.isForForm {
                var page = try await pages.page(call, again(FormFields(form, error, prefix: prefix)))
                page.status = error.status
                return .page(page)
            }
        }
    }

    /// The page with the form for linking an account as it came back.
    func page(_ call: Call, linking: FormFields, _ error: ITSMError) async throws -> WebPage {
        var page = try await page(call, Returned(linking: linking))
        (page.status, page.retryAfterSeconds) = (error.status, error.retryAfterSeconds)
        return page
    }

    private func page(_ call: Call, _ returned: Returned = Returned(), issued: APIToken.Issued? = nil) async throws -> WebPage {
        let caller = call.principal
        let me = try await services.account.me(as: caller)
        let signIns = try await services.signIns.list(as: caller)
        let tokens = try await services.apiTokens.list(as: caller)
        let secondFactor = try await services.secondFactors.view(as: caller)
        let theme = call.request.cookie("itsm_theme") ?? "system"
        let time = ScreenTime(for: caller, desk)
        var view = AccountView(
            me, signIns, tokens, secondFactor, issued: issued, theme: theme, time: time, profile: returned.profile,
            password: returned.password, token: returned.token, linking: returned.linking, other: returned.other)
        view.identities = RecordPage.Belongings(
            try await services.identities.list(as: caller), offered: try await services.identityProviders.offered(),
            asksForPassword: secondFactor.asksForPassword, returned.linking, time)
        return WebPage(title: "Your account", template: "account", view: view, place: "account")
    }
}
