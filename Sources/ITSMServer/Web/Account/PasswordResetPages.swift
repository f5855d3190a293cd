import HTTPTypes
import Hummingbird
import ITSMCore

/// The page that a link to choose a password opens.
///
/// The link's secret stands in its fragment, which no request holds: a script of the page sends it in a form's body, and takes it out of the address. Without
/// scripts its owner pastes it.
struct PasswordResetPages {
    let resets: PasswordResetService

    private static let address = "/reset-password"

    func add(to table: inout RouteTable) {
        let resets = resets
        table.page(Self.address, "Choose a password by a link", needs: .nobody) { _ in PasswordResetView().page() }
        Self.form(Self.address + "/open", "Open a link to choose a password", to: &table) { _, form in
            .page(try await Self.page(form["token"], resets))
        }
        Self.form(Self.address, "Choose a password by a link", to: &table) { call, form in
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

    private static func form(
        _ address: String, _ summary: String, to table: inout RouteTable, _ act: @escaping @Sendable (Call, Form) async throws -> FormAnswer
    ) {
        table.form(address, summary, needs: .nobody) { call, form in
            guard call.request.comesFromOurPages else {
                throw ITSMError.forbidden("Another site's page sent this. Open the link itself and try again.")
            }
            return try await act(call, form)
        }
    }

    private static func page(_ token: String, _ resets: PasswordResetService, _ error: ITSMError? = nil) async throws -> WebPage {
        var view = PasswordResetView(fault: error?.detail)
        var status = error?.status ?? .ok
        do {
            view.form = .init(username: try await resets.username(for: token), token: token, advice: Password.advice)
        } catch let gone as ITSMError where gone.code == .notFound {
            view = PasswordResetView(fault: gone.detail)
            status = gone.status
        }
        return view.page(status)
    }
}

struct PasswordResetView: Sendable {
    var fault: String?
    /// Nil before a link was opened, and where it is not good.
    var form: Fields?

    struct Fields: Sendable {
        let username: String
        let token: String
        let advice: String
    }

    func page(_ status: HTTPResponse.Status = .ok) -> WebPage {
        WebPage(title: "Choose a password", template: "reset-password", view: self, status: status, isSecret: true)
    }
}
