import Hummingbird
import ITSMCore

/// Setting one's own second factor up, anew, and taking it away. Also for those who can do nothing else before they have one.
struct SecondFactorPages {
    let secondFactors: SecondFactorService

    static let address = "/account/second-factor"

    func add(to table: inout RouteTable) {
        let service = secondFactors
        table.page(Self.address, "Your second factor") { call in try await Self.start(call, service) }
        form("/begin", "Begin to set up a second factor", to: &table) { call, form in
            let enrolment = try await service.begin(password: form.exact("currentPassword"), as: call.principal)
            return .page(SecondFactorView.page(enrolment: enrolment, username: call.principal.username))
        }
        addConfirmation(to: &table)
        form("/recovery-codes", "Make new recovery codes", to: &table) { call, form in
            let new = try await service.renewRecoveryCodes(password: form.exact("currentPassword"), as: call.principal)
            return .page(SecondFactorView.page(codes: new.recoveryCodes))
        }
        form("/remove", "Take your second factor away", to: &table) { call, form in
            try await service.remove(password: form.exact("currentPassword"), as: call.principal)
            return .seeOther(AccountPages.address, notice: "Your second factor was taken away. Your other sign-ins have ended.")
        }
        form("/forget", "Trust one of your browsers no longer", to: &table) { call, form in
            guard let id = ID<TrustedDevice>(form["id"]) else { throw ITSMError.notFound("trusted browser") }
            try await service.forget(id, as: call.principal)
            return .seeOther(AccountPages.address, notice: "That browser will be asked for a code again.")
        }
    }

    private func addConfirmation(to table: inout RouteTable) {
        let service = secondFactors
        form("/confirm", "Put your new second factor in force", to: &table) { call, form in
            do {
                let new = try await service.confirm(code: form["code"], as: call.principal)
                // What this server remembers of the caller is from before.
                call.environment.authentication.principals.empty()
                return .page(SecondFactorView.page(codes: new.recoveryCodes))
            } catch let error as ITSMError where error.problems.first?.pointer == "/code" {
                let enrolment = try await service.enrolment(as: call.principal)
                return .page(SecondFactorView.page(enrolment: enrolment, username: call.principal.username, error))
            }
        }
    }

    private func form(
        _ name: String, _ summary: String, to table: inout RouteTable, _ act: @escaping @Sendable (Call, Form) async throws -> FormAnswer
    ) {
        let service = secondFactors
        table.form(Self.address + name, summary) { call, form in
            do {
                return try await act(call, form)
            } catch let error as ITSMError where error.isForForm {
                return .page(try await Self.start(call, service, error))
            }
        }
    }

    private static func start(_ call: Call, _ service: SecondFactorService, _ error: ITSMError? = nil) async throws -> WebPage {
        SecondFactorView.page(try await service.view(as: call.principal), of: call.principal, error)
    }
}

/// The second factor as the template `second-factor` shows it: one step of the way.
struct SecondFactorView: Sendable {
    var heading: String
    var words: String
    var fault: String?
    var password: PasswordStep?
    var enrolment: Enrolment?
    var codes: [String] = []
    /// True when all that is left is to keep the codes.
    var isDone = false
    /// True for those who can do nothing else.
    var isForced = false

    struct PasswordStep: Sendable {
        let username: String
        let asksForPassword: Bool
        let submit: String
        /// What else the password lets one do, once there is a second factor.
        let hasFactor: Bool
        let mayRemove: Bool
    }

    struct Enrolment: Sendable {
        let secret: String
        let uri: String
        let code: QRCode?
    }

    static func page(_ state: SecondFactor.View, of caller: Principal, _ error: ITSMError?) -> WebPage {
        var view = SecondFactorView(heading: "Second factor", words: words(state), fault: error?.detail)
        view.password = .init(
            username: caller.username, asksForPassword: state.asksForPassword, submit: state.isOn ? "Set up anew" : "Set up", hasFactor: state.isOn,
            mayRemove: state.isOn && !state.isRequired)
        view.isForced = caller.mustSetUpSecondFactor
        return view.page(error)
    }

    private static func words(_ state: SecondFactor.View) -> String {
        if state.isOn {
            let left = state.recoveryCodesLeft == 1 ? "1 recovery code is left." : "\(state.recoveryCodesLeft) recovery codes are left."
            return "You are asked for a code when you sign in. \(left)"
        }
        return (state.isRequired ? "One of your roles asks for a second factor before you can go on. " : "")
            + "You need an app that makes codes, on a phone or in a password manager. Then a password alone lets nobody in."
    }

    static func page(enrolment: SecondFactor.Enrolment, username: String, _ error: ITSMError? = nil) -> WebPage {
        // In fours, as people read it out.
        let secret = stride(from: 0, to: enrolment.secret.count, by: 4).map { String(enrolment.secret.dropFirst($0).prefix(4)) }.joined(
            separator: " ")
        var view = SecondFactorView(
            heading: "Add it to your app", words: "Scan this with the app, then type the code that it shows.", fault: error?.detail)
        view.enrolment = .init(secret: secret, uri: enrolment.uri, code: QRCode(enrolment.uri))
        return view.page(error)
    }

    static func page(codes: [String]) -> WebPage {
        let words = "Each of these codes lets you in once when the app is not at hand. Keep them where you keep passwords: they are not shown again."
        return SecondFactorView(heading: "Recovery codes", words: words, codes: codes, isDone: true).page(nil)
    }

    private func page(_ error: ITSMError?) -> WebPage {
        WebPage(
            title: heading, template: "second-factor", view: self, place: "account", status: error?.status ?? .ok, isSecret: true,
            retryAfterSeconds: error?.retryAfterSeconds)
    }
}
