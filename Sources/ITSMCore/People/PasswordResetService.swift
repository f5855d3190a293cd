/// Links with which people choose a new password: administrators hand them out, whoever opens one in time uses it up.
public struct PasswordResetService: Sendable {
    private let database: any Database
    private let hasher: any PasswordHasher
    private let secrets: any SecretSource

    public init(database: any Database, hasher: any PasswordHasher, secrets: any SecretSource) {
        self.database = database
        self.hasher = hasher
        self.secrets = secrets
    }

    // MARK: Handing out

    /// Makes a link for a person; one that they had is no longer good. Their password and sign-ins stay until it is used.
    ///
    /// - Throws: `notFound`; `forbidden` for oneself and for those who hold more than the caller; `inUse` for a disabled person.
    public func issue(for key: RefInput<User>, token: String, in tx: any Transaction, as caller: Principal) throws -> PasswordReset.Issued {
        guard let user = try tx.users.lock(key, visibleTo: caller) else { throw ITSMError.notFound("person") }
        try PeoplePolicy(caller).requireCredentials(of: user, having: try tx.users.rights(of: user.id))
        if user.disabledAt != nil { throw ITSMError(.inUse, "\(user.name) is disabled. Enable the account first.") }
        let reset = PasswordReset(of: user.id, at: tx.now)
        try tx.passwordResets.put(reset, digest: secrets.digest(of: token))
        try tx.activity.append(
            Activity(
                .userPasswordResetIssued, on: .init(.user, user.id), payload: ["expiresAt": .string(reset.expiresAt.description)], occurredAt: tx.now),
            by: caller)
        return .init(token: token, expiresAt: reset.expiresAt)
    }

    /// The same in a unit of work of its own, with a token made here.
    public func issue(for key: RefInput<User>, as caller: Principal) async throws -> PasswordReset.Issued {
        let token = secrets.newToken(prefix: PasswordReset.prefix)
        return try await database.write { try self.issue(for: key, token: token, in: $0, as: caller) }
    }

    // MARK: Using

    /// Whose link it is.
    ///
    /// - Throws: `notFound` for one that is not good, or no longer.
    public func username(for token: String) async throws -> String {
        let digest = secrets.digest(of: token)
        return try await database.read { try self.find(digest, in: $0).username }
    }

    /// Sets the password of the link's person and ends all their sign-ins. A second factor stays as it is.
    ///
    /// - Returns: the username, and what their browser keeps so that strangers' guesses do not keep it waiting.
    /// - Throws: `notFound` for a link that is not good, or no longer; `invalid` at `/password`.
    public func use(_ token: String, password: String, from origin: Principal.Origin) async throws -> (username: String, knownDevice: String) {
        let digest = secrets.digest(of: token)
        // Before anything is hashed: whoever has no link costs no work.
        _ = try await database.read { try self.find(digest, in: $0) }
        let hash = Password.isWorthHashing(password) ? try await hasher.hash(password) : nil
        let user = try await database.write { try self.use(digest, password: password, hash: hash, in: $0, from: origin) }
        return (user.username, KnownDevice(secrets: secrets).text(for: user.user.id))
    }

    /// The step itself; `hash` is nil for a password that it refuses.
    func use(
        _ digest: [UInt8], password: String, hash: String?, in tx: any Transaction, from origin: Principal.Origin
    ) throws -> StoredCredentials {
        let stored = try find(digest, in: tx)
        let caller = Principal(stored, from: origin)
        guard let user = try tx.users.lock(.id(stored.user.id), visibleTo: caller), try find(digest, in: tx) == stored else { throw Self.noLink }
        var problems = ProblemList()
        Password.check(password, for: user, desk: try tx.settings.current().name, at: "/password", &problems)
        try problems.throwIfAny()
        try NewPassword(hash).set(for: user, keeping: nil, by: "resetLink", in: tx, as: caller)
        return stored
    }

    private func find(_ digest: [UInt8], in tx: any Transaction) throws -> StoredCredentials {
        guard let (reset, user) = try tx.passwordResets.find(digest), tx.now < reset.expiresAt, !user.isDisabled else { throw Self.noLink }
        return user
    }

    private static let noLink = ITSMError(.notFound, "This link is not good, or no longer: it works once, and for a day. Ask for a new one.")
}

/// A password that was checked and hashed, and all that follows from setting it.
struct NewPassword {
    let hash: String?

    /// - Parameter hash: nil takes the password away.
    init(_ hash: String?) { self.hash = hash }

    /// Sets it, and ends the person's sign-ins but `kept`, the link that they had, and the trust in their browsers.
    ///
    /// - Parameter means: what stands in the activity beside it; nil for the plain ways.
    func set(for user: User, keeping kept: ID<SignIn>?, by means: String? = nil, in tx: any Transaction, as caller: Principal) throws {
        try tx.users.setPasswordHash(hash, of: user.id)
        try tx.passwordResets.remove(of: user.id)
        try tx.secondFactors.removeTrustedDevices(of: user.id)
        let ended = try tx.signIns.end(allOf: user.id, except: kept, at: tx.now)
        let changed = Activity(
            .userPasswordChanged, on: .init(.user, user.id), payload: means.map { ["by": .string($0)] } ?? [:], occurredAt: tx.now)
        try tx.activity.append([changed] + ended.map { $0.ended(.passwordChanged, at: tx.now) }, by: caller)
    }
}
