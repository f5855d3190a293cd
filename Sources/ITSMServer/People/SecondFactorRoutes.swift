import ITSMCore

/// One's own second factor, and that of others for those who look after people.
struct SecondFactorRoutes: Sendable {
    let secondFactors: SecondFactorService

    private static let tag = "Authentication"

    func add(to table: inout RouteTable) {
        addOwn(to: &table)
        addOthers(to: &table)
    }

    private func addOwn(to table: inout RouteTable) {
        let service = secondFactors
        table.get("auth/mfa", "The caller's second factor and trusted browsers", tag: Self.tag, answer: .ok(SecondFactor.View.self)) { call in
            .ok(try await service.view(as: call.principal))
        }
        table.post(
            "auth/mfa", "Begin to set a second factor up",
            "Gives a seed for an authenticator app, told this once. It is in force when auth/mfa/confirm has shown that it works.", tag: Self.tag,
            body: PasswordAgainRequest.self, answer: .ok(SecondFactor.Enrolment.self), idempotent: false
        ) { call, body in
            .secret(try await service.begin(password: body.currentPassword, as: call.principal))
        }
        table.post(
            "auth/mfa/confirm", "Put the new second factor in force",
            "Ends the caller's other sign-ins and trusted browsers. Answers with recovery codes, told this once.", tag: Self.tag,
            body: CodeRequest.self, answer: .ok(SecondFactor.RecoveryCodes.self), idempotent: false
        ) { call, body in
            let codes = try await service.confirm(code: body.code, as: call.principal)
            call.environment.authentication.principals.empty()
            return .secret(codes)
        }
        table.post(
            "auth/mfa/recovery-codes", "Make new recovery codes", "Those before are no longer good. Told this once.", tag: Self.tag,
            body: PasswordAgainRequest.self, answer: .ok(SecondFactor.RecoveryCodes.self), idempotent: false
        ) { call, body in
            .secret(try await service.renewRecoveryCodes(password: body.currentPassword, as: call.principal))
        }
        table.post(
            "auth/mfa/remove", "Take one's own second factor away", "Not where a role asks for one. Ends the caller's other sign-ins.", tag: Self.tag,
            body: PasswordAgainRequest.self, answer: .noContent, idempotent: false
        ) { call, body in
            try await service.remove(password: body.currentPassword, as: call.principal)
            return .noContent
        }
        table.delete("auth/mfa/devices/{id}", "Trust one of the caller's browsers no longer", tag: Self.tag, answer: .noContent) { call in
            try await service.forget(try call.id(called: "trusted browser"), as: call.principal)
            return .noContent
        }
    }

    private func addOthers(to table: inout RouteTable) {
        let service = secondFactors
        table.get(
            "users/{id}/second-factor", "Whether a person has a second factor", tag: "People", needs: .permission(.managePeople),
            answer: .ok(SecondFactor.Summary.self)
        ) { call in
            .ok(try await service.summary(of: try call.key(), as: call.principal))
        }
        table.delete(
            "users/{id}/second-factor", "Take a person's second factor away", "As when their device is lost. All their sign-ins end.", tag: "People",
            needs: .permission(.managePeople), answer: .noContent
        ) { call in
            try await service.reset(of: try call.key(), as: call.principal)
            return .noContent
        }
    }
}

/// The caller's password, asked for again.
struct PasswordAgainRequest: Codable, Sendable, WireType {
    var currentPassword: String?

    static var schema: Schema {
        .object(
            "PasswordAgain", "The caller's password, asked for again.",
            [.optional("currentPassword", String.self, "Whoever has none, and signs in elsewhere, must have done so within the last ten minutes.")])
    }
}

struct CodeRequest: Codable, Sendable, WireType {
    var code: String

    static var schema: Schema { .object("OneTimeCode", nil, [.required("code", String.self, "What the app shows now.")]) }
}

extension SecondFactor.View: WireType {
    static var schema: Schema {
        .object(
            "SecondFactor", "The caller's second factor.",
            [
                .required("isOn", Bool.self), .required("isRequired", Bool.self, "Whether one of their roles asks for one."),
                .required("asksForPassword", Bool.self, "Whether changing it takes their password; else a sign-in of the last ten minutes."),
                .optional("confirmedAt", Instant.self), .required("recoveryCodesLeft", Int.self), .required("trustedDevices", [TrustedDevice].self),
            ])
    }
}

extension SecondFactor.Summary: WireType {
    static var schema: Schema {
        .object(
            "SecondFactorSummary", "Whether a person has a second factor.",
            [.required("isOn", Bool.self), .required("isRequired", Bool.self, "Whether one of their roles asks for one.")])
    }
}

extension TrustedDevice: WireType {
    static var schema: Schema {
        .object(
            "TrustedDevice", "A browser that is not asked for a code for a while.",
            [
                .required("id", ID<TrustedDevice>.self), .required("createdAt", Instant.self), .required("lastUsedAt", Instant.self),
                .required("expiresAt", Instant.self), .optional("address", String.self), .optional("client", String.self),
            ])
    }
}

extension SecondFactor.Enrolment: WireType {
    static var schema: Schema {
        .object(
            "SecondFactorEnrolment", "What an authenticator app takes over.",
            [.required("secret", String.self, "The seed in base 32."), .required("uri", String.self, "The same for a QR code.")])
    }
}

extension SecondFactor.RecoveryCodes: WireType {
    static var schema: Schema {
        .object("RecoveryCodes", "For when the device is lost; each is good once.", [.required("recoveryCodes", [String].self)])
    }
}
