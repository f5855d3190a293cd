/// What is needed to check a sign-in.
public struct StoredCredentials: Sendable, Hashable {
    public var user: Ref<User>
    public var username: String
    /// Nil for a person who cannot sign in.
    public var passwordHash: String?
    public var isDisabled: Bool
    /// Whether a code is asked for beside the password.
    public var hasSecondFactor: Bool

    public init(user: Ref<User>, username: String, passwordHash: String?, isDisabled: Bool, hasSecondFactor: Bool) {
        self.user = user
        self.username = username
        self.passwordHash = passwordHash
        self.isDisabled = isDisabled
        self.hasSecondFactor = hasSecondFactor
    }
}

/// Where sign-ins are kept, and who a caller is.
public protocol SignInStore {
    /// Who the caller is, in one query: roles, direct and through groups that are not archived; groups; nil when the person is disabled or `signIn` is not
    /// theirs, ended, expired at `now`, or left unused for longer than the desk allows. The origin is empty: the front stamps each call with its own.
    func principal(for user: ID<User>, signIn: ID<SignIn>?, at now: Instant) throws -> Principal?

    /// Who these people are as callers, in one query; without those who are disabled. They have neither sign-in nor origin.
    func principals(of users: Set<ID<User>>) throws -> [ID<User>: Principal]

    /// What is stored for a username, without regard to case.
    func credentials(username: String) throws -> StoredCredentials?

    /// The same under a lock that holds off a change of the password and a disabling until the transaction ends, but not another sign-in.
    func lockCredentials(of user: ID<User>) throws -> StoredCredentials?

    /// Queues a new sign-in.
    func insert(_ signIn: SignIn) throws

    /// Queues the digest of a refresh token of `generation`.
    func insertRefreshToken(_ digest: [UInt8], of signIn: ID<SignIn>, generation: Int) throws

    /// The sign-in that a refresh token belongs to, under a row lock, with the person and the token's generation.
    func lock(refreshToken digest: [UInt8]) throws -> (signIn: SignIn, user: StoredCredentials, generation: Int)?

    /// One sign-in of `user`.
    func find(_ id: ID<SignIn>, of user: ID<User>) throws -> SignIn?

    /// One sign-in of `user` under a row lock.
    func lock(_ id: ID<SignIn>, of user: ID<User>) throws -> SignIn?

    /// Queues the new state of a sign-in; of one that has ended the refresh tokens go.
    func update(_ signIn: SignIn) throws

    /// Queues when sign-ins were last used, of those that have no refresh tokens: with them the last refresh counts, which the rule of reuse stands on.
    func touch(_ uses: [ID<SignIn>: Instant]) throws

    /// The living sign-ins of a person, the last used first; at most `Limits.pageMaximum`.
    func list(of user: ID<User>, at now: Instant) throws -> [SignIn]

    /// Ends the living sign-ins of a person but `kept`, and gives them.
    func end(allOf user: ID<User>, except kept: ID<SignIn>?, at now: Instant) throws -> [SignIn]

    /// Ends at most `limit` living sign-ins of browsers that were left unused for longer than the desk allows, and gives them.
    func endUnused(at now: Instant, atMost limit: Int) throws -> [SignIn]

    /// Whether a sign-in of `user` ended because it was left unused, or is about to.
    func wasUnused(_ id: ID<SignIn>, of user: ID<User>, at now: Instant) throws -> Bool

    /// Removes at most `limit` sign-ins that ended or expired before `instant`, with their tokens. Returns how many.
    func removeOver(before instant: Instant, atMost limit: Int) throws -> Int
}
