import ITSMCore

/// Providers of sign-ins.
struct IdentityProviderRoutes: Sendable {
    let providers: IdentityProviderService

    private static let tag = "Sign-in providers"
    private static let manage = Route.Needs.permission(.manageSettings)

    func add(to table: inout RouteTable) {
        let providers = providers
        table.wholeList(
            "identity-providers", "Providers of sign-ins by name", "All on one page, without their secrets.", tag: Self.tag, needs: Self.manage,
            filter: .identityProviders, of: IdentityProvider.self
        ) { call in
            try await providers.list(as: call.principal)
        }
        table.get(
            "identity-providers/{id}", "One provider", "By id or name.", tag: Self.tag, needs: Self.manage, answer: .ok(IdentityProvider.self)
        ) { call in
            let provider = try await providers.find(call.key(), as: call.principal)
            return .ok(provider, version: provider.version)
        }
        table.post(
            "identity-providers", "Add a provider", "For superAdmins. Register /sign-in/with/{id}/return as its redirect address.", tag: Self.tag,
            needs: Self.manage, body: IdentityProvider.Patch.self, answer: .created(IdentityProvider.self)
        ) { call, patch in
            let caller = call.principal
            return try await call.write { tx in
                try providers.create(patch, in: tx, as: caller)
            } answer: {
                .created($0, at: "identity-providers/\($0.id)", version: $0.version)
            }
        }
        table.patch(
            "identity-providers/{id}", "Change a provider", "For superAdmins.", tag: Self.tag, needs: Self.manage, body: IdentityProvider.Patch.self,
            answer: .ok(IdentityProvider.self)
        ) { call, patch in
            let (key, caller, version) = (try call.key(IdentityProvider.self), call.principal, try call.expectedVersion)
            return try await call.write { tx in
                try providers.update(key, patch, expecting: version, in: tx, as: caller)
            } answer: {
                .ok($0, version: $0.version)
            }
        }
        table.delete(
            "identity-providers/{id}", "Delete a provider",
            "For superAdmins. Nobody signs in through it any more; whom it knew it knows again when it comes back.",
            tag: Self.tag, needs: Self.manage, answer: .noContent, ifMatch: true
        ) { call in
            try await providers.delete(try call.key(), expecting: try call.expectedVersion, as: call.principal)
            return .noContent
        }
    }
}

extension IdentityProvider: WireType {
    static var schema: Schema {
        .object(
            "IdentityProvider", "Who vouches for people outside of the desk (OpenID Connect).",
            [
                .required("id", ID<IdentityProvider>.self), .required("name", String.self, "As the sign-in page calls it."),
                .required("issuer", String.self, "As the provider names itself in its tokens."), .required("clientId", String.self),
                .required("hasClientSecret", Bool.self, "The secret itself is never told."), .required("scopes", [String].self),
                .optional("groupsClaim", String.self, "The claim that names a person's groups."),
                .required("roleMappings", [RoleMapping].self, "Which of its groups give which roles."),
                .required("createsPeople", Bool.self, "Makes people at their first sign-in."),
                .required("linksByEmail", Bool.self, "Links people by an e-mail address that the provider has verified; never superAdmins."),
                .required("requiresSecondFactor", Bool.self, "Lets in only whom it asked for a second factor (amr)."),
                .required("verifiesSecondFactor", Bool.self, "It asks everybody for a second factor, so that the desk does not."),
                .required("enabled", Bool.self), .required("version", Int.self), .required("createdAt", Instant.self),
                .required("updatedAt", Instant.self),
            ])
    }
}

extension IdentityProvider.RoleMapping: WireType {
    static var schema: Schema {
        .object("RoleMapping", "Who is in the group holds the role.", [.required("group", String.self), .required("role", Ref<Role>.self)])
    }
}

extension IdentityProvider.RoleMappingInput: WireType {
    static var schema: Schema {
        .object(
            "RoleMappingInput", "Who is in the group holds the role.",
            [.required("group", .text(Limits.shortText)), .required("role", RefInput<Role>.self)])
    }
}

extension IdentityProvider.Patch: WireType {
    static var schema: Schema {
        .object(
            "IdentityProviderPatch", "A provider to be added, which needs name, issuer and clientId; or changes to one.",
            [
                .optional("name", .text(Limits.name)), .optional("issuer", .text(Limits.shortText), "https, or http on this machine itself."),
                .optional("clientId", .text(Limits.shortText)), .clearable("clientSecret", .text(Limits.shortText), "Sealed, and never told again."),
                .clearable("scopes", [String].self), .clearable("groupsClaim", .text(Limits.name), "Such as groups, or realm_access.roles."),
                .clearable("roleMappings", [IdentityProvider.RoleMappingInput].self, "The whole mapping."), .optional("createsPeople", Bool.self),
                .optional("linksByEmail", Bool.self), .optional("requiresSecondFactor", Bool.self),
                .optional("verifiesSecondFactor", Bool.self), .optional("enabled", Bool.self),
            ])
    }
}
