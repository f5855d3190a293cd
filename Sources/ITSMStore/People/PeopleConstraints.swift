import ITSMCore

extension ConstraintProblems {
    static let people: [String: FieldProblem] = [
        "users_username_unique": FieldProblem("/username", .duplicate, "Another person has this username already."),
        "users_email_unique": FieldProblem("/email", .duplicate, "Another person has this email address already."),
        "users_not_own_manager": FieldProblem("/manager", .invalidValue, "Nobody is their own manager."),
        "users_absence_has_length": FieldProblem("/absentUntil", .invalidValue, "The end of an absence must be after its beginning."),
        "groups_name_unique": FieldProblem("/name", .duplicate, "Another group, perhaps an archived one, has this name already."),
        "roles_name_unique": FieldProblem("/name", .duplicate, "Another role has this name already."),
        "group_roles_no_super_admin": FieldProblem("/roles", .invalidValue, "superAdmin is held by persons directly, never through a group."),
        "user_roles_role_exists": FieldProblem("/roles", .invalidValue, "One of these roles was deleted in the meantime."),
        "group_roles_role_exists": FieldProblem("/roles", .invalidValue, "One of these roles was deleted in the meantime."),
        "group_members_group_exists": FieldProblem("/groups", .invalidValue, "One of these groups was deleted in the meantime."),
        "identity_providers_name_unique": FieldProblem("/name", .duplicate, "Another provider has this name already."),
        "identity_providers_issuer_unique": FieldProblem("/issuer", .duplicate, "Another provider has this issuer already."),
        "identity_provider_roles_role_exists": FieldProblem("/roleMappings", .invalidValue, "One of these roles was deleted in the meantime."),
        "identities_subject_unique": FieldProblem("/subject", .duplicate, "This account was linked by somebody else in the meantime."),
        "api_tokens_name_unique": FieldProblem("/name", .duplicate, "You have an API token of this name already."),
    ]
}
