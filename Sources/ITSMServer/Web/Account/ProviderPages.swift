import HTTPTypes
import Hummingbird
import ITSMCore
import Logging

/// Signing in by a provider outside, and linking one's account there.
///
/// The way out is a link and not a form: pages let forms be sent to this desk alone (`form-action`), and browsers hold redirects against that too.
struct ProviderPages {
    let providers: IdentityProviderService
    let identities: IdentityService
    let client: OpenIDConnectClient
    let sealing: any Sealing
    let sessions: WebSessions
    /// What is shown again where a password is wrong.
    let account: AccountPages
    let clock: any WallClock
    let logger: Logger

    private static let next = Query<String>("next", "Where to go after signing in.")
    private static let code = Query<String>("code", "What the provider's token is exchanged for.", maximum: 8_192)
    private static let state = Query<String>("state", "What the question had.", maximum: 8_192)
    private static let issuer = Query<String>("iss", "Who answers.", maximum: 8_192)
    private static let error = Query<String>("error", "Why there is no code.", maximum: 8_192)

    static func address(of provider: ID<IdentityProvider>, next: String?) -> String {
        "/sign-in/with/\(provider)" + (next.map { "?next=\($0.percentEncoded)" } ?? "")
    }

    func add(to table: inout RouteTable) {
        let pages = self
        table.pageDownload("/sign-in/with/{provider}", "Go to a provider to sign in", needs: .nobody, query: [Self.next]) { call in
            try await pages.leading(call) { provider in
                guard call.request.comesByOwnAct else { return try await pages.ask(call, provider) }
                let (trip, address) = try await pages.begin(to: provider, next: SignInPages.own(call[Self.next]), linking: nil, call)
                var response = Response.seeOther(address)
                response.headers[.setCookie] = try trip.cookie(sealedBy: pages.sealing, secure: call.isSecure)
                return response
            }
        }
        table.pageDownload(
            "/sign-in/with/{provider}/return", "Come back from a provider", needs: .nobody,
            query: [Self.code, Self.state, Self.issuer, Self.error], ignoringOthers: true
        ) { call in
            try await pages.leading(call) { provider in try await pages.finish(call, provider) }
        }
        table.form("\(AccountPages.address)/identities", "Link an account of a provider") { call, form in
            guard let id = ID<IdentityProvider>(form["provider"]), let (provider, _) = try await pages.providers.enabled(id) else {
                throw ITSMError.notFound("sign-in provider")
            }
            do {
                try await pages.identities.requirePassword(form.exact("currentPassword"), as: call.principal)
            } catch let error as ITSMError where error.isForForm {
                return .page(try await pages.account.page(call, linking: FormFields(form, error, prefix: "link-"), error))
            }
            let (trip, address) = try await pages.begin(to: provider, next: nil, linking: call.principal.signIn, call)
            let page = ProviderStep.page(
                "Link your account", ["Sign in at \(provider.name). You come back here, and can sign in that way from then on."],
                .init(address: address, words: "Go on to \(provider.name)"))
            return .setCookiePage(try trip.cookie(sealedBy: pages.sealing, secure: call.isSecure), page)
        }
        table.form("\(AccountPages.address)/identities/remove", "End the link with an account of a provider") { call, form in
            guard let id = ID<Identity>(form["id"]) else { throw ITSMError.notFound("linked account") }
            try await pages.identities.unlink(id, as: call.principal)
            return .seeOther(AccountPages.address, notice: "The account is no longer linked.")
        }
    }

    // MARK: There

    private func begin(
        to provider: IdentityProvider, next: String?, linking: ID<SignIn>?, _ call: Call
    ) async throws -> (OpenIDConnectTrip, address: String) {
        let metadata = try await client.metadata(of: provider.issuer)
        let origin = "\(call.isSecure ? "https" : "http")://\(call.request.head.authority ?? "")"
        let trip = OpenIDConnectTrip(
            to: provider.id, redirect: "\(origin)/sign-in/with/\(provider.id)/return", next: next, linking: linking, at: clock.now())
        return (trip, trip.address(of: provider, at: metadata.authorizationEndpoint))
    }

    /// What another site's page leads to begins nothing until the person says so here.
    private func ask(_ call: Call, _ provider: IdentityProvider) async throws -> Response {
        let page = ProviderStep.page(
            "Sign in with \(provider.name)?", ["Another page led you here. Go on if you want to sign in to this desk."],
            .init(address: Self.address(of: provider.id, next: SignInPages.own(call[Self.next])), words: "Sign in with \(provider.name)"),
            isSecret: false)
        return try await call.environment.pages.response(page, to: call)
    }

    // MARK: And back

    private func finish(_ call: Call, _ provider: IdentityProvider) async throws -> Response {
        guard let trip = OpenIDConnectTrip.read(call.request, openedBy: sealing, secure: call.isSecure, at: clock.now()),
            trip.provider == provider.id, let state = call[Self.state], trip.isAnswered(by: state)
        else { throw Stop.lost }
        // RFC 9207: an answer that says who gives it has to come from whom was asked.
        if let issuer = call[Self.issuer], issuer != provider.issuer { throw Stop.lost }
        if let error = call[Self.error] { throw error == "access_denied" ? Stop.denied : Stop.provider("It answered \(error.prefix(100)).") }
        guard let code = call[Self.code], let (provider, secret) = try await providers.enabled(provider.id) else { throw Stop.lost }
        let claims: Identity.Claims
        do {
            claims = try await client.redeem(
                .init(provider: provider, clientSecret: secret, code: code, redirect: trip.redirect, verifier: trip.verifier, nonce: trip.nonce))
        } catch {
            if trip.linking == nil { identities.countFailure() }
            throw error
        }
        var origin = call.origin
        origin.channel = .web
        if let linking = trip.linking {
            let caller = try await call.environment.authentication.caller(of: call.request, secure: call.isSecure, from: origin).principal
            guard caller.signIn == linking else { throw Stop.lost }
            try await identities.link(claims, by: provider.id, as: caller)
            return call.seeOther(AccountPages.address, notice: PageNotice(text: "Your account at \(provider.name) is linked."))
        }
        let step = try await identities.signIn(
            claims, by: provider.id, from: origin, client: call.request.headers[.userAgent], browser: sessions.browser(of: call))
        let (cookies, address) = sessions.answer(to: step, next: trip.next, secure: call.isSecure)
        var response = Response.seeOther(address)
        for cookie in cookies { response.headers.append(.init(name: .setCookie, value: cookie)) }
        return response
    }

    // MARK: What went wrong

    /// Why a way to a provider and back ended.
    private enum Stop: Error {
        /// The answer is not one to a question of this browser, or it came too late.
        case lost
        case denied
        case provider(String)
    }

    /// Finds the provider, and makes a page of what goes wrong: nothing that somebody else wrote stands on it. The cookie of the trip is used up by coming
    /// back, whatever becomes of it.
    private func leading(_ call: Call, _ body: (IdentityProvider) async throws -> Response) async throws -> Response {
        guard let id = ID<IdentityProvider>(try call.parameter("provider")), let (provider, _) = try await providers.enabled(id) else {
            throw ITSMError.notFound("way to sign in")
        }
        var response: Response
        do {
            response = try await body(provider)
            // The way out has just set it.
            if response.headers[values: .setCookie].contains(where: { $0.hasPrefix(OpenIDConnectTrip.cookieName(secure: call.isSecure)) }) {
                return response
            }
        } catch {
            guard let page = explain(error, provider, call) else { throw error }
            response = try await call.environment.pages.response(page, to: call)
        }
        response.headers.append(.init(name: .setCookie, value: OpenIDConnectTrip.removal(secure: call.isSecure)))
        return response
    }

    private func explain(_ error: any Error, _ provider: IdentityProvider, _ call: Call) -> WebPage? {
        let admin = "For an administrator: the server's log has more under the request id \(call.origin.requestID ?? "-")"
        func log(_ kind: String, _ detail: String) {
            logger.warning(
                "a sign-in by a provider failed",
                metadata: [
                    "provider": "\(provider.name)", "issuer": "\(provider.issuer)", "reason": "\(kind)", "detail": "\(detail)",
                    "requestId": "\(call.origin.requestID ?? "")", "address": "\(call.origin.address ?? "")",
                ])
        }
        func page(_ status: HTTPResponse.Status, _ words: String..., admin: String? = nil) -> WebPage {
            ProviderStep.page(
                "Signing in with \(provider.name) did not work", words, .init(address: "/sign-in", words: "Back to the sign-in page"), admin: admin,
                status: status)
        }
        switch error {
        case Stop.lost:
            log("lost", "The answer belongs to no question of this browser, or came too late.")
            return page(
                .badRequest, "This answer does not belong to a sign-in that was begun in this browser within the last ten minutes.",
                "Begin again on the sign-in page. If it goes on like this, allow cookies for this address.")
        case Stop.denied:
            return page(.forbidden, "\(provider.name) did not let you in, or you chose not to go on.", "Try again, or sign in in another way.")
        case Stop.provider(let detail):
            log("error", detail)
            return page(.badGateway, "\(provider.name) could not do it.", "Try again in a moment.", admin: "\(admin).")
        case let refusal as Identity.Refusal:
            log(refusal.rawValue, "The provider vouched for a person whom the desk does not let in.")
            return page(.forbidden, refusal.words(provider.name), admin: refusal.adminWords.map { "For an administrator: \($0)" })
        case let fault as OpenIDConnectFault:
            log(fault.kind.rawValue, fault.detail)
            let (status, words, look) = fault.kind.explained(provider.name)
            return page(status, words, "Try again in a moment, or sign in in another way.", admin: "\(admin). \(look)")
        case let error as ITSMError where [.duplicate, .unauthenticated].contains(error.code):
            return page(error.status, error.detail)
        default: return nil
        }
    }
}

/// One step on the way to a provider, or the end of the way, as the template `provider-step` shows it.
struct ProviderStep: Sendable {
    let title: String
    let words: [String]
    /// What an administrator should look at.
    let admin: String?
    let link: RecordList.Link

    static func page(
        _ title: String, _ words: [String], _ link: RecordList.Link, admin: String? = nil, status: HTTPResponse.Status = .ok,
        isSecret: Bool = true
    ) -> WebPage {
        WebPage(
            title: title, template: "provider-step", view: ProviderStep(title: title, words: words, admin: admin, link: link), status: status,
            isSecret: isSecret)
    }
}

extension Identity.Refusal {
    fileprivate func words(_ provider: String) -> String {
        switch self {
        case .providerOff: "Signing in with \(provider) is switched off just now. Sign in in another way."
        case .unknownPerson:
            "\(provider) knows you, but nobody here is linked to your account there. If you have a password here, sign in with it and link the account on "
                + "your account page. Otherwise ask an administrator."
        case .nameTaken:
            "There is somebody here with your username or e-mail address already. If that is you, sign in with your password and link your account at "
                + "\(provider) on your account page. Otherwise ask an administrator."
        case .noUsername: "\(provider) told neither a username nor an e-mail address that could be one here. Ask an administrator."
        case .disabled: "Your account here is disabled. Ask an administrator."
        case .noSecondFactor: "\(provider) has to ask you for a second factor, and did not say that it did. Set one up there, and sign in again."
        }
    }

    fileprivate var adminWords: String? {
        switch self {
        case .unknownPerson: "see “Makes people at their first sign-in” and “Links people by verified e-mail address” of the provider."
        case .noUsername: "let the provider send preferred_username or email: scopes profile and email."
        case .noSecondFactor: "the provider has to send amr in its tokens, or “Second factor” has to be switched off for it here."
        default: nil
        }
    }
}

extension OpenIDConnectFault.Kind {
    fileprivate func explained(_ provider: String) -> (HTTPResponse.Status, String, String) {
        switch self {
        case .unreachable: (.badGateway, "\(provider) does not answer the desk.", "Look at the network, and at the issuer's certificate.")
        case .misconfigured: (.badGateway, "\(provider) and the desk do not understand each other.", "Look at the provider's issuer.")
        case .refused:
            (
                .badGateway, "\(provider) did not accept the desk's question.",
                "Look at the provider's client id and secret, and at the redirect address that is registered there."
            )
        case .badToken:
            (
                .forbidden, "What \(provider) sent cannot be trusted, so you were not let in.",
                "Look at the clocks of both machines, the client id and the issuer."
            )
        }
    }
}

extension IdentityProviderService {
    /// What the sign-in page leads to.
    func links(next: String?) async throws -> [RecordList.Link] {
        try await offered().map { .init(address: ProviderPages.address(of: $0.id, next: next), words: "Sign in with \($0.name)") }
    }
}

extension RecordPage.Belongings {
    /// A person's accounts at providers; nil where there are neither.
    init?(
        _ identities: [Identity.View], offered: [Ref<IdentityProvider>], asksForPassword: Bool, _ fields: FormFields, _ time: ScreenTime
    ) {
        guard !identities.isEmpty || !offered.isEmpty else { return nil }
        self.init(
            heading: "Accounts elsewhere", intro: "Accounts of yours that you can sign in with.",
            items: identities.map { identity in
                let used = identity.lastUsedAt.map { "last used \(time($0).short)" } ?? "not used yet"
                return .init(
                    name: identity.provider, detail: [identity.label, used].compactMap(\.self).joined(separator: ", "),
                    removal: .init(
                        action: "\(AccountPages.address)/identities/remove", field: "id", value: identity.id.description,
                        words: "End the link with \(identity.provider)"))
            },
            nothing: identities.isEmpty ? "None is linked." : nil,
            add: offered.isEmpty
                ? nil
                : FormView(
                    to: "\(AccountPages.address)/identities", submit: "Link an account",
                    sections: [
                        .init(
                            fields: [fields.select("provider", "Provider", nil, offered.map { ($0.id.description, $0.name) })]
                                + (asksForPassword
                                    ? [
                                        fields.text("currentPassword", "Your password, once more", type: "password", autocomplete: "current-password")
                                    ] : []))
                    ]))
    }
}
