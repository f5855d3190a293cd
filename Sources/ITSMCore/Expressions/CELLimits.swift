/// How large an expression may be and how much an evaluation may cost.
///
/// The standard asks for 32 repetitions and 12 levels of nesting (CEL language definition, Syntax); these bounds are far above both.
public struct CELLimits: Sendable, Hashable {
    /// UTF-8 bytes of the text.
    public var sourceBytes = 65_536
    /// Levels of nested parentheses, calls, lists, maps and conditionals.
    public var depth = 96
    /// Levels of the tree, which a chain of operators raises too.
    public var height = 256
    /// Parts of the expression: literals, names, operators, calls.
    public var nodes = 16_384
    /// The bound on one evaluation. A step of a macro costs the size of its body; making or reading a value costs its size.
    public var cost = 1_000_000

    public init() {}
}
