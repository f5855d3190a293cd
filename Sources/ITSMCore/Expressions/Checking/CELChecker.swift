/// Finds everything in an expression that cannot work: names, types, numbers of arguments, literals that nothing can read.
///
/// It goes on behind a fault with a value of which nothing is known, so that one fault makes no others. Where a type is known only at evaluation, it
/// refuses nothing.
struct CELChecker {
    var names: CELNames
    private(set) var faults: [CELFault] = []
    /// The types of the macros' variables by their slots.
    private var localTypes: [CELDeclaredType] = []

    init(_ environment: CELEnvironment) { names = CELNames(environment) }

    var environment: CELEnvironment { names.environment }

    /// The type of a whole expression whose user needs a value of type `wanted`.
    mutating func check(_ syntax: CELSyntax, as wanted: CELDeclaredType) -> CELDeclaredType {
        let type = type(syntax)
        if !type.fits(wanted) {
            let example = wanted == .bool ? ", a condition such as \(condition(on: type, syntax))" : ""
            report(.wrongType, "this is \(type.withArticle); expected \(wanted.withArticle)\(example)", at: syntax.start, expected: "\(wanted)")
        }
        return type
    }

    mutating func report(_ code: CELError.Code, _ message: String, at position: CELPosition, expected: String? = nil, nearest: String? = nil) {
        faults.append(CELFault(code, message, at: position, expected: expected, nearest: nearest))
    }

    /// A condition that this value could be part of.
    private func condition(on type: CELDeclaredType, _ syntax: CELSyntax) -> String {
        let text = syntax.short
        return switch type.nonNull {
        case .int: "\(text) == 1"
        case .string: "\(text) == \"x\""
        case .list: "size(\(text)) > 0"
        default: "\(text) != null"
        }
    }

    // MARK: Parts

    mutating func type(_ syntax: CELSyntax) -> CELDeclaredType {
        if let resolution = names.resolve(syntax) { return type(resolution, syntax) }
        switch syntax.form {
        case .literal(let value): return Self.type(of: value)
        case .identifier: preconditionFailure("names are resolved first")
        case .select(let operand, let field, let isOptional): return self.field(field, of: type(operand), isOptional: isOptional, syntax)
        case .index(let operand, let index, let isOptional):
            return element(of: type(operand), index, isOptional: isOptional, syntax)
        case .unary(.not, let operand):
            needBool(operand, of: "!")
            return .bool
        case .unary(.negate, let operand): return call(CELOperators.negation, [operand], .operation("-"), syntax)
        case .binary(let operation, let left, let right): return binary(operation, left, right, syntax)
        case .logical(let operation, let terms):
            for term in terms { needBool(term, of: operation.rawValue) }
            return .bool
        case .conditional(let condition, let yes, let no):
            needBool(condition, of: "?")
            return type(yes).joined(type(no))
        case .list(let elements): return .list(joined(elements.map { ($0.value, $0.isOptional) }))
        case .map(let entries): return map(entries)
        case .message(let name, _):
            report(.invalidExpression, "there are no messages, so no \(name){…}; a map is written {'field': value}", at: syntax.position)
            return .dynamic
        case .call(let target, let name, let isRooted, let arguments):
            do {
                if let macro = try CELMacro.of(target, name, arguments) { return type(macro, syntax) }
            } catch {
                // Of the parts of a macro that cannot be told apart nothing more can be said.
                if let error = error as? CELError { faults.append(CELFault(error)) }
                return .dynamic
            }
            return call(target, name, isRooted, arguments, syntax)
        }
    }

    /// A part where a bool is needed.
    mutating func needBool(_ syntax: CELSyntax, of user: String) {
        let found = type(syntax)
        guard !found.fits(.bool) else { return }
        let remedy = "expected a bool, such as \(condition(on: found, syntax))"
        report(
            .noSuchOverload, "\(user) takes conditions, and \(syntax.short) is \(found.withArticle); \(remedy)", at: syntax.start, expected: "bool")
    }

    private static func type(of value: CELValue) -> CELDeclaredType {
        switch value {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        default: .dynamic
        }
    }

    private mutating func joined(_ parts: [(syntax: CELSyntax, isOptional: Bool)]) -> CELDeclaredType {
        var result: CELDeclaredType?
        for part in parts {
            var found = type(part.syntax)
            if part.isOptional {
                switch found.nonNull {
                case .optional(let inner): found = inner
                case .dynamic: found = .dynamic
                default:
                    report(
                        .noSuchOverload, "behind ? stands an optional, and \(part.syntax.short) is \(found.withArticle); leave the ? out",
                        at: part.syntax.start, expected: "optional")
                    found = .dynamic
                }
            }
            result = result?.joined(found) ?? found
        }
        return result ?? .dynamic
    }

    private mutating func map(_ entries: [CELSyntax.Entry]) -> CELDeclaredType {
        for entry in entries {
            let key = type(entry.key)
            if ![.bool, .int, .uint, .string].contains(where: { key.fits($0) }) {
                report(
                    .noSuchOverload, "the keys of a map are strings, ints, uints or bools, and \(entry.key.short) is \(key.withArticle)",
                    at: entry.key.start, expected: "string, int, uint or bool")
            }
        }
        // The keys were looked at above: what is wrong with them is said once.
        let known = faults.count
        let keys = joined(entries.map { ($0.key, false) })
        faults.removeLast(faults.count - known)
        return .map(keys, joined(entries.map { ($0.value, $0.isOptional) }))
    }

    // MARK: Scopes

    /// Looks at a part with new variables of these types.
    mutating func scoped<T>(_ variables: [(name: String, type: CELDeclaredType)], _ body: (inout CELChecker) -> T) -> T {
        let slots = names.open(variables.map(\.name))
        defer { names.close(slots.count) }
        localTypes += variables.map(\.type)
        return body(&self)
    }

    func localType(_ slot: Int) -> CELDeclaredType { localTypes[slot] }
}

extension CELSyntax {
    /// Where the text of this part begins; its position is that of its operator.
    var start: CELPosition {
        switch form {
        case .select(let operand, _, _), .index(let operand, _, _): operand.start
        case .call(let target?, _, _, _): target.start
        case .binary(_, let left, _): left.start
        case .logical(_, let terms): terms[0].start
        case .conditional(let condition, _, _): condition.start
        default: position
        }
    }

    /// The text for a message, shortened.
    var short: String {
        let text = description
        return text.unicodeScalars.count <= 60 ? text : String(text.unicodeScalars.prefix(59)) + "…"
    }
}
