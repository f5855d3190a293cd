extension CELChecker {
    mutating func binary(_ operation: CELSyntax.Binary, _ left: CELSyntax, _ right: CELSyntax, _ syntax: CELSyntax) -> CELDeclaredType {
        switch operation {
        case .equal, .notEqual:
            let first = type(left), second = type(right)
            if !first.mayEqual(second) { reportUnequal(left, first, right, second, at: syntax.position) }
            checkChoice(left, [right])
            checkChoice(right, [left])
            return .bool
        case .within:
            checkMembership(left, type(left), right, type(right), at: syntax.position)
            if case .list(let elements) = right.form { checkChoice(left, elements.map(\.value)) }
            checkChoice(right, [left])
            return .bool
        default: return call(CELOperators.overloads(operation), [left, right], .operation(operation.rawValue), syntax)
        }
    }

    private mutating func checkMembership(
        _ element: CELSyntax, _ type: CELDeclaredType, _ collection: CELSyntax, _ collectionType: CELDeclaredType, at position: CELPosition
    ) {
        switch collectionType.nonNull {
        case .dynamic: break
        case .list(let inner), .map(let inner, _): if !type.mayEqual(inner) { reportUnequal(element, type, nil, inner, at: position) }
        case .object: if !type.mayEqual(.string) { reportUnequal(element, type, nil, .string, at: position) }
        case let other:
            let remedy = other == .string && type.fits(.string) ? "; for a part of a text write \(collection.short).contains(\(element.short))" : ""
            report(
                .noSuchOverload, "in looks into a list or a map, and \(collection.short) is \(other.withArticle)\(remedy)", at: collection.start,
                expected: "list or map")
        }
    }

    /// Says that two values are never equal; without a `right` that the elements of a collection never are.
    private mutating func reportUnequal(
        _ left: CELSyntax, _ first: CELDeclaredType, _ right: CELSyntax?, _ second: CELDeclaredType, at position: CELPosition
    ) {
        let message: String
        if first == .null || second == .null {
            let other = first == .null ? (right?.short ?? "an element") : left.short
            message = "\(other) is never null, so there is nothing to compare"
        } else if let right {
            let remedy = remedy(for: second, of: right, wanted: [first])
            let values = "\(left.short) is \(first.withArticle) and \(right.short) \(second.withArticle)"
            message = "\(values): they are never equal; expected \(first.withArticle)\(remedy)"
        } else {
            let values = "\(left.short) is \(first.withArticle) and the elements are of type \(second)"
            message = "\(values): it is never among them; expected \(second.withArticle)"
        }
        report(.noSuchOverload, message, at: position, expected: "\(right == nil ? second : first)")
    }

    /// Looks at written texts with which a variable of known choices is compared.
    private mutating func checkChoice(_ syntax: CELSyntax, _ others: [CELSyntax]) {
        guard let resolution = names.resolve(syntax), resolution.selections.isEmpty, case .variable(let slot) = resolution.meaning else { return }
        let variable = environment.variables[slot]
        for other in others {
            guard case .literal(.string(let choice)) = other.form else { continue }
            needChoice(choice, of: variable.choices, "\(variable.name) is never \"\(choice)\"", at: other.position)
        }
    }

    /// Refuses a written text that is none of the choices, where they are known.
    mutating func needChoice(_ choice: String, of choices: [String], _ problem: String, at position: CELPosition) {
        guard !choices.isEmpty, !choices.contains(choice) else { return }
        let nearest = CELNearest.name(to: choice, among: choices)
        let expected = choices.count <= 12 ? "one of \(choices.joined(separator: ", "))" : nil
        let remedy = nearest.map { "; did you mean \"\($0)\"?" } ?? expected.map { "; expected \($0)" } ?? ""
        report(.invalidArgument, problem + remedy, at: position, expected: expected, nearest: nearest)
    }
}
