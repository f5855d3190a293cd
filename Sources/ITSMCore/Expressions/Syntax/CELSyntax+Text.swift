extension CELSyntax: CustomStringConvertible {
    /// The expression as text that reads back to the same tree: the fewest parentheses, one space around operators.
    public var description: String { text(0) }

    /// How tightly the parts of each form hold together; a looser one in a tighter place needs parentheses.
    private var precedence: Int {
        switch form {
        case .conditional: 0
        case .logical(.or, _): 1
        case .logical(.and, _): 2
        case .binary(let operation, _, _): operation.precedence
        case .unary: 6
        default: 7
        }
    }

    private func text(_ outer: Int) -> String {
        precedence < outer ? "(\(bare))" : bare
    }

    private var bare: String {
        switch form {
        case .literal(let value): return value.description
        case .identifier(let name, let isRooted): return (isRooted ? "." : "") + name
        case .select(let operand, let field, let isOptional):
            return "\(operand.text(7)).\(isOptional ? "?" : "")\(Self.selector(field))"
        case .index(let operand, let index, let isOptional): return "\(operand.text(7))[\(isOptional ? "?" : "")\(index)]"
        case .call(let target, let name, let isRooted, let arguments):
            let prefix = target.map { "\($0.text(7))." } ?? (isRooted ? "." : "")
            return "\(prefix)\(name)(\(arguments.map(\.description).joined(separator: ", ")))"
        case .unary(let operation, let operand):
            // Without the parentheses a minus would become part of the number, and two different signs are no expression.
            if case .unary(let inner, _) = operand.form, inner == operation { return operation.rawValue + operand.bare }
            let needsParentheses = operation == .negate && operand.leadingLiteral
            return operation.rawValue + (needsParentheses || operand.precedence < 7 || operand.beginsWithMinus ? "(\(operand.bare))" : operand.bare)
        case .binary(let operation, let left, let right):
            return "\(left.text(operation.precedence)) \(operation.rawValue) \(right.text(operation.precedence + 1))"
        case .logical(let operation, let terms):
            return terms.map { $0.text(precedence + 1) }.joined(separator: " \(operation.rawValue) ")
        case .conditional(let condition, let yes, let no): return "\(condition.text(1)) ? \(yes.text(1)) : \(no.text(0))"
        case .list(let elements): return "[\(elements.map { ($0.isOptional ? "?" : "") + $0.value.description }.joined(separator: ", "))]"
        case .map(let entries):
            return "{\(entries.map { "\($0.isOptional ? "?" : "")\($0.key): \($0.value)" }.joined(separator: ", "))}"
        case .message(let name, let fields):
            return "\(name){\(fields.map { "\($0.isOptional ? "?" : "")\(Self.selector($0.name)): \($0.value)" }.joined(separator: ", "))}"
        }
    }

    /// The part that the text begins with.
    private var first: CELSyntax {
        switch form {
        case .select(let operand, _, _), .index(let operand, _, _): operand.precedence < 7 ? operand : operand.first
        case .call(let target?, _, _, _): target.precedence < 7 ? target : target.first
        default: self
        }
    }

    private var leadingLiteral: Bool {
        guard case .literal(let value) = first.form else { return false }
        switch value {
        case .int, .double: return true
        default: return false
        }
    }

    private var beginsWithMinus: Bool {
        guard case .literal(let value) = first.form else { return false }
        return value.description.hasPrefix("-")
    }

    private static func selector(_ name: String) -> String {
        let isPlain =
            name.unicodeScalars.allSatisfy { CELLexer.isLetter($0) || CELLexer.isDigit($0) }
            && name.unicodeScalars.first.map(CELLexer.isLetter) == true
        return isPlain && !CELToken.keywords.contains(name) ? name : "`\(name)`"
    }
}

extension CELSyntax.Binary {
    fileprivate var precedence: Int {
        switch self {
        case .multiply, .divide, .remainder: 5
        case .add, .subtract: 4
        default: 3
        }
    }
}
