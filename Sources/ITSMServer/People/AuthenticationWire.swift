import ITSMCore

// What signing in looks like on the wire.

extension SignIn.Credentials: WireType {
    static var schema: Schema {
        .object(
            "Credentials", nil,
            [.required("username", String.self), .required("password", String.self), .optional("otp", String.self, "The code of a second factor.")])
    }
}

extension SignIn.Tokens: WireType {
    static var schema: Schema {
        .object(
            "Tokens", "What a sign-in and each refresh give.",
            [
                .required("accessToken", String.self, "For the header Authorization: Bearer."),
                .required("refreshToken", String.self, "Good for one refresh."),
                .required("expiresIn", Int.self, "Seconds until the access token expires."),
            ])
    }
}

/// The token that a refresh takes.
struct RefreshRequest: Codable, Sendable, WireType {
    var refreshToken: String

    static var schema: Schema { .object("RefreshRequest", nil, [.required("refreshToken", .text(200))]) }
}

extension SignIn.View: WireType {
    static var schema: Schema {
        .object(
            "SignIn", "A sign-in of the caller on one device.",
            [
                .required("id", ID<SignIn>.self), .required("createdAt", Instant.self), .required("lastUsedAt", Instant.self),
                .required("expiresAt", Instant.self), .optional("address", String.self), .optional("client", String.self),
                .required("isCurrent", Bool.self, "True for the sign-in through which this was asked."),
            ])
    }
}

extension Account: WireType {
    static var schema: Schema {
        .object(
            "Account", "The caller's own person and rights.",
            User.View.members + [.required("permissions", Grants.schema, "What this call's token may do.")])
    }
}

extension AccountService.PasswordChange: WireType {
    static var schema: Schema {
        .object("PasswordChange", nil, [.required("currentPassword", String.self), .required("newPassword", String.self)])
    }
}

extension PasswordReset.Issued: WireType {
    static var schema: Schema {
        .object(
            "PasswordResetLink", "A link with which a person chooses a password.",
            [
                .required("path", String.self, "The page that it opens, below the desk's address; told this once."),
                .required("expiresAt", Instant.self),
            ])
    }
}

extension APIToken: WireType {
    static var schema: Schema { .object("ApiToken", "A program's key to act in a person's name.", members) }

    fileprivate static var members: [Schema.Member] {
        [
            .required("id", ID<APIToken>.self), .required("name", String.self),
            .required("permissions", [Permission].self, "What it may do at most; what its person does not hold, it does not either."),
            .required("createdAt", Instant.self), .required("expiresAt", Instant.self),
            .optional("lastUsedAt", Instant.self, "Cut to minutes, and up to a minute late."),
        ]
    }
}

extension APIToken.Draft: WireType {
    static var schema: Schema {
        .object(
            "ApiTokenDraft", "An API token to be made.",
            [
                .required("name", .text(Limits.name)),
                .optional("permissions", .array(of: Permission.schema, maximum: Permission.allCases.count), "Absent: all that you hold now."),
                .optional(
                    "expiresAt", Instant.schema,
                    "Absent: \(Limits.apiTokenDaysDefault) days from now; at most \(Limits.apiTokenDaysMaximum)."),
            ])
    }
}

extension APIToken.Issued: WireType {
    static var schema: Schema {
        .object(
            "IssuedApiToken", "A new API token with its secret, which is shown this once.",
            APIToken.members + [.required("token", String.self, "For the header Authorization: Bearer.")])
    }
}
