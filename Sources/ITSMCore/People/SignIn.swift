/// One sign-in of one person on one device: a family of refresh tokens that ends as a whole.
///
/// Each refresh hands out a token of the next generation. A token of an older generation is refused and ends the family, for somebody else holds a
/// copy. The one exception is the generation just before, within `Limits.refreshGraceSeconds` of the rotation: its answer may have been lost on the way,
/// or two tabs of one browser refreshed at once. It gives a second token of the current generation; whoever refreshes first with one of the two
/// makes the other old, so a thief who uses the grace is still found out at the next refresh.
public struct SignIn: Sendable, Hashable {
    public let id: ID<SignIn>
    public let user: ID<User>
    public let createdAt: Instant
    /// When its refresh token was last used.
    public var lastUsedAt: Instant
    /// When it ends by itself.
    public let expiresAt: Instant
    /// When it was ended, by its person, an administrator, or the reuse of a refresh token.
    public var endedAt: Instant?
    /// Rises with every refresh; the first tokens are of generation 1.
    public var generation: Int
    public var address: String?
    /// The client's own name for itself (`User-Agent`), cut to `Limits.shortText`.
    public var client: String?
    /// Whether it began by a provider that made sure of a second factor, so that the desk asks for none.
    public var hadFactorElsewhere: Bool

    public init(
        id: ID<SignIn>, user: ID<User>, createdAt: Instant, lastUsedAt: Instant, expiresAt: Instant, endedAt: Instant? = nil, generation: Int = 1,
        address: String? = nil, client: String? = nil, hadFactorElsewhere: Bool = false
    ) {
        self.id = id
        self.user = user
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
        self.endedAt = endedAt
        self.generation = generation
        self.address = address
        self.client = client
        self.hadFactorElsewhere = hadFactorElsewhere
    }

    /// A new sign-in of `user`.
    init(id: ID<SignIn>, of user: ID<User>, at now: Instant, address: String?, client: String?, hadFactorElsewhere: Bool = false) {
        self.init(
            id: id, user: user, createdAt: now, lastUsedAt: now, expiresAt: now.adding(seconds: Limits.signInSeconds), address: address,
            client: Self.cut(client), hadFactorElsewhere: hadFactorElsewhere)
    }

    /// What a client calls itself, fit to be kept.
    static func cut(_ client: String?) -> String? {
        client.map { String($0.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.prefix(Limits.shortText).map(Character.init)) }
    }

    /// Whether it lets its person in: neither ended nor expired.
    public func isAlive(at now: Instant) -> Bool { endedAt == nil && now < expiresAt }

    /// Why a sign-in ended; stands in the activity.
    public enum End: String, Sendable {
        case signedOut, revoked, replaced, refreshTokenReused, passwordChanged, secondFactorChanged, userDisabled, unused
    }

    enum Refresh: Sendable, Equatable {
        /// A token of the sign-in's generation, as it is now, is to be handed out.
        case granted
        case over
        case reused
    }

    /// Decides what a refresh token of `generation` is worth, and takes note of its use.
    mutating func refresh(withTokenOf generation: Int, at now: Instant) -> Refresh {
        guard isAlive(at: now) else { return .over }
        if generation == self.generation {
            self.generation += 1
            lastUsedAt = now
            return .granted
        }
        if generation == self.generation - 1, now <= lastUsedAt.adding(seconds: Limits.refreshGraceSeconds) { return .granted }
        endedAt = now
        return .reused
    }

    /// Nil when it had ended before.
    mutating func end(_ reason: End, at now: Instant) -> Activity? {
        guard endedAt == nil else { return nil }
        endedAt = now
        return ended(reason, at: now)
    }

    func ended(_ reason: End, at now: Instant) -> Activity {
        Activity(
            .signInEnded, on: .init(.signIn, id), payload: ["user": .string(user.description), "reason": .string(reason.rawValue)], occurredAt: now)
    }
}

extension SignIn {
    /// A sign-in as its person sees it.
    public struct View: Sendable, Hashable, Codable {
        public var id: ID<SignIn>
        public var createdAt: Instant
        public var lastUsedAt: Instant
        public var expiresAt: Instant
        public var address: String?
        public var client: String?
        /// True for the sign-in through which the list was asked for.
        public var isCurrent: Bool

        public init(_ signIn: SignIn, isCurrent: Bool) {
            id = signIn.id
            createdAt = signIn.createdAt
            lastUsedAt = signIn.lastUsedAt
            expiresAt = signIn.expiresAt
            address = signIn.address
            client = signIn.client
            self.isCurrent = isCurrent
        }
    }

    /// What a person signs in with.
    public struct Credentials: Sendable, Codable {
        public var username: String?
        public var password: String?
        /// The code of a second factor.
        public var otp: String?

        public init(username: String, password: String, otp: String? = nil) {
            self.username = username
            self.password = password
            self.otp = otp
        }
    }

    /// What a browser brings to a new sign-in.
    public struct Browser: Sendable {
        /// The sign-in that it has, and whose.
        public var present: (signIn: ID<SignIn>, user: ID<User>)?
        /// What an earlier sign-in left with it (`Begun.knownDevice`).
        public var knownDevice: String?
        /// What it was left with when its person chose not to be asked for a code (`Begun.trustedDevice`).
        public var trustedDevice: String?

        public init(present: (signIn: ID<SignIn>, user: ID<User>)? = nil, knownDevice: String? = nil, trustedDevice: String? = nil) {
            self.present = present
            self.knownDevice = knownDevice
            self.trustedDevice = trustedDevice
        }
    }

    /// A sign-in that began in a browser.
    public struct Begun: Sendable {
        public var signIn: SignIn
        /// For the browser to keep: it shows at the next sign-in that the account was signed in to from here before.
        public var knownDevice: String
        /// For the browser to keep for a while: with it no code is asked for.
        public var trustedDevice: String?
    }

    /// What the first step of a sign-in in a browser leads to.
    public enum Step: Sendable {
        case begun(Begun)
        /// A code is asked for; the challenge shows for some minutes that the password was right.
        case codeNeeded(challenge: String)
    }

    /// What a sign-in and each refresh give.
    public struct Tokens: Sendable, Hashable, Codable {
        public var accessToken: String
        public var refreshToken: String
        /// Seconds until the access token expires.
        public var expiresIn: Int

        public init(accessToken: String, refreshToken: String, expiresIn: Int) {
            self.accessToken = accessToken
            self.refreshToken = refreshToken
            self.expiresIn = expiresIn
        }
    }
}

/// Issues the short-lived token that each request carries: `aud`, `sub`, `sid`, `iat`, `exp` and `jti`, nothing else.
public protocol AccessTokenIssuer: Sendable {
    /// Seconds from issue to expiry.
    var lifetimeSeconds: Int { get }

    /// A token of the sign-in, good from `now` for `lifetimeSeconds`.
    func issue(for user: ID<User>, signIn: ID<SignIn>, at now: Instant) async throws -> String
}
