import HTTPTypes
import Hummingbird
import ITSMCore

/// Signing in and out in a browser, and the way from the front door to where each person works.
struct SignInPages {
    let signIns: SignInService
    let sessions: WebSessions
    let providers: IdentityProviderService

    private static let next = Query<String>("next", "Where to go after signing in.")

    func add(to table: inout RouteTable) {
        let (signIns, sessions, providers) = (signIns, sessions, providers)
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
                var origin = call.origin
                origin.channel = .web
                let signIn = try await signIns.begin(credentials, from: origin, client: call.request.headers[.userAgent])
                return .setCookie(sessions.cookie(for: signIn.id, of: signIn.user, secure: call.isSecure), seeOther: next ?? "/")
            } catch let error as ITSMError where error.isForForm {
                return .page(SignInView.page(username: form["username"], next: next, error: error, providers: try await providers.links(next: next)))
            }
        }
        table.form("/sign-out", "Sign out") { call, _ in
            try await signIns.end(nil, as: call.principal)
            return .setCookie(
                SetCookie(name: WebSessions.cookieName(secure: call.isSecure), value: "", secure: call.isSecure, maxAgeSeconds: 0).text,
                seeOther: "/sign-in")
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
            status: error?.status ?? .ok)
    }
}
