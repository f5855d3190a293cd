/// Reads tokens into a tree by recursive descent (CEL language definition, Syntax), with bounds on depth, height and number of parts.
struct CELParser {
    let tokens: [CELToken]
    private let limits: CELLimits
    var at = 0
    private var depth = 0
    private var nodes = 0

    init(_ tokens: [CELToken], _ limits: CELLimits) {
        self.tokens = tokens
        self.limits = limits
    }

    var token: CELToken { tokens[at] }

    func isNext(_ symbol: String) -> Bool { token.kind == .symbol(symbol) }

    mutating func take(_ symbol: String) -> Bool {
        guard isNext(symbol) else { return false }
        at += 1
        return true
    }

    mutating func expect(_ symbol: String) throws {
        guard take(symbol) else { throw unexpected("'\(symbol)'") }
    }

    func unexpected(_ wanted: String) -> CELError {
        CELError(.syntax, "expected \(wanted), found \(token.name)", at: token.position)
    }

    mutating func make(_ form: CELSyntax.Form, at position: CELPosition) throws -> CELSyntax {
        nodes += 1
        guard nodes <= limits.nodes else { throw CELError(.tooLarge, "the expression has more than \(limits.nodes) parts", at: position) }
        let syntax = CELSyntax(form, at: position)
        guard syntax.height <= limits.height else { throw CELError(.tooLarge, "the expression has more than \(limits.height) levels", at: position) }
        return syntax
    }

    mutating func whole() throws -> CELSyntax {
        let syntax = try expression()
        guard token.kind == .end else { throw unexpected("an operator or the end") }
        return syntax
    }

    mutating func expression() throws -> CELSyntax {
        depth += 1
        defer { depth -= 1 }
        guard depth <= limits.depth else { throw CELError(.tooLarge, "more than \(limits.depth) levels of nesting", at: token.position) }
        let condition = try logical(.or)
        let position = token.position
        guard take("?") else { return condition }
        let yes = try logical(.or)
        try expect(":")
        let no = try expression()
        return try make(.conditional(condition, yes, no), at: position)
    }

    private mutating func logical(_ operation: CELSyntax.Logical) throws -> CELSyntax {
        let first = operation == .or ? try logical(.and) : try binary(0)
        guard isNext(operation.rawValue) else { return first }
        let position = token.position
        var terms = [first]
        while take(operation.rawValue) { terms.append(operation == .or ? try logical(.and) : try binary(0)) }
        return try make(.logical(operation, terms), at: position)
    }

    /// Relations, then sums, then products; all from left to right.
    private mutating func binary(_ level: Int) throws -> CELSyntax {
        var left = level == 2 ? try unary() : try binary(level + 1)
        while let operation = operation(level) {
            let position = token.position
            at += 1
            let right = level == 2 ? try unary() : try binary(level + 1)
            left = try make(.binary(operation, left, right), at: position)
        }
        return left
    }

    private func operation(_ level: Int) -> CELSyntax.Binary? {
        let symbol: String
        switch token.kind {
        case .symbol(let text): symbol = text
        case .identifier("in"): symbol = "in"
        default: return nil
        }
        guard let operation = CELSyntax.Binary(rawValue: symbol) else { return nil }
        let own =
            switch operation {
            case .add, .subtract: 1
            case .multiply, .divide, .remainder: 2
            default: 0
            }
        return own == level ? operation : nil
    }

    private mutating func unary() throws -> CELSyntax {
        let position = token.position
        for operation in [CELSyntax.Unary.not, .negate] where isNext(operation.rawValue) {
            if operation == .negate, let number = try negativeNumber() { return try members(of: number) }
            depth += 1
            defer { depth -= 1 }
            guard depth <= limits.depth else { throw CELError(.tooLarge, "more than \(limits.depth) levels of nesting", at: position) }
            at += 1
            if !isNext(operation.rawValue), isNext("!") || isNext("-") { throw unexpected("an operand") }
            return try make(.unary(operation, try unary()), at: position)
        }
        return try members(of: try primary())
    }
}
