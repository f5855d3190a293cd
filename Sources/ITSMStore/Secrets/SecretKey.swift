import CSodium
import ITSMCore

/// One secret of the desk, from which keys for all purposes are derived, so that there is one thing to back up and to keep.
public struct SecretKey: Sendable {
    /// What a derived key is for. The numbers are part of what is derived: never reuse one.
    public enum Purpose: UInt64, Sendable, CaseIterable {
        case fingerprint = 1
        /// Access tokens (JWT).
        case accessTokens = 2
        /// Signatures of page cursors.
        case cursors = 3
        /// Hashes of refresh and API tokens.
        case tokenHashes = 4
        /// Sealed secrets of outside systems.
        case sealedSecrets = 5
        /// Browsers' cookies and the tokens of their forms.
        case webSessions = 6
        /// The pair of keys that signs checkpoints of the record (Ed25519).
        case checkpoints = 9
    }

    private let master: [UInt8]
    /// Derived once: access tokens, cookies and cursors need theirs with every request.
    private let keys: [Purpose: [UInt8]]
    /// Tells one secret from another without telling the secret.
    public let fingerprint: String
    /// The fingerprint's begin.
    public let id: SecretKeyID

    static let size = Int(crypto_kdf_KEYBYTES)

    private init(master: [UInt8]) {
        self.master = master
        keys = Dictionary(uniqueKeysWithValues: Purpose.allCases.map { ($0, Self.derive($0, from: master)) })
        fingerprint = Array(Self.derive(.fingerprint, from: master).prefix(16)).hexadecimal
        id = SecretKeyID(String(fingerprint.prefix(8)))!
    }

    /// Nil unless `text` is 64 hexadecimal digits.
    init?(_ text: String) {
        guard let bytes = [UInt8](hexadecimal: text), bytes.count == Self.size else { return nil }
        self.init(master: bytes)
    }

    /// A new one from libsodium's random bytes.
    static func random() -> SecretKey {
        precondition(sodium_init() >= 0, "libsodium could not be initialised")
        var bytes = [UInt8](repeating: 0, count: size)
        randombytes_buf(&bytes, bytes.count)
        return SecretKey(master: bytes)
    }

    /// As it stands in the file.
    var text: String { master.hexadecimal }

    /// The key for one purpose: 32 bytes, by libsodium's `crypto_kdf` (BLAKE2b keyed with the secret).
    public func key(for purpose: Purpose) -> [UInt8] { keys[purpose]! }

    private static func derive(_ purpose: Purpose, from master: [UInt8]) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: 32)
        crypto_kdf_derive_from_key(&key, key.count, purpose.rawValue, "architsm", master)
        return key
    }
}
