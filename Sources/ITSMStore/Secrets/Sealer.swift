import CSodium
import ITSMCore

/// Seals by libsodium's XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): its nonce is long enough to be random, so nothing has to count.
///
/// A sealed secret is: version 1, the key's id (4 bytes), nonce (24), ciphertext with its tag. The name is associated data.
public struct Sealer: Sealing {
    private static let version: UInt8 = 1
    private static let nonceSize = Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
    private static let tagSize = Int(crypto_aead_xchacha20poly1305_ietf_ABYTES)
    private static let headSize = 5

    private let current: SecretKey
    private let earlier: [SecretKey]

    public init(current: SecretKey, earlier: [SecretKey] = []) {
        precondition(sodium_init() >= 0, "libsodium could not be initialised")
        self.current = current
        self.earlier = earlier
    }

    public var currentKey: SecretKeyID { current.id }

    public func seal(_ secret: [UInt8], as name: SecretName) -> SealedSecret {
        let id = current.id
        var nonce = [UInt8](repeating: 0, count: Self.nonceSize)
        randombytes_buf(&nonce, nonce.count)
        var text = [UInt8](repeating: 0, count: secret.count + Self.tagSize)
        let bound = Self.bound(name)
        crypto_aead_xchacha20poly1305_ietf_encrypt(
            &text, nil, secret, UInt64(secret.count), bound, UInt64(bound.count), nil, nonce, current.key(for: .sealedSecrets))
        return SealedSecret(keyID: id, bytes: [Self.version] + [UInt8](hexadecimal: id.text)! + nonce + text)
    }

    public func open(_ sealed: SealedSecret, as name: SecretName) throws -> [UInt8] {
        guard let key = ([current] + earlier).first(where: { $0.id == sealed.keyID }) else {
            throw ITSMError(
                .unavailable, "This is sealed under the desk's key \(sealed.keyID), which this server does not hold (ITSM_SECRET_KEY_FILE).",
                retryAfterSeconds: 10)
        }
        guard self.sealed(sealed.bytes)?.keyID == sealed.keyID else { throw Self.damaged(name) }
        let nonce = Array(sealed.bytes[Self.headSize..<Self.headSize + Self.nonceSize])
        let text = Array(sealed.bytes[(Self.headSize + Self.nonceSize)...])
        let bound = Self.bound(name)
        var secret = [UInt8](repeating: 0, count: text.count - Self.tagSize)
        let status = crypto_aead_xchacha20poly1305_ietf_decrypt(
            &secret, nil, nil, text, UInt64(text.count), bound, UInt64(bound.count), nonce, key.key(for: .sealedSecrets))
        guard status == 0 else { throw Self.damaged(name) }
        return secret
    }

    public func sealed(_ bytes: [UInt8]) -> SealedSecret? {
        guard bytes.count >= Self.headSize + Self.nonceSize + Self.tagSize, bytes[0] == Self.version,
            let id = SecretKeyID(Array(bytes[1..<Self.headSize]).hexadecimal)
        else { return nil }
        return SealedSecret(keyID: id, bytes: bytes)
    }

    private static func bound(_ name: SecretName) -> [UInt8] { Array("itsm sealed 1\0\(name.kind.rawValue)\0\(name.owner)".utf8) }

    private static func damaged(_ name: SecretName) -> ITSMError {
        ITSMError(.internal, "The sealed secret \(name) does not open: it is damaged, or belongs elsewhere.")
    }
}
