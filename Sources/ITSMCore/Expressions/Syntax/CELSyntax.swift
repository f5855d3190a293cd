/// A parsed expression: what was written, macros not expanded, with the place of each part.
public final class CELSyntax: Sendable {
    /// `-x` and `!x`.
    public enum Unary: String, Sendable { case negate = "-", not = "!" }

    /// The binary operators but `&&` and `||`.
    public enum Binary: String, Sendable, CaseIterable {
        case less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">=", equal = "==", notEqual = "!=", within = "in"
        case add = "+", subtract = "-", multiply = "*", divide = "/", remainder = "%"
    }

    /// The operators that absorb errors.
    public enum Logical: String, Sendable { case and = "&&", or = "||" }

    /// An element of a list; an optional one, `?x`, stands only where `x` has a value.
    public struct Element: Sendable {
        public let isOptional: Bool
        public let value: CELSyntax
    }

    /// An entry of a map.
    public struct Entry: Sendable {
        public let isOptional: Bool
        public let key: CELSyntax
        public let value: CELSyntax
    }

    /// A field of a message.
    public struct Field: Sendable {
        public let isOptional: Bool
        public let name: String
        public let value: CELSyntax
    }

    /// What kind of part it is, and of what it is made.
    public enum Form: Sendable {
        /// A value written down.
        case literal(CELValue)
        /// A name; a rooted one, `.x`, is not looked for in the container.
        case identifier(String, isRooted: Bool)
        /// `a.b`, or `a.?b`.
        case select(CELSyntax, field: String, isOptional: Bool)
        /// `a[b]`, or `a[?b]`.
        case index(CELSyntax, CELSyntax, isOptional: Bool)
        /// `f(x)`, or `target.f(x)`.
        case call(target: CELSyntax?, name: String, isRooted: Bool, arguments: [CELSyntax])
        case unary(Unary, CELSyntax)
        case binary(Binary, CELSyntax, CELSyntax)
        /// Two terms or more.
        case logical(Logical, [CELSyntax])
        /// `a ? b : c`.
        case conditional(CELSyntax, CELSyntax, CELSyntax)
        /// `[a, b]`.
        case list([Element])
        /// `{a: b}`.
        case map([Entry])
        /// `Name{field: a}`, which nothing here can evaluate.
        case message(String, [Field])
    }

    public let form: Form
    public let position: CELPosition
    /// The levels below this one and itself.
    let height: Int

    init(_ form: Form, at position: CELPosition) {
        self.form = form
        self.position = position
        height = 1 + (Self.children(of: form).map(\.height).max() ?? 0)
    }

    /// Reads an expression.
    ///
    /// - Throws: `CELError` with the place of the first fault.
    public static func parse(_ source: String, limits: CELLimits = CELLimits()) throws -> CELSyntax {
        guard source.utf8.count <= limits.sourceBytes else {
            throw CELError(.tooLarge, "the expression has more than \(limits.sourceBytes) bytes", at: .start)
        }
        var parser = CELParser(try CELLexer.tokens(of: source), limits)
        return try parser.whole()
    }

    /// The parts, in the order of the text.
    public var children: [CELSyntax] { Self.children(of: form) }

    private static func children(of form: Form) -> [CELSyntax] {
        switch form {
        case .literal, .identifier: []
        case .select(let operand, _, _): [operand]
        case .index(let operand, let index, _): [operand, index]
        case .call(let target, _, _, let arguments): (target.map { [$0] } ?? []) + arguments
        case .unary(_, let operand): [operand]
        case .binary(_, let left, let right): [left, right]
        case .logical(_, let terms): terms
        case .conditional(let condition, let yes, let no): [condition, yes, no]
        case .list(let elements): elements.map(\.value)
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .message(_, let fields): fields.map(\.value)
        }
    }

    /// `a.b.c` where this is nothing but names.
    public var dottedName: (name: String, isRooted: Bool)? {
        switch form {
        case .identifier(let name, let isRooted): return (name, isRooted)
        case .select(let operand, let field, isOptional: false):
            guard let (name, isRooted) = operand.dottedName else { return nil }
            return ("\(name).\(field)", isRooted)
        default: return nil
        }
    }
}
