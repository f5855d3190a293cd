import CSodium
import ITSMCore

/// SHA-256, random bytes and signatures from libsodium.
public struct SodiumSeals: SealCryptography {
    public init() { precondition(sodium_init() >= 0, "libsodium could not be initialised") }

    public func sha256(_ bytes: [UInt8]) -> SHA256Digest {
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
        return SHA256Digest(bytes: digest)!
    }

    public func random(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        randombytes_buf(&bytes, count)
        return bytes
    }

    public func isSigned(_ message: [UInt8], with signature: [UInt8], by key: [UInt8]) -> Bool {
        guard signature.count == Int(crypto_sign_BYTES), key.count == Int(crypto_sign_PUBLICKEYBYTES) else { return false }
        return crypto_sign_verify_detached(signature, message, UInt64(message.count), key) == 0
    }
}

/// The desk's pair of keys for checkpoints, made from its secret.
public struct SodiumSigner: CheckpointSigner {
    public let publicKey: [UInt8]
    private let secretKey: [UInt8]

    /// - Parameter seed: 32 secret bytes.
    public init(seed: [UInt8]) {
        precondition(sodium_init() >= 0, "libsodium could not be initialised")
        precondition(seed.count == Int(crypto_sign_SEEDBYTES))
        var publicKey = [UInt8](repeating: 0, count: Int(crypto_sign_PUBLICKEYBYTES))
        var secretKey = [UInt8](repeating: 0, count: Int(crypto_sign_SECRETKEYBYTES))
        crypto_sign_seed_keypair(&publicKey, &secretKey, seed)
        (self.publicKey, self.secretKey) = (publicKey, secretKey)
    }

    public func sign(_ text: [UInt8]) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: Int(crypto_sign_BYTES))
        crypto_sign_detached(&signature, nil, text, UInt64(text.count), secretKey)
        return signature
    }
}
