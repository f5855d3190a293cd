/// What a person may do in all, whatever roles it comes from.
public struct Rights: Sendable, Hashable {
    public var grants: Grants
    public var isSuperAdmin: Bool

    public init(grants: Grants, isSuperAdmin: Bool) {
        self.grants = grants
        self.isSuperAdmin = isSuperAdmin
    }
}

/// Who may see and change people, groups and roles (domain.md, 3).
///
/// Three rules stand behind it. Nobody grants more than they hold. What a superAdmin is and has, only superAdmins touch. Who can change the
/// credentials of another could act as that other, so must hold all that the other holds.
public struct PeoplePolicy: Sendable {
    private let caller: Principal

    public init(_ caller: Principal) { self.caller = caller }

    // MARK: Seeing

    /// - Throws: `forbidden` for those who hold `people:read` in no scope, such as requesters: they know themselves only.
    public func requireList() throws {
        guard caller.holds(.readPeople) else { throw ITSMError.forbidden("This needs the permission \(Permission.readPeople.rawValue).") }
    }

    // MARK: People

    /// May `patch` be applied to `user`, who has `rights`?
    func requireUpdate(_ user: User, having rights: Rights, with patch: User.Patch) throws {
        let touched = Set(patch.touched)
        if !caller.holds(.managePeople, atLeast: .all) {
            guard user.id == caller.id else {
                throw ITSMError.forbidden("This needs the permission \(Permission.managePeople.rawValue) for all records.")
            }
            let foreign = touched.subtracting(User.Patch.ownFields).map(\.stringValue).sorted()
            guard foreign.isEmpty else {
                throw ITSMError.forbidden(
                    "Of yourself you may change name, timeZone, language and when you are absent; the password by /auth/password.",
                    problems: foreign.map { FieldProblem("/\($0)", .forbidden, "Only an administrator may change \($0).") })
            }
            return
        }
        try requireManage(user, having: rights)
        if !touched.isDisjoint(with: User.Patch.credentialFields), user.id != caller.id, !rights.grants.isSubset(of: caller.grants) {
            throw ITSMError.forbidden("\(user.name) holds more than you do, so you may not change their username, email or password.")
        }
        if touched.contains(.password) { try requireAnother(than: user, "Your own password you change with the old one, by /auth/password.") }
        if touched.contains(.roles) { try caller.require(.manageRoles) }
    }

    /// May the caller let `user`, who has `rights`, in by another way than they have: a new password, a link to choose one, or without their second factor?
    func requireCredentials(of user: User, having rights: Rights) throws {
        try requireManage(user, having: rights)
        try requireAnother(than: user, "How you sign in yourself you change in your account, with what you sign in with now.")
        guard rights.grants.isSubset(of: caller.grants) else {
            throw ITSMError.forbidden("\(user.name) holds more than you do, so how they sign in is not for you to change.")
        }
    }

    private func requireAnother(than user: User, _ remedy: String) throws {
        if user.id == caller.id { throw ITSMError.forbidden(remedy) }
    }

    /// May `user`, who has `rights`, be disabled, enabled, signed out or edited at all?
    func requireManage(_ user: User, having rights: Rights) throws {
        try caller.require(.managePeople)
        if user.isBuiltIn { throw ITSMError.forbidden("\(user.name) is built in and stays as it is.") }
        if rights.isSuperAdmin, !caller.isSuperAdmin {
            throw ITSMError.forbidden("\(user.name) is a superAdmin; only a superAdmin may change that account.")
        }
    }

    // MARK: Roles

    func requireGrant(of role: Role) throws {
        try caller.require(.manageRoles)
        try requireHolding(role)
    }

    func requireRevoke(of role: Role) throws {
        try caller.require(.manageRoles)
        try requireSuperAdmin(for: role)
    }

    /// Who becomes a member of a group gets its roles: that is a grant.
    func requireMembership(of group: Ref<SupportGroup>, granting roles: [Role]) throws {
        try caller.require(.managePeople)
        for role in roles where !role.permissions.isSubset(of: caller.grants) {
            throw ITSMError.forbidden("Members of \(group.name) hold the role \(role.name), which reaches further than your own rights.")
        }
    }

    /// May a role have these permissions, which it did not have before?
    func requireWidening(of role: Role, by added: Grants) throws {
        try caller.require(.manageRoles)
        try requireSuperAdmin(for: role)
        let beyond = added.beyond(caller.grants)
        guard beyond.scopes.isEmpty else {
            throw ITSMError.forbidden(
                "Nobody grants more than they hold.",
                problems: beyond.scopes.keys.map(\.rawValue).sorted().map {
                    FieldProblem("/permissions/\($0)", .forbidden, "You do not hold \($0) in this scope yourself.")
                })
        }
    }

    private func requireHolding(_ role: Role) throws {
        try requireSuperAdmin(for: role)
        guard role.permissions.isSubset(of: caller.grants) else {
            throw ITSMError.forbidden("The role \(role.name) reaches further than your own rights, and nobody grants more than they hold.")
        }
    }

    private func requireSuperAdmin(for role: Role) throws {
        if role.isSuperAdmin, !caller.isSuperAdmin { throw ITSMError.forbidden("Only a superAdmin may do this with the role \(role.name).") }
    }
}

extension Principal {
    /// True when lists hold everyone; else they hold the caller, and the members of `groupsWithVisibleMembers`.
    public var seesEveryone: Bool { holds(.readPeople, atLeast: .all) }

    /// The groups whose members, and which themselves, a caller with `people:read` in scope `group` sees.
    public var groupsWithVisibleMembers: Set<ID<SupportGroup>> { holds(.readPeople, atLeast: .group) ? groups : [] }
}
