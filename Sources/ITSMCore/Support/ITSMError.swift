/// The closed list of what can go wrong, as callers see it: api.md's codes.
///
/// What was sent: `malformed` cannot be read at all; `unknownParameter` and `unknownField` are names that do not exist, or not for the caller;
/// `invalidValue`, `required` and `tooLong` are faults of one field; `tooLarge` and `unsupportedMediaType` are faults of the whole.
///
/// Who calls: `unauthenticated`, `tokenExpired`, `otpRequired` and `badCredentials` ask for a sign-in. `forbidden` is for what the caller may see,
/// `notFound` for what is absent or hidden, `methodNotAllowed` for an address without that method.
///
/// What stands in the way: the record's state (`illegalTransition`), what points at it (`inUse`), another of the same name (`duplicate`), somebody
/// who was faster (`versionMismatch`), another number of tickets than expected (`countMismatch`), a key that stood for another request
/// (`idempotencyMismatch`), the same work under way (`inProgress`).
///
/// Whether to try again: after `rateLimited` and `unavailable` nothing was written; after `outcomeUnknown` it may have been; `internal` is a fault
/// of the program.
public enum ErrorCode: String, Codable, Sendable, CaseIterable {
    case malformed, unknownParameter, unknownField, invalidValue, required, tooLong
    case unauthenticated, tokenExpired, otpRequired, badCredentials, forbidden
    case notFound, methodNotAllowed, illegalTransition, inUse, duplicate
    case versionMismatch, countMismatch, idempotencyMismatch, inProgress
    case tooLarge, unsupportedMediaType, rateLimited, unavailable, outcomeUnknown, `internal`
}

/// One fault in what was sent: its place as an RFC 6901 JSON pointer (or `?name` for a query parameter), its code, and a sentence that says
/// what to do about it.
public struct FieldProblem: Codable, Sendable, Hashable {
    /// Such as `/customFields/site`, or `?filter` for a query parameter.
    public var pointer: String
    public var code: ErrorCode
    public var message: String

    public init(_ pointer: String, _ code: ErrorCode, _ message: String) {
        self.pointer = pointer
        self.code = code
        self.message = message
    }
}

/// What services throw: one code, one sentence for people, and every faulty field at once.
///
/// HTTP status, exit code and page are derived from `code`, each in one place.
public struct ITSMError: Error, Sendable, Equatable, CustomStringConvertible {
    public var code: ErrorCode
    /// What happened and what to do next, in words fit for the caller: nothing of the inside.
    public var detail: String
    /// Every faulty field; empty where the fault is not in a field.
    public var problems: [FieldProblem]
    /// Seconds after which another try makes sense, for `rateLimited` and `unavailable`.
    public var retryAfterSeconds: Int?

    public init(_ code: ErrorCode, _ detail: String, problems: [FieldProblem] = [], retryAfterSeconds: Int? = nil) {
        self.code = code
        self.detail = detail
        self.problems = problems
        self.retryAfterSeconds = retryAfterSeconds
    }

    public var description: String {
        ([detail] + problems.map { "\($0.pointer): \($0.message)" }).joined(separator: "\n")
    }

    /// Absent and hidden records look the same.
    public static func notFound(_ what: String) -> ITSMError { ITSMError(.notFound, "There is no such \(what), or you may not see it.") }

    /// Seen, but not allowed; `problems` names the fields where only some of them are refused.
    public static func forbidden(_ detail: String, problems: [FieldProblem] = []) -> ITSMError { ITSMError(.forbidden, detail, problems: problems) }

    /// Parsed, but wrong: 422 with every fault. `problems` must not be empty.
    public static func invalid(_ problems: [FieldProblem]) -> ITSMError {
        ITSMError(
            problems.count == 1 ? problems[0].code : .invalidValue,
            problems.count == 1 ? problems[0].message : "\(problems.count) fields need attention.", problems: problems)
    }

    /// One faulty field.
    public static func invalid(_ pointer: String, _ code: ErrorCode, _ message: String) -> ITSMError {
        .invalid([FieldProblem(pointer, code, message)])
    }

    /// One field with a value that it cannot have.
    public static func invalid(_ pointer: String, _ message: String) -> ITSMError { .invalid(pointer, .invalidValue, message) }

    /// Somebody else was faster; `current` is the version that the record has now.
    public static func versionMismatch(current: Int) -> ITSMError {
        ITSMError(
            .versionMismatch, "Somebody changed this record since you read it; its version is now \(current). Read it again and repeat your change.")
    }
}

/// Collects every fault of one input, so that they are all told at once.
public struct ProblemList: Sendable {
    public private(set) var problems: [FieldProblem] = []

    public init() {}

    public var isEmpty: Bool { problems.isEmpty }

    /// Adds a fault of the field at `pointer`.
    public mutating func add(_ pointer: String, _ code: ErrorCode, _ message: String) {
        problems.append(FieldProblem(pointer, code, message))
    }

    /// Adds a field with a value that it cannot have.
    public mutating func add(_ pointer: String, _ message: String) { add(pointer, .invalidValue, message) }

    /// Adds the faults that another check found.
    public mutating func add(contentsOf others: [FieldProblem]) { problems.append(contentsOf: others) }

    /// Checks text that people read and type: present unless `optional`, not blank, at most `limit` characters, without control characters.
    ///
    /// - Parameter name: what messages call it; by default the end of the pointer.
    public mutating func check(
        text: String?, _ pointer: String, name: String? = nil, limit: Int, optional: Bool = false, multiline: Bool = false
    ) {
        let name = name ?? Self.name(pointer)
        guard let text else {
            if !optional { add(pointer, .required, "\(name) is required.") }
            return
        }
        if !optional, text.allSatisfy(\.isWhitespace) { return add(pointer, .required, "\(name) must not be empty.") }
        if text.unicodeScalars.count > limit {
            return add(pointer, .tooLong, "\(name) has \(text.unicodeScalars.count) characters; at most \(limit) are allowed.")
        }
        let isAllowed: (Unicode.Scalar) -> Bool = { $0.value >= 32 && $0.value != 127 || (multiline && ($0 == "\n" || $0 == "\t" || $0 == "\r")) }
        if !text.unicodeScalars.allSatisfy(isAllowed) {
            add(pointer, .invalidValue, "\(name) holds control characters; remove them.")
        }
    }

    /// Throws all that was found, if anything was.
    public func throwIfAny() throws {
        if !problems.isEmpty { throw ITSMError.invalid(problems) }
    }

    static func name(_ pointer: String) -> String {
        let last = pointer.split(separator: "/").last.map(String.init) ?? "The value"
        return last.prefix(1).uppercased() + last.dropFirst()
    }
}
