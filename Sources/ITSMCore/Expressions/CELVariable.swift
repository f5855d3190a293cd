/// A variable that expressions may name, and its type.
public struct CELVariable: Sendable, Hashable {
    /// The name; a qualified one, such as `ticket.priority`, is one variable with a slot of its own. One that begins with `@` cannot be written: it is for
    /// functions that read it.
    public let name: String
    public let type: CELDeclaredType
    /// The texts that it may be, where they are known; a comparison with another one that is written in the expression is refused.
    public let choices: [String]

    public init(_ name: String, _ type: CELDeclaredType = .dynamic, choices: [String] = []) {
        self.name = name
        self.type = type
        self.choices = choices
    }
}
