/// Makes the person who can set up a new desk: user `admin` with the superAdmin role.
public struct FirstAdmin: Sendable {
    private let database: any Database
    private let hasher: any PasswordHasher
    private let secrets: any SecretSource

    public init(database: any Database, hasher: any PasswordHasher, secrets: any SecretSource) {
        self.database = database
        self.hasher = hasher
        self.secrets = secrets
    }

    /// What the first administrator signs in as.
    public static let username = "admin"

    /// What `ensure` did.
    public enum Outcome: Sendable, Hashable {
        /// Somebody holds the superAdmin role already; nothing was changed.
        case notNeeded
        /// `admin` was made with the password that was given.
        case created
        /// `admin` was made with this password, which is told nowhere else.
        case createdWithPassword(String)
    }

    /// Makes the first administrator, unless there is one. Safe on several servers at once.
    ///
    /// - Parameter password: nil for one that is made up.
    /// - Throws: `invalid` for a password that breaks the rule.
    public func ensure(password: String?) async throws -> Outcome {
        guard try await database.read({ try $0.roles.holders(of: Role.superAdminID).people }) == 0 else { return .notNeeded }
        let chosen = password ?? secrets.newPassword()
        var problems = ProblemList()
        if let fault = Password.fault(in: chosen) { problems.add("/password", fault) }
        try problems.throwIfAny()
        let hash = try await hasher.hash(chosen)
        guard try await database.write({ try self.create(password: chosen, hash: hash, in: $0) }) else { return .notNeeded }
        return password == nil ? .createdWithPassword(chosen) : .created
    }

    /// The step itself. False when somebody was faster.
    func create(password: String, hash: String, in tx: any Transaction) throws -> Bool {
        try tx.roles.lockSuperAdmins()
        guard try tx.roles.holders(of: Role.superAdminID).people == 0 else { return false }
        var problems = ProblemList()
        let admin = User(.init(username: Self.username, name: "Administrator"), id: tx.newID(), manager: nil, at: tx.now, &problems)
        Password.check(password, for: admin, desk: try tx.settings.current().name, at: "/password", &problems)
        try problems.throwIfAny()
        try tx.users.insert(admin, passwordHash: hash)
        let role = Ref<Role>(id: Role.superAdminID, name: "superAdmin")
        _ = try tx.roles.grant(role.id, to: admin.id, at: tx.now)
        try tx.activity.append(
            [
                Activity(
                    .userCreated, on: .init(.user, admin.id), payload: ["username": .string(admin.username), "name": .string(admin.name)],
                    occurredAt: tx.now),
                Activity(.userRoleGranted, on: .init(.user, admin.id), payload: ["role": role.json], occurredAt: tx.now),
            ], by: .automation())
        return true
    }
}
