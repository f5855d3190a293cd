/// What people do with their own account. Their profile is edited through `PeopleService.update`.
public struct AccountService: Sendable {
    private let database: any Database
    private let hasher: any PasswordHasher

    public init(database: any Database, hasher: any PasswordHasher) {
        self.database = database
        self.hasher = hasher
    }

    /// The caller's own person and rights.
    public func me(in tx: any Transaction, as caller: Principal) throws -> Account {
        guard let user = try tx.users.view(.id(caller.id), visibleTo: caller) else { throw ITSMError.notFound("person") }
        return Account(user: user, permissions: caller.grants)
    }

    /// The same in a unit of work of its own.
    public func me(as caller: Principal) async throws -> Account { try await database.read { try self.me(in: $0, as: caller) } }

    /// The old password and the new one.
    public struct PasswordChange: Sendable, Codable {
        public var currentPassword: String?
        public var newPassword: String?

        public init(currentPassword: String, newPassword: String) {
            self.currentPassword = currentPassword
            self.newPassword = newPassword
        }
    }

    /// Changes the caller's password and ends all their other sign-ins.
    ///
    /// - Throws: `forbidden` for API tokens; `invalid` with every fault, a wrong current password among them.
    public func changePassword(_ change: PasswordChange, as caller: Principal) async throws {
        guard caller.kind == .person else { throw ITSMError.forbidden("Passwords are changed after signing in with one, not with an API token.") }
        var problems = ProblemList()
        if change.currentPassword == nil { problems.add("/currentPassword", .required, "CurrentPassword is required.") }
        if change.newPassword == nil { problems.add("/newPassword", .required, "NewPassword is required.") }
        guard let current = change.currentPassword, let new = change.newPassword else { return try problems.throwIfAny() }

        let stored = try await database.read { try $0.signIns.credentials(username: caller.username) }
        let verdict = Password.isWorthHashing(current) ? try await hasher.verify(current, against: stored?.passwordHash) : .wrong
        if verdict == .wrong {
            problems.add("/currentPassword", .invalidValue, "The current password is not right.")
        }
        Password.check(new, at: "/newPassword", &problems)
        try problems.throwIfAny()
        let hash = try await hasher.hash(new)
        try await database.write { try self.changePassword(to: new, hash: hash, from: stored?.passwordHash, in: $0, as: caller) }
    }

    /// The step after the old password was found right and the new one hashed.
    func changePassword(to new: String, hash: String, from oldHash: String?, in tx: any Transaction, as caller: Principal) throws {
        guard var user = try tx.users.lock(.id(caller.id), visibleTo: caller), let stored = try tx.signIns.lockCredentials(of: user.id) else {
            throw ITSMError.notFound("person")
        }
        guard stored.passwordHash == oldHash else { throw ITSMError.invalid("/currentPassword", .invalidValue, "The current password is not right.") }
        var problems = ProblemList()
        Password.check(new, for: user, at: "/newPassword", &problems)
        try problems.throwIfAny()
        user.touch(at: tx.now)
        try tx.users.update(user)
        try tx.users.setPasswordHash(hash, of: user.id)
        let ended = try tx.signIns.end(allOf: user.id, except: caller.signIn, at: tx.now)
        try tx.activity.append(
            [Activity(.userPasswordChanged, on: .init(.user, user.id), occurredAt: tx.now)] + ended.map { $0.ended(.passwordChanged, at: tx.now) },
            by: caller)
    }
}
