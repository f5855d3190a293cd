/// A variable that expressions may name, and its type.
public struct CELVariable: Sendable, Hashable {
    /// The name; a qualified one, such as `ticket.priority`, is one variable with a slot of its own.
    public let name: String
    public let type: CELDeclaredType

    public init(_ name: String, _ type: CELDeclaredType = .dynamic) {
        self.name = name
        self.type = type
    }
}
