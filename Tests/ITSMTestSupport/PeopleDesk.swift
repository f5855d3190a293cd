import ITSMCore
import ITSMStore

/// A new desk with the services for people, on a database of its own and a clock of the test's.
public struct PeopleDesk: Sendable {
    public let database: PostgresDatabase
    public let clock = ManualClock()
    /// Hashes as a real desk does, but fast.
    public let hasher: Argon2
    public let secrets = SodiumSecrets(key: [UInt8](repeating: 7, count: 32))
    public let people: PeopleService
    public let groups: GroupService
    public let roles: RoleService
    public let signIns: SignInService
    public let account: AccountService
    public let apiTokens: APITokenService
    public let passwordResets: PasswordResetService
    public let secondFactors: SecondFactorService
    public let codes = TimeBasedCodes()
    public let sealing: TestSealing

    public static let password = "correct horse battery"
    public static let origin = Principal.Origin(channel: .api, requestID: "test", address: "192.0.2.1")

    public static func make() async throws -> PeopleDesk { PeopleDesk(try await TestDatabase.make()) }

    public init(_ database: TestDatabase, issuer: any AccessTokenIssuer = PlainTokens()) {
        self.database = PostgresDatabase(PostgresConfiguration(connectionString: database.url), clock: clock)
        hasher = Argon2(on: BlockingWork(), passes: 1, memoryBytes: 8_192)
        people = PeopleService(database: self.database, hasher: hasher)
        groups = GroupService(database: self.database)
        roles = RoleService(database: self.database)
        sealing = TestSealing(database)
        signIns = SignInService(database: self.database, hasher: hasher, secrets: secrets, codes: codes, sealing: sealing, issuer: issuer)
        secondFactors = SecondFactorService(database: self.database, hasher: hasher, secrets: secrets, codes: codes, sealing: sealing)
        account = AccountService(database: self.database, hasher: hasher, secrets: secrets)
        apiTokens = APITokenService(database: self.database, secrets: secrets)
        passwordResets = PasswordResetService(database: self.database, hasher: hasher, secrets: secrets)
    }

    /// A person with `password` who holds `roles`, as a caller.
    public func person(_ username: String, roles: [RefInput<Role>] = [.name("requester")], groups: [RefInput<SupportGroup>] = []) async throws
        -> Principal
    {
        let draft = User.Draft(username: username, name: username.capitalized, password: Self.password, roles: roles, groups: groups)
        return try await caller(try await people.create(draft, as: .automation()).id)
    }

    public func superAdmin(_ username: String = "root") async throws -> Principal { try await person(username, roles: [.id(Role.superAdminID)]) }

    /// The person as a caller, with the rights as they are now.
    public func caller(_ user: ID<User>) async throws -> Principal {
        guard let principal = try await database.read({ try $0.signIns.principal(for: user, signIn: nil, at: $0.now) }) else {
            throw ITSMError.notFound("person")
        }
        return principal.from(Self.origin)
    }

    public func signIn(_ username: String, password: String = PeopleDesk.password) async throws -> SignIn.Tokens {
        try await signIns.signIn(.init(username: username, password: password), from: Self.origin, client: "test")
    }

    /// The sign-in that `PlainTokens` wrote into the access token, as a caller; nil when it is over.
    public func caller(_ tokens: SignIn.Tokens) async throws -> Principal? {
        let (user, signIn) = PlainTokens.parse(tokens.accessToken)
        return try await signIns.caller(user, through: signIn)?.from(Self.origin)
    }

    /// What happened, the newest first.
    public func activity(_ filter: ActivityFilter = ActivityFilter()) async throws -> [ActivityEntry] {
        try await database.read { try $0.activity.list(filter, page: .first, for: .automation()).items }
    }
}

/// Access tokens that say in plain text whom they are for.
public struct PlainTokens: AccessTokenIssuer {
    public let lifetimeSeconds = 900

    public init() {}

    public func issue(for user: ID<User>, signIn: ID<SignIn>, at now: Instant) async throws -> String { "\(user) \(signIn)" }

    static func parse(_ token: String) -> (ID<User>, ID<SignIn>) {
        let parts = token.split(separator: " ")
        return (ID(String(parts[0]))!, ID(String(parts[1]))!)
    }
}

/// What a call failed with; nil when it did not.
public func failure<Value>(of body: () async throws -> Value) async -> ITSMError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? ITSMError ?? ITSMError(.internal, "\(error)")
    }
}
