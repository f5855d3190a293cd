import HTTPTypes
import Hummingbird
import ITSMCore

/// Signing in and out in a browser, and the way from the front door to where each person works.
struct SignInPages {
    let signIns: SignInService
    let sessions: WebSessions
    let providers: IdentityProviderService

    fileprivate static let codeAddress = "/sign-in/code"
    private static let next = Query<String>("next", "Where to go after signing in.")

    func add(to table: inout RouteTable) {
        let (signIns, sessions, providers) = (signIns, sessions, providers)
        addCode(to: &table)
        table.redirect("/", "The queue or the portal, by who asks") { call in
            call.principal.holds(.readTickets, atLeast: .group) ? "/queue" : "/portal"
        }
        table.page("/sign-in", "Sign in", needs: .nobody, query: [Self.next]) { call in
            let next = Self.own(call[Self.next])
            return SignInView.page(next: next, providers: try await providers.links(next: next))
        }
        table.form("/sign-in", "Sign in", needs: .nobody) { call, form in
            guard call.request.comesFromOurPages else {
                throw ITSMError.forbidden("Another site's page sent this. Open the desk's own page and sign in there.")
            }
            let next = Self.own(form.text("next"))
            do {
                let credentials = SignIn.Credentials(username: form["username"], password: form.exact("password"))
                let step = try await signIns.start(
                    credentials, from: call.webOrigin, client: call.request.headers[.userAgent], browser: sessions.browser(of: call))
                let (cookies, address) = sessions.answer(to: step, next: next, secure: call.isSecure)
                return .setCookies(cookies, seeOther: address)
            } catch let error as ITSMError where error.isForForm {
                return .page(SignInView.page(username: form["username"], next: next, error: error, providers: try await providers.links(next: next)))
            }
        }
        table.form("/sign-out", "Sign out") { call, _ in
            try await signIns.end(nil, as: call.principal)
            return .setCookie(WebSessions.removal(secure: call.isSecure).text, seeOther: "/sign-in")
        }
    }

    /// The second step, for whoever the first left a challenge with.
    private func addCode(to table: inout RouteTable) {
        let (signIns, sessions) = (signIns, sessions)
        table.page(Self.codeAddress, "Sign in: the code", needs: .nobody, query: [Self.next]) { call in
            SignInCodeView.page(next: Self.own(call[Self.next]))
        }
        table.form(Self.codeAddress, "Sign in: the code", needs: .nobody) { call, form in
            guard call.request.comesFromOurPages else {
                throw ITSMError.forbidden("Another site's page sent this. Open the desk's own page and sign in there.")
            }
            let next = Self.own(form.text("next"))
            do {
                let begun = try await signIns.finish(
                    challenge: ChallengeCookie.text(of: call.request, secure: call.isSecure) ?? "", code: form["code"],
                    trustsBrowser: form.isChecked("trust"), from: call.webOrigin, client: call.request.headers[.userAgent],
                    browser: sessions.browser(of: call))
                return .setCookies(
                    sessions.cookies(for: begun, secure: call.isSecure) + [ChallengeCookie.removal(secure: call.isSecure)], seeOther: next ?? "/")
            } catch let error as ITSMError where error.code == .unauthenticated {
                return .seeOther("/sign-in", notice: error.detail)
            } catch let error as ITSMError where error.isForForm {
                return .page(SignInCodeView.page(next: next, error: error))
            }
        }
    }

    /// An address of ours, never another site's.
    static func own(_ address: String?) -> String? {
        guard let address, address.hasPrefix("/"), !address.hasPrefix("//"), !address.contains("\\"), !address.contains(where: \.isNewline) else {
            return nil
        }
        return address
    }
}

struct SignInView: Sendable {
    var username: String?
    var next: String?
    var fault: String?
    /// Other ways to sign in.
    var providers: [RecordList.Link] = []

    static func page(username: String? = nil, next: String?, error: ITSMError? = nil, providers: [RecordList.Link]) -> WebPage {
        WebPage(
            title: "Sign in", template: "sign-in", view: SignInView(username: username, next: next, fault: error?.detail, providers: providers),
            status: error?.status ?? .ok, retryAfterSeconds: error?.retryAfterSeconds)
    }
}

struct SignInCodeView: Sendable {
    var next: String?
    var fault: String?

    static func page(next: String?, error: ITSMError? = nil) -> WebPage {
        WebPage(
            title: "Your code", template: "sign-in-code", view: SignInCodeView(next: next, fault: error?.detail), status: error?.status ?? .ok,
            retryAfterSeconds: error?.retryAfterSeconds)
    }
}

extension Call {
    /// Where a call came from that a page's form made before anybody was signed in.
    var webOrigin: Principal.Origin {
        var origin = origin
        origin.channel = .web
        return origin
    }
}

extension WebSessions {
    /// What the caller's browser brings to a new sign-in.
    func browser(of call: Call) -> SignIn.Browser {
        var browser = SignIn.Browser(
            knownDevice: KnownDeviceCookie.text(of: call.request, secure: call.isSecure),
            trustedDevice: TrustedDeviceCookie.text(of: call.request, secure: call.isSecure))
        if case .signIn(let signIn, let user)? = credential(of: call.request, secure: call.isSecure) { browser.present = (signIn, user) }
        return browser
    }

    /// What a browser is to keep after a step of a sign-in, and where it goes.
    func answer(to step: SignIn.Step, next: String?, secure: Bool) -> (cookies: [String], address: String) {
        switch step {
        case .begun(let begun): (cookies(for: begun, secure: secure), next ?? "/")
        case .codeNeeded(let challenge):
            ([ChallengeCookie.cookie(challenge, secure: secure)], "\(SignInPages.codeAddress)?next=\((next ?? "/").percentEncoded)")
        }
    }

    /// What a browser keeps of a sign-in that began in it.
    func cookies(for begun: SignIn.Begun, secure: Bool) -> [String] {
        [cookie(for: begun.signIn.id, of: begun.signIn.user, secure: secure), KnownDeviceCookie.cookie(begun.knownDevice, secure: secure)]
            + (begun.trustedDevice.map { [TrustedDeviceCookie.cookie($0, secure: secure)] } ?? [])
    }
}
