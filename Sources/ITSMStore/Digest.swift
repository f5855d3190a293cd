import CSodium
import ITSMCore

/// SHA-256 (FIPS 180-4) in lower-case hexadecimal.
enum Digest {
    static func sha256(_ text: String) -> String {
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        let bytes = Array(text.utf8)
        crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
        return digest.hexadecimal
    }
}

/// SHA-256 of what comes piece by piece.
struct RunningDigest: Sendable {
    private var state = crypto_hash_sha256_state()

    init() { crypto_hash_sha256_init(&state) }

    mutating func add(_ bytes: [UInt8]) { crypto_hash_sha256_update(&state, bytes, UInt64(bytes.count)) }

    /// 32 bytes.
    var value: [UInt8] {
        var copy = state
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        crypto_hash_sha256_final(&copy, &digest)
        return digest
    }
}
