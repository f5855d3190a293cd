/// What people do with their own account. Their profile is edited through `PeopleService.update`.
public struct AccountService: Sendable {
    private let database: any Database
    private let hasher: any PasswordHasher
    private let passwordAgain: PasswordAgain

    public init(database: any Database, hasher: any PasswordHasher, secrets: any SecretSource) {
        self.database = database
        self.hasher = hasher
        passwordAgain = PasswordAgain(database: database, hasher: hasher, secrets: secrets)
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
    /// - Throws: `forbidden` for API tokens; `rateLimited` after too many wrong ones; `invalid` with every fault, a wrong current password among them.
    public func changePassword(_ change: PasswordChange, as caller: Principal) async throws {
        var problems = ProblemList()
        if change.newPassword == nil { problems.add("/newPassword", .required, "NewPassword is required.") }
        if let fault = change.newPassword.flatMap(Password.fault) { problems.add("/newPassword", fault) }
        let oldHash: String?
        do {
            oldHash = try await passwordAgain.require(change.currentPassword, at: "/currentPassword", as: caller)
        } catch let error as ITSMError where !error.problems.isEmpty {
            throw ITSMError.invalid(error.problems + problems.problems)
        }
        try problems.throwIfAny()
        guard let new = change.newPassword else { return }
        guard oldHash != nil else {
            throw ITSMError.forbidden("You sign in elsewhere, and have no password here. An administrator can send you a link to choose one.")
        }
        let hash = try await hasher.hash(new)
        try await database.write { try self.changePassword(to: new, hash: hash, from: oldHash, in: $0, as: caller) }
    }

    /// The step after the old password was found right and the new one hashed.
    func changePassword(to new: String, hash: String, from oldHash: String?, in tx: any Transaction, as caller: Principal) throws {
        guard var user = try tx.users.lock(.id(caller.id), visibleTo: caller), let stored = try tx.signIns.lockCredentials(of: user.id) else {
            throw ITSMError.notFound("person")
        }
        guard stored.passwordHash == oldHash else { throw ITSMError.invalid("/currentPassword", .invalidValue, "The current password is not right.") }
        var problems = ProblemList()
        Password.check(new, for: user, desk: try tx.settings.current().name, at: "/newPassword", &problems)
        try problems.throwIfAny()
        user.touch(at: tx.now)
        try tx.users.update(user)
        try NewPassword(hash).set(for: user, keeping: caller.signIn, in: tx, as: caller)
    }
}
