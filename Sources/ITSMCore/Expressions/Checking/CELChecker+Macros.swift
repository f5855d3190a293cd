extension CELChecker {
    mutating func type(_ macro: CELMacro, _ syntax: CELSyntax) -> CELDeclaredType {
        switch macro {
        case .has(let argument):
            checkPresence(argument)
            return .bool
        case .quantifier(let target, let names, _, let body), .existsOne(let target, let names, let body):
            let variables = range(target, names, syntax)
            scoped(variables) { $0.needBool(body, of: syntax.callName) }
            return .bool
        case .list(let target, let names, let predicate, let transform):
            let variables = range(target, names, syntax)
            return scoped(variables) { checker in
                if let predicate { checker.needBool(predicate, of: syntax.callName) }
                return .list(transform.map { checker.type($0) } ?? variables[0].type)
            }
        case .map(let target, let names, let predicate, let transform, let makesEntries):
            let variables = range(target, names, syntax)
            return scoped(variables) { checker in
                if let predicate { checker.needBool(predicate, of: syntax.callName) }
                let value = checker.type(transform)
                if !makesEntries { return .map(variables[0].type, value) }
                if !value.fits(.map(.dynamic, .dynamic)) {
                    checker.report(
                        .noSuchOverload, "transformMapEntry makes maps such as {key: value}, and \(transform.short) is \(value.withArticle)",
                        at: transform.start, expected: "map")
                }
                if case .map = value.nonNull { return value.nonNull }
                return .map(.dynamic, .dynamic)
            }
        case .optional(let target, let name, let body, let isFlat):
            let operand = type(target)
            var inner: CELDeclaredType = .dynamic
            if case .optional(let found) = operand.nonNull { inner = found }
            need(.optional(.dynamic), target, operand, of: syntax.callName)
            return scoped([(name, inner)]) { checker in
                let result = checker.type(body)
                guard isFlat else { return .optional(result) }
                checker.need(.optional(.dynamic), body, result, of: "the body of optFlatMap")
                return result
            }
        case .bind(let name, let value, let body):
            let bound = type(value)
            return scoped([(name, bound)]) { $0.type(body) }
        case .block(let parts, let body): return block(parts[...], body)
        case .generated(let name):
            guard let slot = names.local(name) else {
                report(.invalidExpression, "cel.index and cel.iterVar name nothing here", at: syntax.position)
                return .dynamic
            }
            return localType(slot)
        }
    }

    private mutating func need(_ wanted: CELDeclaredType, _ syntax: CELSyntax, _ found: CELDeclaredType, of user: String) {
        guard !found.fits(wanted) else { return }
        report(
            .noSuchOverload, "\(user) takes \(wanted.withArticle), and \(syntax.short) is \(found.withArticle)", at: syntax.start,
            expected: "\(wanted)")
    }

    private mutating func block(_ parts: ArraySlice<CELSyntax>, _ body: CELSyntax) -> CELDeclaredType {
        guard let part = parts.first else { return type(body) }
        let bound = type(part)
        return scoped([(CELMacro.generatedName(parts.startIndex), bound)]) { $0.block(parts.dropFirst(), body) }
    }

    /// The variables of a macro with their types: an element, a key, or an index or key and its value.
    private mutating func range(_ target: CELSyntax, _ names: [String], _ syntax: CELSyntax) -> [(name: String, type: CELDeclaredType)] {
        let types: (first: CELDeclaredType, second: CELDeclaredType)
        switch type(target) {
        case let found where found.nonNull == .dynamic: types = (.dynamic, .dynamic)
        case let found:
            switch found.nonNull {
            case .list(let element): types = names.count == 1 ? (element, .dynamic) : (.int, element)
            case .map(let key, let value): types = (key, value)
            case .object: types = (.string, .dynamic)
            default:
                report(
                    .noSuchOverload, "\(syntax.callName) looks through a list or a map, and \(target.short) is \(found.withArticle)",
                    at: target.start,
                    expected: "list or map")
                types = (.dynamic, .dynamic)
            }
        }
        return Array(zip(names, [types.first, types.second])).map { (name: $0, type: $1) }
    }

    private mutating func checkPresence(_ argument: CELSyntax) {
        if let resolution = names.resolve(argument), resolution.selections.isEmpty, case .variable(let slot) = resolution.meaning {
            guard environment.variables[slot].type != .dynamic else { return }
            let name = environment.variables[slot].name
            return report(
                .invalidExpression, "\(name) is always there; whether it is set is asked with \(name) != null", at: argument.start,
                expected: "\(name) != null")
        }
        _ = type(argument)
    }
}

extension CELSyntax {
    /// The name of what is called.
    var callName: String {
        if case .call(_, let name, _, _) = form { name } else { short }
    }
}
