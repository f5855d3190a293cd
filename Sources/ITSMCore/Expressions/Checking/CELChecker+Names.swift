extension CELChecker {
    /// The type of a name with the selections behind it.
    mutating func type(_ resolution: CELNames.Resolution, _ whole: CELSyntax) -> CELDeclaredType {
        var found: CELDeclaredType
        switch resolution.meaning {
        case .local(let slot): found = localType(slot)
        case .variable(let slot): found = environment.variables[slot].type
        case .type: found = .type
        case .unknown:
            reportUnknown(whole)
            return .dynamic
        }
        for (name, syntax) in resolution.selections { found = field(name, of: found, isOptional: false, syntax) }
        return found
    }

    /// The type of `operand.name`.
    mutating func field(_ name: String, of operand: CELDeclaredType, isOptional: Bool, _ syntax: CELSyntax) -> CELDeclaredType {
        switch operand.nonNull {
        case .dynamic: return isOptional ? .optional(.dynamic) : .dynamic
        case .optional(let inner):
            if case .optional(let found) = field(name, of: inner, isOptional: true, syntax) { return .optional(found) }
            return .optional(.dynamic)
        case .map(let key, let value):
            if !key.fits(.string) {
                report(.noSuchOverload, "the keys of \(syntax.operandText) are of type \(key), so there is no field \(name)", at: syntax.start)
            }
            return isOptional ? .optional(value) : value
        case .object(let object, let fields):
            guard let type = fields[name] else {
                let path = "\(syntax.operandText).\(name)"
                let nearest = CELNearest.name(to: name, among: Array(fields.keys)).map { "\(syntax.operandText).\($0)" }
                let known = fields.count <= 8 ? "; \(object) has \(fields.keys.sorted().joined(separator: ", "))" : ""
                report(
                    .noSuchKey, "there is no \(path)\(nearest.map { "; did you mean \($0)?" } ?? known)", at: syntax.start,
                    expected: "a field of \(object)", nearest: nearest)
                return .dynamic
            }
            return isOptional ? .optional(type) : type
        case let other:
            report(.noSuchOverload, "\(syntax.operandText) is \(other.withArticle) and has no fields, so there is no \(name)", at: syntax.start)
            return .dynamic
        }
    }

    /// The type of `operand[index]`.
    mutating func element(of operand: CELDeclaredType, _ index: CELSyntax, isOptional: Bool, _ syntax: CELSyntax) -> CELDeclaredType {
        let key = type(index)
        func wrapped(_ type: CELDeclaredType) -> CELDeclaredType { isOptional ? .optional(type) : type }
        switch operand.nonNull {
        case .dynamic: return wrapped(.dynamic)
        case .optional(let inner):
            if case .optional(let found) = element(of: inner, index, isOptional: true, syntax) { return .optional(found) }
            return .optional(.dynamic)
        case .list(let element):
            if ![.int, .uint, .double].contains(where: { key.fits($0) }) {
                report(.noSuchOverload, "the index of a list is an int, and \(index.short) is \(key.withArticle)", at: index.start, expected: "int")
            }
            return wrapped(element)
        case .map(let keys, let value):
            if !key.mayEqual(keys) {
                report(
                    .noSuchOverload, "the keys of \(syntax.operandText) are of type \(keys), and \(index.short) is \(key.withArticle)",
                    at: index.start,
                    expected: "\(keys)")
            }
            return wrapped(value)
        case .object:
            if case .literal(.string(let name)) = index.form { return field(name, of: operand, isOptional: isOptional, syntax) }
            return wrapped(.dynamic)
        case let other:
            report(.noSuchOverload, "only lists and maps have elements, and \(syntax.operandText) is \(other.withArticle)", at: syntax.start)
            return .dynamic
        }
    }

    // MARK: Unknown names

    private mutating func reportUnknown(_ syntax: CELSyntax) {
        guard let (whole, _) = syntax.dottedName else { return }
        var parts = whole.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        // The name ends where it leaves what is declared; behind that are fields of something that does not exist.
        if let end = parts.indices.first(where: { !isNamespace(parts[...$0].joined(separator: ".")) }) { parts.removeLast(parts.count - end - 1) }
        let name = parts.joined(separator: ".")
        if let field = environment.variables.first(where: { $0.name.hasPrefix(name + ".") }) {
            return report(
                .unknownVariable, "\(name) is no value by itself; name one of its fields, such as \(field.name)", at: syntax.start,
                expected: "a field of \(name)", nearest: field.name)
        }
        let prefix = parts.dropLast().joined(separator: ".")
        let names = environment.variables.map(\.name).filter { !$0.hasPrefix("@") }
        let siblings =
            prefix.isEmpty
            ? names.map { String($0.prefix { $0 != "." }) } + self.names.locals.map(\.name)
            : names.filter { $0.hasPrefix(prefix + ".") }.map { $0.split(separator: ".").prefix(parts.count).joined(separator: ".") }
        let field = prefix.isEmpty ? names.first { $0.hasSuffix("." + name) } : nil
        let nearest = field ?? CELNearest.name(to: name, among: siblings, after: prefix.count) ?? CELNearest.name(to: name, among: names)
        if prefix.isEmpty, environment.functions.globalNames.contains(name) {
            return report(.unknownVariable, "\(name) is a function; write \(name)(…)", at: syntax.start, expected: "\(name)(…)")
        }
        let isSimple = prefix.isEmpty && environment.variables.allSatisfy { $0.name != name }
        let remedy = nearest.map { "; did you mean \($0)?" } ?? (isSimple ? "; a text stands in quotes, \"\(name)\"" : "")
        let expected = prefix.isEmpty ? nil : "a field of \(prefix)"
        report(.unknownVariable, "there is no \(name)\(remedy)", at: syntax.start, expected: expected, nearest: nearest)
    }

    private func isNamespace(_ name: String) -> Bool { environment.variables.contains { $0.name.hasPrefix(name + ".") } }
}

extension CELSyntax {
    /// The text of what a field or an element is taken from.
    fileprivate var operandText: String {
        switch form {
        case .select(let operand, _, _), .index(let operand, _, _): operand.short
        default: short
        }
    }
}
