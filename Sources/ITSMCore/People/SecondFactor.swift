/// A person's second factor: codes that change with time (RFC 6238: SHA-1, 30 seconds, 6 digits), and codes for when the device is lost.
///
/// The seeds are kept sealed among the desk's secrets (`seed`, `newSeed`), this is what stands beside them.
public struct SecondFactor: Sendable, Hashable {
    public let user: ID<User>
    /// When it was first shown to work; nil while it is only being set up.
    public var confirmedAt: Instant?
    /// The step of the last code that was taken: none is taken twice.
    public var lastStep: Int64
    /// When the seed was made that is not in force yet.
    public var newSeedAt: Instant?

    public init(user: ID<User>, confirmedAt: Instant? = nil, lastStep: Int64 = 0, newSeedAt: Instant? = nil) {
        self.user = user
        self.confirmedAt = confirmedAt
        self.lastStep = lastStep
        self.newSeedAt = newSeedAt
    }

    static func seed(of user: ID<User>) -> SecretName { SecretName(.totpSeed, of: user.description) }
    static func newSeed(of user: ID<User>) -> SecretName { SecretName(.totpSeed, of: "\(user) new") }

    /// Seconds that a code is shown.
    static let stepSeconds: Int64 = 30

    /// The step of `code` where it is one of now, of just before or of just after, and was not taken yet.
    static func step(of code: String, from seed: [UInt8], at now: Instant, after last: Int64, _ codes: any OneTimeCodes) -> Int64? {
        let current = now.microseconds / (stepSeconds * 1_000_000)
        var found: Int64?
        // All three are always looked at, in constant time.
        for step in [current - 1, current, current + 1] where isEqual(code, codes.code(of: seed, step: step)) && step > last { found = found ?? step }
        return found
    }

    private static func isEqual(_ a: String, _ b: String) -> Bool {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        return a.count == b.count && zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// Makes the codes of a second factor. The core has neither randomness nor cryptography of its own.
public protocol OneTimeCodes: Sendable {
    /// 160 random bits (RFC 4226, 4).
    func newSeed() -> [UInt8]

    /// The six digits of one step of 30 seconds since 1970.
    func code(of seed: [UInt8], step: Int64) -> String
}

extension SecondFactor {
    /// One's own second factor, as `GET /auth/mfa` shows it.
    public struct View: Sendable, Hashable, Codable {
        public var isOn: Bool
        /// Whether a role of the person asks for one.
        public var isRequired: Bool
        /// Whether changing it takes the person's password; else a sign-in of the last minutes.
        public var asksForPassword: Bool
        /// Since when.
        public var confirmedAt: Instant?
        public var recoveryCodesLeft: Int
        public var trustedDevices: [TrustedDevice]
    }

    /// What those who look after people may know of another's.
    public struct Summary: Sendable, Hashable, Codable {
        public var isOn: Bool
        /// Whether a role of the person asks for one.
        public var isRequired: Bool
    }

    /// What an app takes over, by a QR code or typed.
    public struct Enrolment: Sendable, Hashable, Codable {
        /// The seed in base 32, without padding.
        public var secret: String
        /// The same for a QR code.
        public var uri: String

        init(seed: [UInt8], username: String, desk: String) {
            secret = Base32.encode(seed)
            let name = "\(Self.escaped(desk)):\(Self.escaped(username))"
            uri = "otpauth://totp/\(name)?secret=\(secret)&issuer=\(Self.escaped(desk))&algorithm=SHA1&digits=6&period=\(stepSeconds)"
        }

        private static func escaped(_ text: String) -> String {
            text.utf8.map { byte -> String in
                let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || Array("-._~".utf8).contains(byte)
                return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }.joined()
        }
    }

    /// New recovery codes, which are told this once.
    public struct RecoveryCodes: Sendable, Hashable, Codable {
        public var recoveryCodes: [String]

        public init(recoveryCodes: [String]) { self.recoveryCodes = recoveryCodes }
    }
}

/// RFC 4648, 6.
enum Base32 {
    static func encode(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var text = ""
        var (buffer, bits) = (UInt32(0), 0)
        for byte in bytes {
            (buffer, bits) = (buffer << 8 | UInt32(byte), bits + 8)
            while bits >= 5 {
                text.append(digits[Int(buffer >> UInt32(bits - 5) & 31)])
                bits -= 5
            }
        }
        if bits > 0 { text.append(digits[Int(buffer << UInt32(5 - bits) & 31)]) }
        return text
    }
}

/// A browser in which its person chose not to be asked for a code for a while.
public struct TrustedDevice: Sendable, Hashable, Codable {
    public let id: ID<TrustedDevice>
    public let createdAt: Instant
    public let lastUsedAt: Instant
    public let expiresAt: Instant
    public let address: String?
    /// The browser's own name for itself.
    public let client: String?

    public init(id: ID<TrustedDevice>, createdAt: Instant, lastUsedAt: Instant, expiresAt: Instant, address: String?, client: String?) {
        self.id = id
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
        self.address = address
        self.client = client
    }

    /// With what the text that it keeps begins.
    static let prefix = "itsm_td_"
}
