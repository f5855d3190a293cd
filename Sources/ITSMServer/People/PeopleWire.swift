import ITSMCore

// What people, groups and roles look like on the wire.

extension Scope: WireType {}
extension Permission: WireType {}

extension Grants: WireType {
    static var schema: Schema {
        .object(
            "Permissions", "What may be done, and to which records. A permission that is absent is not held.",
            Permission.allCases.map { .optional($0.rawValue, Scope.self) })
    }
}

extension Schema {
    static let skills = Schema.array(of: .text(Limits.tag), maximum: AssignmentRule.mostSkills)
}

extension User.View: WireType {
    static var schema: Schema { .object("User", "A person.", members) }

    static var members: [Schema.Member] {
        [
            .required("id", ID<User>.self), .required("username", String.self), .required("name", String.self), .optional("email", String.self),
            .optional("location", String.self), .optional("department", String.self), .required("vip", Bool.self),
            .optional("timeZone", String.self, "An IANA zone; absent: the desk's."),
            .optional("language", String.self, "A BCP 47 tag; absent: the desk's."), .optional("manager", Ref<User>.self),
            .required("skills", [String].self, "What they know, as words in lower case; assignment rules compare them."),
            .optional("absentFrom", Instant.self, "They are away from then on, and no rule gives them tickets."),
            .optional("absentUntil", Instant.self, "They are away before then."),
            .required("roles", [Ref<Role>].self, "Held directly."),
            .required("inheritedRoles", [Ref<Role>].self, "Held through groups."), .required("groups", [Ref<SupportGroup>].self),
            .required("canSignIn", Bool.self, "False without a password and a provider's account, and while disabled."),
            .optional("disabledAt", Instant.self),
            .required("version", Int.self), .required("createdAt", Instant.self), .required("updatedAt", Instant.self),
        ]
    }
}

extension User.Draft: WireType {
    static var schema: Schema {
        .object(
            "UserDraft", "A person to be made.",
            [
                .required("username", .text(Limits.username)), .required("name", .text(Limits.name)), .optional("email", .text(Limits.email)),
                .optional("location", .text(Limits.shortText)), .optional("department", .text(Limits.shortText)), .optional("vip", Bool.self),
                .optional("timeZone", String.self, "An IANA zone such as Europe/Berlin."),
                .optional("language", String.self, "A BCP 47 tag such as en."), .optional("manager", RefInput<User>.self),
                .optional("skills", .skills), .optional("absentFrom", Instant.self), .optional("absentUntil", Instant.self),
                .optional("password", String.self, "Without one the person cannot sign in."),
                .optional(
                    "roles", .array(of: RefInput<Role>.schema, maximum: Limits.rolesPerHolder), "Absent: requester. Naming roles needs roles:manage."),
                .optional("groups", .array(of: RefInput<SupportGroup>.schema, maximum: Limits.groupsPerUser)),
            ])
    }
}

extension User.Patch: WireType {
    static var schema: Schema {
        .object(
            "UserPatch",
            "Changes to a person. Everybody may change name, timeZone, language, absentFrom and absentUntil of themselves; the rest needs people:manage.",
            [
                .optional("username", .text(Limits.username)), .optional("name", .text(Limits.name)), .clearable("email", .text(Limits.email)),
                .clearable("location", .text(Limits.shortText)), .clearable("department", .text(Limits.shortText)), .optional("vip", Bool.self),
                .clearable("timeZone", String.self), .clearable("language", String.self), .clearable("manager", RefInput<User>.self),
                .clearable("skills", .skills, "All of them."),
                .clearable("absentFrom", Instant.self, "Away from then on; without an end until further notice."),
                .clearable("absentUntil", Instant.self, "Away before then; without a beginning from now on."),
                .clearable("password", String.self, "Ends all sign-ins of the person; null: they cannot sign in until they get a new one."),
                .optional("roles", .array(of: RefInput<Role>.schema, maximum: Limits.rolesPerHolder), "The whole new set."),
                .optional("groups", .array(of: RefInput<SupportGroup>.schema, maximum: Limits.groupsPerUser), "The whole new set."),
            ])
    }
}

extension SupportGroup.View: WireType {
    static var schema: Schema {
        .object(
            "Group", "A team that tickets are given to.",
            [
                .required("id", ID<SupportGroup>.self), .required("name", String.self), .optional("description", String.self),
                .optional("manager", Ref<User>.self),
                .required(
                    "members", [Ref<User>].self,
                    "The first \(Limits.groupMembersShown) by name, without those who are disabled; groups/{id}/members lists all."),
                .required("memberCount", Int.self, "How many there are in all, without those who are disabled."),
                .required("roles", [Ref<Role>].self, "Every member holds them, unless the group is archived."),
                .optional("archivedAt", Instant.self), .required("version", Int.self), .required("createdAt", Instant.self),
                .required("updatedAt", Instant.self),
            ])
    }
}

extension SupportGroup.Draft: WireType {
    static var schema: Schema {
        .object(
            "GroupDraft", "A group to be made.",
            [
                .required("name", .text(Limits.name)), .optional("description", .text(Limits.longText)), .optional("manager", RefInput<User>.self),
                .optional("members", .array(of: RefInput<User>.schema, maximum: Limits.groupMembersShown)),
                .optional("roles", .array(of: RefInput<Role>.schema, maximum: Limits.rolesPerHolder)),
            ])
    }
}

extension SupportGroup.Patch: WireType {
    static var schema: Schema {
        .object(
            "GroupPatch", "Changes to a group.",
            [
                .optional("name", .text(Limits.name)), .clearable("description", .text(Limits.longText)), .clearable("manager", RefInput<User>.self),
                .optional("archived", Bool.self, "True hides the group from pickers, and its roles no longer reach its members."),
                .optional("members", .array(of: RefInput<User>.schema, maximum: Limits.groupMembersShown), "The whole new set."),
                .optional("roles", .array(of: RefInput<Role>.schema, maximum: Limits.rolesPerHolder), "The whole new set."),
            ])
    }
}

extension Role: WireType {
    static var schema: Schema {
        .object(
            "Role", "A named set of permissions.",
            [
                .required("id", ID<Role>.self), .required("name", String.self), .optional("description", String.self),
                .required("builtIn", Bool.self, "Built-in roles can be edited, but not deleted."), .required("permissions", Grants.self),
                .required("requiresSecondFactor", Bool.self, "Whether holders who sign in with a password must have a second factor."),
                .required("version", Int.self), .required("createdAt", Instant.self), .required("updatedAt", Instant.self),
            ])
    }
}

extension Role.Draft: WireType {
    static var schema: Schema {
        .object(
            "RoleDraft", "A role to be made. Nobody grants more than they hold.",
            [
                .required("name", .text(Limits.name)), .optional("description", .text(Limits.longText)), .required("permissions", Grants.self),
                .optional("requiresSecondFactor", Bool.self, "Absent: no."),
            ])
    }
}

extension Role.Patch: WireType {
    static var schema: Schema {
        .object(
            "RolePatch", "Changes to a role: a scope sets a permission, null takes it away, what is absent stays.",
            [
                .optional("name", .text(Limits.name)), .clearable("description", .text(Limits.longText)),
                .clearable("permissions", .object(Permission.allCases.map { .clearable($0.rawValue, Scope.self) })),
                .optional("requiresSecondFactor", Bool.self),
            ])
    }
}

/// Which role is to be given.
struct RoleGrant: Codable, Sendable, WireType {
    var role: RefInput<Role>

    static var schema: Schema { .object("RoleGrant", "The role to give.", [.required("role", RefInput<Role>.self)]) }
}

/// Who is to become a member.
struct NewMember: Codable, Sendable, WireType {
    var user: RefInput<User>

    static var schema: Schema { .object("NewMember", "The person to add.", [.required("user", RefInput<User>.self)]) }
}
