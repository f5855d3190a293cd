import Hummingbird
import ITSMCore

/// The page that a link to choose a password opens. The link's secret stands in the query, which no log holds.
struct PasswordResetPages {
    let resets: PasswordResetService

    private static let address = "/reset-password"
    private static let token = Query<String>("token", "The secret of the link.")

    func add(to table: inout RouteTable) {
        let resets = resets
        table.page(Self.address, "Choose a password by a link", needs: .nobody, query: [Self.token]) { call in
            try await Self.page(call[Self.token] ?? "", resets)
        }
        table.form(Self.address, "Choose a password by a link", needs: .nobody) { call, form in
            guard call.request.comesFromOurPages else {
                throw ITSMError.forbidden("Another site's page sent this. Open the link itself and try again.")
            }
            let token = form["token"]
            do {
                let (username, knownDevice) = try await resets.use(token, password: form.exact("password"), from: call.webOrigin)
                return .setCookies(
                    [KnownDeviceCookie.cookie(knownDevice, secure: call.isSecure)], seeOther: "/sign-in",
                    notice: "Your password was set. Sign in with it, as \(username).")
            } catch let error as ITSMError where error.isForForm {
                return .page(try await Self.page(token, resets, error))
            }
        }
    }

    private static func page(_ token: String, _ resets: PasswordResetService, _ error: ITSMError? = nil) async throws -> WebPage {
        var view = PasswordResetView(fault: error?.detail)
        var status = error?.status ?? .ok
        do {
            view.form = .init(username: try await resets.username(for: token), token: token, advice: Password.advice)
        } catch let gone as ITSMError where gone.code == .notFound {
            view.fault = gone.detail
            status = gone.status
        }
        return WebPage(title: "Choose a password", template: "reset-password", view: view, status: status, isSecret: true)
    }
}

struct PasswordResetView: Sendable {
    var fault: String?
    /// Nil where the link is not good.
    var form: Fields?

    struct Fields: Sendable {
        let username: String
        let token: String
        let advice: String
    }
}
