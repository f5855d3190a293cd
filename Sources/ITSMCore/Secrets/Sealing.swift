/// What a secret belongs to. It is part of what is sealed: a sealed value that was moved to another name does not open there.
public struct SecretName: Sendable, Hashable, CustomStringConvertible {
    public let kind: Kind
    /// Whose it is among its kind: an id, or a fixed word.
    public let owner: String

    /// What the secret is.
    public enum Kind: String, Sendable, CaseIterable {
        /// Keys of the desk itself that outlive its secret, such as the one under which tokens are digested.
        case deskKey
        /// The seed of a person's second factor, by the person's id.
        case totpSeed
        /// What the desk shows to a provider of sign-ins, by the provider's key.
        case providerSecret
        /// What a browser keeps while its person signs in at a provider; never stored.
        case providerSignIn
    }

    public init(_ kind: Kind, of owner: String) {
        self.kind = kind
        self.owner = owner
    }

    public var description: String { "\(kind.rawValue) \(owner)" }
}

/// A secret that only the desk's servers can open, fit to be stored or handed out.
public struct SealedSecret: Sendable, Hashable {
    /// Which of the desk's keys opens it.
    public let keyID: SecretKeyID
    public let bytes: [UInt8]

    public init(keyID: SecretKeyID, bytes: [UInt8]) {
        self.keyID = keyID
        self.bytes = bytes
    }
}

/// Tells the keys of a desk apart; says nothing of the key itself.
public struct SecretKeyID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Eight lower-case hexadecimal digits.
    public let text: String

    public init?(_ text: String) {
        guard text.utf8.count == 8, text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else { return nil }
        self.text = text
    }

    public var description: String { text }
    public static func < (a: Self, b: Self) -> Bool { a.text < b.text }
}

/// Seals secrets at rest under the desk's own secret, and opens them again. Both are quick and need no database.
///
///     let sealed = sealing.seal(seed, as: SecretName(.totpSeed, of: "\(user)"))
///     try tx.secrets.put(sealed, as: SecretName(.totpSeed, of: "\(user)"))
public protocol Sealing: Sendable {
    /// Under the desk's current key. Every call gives other bytes.
    func seal(_ secret: [UInt8], as name: SecretName) -> SealedSecret

    /// - Throws: `unavailable` when this server does not hold the key that it was sealed under; `internal` when it is damaged, or was sealed under
    ///   another name.
    func open(_ sealed: SealedSecret, as name: SecretName) throws -> [UInt8]

    /// What `bytes` were sealed under, for values kept outside the database. Nil for what was never sealed.
    func sealed(_ bytes: [UInt8]) -> SealedSecret?

    /// The key that new secrets are sealed under.
    var currentKey: SecretKeyID { get }
}
