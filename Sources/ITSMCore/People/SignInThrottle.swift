import Foundation

/// How many failures at one gate go unpunished, and how long the next attempt then has to wait.
///
/// Delays double and have an end, so nobody is locked out for good; a gate at which nothing failed for long enough has forgotten all.
struct AttemptLimit: Sendable, Hashable {
    let freeFailures: Int
    let firstDelaySeconds: Int64
    let longestDelaySeconds: Int64
    let forgottenAfterSeconds: Int64

    /// One account from one address, or from one browser that signed in to it before: some hundred guesses a day.
    static let oneCaller = AttemptLimit(freeFailures: 5, firstDelaySeconds: 15, longestDelaySeconds: 900, forgottenAfterSeconds: 86_400)
    /// All accounts from one address, behind which a whole office may sit.
    static let address = AttemptLimit(freeFailures: 50, firstDelaySeconds: 2, longestDelaySeconds: 60, forgottenAfterSeconds: 3_600)
    /// One account from everywhere. Loose, for with many addresses anybody can make its owner wait.
    static let account = AttemptLimit(freeFailures: 100, firstDelaySeconds: 2, longestDelaySeconds: 60, forgottenAfterSeconds: 86_400)
    /// Codes of one account from everywhere: who gets here knows the password, and there are only a million codes.
    static let codes = AttemptLimit(freeFailures: 10, firstDelaySeconds: 30, longestDelaySeconds: 900, forgottenAfterSeconds: 86_400)

    /// Seconds after the last of so many failures in which no other attempt is looked at.
    func delaySeconds(after failures: Int) -> Int64 {
        guard failures >= freeFailures else { return 0 }
        return min(firstDelaySeconds << Int64(min(failures - freeFailures, 20)), longestDelaySeconds)
    }
}

/// What failed at one gate, and when last.
public struct FailedAttempts: Sendable, Hashable {
    public var failures: Int
    public var lastAt: Instant

    public init(failures: Int, lastAt: Instant) {
        self.failures = failures
        self.lastAt = lastAt
    }
}

/// Where failed attempts are counted, for all servers of the desk.
public protocol SignInAttemptStore {
    /// What failed at these gates; nothing for those where nothing did.
    func failures(at gates: [String]) throws -> [String: FailedAttempts]

    /// The same under row locks; a gate where nothing failed is there from now on, with none.
    func lock(_ gates: [String], at now: Instant) throws -> [String: FailedAttempts]

    /// Queues the new state of a locked gate.
    func update(_ gate: String, _ attempts: FailedAttempts, forgottenAt: Instant) throws

    /// Queues that nothing has failed at these gates.
    func forget(_ gates: [String]) throws

    /// Removes at most `limit` gates that were to be forgotten before `instant`. Returns how many.
    func removeForgotten(before instant: Instant, atMost limit: Int) throws -> Int
}

/// Holds back who guesses passwords and codes.
///
/// A gate is an account from one caller, an address, or an account from everywhere. A browser that signed in to the account before passes a gate of its
/// own instead of these, so that nobody can keep its owner out. Gates are named by keyed digests: what is typed into a field for names may be a password.
struct SignInThrottle: Sendable {
    let secrets: any SecretSource

    struct Gate: Sendable, Hashable {
        let key: String
        let limit: AttemptLimit
        /// Whether a right password at it shows that those before were slips.
        let forgivesSlips: Bool
    }

    enum Proof: String, Sendable { case password, code }

    /// The gates on the way of one attempt.
    ///
    /// - Parameters:
    ///   - account: the person's id, or the name that nobody has.
    ///   - device: what tells a browser that signed in to this account before; nil for any other caller.
    func gates(for account: String, by proof: Proof, from address: String?, device: String?) -> [Gate] {
        if let device { return [gate([proof.rawValue, "device", account, device], .oneCaller, forgivesSlips: true)] }
        let address = address.map(AddressBlock.of) ?? ""
        return [
            gate([proof.rawValue, "caller", account, address], .oneCaller, forgivesSlips: true),
            gate([proof.rawValue, "account", account], proof == .code ? .codes : .account, forgivesSlips: true),
            gate([proof.rawValue, "address", address], .address, forgivesSlips: false),
        ]
    }

    private func gate(_ parts: [String], _ limit: AttemptLimit, forgivesSlips: Bool) -> Gate {
        // A length before each part, so that no two lists make one text.
        let text = parts.reduce("attempts") { "\($0) \($1.utf8.count) \($1)" }
        let key = secrets.digest(of: text).prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return Gate(key: key, limit: limit, forgivesSlips: forgivesSlips)
    }

    // MARK: At the gates

    /// - Throws: `rateLimited` while one of the gates is closed.
    func requireOpen(_ gates: [Gate], in tx: any Transaction) throws {
        let seconds = Self.wait(at: gates, try tx.signInAttempts.failures(at: gates.map(\.key)), at: tx.now)
        if seconds > 0 { throw Self.closed(seconds) }
    }

    /// Counts a failure. Nil when another one closed a gate meanwhile: then this one's outcome must not be told.
    ///
    /// - Returns: the seconds that the next attempt has to wait.
    func countFailure(at gates: [Gate], in tx: any Transaction) throws -> Int64? {
        let known = try tx.signInAttempts.lock(gates.map(\.key), at: tx.now)
        guard Self.wait(at: gates, known, at: tx.now) == 0 else { return nil }
        var longest: Int64 = 0
        for gate in gates {
            let before = known[gate.key].map { Self.isForgotten($0, gate.limit, at: tx.now) ? 0 : $0.failures } ?? 0
            let attempts = FailedAttempts(failures: before + 1, lastAt: tx.now)
            try tx.signInAttempts.update(gate.key, attempts, forgottenAt: tx.now.adding(seconds: gate.limit.forgottenAfterSeconds))
            longest = max(longest, gate.limit.delaySeconds(after: attempts.failures))
        }
        return longest
    }

    func forgive(_ gates: [Gate], in tx: any Transaction) throws { try tx.signInAttempts.forget(gates.filter(\.forgivesSlips).map(\.key)) }

    static func closed(_ seconds: Int64) -> ITSMError {
        let time = seconds < 120 ? "\(seconds) seconds" : "\((seconds + 59) / 60) minutes"
        return ITSMError(
            .rateLimited, "Too many sign-ins have failed. Wait \(time), then try again.", retryAfterSeconds: Int(seconds))
    }

    /// Whole seconds until all gates are open.
    private static func wait(at gates: [Gate], _ known: [String: FailedAttempts], at now: Instant) -> Int64 {
        gates.compactMap { gate -> Int64? in
            guard let attempts = known[gate.key], !isForgotten(attempts, gate.limit, at: now) else { return nil }
            let opensAt = attempts.lastAt.adding(seconds: gate.limit.delaySeconds(after: attempts.failures))
            // A clock that was set back makes nobody wait longer than the delay.
            let left = min(opensAt.microseconds - now.microseconds, gate.limit.longestDelaySeconds * 1_000_000)
            return left > 0 ? (left + 999_999) / 1_000_000 : nil
        }.max() ?? 0
    }

    private static func isForgotten(_ attempts: FailedAttempts, _ limit: AttemptLimit, at now: Instant) -> Bool {
        now >= attempts.lastAt.adding(seconds: limit.forgottenAfterSeconds)
    }
}

/// The part of a network address that one subscriber holds: all of an IPv4 address, of IPv6 the first 64 bits (RFC 6177).
public enum AddressBlock {
    /// Such as `192.0.2.7` or `2001:db8:0:0/64`; what is no address stays as it is. IPv4 in IPv6 is read as IPv4.
    public static func of(_ address: String) -> String {
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
        let all = withUnsafeBytes(of: &bytes) { Array($0) }
        let isMapped = all.prefix(10).allSatisfy { $0 == 0 } && all[10...11] == [255, 255]
        if isMapped { return all[12...].map(String.init).joined(separator: ".") }
        return stride(from: 0, to: 8, by: 2).map { String(UInt16(all[$0]) << 8 | UInt16(all[$0 + 1]), radix: 16) }.joined(separator: ":") + "/64"
    }
}
