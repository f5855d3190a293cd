extension CELCompiler {
    /// The macros of the standard and of the extensions two-variable comprehensions, bindings, optionals and block; nil where it is none of them.
    mutating func macro(_ target: CELSyntax?, _ name: String, _ arguments: [CELSyntax], _ position: CELPosition) throws -> (any CELNode)? {
        guard let target else { return name == "has" && arguments.count == 1 ? try presence(arguments[0], position) : nil }
        if target.dottedName?.name == "cel", let node = try binding(name, arguments, position) { return node }
        switch (name, arguments.count) {
        case ("all", 2...3): return try quantifier(target, arguments, deciding: false, position)
        case ("exists", 2...3): return try quantifier(target, arguments, deciding: true, position)
        case ("exists_one", 2...3), ("existsOne", 2...3):
            return try ranging(target, arguments.dropLast()) { compiler, range in
                ExistsOneNode(range, try compiler.compile(arguments.last!), position)
            }
        case ("filter", 2):
            return try ranging(target, [arguments[0]]) { compiler, range in
                TransformListNode(range, try compiler.compile(arguments[1]), LocalNode(range.first, position), position)
            }
        case ("map", 2...3): return try transform(target, arguments, variables: 1, isMap: false, makesEntries: false, position)
        case ("transformList", 3...4): return try transform(target, arguments, variables: 2, isMap: false, makesEntries: false, position)
        case ("transformMap", 3...4): return try transform(target, arguments, variables: 2, isMap: true, makesEntries: false, position)
        case ("transformMapEntry", 3...4): return try transform(target, arguments, variables: 2, isMap: true, makesEntries: true, position)
        case ("optMap", 2), ("optFlatMap", 2):
            let operand = try compile(target)
            return try scoped([try variable(arguments[0])]) { compiler, slots in
                OptionalMapNode(operand, slots[0], try compiler.compile(arguments[1]), isFlat: name == "optFlatMap", position)
            }
        default: return nil
        }
    }

    /// The name of a macro's variable.
    private func variable(_ syntax: CELSyntax) throws -> String {
        if case .identifier(let name, isRooted: false) = syntax.form { return name }
        if let name = Self.generatedName(syntax) { return name }
        throw CELError(.invalidExpression, "the variable of a macro is a simple name", at: syntax.position)
    }

    private mutating func presence(_ argument: CELSyntax, _ position: CELPosition) throws -> any CELNode {
        guard case .select(let operand, let field, _) = argument.form else {
            throw CELError(.invalidExpression, "has takes a field, such as has(ticket.category)", at: argument.position)
        }
        return SelectNode(try compile(operand), field, .test, position)
    }

    private mutating func ranging<N: Collection>(
        _ target: CELSyntax, _ variables: N, _ body: (inout CELCompiler, CELRange) throws -> any CELNode
    ) throws -> any CELNode where N.Element == CELSyntax {
        let operand = try compile(target)
        let names = try variables.map { try variable($0) }
        if names.count == 2, names[0] == names[1] {
            throw CELError(.invalidExpression, "the two variables of a macro have different names", at: target.position)
        }
        return try scoped(names) { compiler, slots in
            try body(&compiler, CELRange(operand: operand, first: slots[0], second: slots.count == 2 ? slots[1] : nil))
        }
    }

    private mutating func quantifier(
        _ target: CELSyntax, _ arguments: [CELSyntax], deciding: Bool, _ position: CELPosition
    ) throws -> any CELNode {
        try ranging(target, arguments.dropLast()) { compiler, range in
            QuantifierNode(range, try compiler.compile(arguments.last!), deciding: deciding, position)
        }
    }

    private mutating func transform(
        _ target: CELSyntax, _ arguments: [CELSyntax], variables: Int, isMap: Bool, makesEntries: Bool, _ position: CELPosition
    ) throws -> any CELNode {
        try ranging(target, arguments.prefix(variables)) { compiler, range in
            let predicate = arguments.count == variables + 2 ? try compiler.compile(arguments[variables]) : nil
            let body = try compiler.compile(arguments.last!)
            return isMap
                ? TransformMapNode(range, predicate, body, makesEntries: makesEntries, position)
                : TransformListNode(range, predicate, body, position)
        }
    }

    /// `cel.bind`, and `cel.block` with the names that it makes, as optimisers write them.
    private mutating func binding(_ name: String, _ arguments: [CELSyntax], _ position: CELPosition) throws -> (any CELNode)? {
        switch (name, arguments.count) {
        case ("bind", 3):
            let bound = try compile(arguments[1])
            return try scoped([try variable(arguments[0])]) { compiler, slots in BindingNode(slots[0], bound, try compiler.compile(arguments[2])) }
        case ("block", 2):
            guard case .list(let elements) = arguments[0].form else {
                throw CELError(.invalidExpression, "cel.block takes a list of parts", at: arguments[0].position)
            }
            return try block(elements.map(\.value)[...], from: 0, arguments[1])
        case ("index", 1), ("iterVar", 2):
            guard let variable = Self.generatedName(name, arguments), let node = localNode(variable, position) else {
                throw CELError(.invalidExpression, "cel.\(name) names nothing here", at: position)
            }
            return node
        default: return nil
        }
    }

    private mutating func block(_ parts: ArraySlice<CELSyntax>, from index: Int, _ body: CELSyntax) throws -> any CELNode {
        guard let part = parts.first else { return try compile(body) }
        let bound = try compile(part)
        return try scoped(["@index:\(index)"]) { compiler, slots in
            BindingNode(slots[0], bound, try compiler.block(parts.dropFirst(), from: index + 1, body))
        }
    }

    private static func generatedName(_ syntax: CELSyntax) -> String? {
        guard case .call(let target?, "iterVar", _, let arguments) = syntax.form, target.dottedName?.name == "cel" else { return nil }
        return generatedName("iterVar", arguments)
    }

    private static func generatedName(_ name: String, _ arguments: [CELSyntax]) -> String? {
        let numbers = arguments.compactMap { argument in
            if case .literal(.int(let number)) = argument.form { String(number) } else { nil }
        }
        return numbers.count == arguments.count ? "@\(name):\(numbers.joined(separator: ":"))" : nil
    }
}
