extension CELCompiler {
    mutating func node(_ macro: CELMacro, _ position: CELPosition) throws -> any CELNode {
        switch macro {
        case .has(let argument): return try presence(argument, position)
        case .quantifier(let target, let names, let deciding, let body):
            return try ranging(target, names) { compiler, range in
                QuantifierNode(range, try compiler.compile(body), deciding: deciding, position)
            }
        case .existsOne(let target, let names, let body):
            return try ranging(target, names) { compiler, range in ExistsOneNode(range, try compiler.compile(body), position) }
        case .list(let target, let names, let predicate, let transform):
            return try ranging(target, names) { compiler, range in
                let predicate = try predicate.map { try compiler.compile($0) }
                let value = try transform.map { try compiler.compile($0) } ?? LocalNode(range.first, position)
                return TransformListNode(range, predicate, value, position)
            }
        case .map(let target, let names, let predicate, let transform, let makesEntries):
            return try ranging(target, names) { compiler, range in
                let predicate = try predicate.map { try compiler.compile($0) }
                return TransformMapNode(range, predicate, try compiler.compile(transform), makesEntries: makesEntries, position)
            }
        case .optional(let target, let name, let body, let isFlat):
            let operand = try compile(target)
            return try scoped([name]) { compiler, slots in OptionalMapNode(operand, slots[0], try compiler.compile(body), isFlat: isFlat, position) }
        case .bind(let name, let value, let body):
            let bound = try compile(value)
            return try scoped([name]) { compiler, slots in BindingNode(slots[0], bound, try compiler.compile(body)) }
        case .block(let parts, let body): return try block(parts[...], body)
        case .generated(let name):
            guard let slot = names.local(name) else {
                throw CELError(.invalidExpression, "cel.index and cel.iterVar name nothing here", at: position)
            }
            return LocalNode(slot, position)
        }
    }

    private mutating func presence(_ argument: CELSyntax, _ position: CELPosition) throws -> any CELNode {
        if let resolution = names.resolve(argument), resolution.selections.isEmpty, case .variable(let slot) = resolution.meaning {
            reads.insert(slot)
            return VariablePresenceNode(slot, position)
        }
        guard case .select(let operand, let field, _) = argument.form else { preconditionFailure("a macro takes its argument apart") }
        return SelectNode(try compile(operand), field, .test, position)
    }

    private mutating func ranging(
        _ target: CELSyntax, _ names: [String], _ body: (inout CELCompiler, CELRange) throws -> any CELNode
    ) throws -> any CELNode {
        let operand = try compile(target)
        return try scoped(names) { compiler, slots in
            try body(&compiler, CELRange(operand: operand, first: slots[0], second: slots.count == 2 ? slots[1] : nil))
        }
    }

    private mutating func block(_ parts: ArraySlice<CELSyntax>, _ body: CELSyntax) throws -> any CELNode {
        guard let part = parts.first else { return try compile(body) }
        let bound = try compile(part)
        return try scoped([CELMacro.generatedName(parts.startIndex)]) { compiler, slots in
            BindingNode(slots[0], bound, try compiler.block(parts.dropFirst(), body))
        }
    }
}
