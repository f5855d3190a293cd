/// One thing that is wrong with an expression, found before it is evaluated.
public struct CELFault: Sendable, Hashable, CustomStringConvertible {
    public let code: CELError.Code
    /// What is wrong, and the remedy where one is known.
    public let message: String
    public let position: CELPosition
    /// What would be right here, such as `int`.
    public let expected: String?
    /// The known name that is nearest to an unknown one.
    public let nearest: String?

    public init(_ code: CELError.Code, _ message: String, at position: CELPosition, expected: String? = nil, nearest: String? = nil) {
        self.code = code
        self.message = message
        self.position = position
        self.expected = expected
        self.nearest = nearest
    }

    init(_ error: CELError) { self.init(error.code, error.message, at: error.position) }

    public var description: String { "\(position.line):\(position.column): \(message)" }
}

/// Everything that is wrong with an expression, in the order of its text; at least one fault.
public struct CELFaults: Error, Sendable, Hashable, CustomStringConvertible {
    public let faults: [CELFault]

    public init(_ faults: [CELFault]) {
        self.faults = faults.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }.map(\.element)
    }

    public var description: String { faults.map(\.description).joined(separator: "\n") }
}
