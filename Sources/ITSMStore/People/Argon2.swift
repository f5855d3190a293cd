import CSodium
import Foundation
import ITSMCore

/// Argon2id (RFC 9106) through libsodium: 19 MiB and two passes, as OWASP recommends, with the parameters kept in the hash.
///
/// It takes some twenty milliseconds of a core, so it runs on the threads for blocking work, never more than they are at a time.
public struct Argon2: PasswordHasher {
    /// Passes over the memory.
    private let passes: UInt64
    private let memoryBytes: Int
    private let work: BlockingWork

    /// - Parameter work: the threads that hash; a full queue refuses with `unavailable`.
    public init(on work: BlockingWork) { self.init(on: work, passes: 2, memoryBytes: 19 * 1024 * 1024) }

    /// Other parameters than ours, such as those of an earlier release; for tests.
    package init(on work: BlockingWork, passes: UInt64, memoryBytes: Int) {
        precondition(sodium_init() >= 0, "libsodium could not be initialised")
        self.work = work
        self.passes = passes
        self.memoryBytes = memoryBytes
    }

    public func hash(_ password: String) async throws -> String { try await work.run { try self.hashNow(password) } }

    public func verify(_ password: String, against hash: String?) async throws -> PasswordVerdict {
        try await work.run {
            guard let hash else {
                // As much work as with a hash, so that the time does not tell who exists.
                _ = try self.hashNow(password)
                return .wrong
            }
            let bytes = Self.bytes(of: password)
            guard crypto_pwhash_str_verify(hash, bytes, UInt64(bytes.count)) == 0 else { return .wrong }
            return crypto_pwhash_str_needs_rehash(hash, self.passes, self.memoryBytes) == 0 ? .right : .rightButOutdated
        }
    }

    private func hashNow(_ password: String) throws -> String {
        let bytes = Self.bytes(of: password)
        var hash = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
        guard crypto_pwhash_str(&hash, bytes, UInt64(bytes.count), passes, memoryBytes) == 0 else {
            throw ITSMError(.unavailable, "The server has no memory left to check passwords. Try again shortly.", retryAfterSeconds: 1)
        }
        return String(decoding: hash.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Normalised (NFC), since keyboards differ in how they make an umlaut (NIST SP 800-63B, 5.1.1.2).
    private static func bytes(of password: String) -> [CChar] {
        Array(password.precomposedStringWithCanonicalMapping.utf8).map(CChar.init(bitPattern:))
    }
}
