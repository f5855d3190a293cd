/// The rule for passwords: length, not composition (NIST SP 800-63B, 5.1.1.2).
public enum Password {
    /// Notes the faults of a new password of `user`.
    static func check(_ password: String, for user: User, at pointer: String, _ problems: inout ProblemList) {
        check(password, at: pointer, &problems)
        if user.isBuiltIn { problems.add(pointer, .invalidValue, "The built-in persons cannot sign in.") }
        if password.lowercased() == user.username.lowercased() || password.lowercased() == user.email?.lowercased() {
            problems.add(pointer, .invalidValue, "The password must not be the username or the email address.")
        }
    }

    static func check(_ password: String, at pointer: String, _ problems: inout ProblemList) {
        let length = password.unicodeScalars.count
        if length < Limits.passwordMinimum {
            problems.add(pointer, .invalidValue, "The password has \(length) characters; at least \(Limits.passwordMinimum) are needed.")
        } else if length > Limits.passwordMaximum {
            problems.add(pointer, .tooLong, "The password has \(length) characters; at most \(Limits.passwordMaximum) are allowed.")
        }
    }

    /// True when the length is right: what is not is refused anyway, and never hashed.
    static func isWorthHashing(_ password: String) -> Bool {
        (Limits.passwordMinimum...Limits.passwordMaximum).contains(password.unicodeScalars.count)
    }
}

/// Turns passwords into what may be stored, slowly on purpose; runs outside of every transaction.
public protocol PasswordHasher: Sendable {
    /// A salted hash that names its own parameters.
    ///
    /// - Throws: `ITSMError` with code `unavailable` when too many wait already.
    func hash(_ password: String) async throws -> String

    /// Compares; without a stored hash (no such person, or one who cannot sign in) takes as long and answers `wrong`.
    func verify(_ password: String, against hash: String?) async throws -> PasswordVerdict
}

public enum PasswordVerdict: Sendable {
    case wrong, right
    /// Right, but hashed with parameters that are no longer ours: to be hashed again.
    case rightButOutdated
}

/// Random tokens and their digests. The core has no randomness of its own.
public protocol SecretSource: Sendable {
    /// 256 random bits as 43 characters of base64url, after `prefix`.
    func newToken(prefix: String) -> String

    /// A password that a person can read and type: 100 random bits in groups of letters and digits.
    func newPassword() -> String

    /// The digest of a token under which it is stored; a token has too many random bits to need a slow one.
    func digest(of token: String) -> [UInt8]
}
