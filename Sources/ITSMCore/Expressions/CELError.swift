/// A place in the text of an expression; both numbers count from one, columns in code points.
public struct CELPosition: Sendable, Hashable, Comparable {
    public let line: Int
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Where every expression begins.
    public static let start = CELPosition(line: 1, column: 1)

    public static func < (left: CELPosition, right: CELPosition) -> Bool { (left.line, left.column) < (right.line, right.column) }
}

/// Why an expression could not be read, or has no value.
public struct CELError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure: stable names for scripts.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The text is not an expression of the language.
        case syntax
        /// The text, its nesting, its size or a literal passes a limit.
        case tooLarge
        /// A macro, a message or a pattern that cannot be used here.
        case invalidExpression
        /// A name that is no variable, or one without a value.
        case unknownVariable
        /// A name that is no function, called as one.
        case unknownFunction
        /// An operator or function does not take values of these types.
        case noSuchOverload
        /// The expression answers a value of another type than its user needs.
        case wrongType
        /// A map, or a message, without that key.
        case noSuchKey
        /// A list without that place.
        case indexOutOfRange
        /// A whole number divided by zero; doubles divide to infinity.
        case divideByZero
        /// A result that 64 bits do not hold.
        case overflow
        /// A value outside the range of its type.
        case range
        /// A value that a conversion or function cannot take.
        case invalidArgument
        /// A map written with one key twice.
        case duplicateKey
        /// The evaluation passed its cost bound.
        case costExceeded
    }

    public let code: Code
    public let message: String
    public let position: CELPosition

    public init(_ code: Code, _ message: String, at position: CELPosition) {
        self.code = code
        self.message = message
        self.position = position
    }

    public var description: String { "\(position.line):\(position.column): \(message)" }
}

/// A failure of a function, which does not know where it was called; the call adds the place.
struct CELFailure: Error {
    let code: CELError.Code
    let message: String

    init(_ code: CELError.Code, _ message: String) {
        self.code = code
        self.message = message
    }

    static func noOverload(_ function: String, _ arguments: CELValue...) -> CELFailure { noOverload(function, arguments) }

    static func noOverload(_ function: String, _ arguments: [CELValue]) -> CELFailure {
        CELFailure(.noSuchOverload, "no such overload: \(function)(\(arguments.map(\.type.name).joined(separator: ", ")))")
    }

    func at(_ position: CELPosition) -> CELError { CELError(code, message, at: position) }
}
