import CSodium
import ITSMCore

/// Random tokens from libsodium, and their digests under the desk's key, so that a stolen table does not even allow guesses to be checked.
public struct SodiumSecrets: SecretSource {
    private let key: [UInt8]

    /// - Parameter key: 32 secret bytes, the same on every server of the desk.
    public init(key: [UInt8]) {
        precondition(sodium_init() >= 0, "libsodium could not be initialised")
        precondition(key.count == Int(crypto_auth_hmacsha256_KEYBYTES))
        self.key = key
    }

    public func newToken(prefix: String) -> String {
        let bytes = Self.random(32)
        var text = [CChar](repeating: 0, count: sodium_base64_encoded_len(bytes.count, sodium_base64_VARIANT_URLSAFE_NO_PADDING))
        sodium_bin2base64(&text, text.count, bytes, bytes.count, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
        return prefix + String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    public func newPassword() -> String {
        // Crockford's digits: none is mistaken for another. Twenty-eight of them are 140 bits.
        let digits = Array("0123456789abcdefghjkmnpqrstvwxyz")
        let characters = Self.random(28).map { digits[Int($0 & 31)] }
        return stride(from: 0, to: characters.count, by: 4).map { String(characters[$0..<$0 + 4]) }.joined(separator: "-")
    }

    public func digest(of token: String) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
        let bytes = Array(token.utf8)
        crypto_auth_hmacsha256(&digest, bytes, UInt64(bytes.count), key)
        return digest
    }

    private static func random(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        randombytes_buf(&bytes, count)
        return bytes
    }
}
