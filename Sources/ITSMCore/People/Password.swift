import Foundation

/// The rule for passwords: length and what is easy to guess, not composition (NIST SP 800-63B, 3.1.1.2).
public enum Password {
    /// What a page says beside a field for a new password.
    public static let advice = "At least \(Limits.passwordMinimum) characters; a sentence of a few unrelated words is good."

    /// Notes the faults of a new password of `user`, at a desk of this name.
    static func check(_ password: String, for user: User, desk: String, at pointer: String, _ problems: inout ProblemList) {
        if user.isBuiltIn { problems.add(pointer, .invalidValue, "The built-in persons cannot sign in.") }
        let known = [user.username, user.name, user.email ?? "", desk]
        if let fault = fault(in: password, knowing: known) { problems.add(pointer, fault.code, fault.message) }
    }

    /// What is wrong with a password, whosoever it becomes; nil when nothing is.
    public static func fault(in password: String) -> String? { fault(in: password, knowing: [])?.message }

    private static func fault(in password: String, knowing words: [String]) -> (code: ErrorCode, message: String)? {
        let length = password.unicodeScalars.count
        if length < Limits.passwordMinimum {
            return (.invalidValue, "The password has \(length) characters; at least \(Limits.passwordMinimum) are needed.")
        }
        if length > Limits.passwordMaximum {
            return (.tooLong, "The password has \(length) characters; at most \(Limits.passwordMaximum) are allowed.")
        }
        guard isEasyToGuess(password, knowing: words) else { return nil }
        return (
            .invalidValue,
            "This password is easy to guess: it is a common one, a simple pattern, or little but a name. Take a sentence of a few unrelated words."
        )
    }

    /// True when nothing is wrong with it whosoever it becomes: what is refused anyway is never hashed.
    static func isWorthHashing(_ password: String) -> Bool { fault(in: password, knowing: []) == nil }

    // MARK: Easy to guess

    private static func isEasyToGuess(_ password: String, knowing words: [String]) -> Bool {
        let folded = password.lowercased()
        let core = folded.trimmingCharacters(in: .letters.inverted)
        if CommonPasswords.contains(folded) || CommonPasswords.contains(core) || CommonPasswords.containsHalf(of: core) { return true }
        if isPattern(Array(folded.unicodeScalars.map(\.value))) { return true }
        let plain = letters(core)
        return !plain.isEmpty && words.flatMap(Self.forms).contains(plain)
    }

    /// A few characters over and over, or one after the other as they are counted.
    private static func isPattern(_ scalars: [UInt32]) -> Bool {
        let isRepeated = (1...4).contains { unit in scalars.indices.dropFirst(unit).allSatisfy { scalars[$0] == scalars[$0 - unit] } }
        let steps = Set(zip(scalars, scalars.dropFirst()).map { Int64($1) - Int64($0) })
        // 9 is followed by 0.
        return isRepeated || steps.isSubset(of: [1, -9]) || steps.isSubset(of: [-1, 9])
    }

    /// A name as people make passwords of it: whole, each of its words, and of an address what stands before the @.
    private static func forms(_ word: String) -> [String] {
        let folded = word.lowercased()
        let parts = folded.split { !$0.isLetter && !$0.isNumber }.map { letters(String($0)) }.filter { $0.count >= 4 }
        return [letters(folded), letters(String(folded.prefix { $0 != "@" }))].filter { !$0.isEmpty } + parts
    }

    private static func letters(_ text: String) -> String { text.filter(\.isLetter) }
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

/// What came of comparing a password with its hash.
public enum PasswordVerdict: Sendable {
    case wrong, right
    /// Right, but hashed with parameters that are no longer ours: to be hashed again.
    case rightButOutdated
}

/// Random tokens and their digests. The core has no randomness of its own.
public protocol SecretSource: Sendable {
    /// 256 random bits as 43 characters of base64url, after `prefix`.
    func newToken(prefix: String) -> String

    /// A password that a person can read and type: 140 random bits in groups of letters and digits.
    func newPassword() -> String

    /// The digest of a token under which it is stored; a token has too many random bits to need a slow one.
    func digest(of token: String) -> [UInt8]
}
