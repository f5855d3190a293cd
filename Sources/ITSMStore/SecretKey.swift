import CSodium
import Foundation

/// The desk's one secret, from which every key is derived, so that there is one thing to back up and to keep.
public struct SecretKey: Sendable {
    /// What a derived key is for. The numbers are part of what is derived: never reuse one.
    public enum Purpose: UInt64, Sendable {
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
    }

    private let master: [UInt8]

    private static let size = Int(crypto_kdf_KEYBYTES)

    private init(master: [UInt8]) { self.master = master }

    /// The key for one purpose: 32 bytes, by libsodium's `crypto_kdf` (BLAKE2b keyed with the secret).
    public func key(for purpose: Purpose) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: 32)
        crypto_kdf_derive_from_key(&key, key.count, purpose.rawValue, "architsm", master)
        return key
    }

    /// Tells one secret from another without telling the secret.
    var fingerprint: String { key(for: .fingerprint).prefix(16).map { $0 }.hexadecimal }

    /// Reads the secret from `file` and makes sure that the database belongs to it. Where neither exists, makes the secret, for its owner alone to read.
    ///
    /// It blocks: run it with `onThread`.
    /// - Parameter database: a connection to a migrated database.
    /// - Throws: `SetupError` that names `ITSM_SECRET_KEY_FILE`.
    public static func open(_ file: String, for database: String) throws -> SecretKey {
        do {
            let session = try AdminSession(database)
            let recorded = try session.value("SELECT secret_fingerprint FROM desk_identity")
            let secret = try read(file) ?? make(file, unless: recorded)
            try session.run("INSERT INTO desk_identity (secret_fingerprint) VALUES ($1) ON CONFLICT DO NOTHING", [secret.fingerprint])
            guard try session.value("SELECT secret_fingerprint FROM desk_identity") == secret.fingerprint else {
                throw SetupError(
                    "The secret in \(file) is not the one this database was set up with. Let ITSM_SECRET_KEY_FILE name the desk's own secret file "
                        + "(all servers of a desk share one).")
            }
            return secret
        } catch let failure as AdminSession.Failure {
            throw SetupError("The desk's secret could not be compared with the database: \(failure)")
        }
    }

    private static func read(_ file: String) throws -> SecretKey? {
        guard let data = FileManager.default.contents(atPath: file) else {
            guard access(file, F_OK) != 0, errno == ENOENT else {
                throw SetupError(
                    "The desk's secret in \(file) cannot be read. Let this user read the file, or let ITSM_SECRET_KEY_FILE name another.")
            }
            return nil
        }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let bytes = [UInt8](hexadecimal: text), bytes.count == size else {
            throw SetupError(
                "\(file) does not hold a secret of \(size) bytes in hexadecimal. Restore it from a backup, or let ITSM_SECRET_KEY_FILE name the right file."
            )
        }
        return SecretKey(master: bytes)
    }

    private static func make(_ file: String, unless recorded: String?) throws -> SecretKey {
        guard recorded == nil else {
            throw SetupError(
                "The desk's secret is missing: there is no file \(file), and the database was set up with one. "
                    + "Restore the file, or let ITSM_SECRET_KEY_FILE name where it is.")
        }
        guard sodium_init() >= 0 else { throw SetupError("libsodium could not be initialised.") }
        var bytes = [UInt8](repeating: 0, count: size)
        randombytes_buf(&bytes, bytes.count)
        let secret = SecretKey(master: bytes)
        let draft = file + ".new-\(getpid())"
        guard FileManager.default.createFile(atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: draft)
        else { throw SetupError("Could not write the desk's new secret to \(file). Let ITSM_SECRET_KEY_FILE name a place that can be written.") }
        defer { unlink(draft) }
        try handle.write(contentsOf: Data((bytes.hexadecimal + "\n").utf8))
        try handle.synchronize()
        try handle.close()
        // link, unlike rename, does not replace a secret that another server made in the meantime.
        guard link(draft, file) == 0 else {
            if errno == EEXIST, let other = try read(file) { return other }
            throw SetupError("Could not write the desk's new secret to \(file)", errno: errno)
        }
        return secret
    }
}

extension [UInt8] {
    /// Nil unless `text` is an even number of hexadecimal digits.
    init?(hexadecimal text: String) {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == text.utf8.count, digits.count % 2 == 0 else { return nil }
        self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
