extension ConditionRows {
    /// The rows of an expression; what they cannot say stays as text.
    ///
    /// - Throws: `CELError` where the text is no expression.
    public init(reading text: String, with fields: [ConditionRowField]) throws {
        self.init()
        guard !text.allSatisfy(\.isWhitespace) else { return }
        let reader = ConditionRowReader(fields)
        let syntax = try CELSyntax.parse(text)
        if let row = reader.row(syntax) {
            parts = [.row(row)]
        } else if case .logical(let operation, let terms) = syntax.form {
            join = operation == .and ? .all : .any
            parts = terms.map { reader.part($0) }
        } else {
            parts = [.text(syntax.description)]
        }
    }

    /// Whether all of it are rows.
    public var isWhole: Bool { Self.isWhole(parts) }

    private static func isWhole(_ parts: [Part]) -> Bool {
        parts.allSatisfy { part in
            switch part {
            case .row: true
            case .text: false
            case .group(_, let parts): isWhole(parts)
            }
        }
    }
}

/// Recognises in a parsed expression what rows write.
private struct ConditionRowReader {
    private let byValue: [String: ConditionRowField]
    private let byAbsence: [String: ConditionRowField]

    init(_ fields: [ConditionRowField]) {
        byValue = Dictionary(fields.map { ($0.value, $0) }, uniquingKeysWith: { first, _ in first })
        byAbsence = Dictionary(
            fields.filter(\.canBeEmpty).compactMap { field in field.absence.map { ($0, field) } }, uniquingKeysWith: { first, _ in first })
        changes = fields.first { $0.form == .change }
    }

    private let changes: ConditionRowField?

    /// A part of the outermost join: a row, or a group of rows.
    func part(_ syntax: CELSyntax) -> ConditionRows.Part {
        if let row = row(syntax) { return .row(row) }
        if case .logical(let operation, let terms) = syntax.form {
            return .group(operation == .and ? .all : .any, terms.map { term in row(term).map(ConditionRows.Part.row) ?? .text(term.description) })
        }
        return .text(syntax.description)
    }

    /// The row that `syntax` is; nil where it is none that rows would write so.
    func row(_ syntax: CELSyntax) -> ConditionRow? {
        if case .logical(.or, let terms) = syntax.form, terms.count == 2 {
            if let (field, path) = within(terms) { return made(field, .isWithin, [path]) }
            guard case .binary(.equal, let subject, let null) = terms[0].form, case .literal(.null) = null.form, let name = subject.dottedName?.name,
                let (field, operation, values) = plain(terms[1]), field.absence == name, field.namesAbsence(operation)
            else { return nil }
            return made(field, operation, values)
        }
        guard let (field, operation, values) = plain(syntax), !field.namesAbsence(operation) else { return nil }
        return made(field, operation, values)
    }

    private typealias Reading = (field: ConditionRowField, operation: ConditionRow.Operation, values: [String])

    /// Only what the field takes, and what would be written again.
    private func made(_ field: ConditionRowField, _ operation: ConditionRow.Operation, _ values: [String]) -> ConditionRow? {
        let row = ConditionRow(field.name, operation, values)
        return field.piece(row) == nil ? nil : row
    }

    /// What is asked, without regard to what is absent.
    private func plain(_ syntax: CELSyntax) -> Reading? {
        switch syntax.form {
        case .identifier, .select: return field(syntax).flatMap { $0.form == .flag ? ($0, .isTrue, []) : nil }
        case .unary(.not, let operand): return negation(operand)
        case .binary(let operation, let left, let right): return comparison(operation, left, right)
        case .call(let target, let name, _, let arguments): return call(target, name, arguments)
        default: return nil
        }
    }

    private func negation(_ operand: CELSyntax) -> Reading? {
        if case .logical(.or, let terms) = operand.form, let (field, path) = within(terms) { return (field, .isNotWithin, [path]) }
        if case .binary(.equal, _, _) = operand.form { return nil }
        guard let (field, operation, values) = plain(operand) else { return nil }
        switch operation {
        case .is: return (field, .isNot, values)
        case .isTrue where field.absence == nil: return (field, .isFalse, [])
        case .contains: return (field, .containsNot, values)
        case .isMine: return (field, .isNotMine, [])
        case .isMe where field.form == .people: return (field, .isNotMe, [])
        default: return nil
        }
    }

    /// `x == "network" || x.startsWith("network/")`
    private func within(_ terms: [CELSyntax]) -> (ConditionRowField, String)? {
        guard terms.count == 2, let (field, operation, values) = plain(terms[0]), operation == .is, values.count == 1, field.form == .path,
            let (other, start, paths) = plain(terms[1]), start == .startsWith, other == field, paths == [values[0] + "/"]
        else { return nil }
        return (field, values[0])
    }

    private func comparison(_ operation: CELSyntax.Binary, _ left: CELSyntax, _ right: CELSyntax) -> Reading? {
        if operation == .within { return membership(left, right) }
        if case .literal(.null) = right.form, let name = left.dottedName?.name, let field = byAbsence[name] {
            return operation == .equal ? (field, .isEmpty, []) : operation == .notEqual ? (field, .isNotEmpty, []) : nil
        }
        if case .call(nil, "size", _, let arguments) = left.form, arguments.count == 1, let field = field(arguments[0]), field.form.isList,
            case .literal(.int(0)) = right.form
        {
            return operation == .equal ? (field, .isEmpty, []) : operation == .greater ? (field, .isNotEmpty, []) : nil
        }
        guard let field = field(left) else { return nil }
        if let time = time(right) { return moment(field, operation, time) }
        if right.dottedName?.name == "principal.id" {
            return operation == .equal ? (field, .isMe, []) : operation == .notEqual ? (field, .isNotMe, []) : nil
        }
        if case .literal(.bool(let flag)) = right.form { return operation == .equal ? (field, flag ? .isTrue : .isFalse, []) : nil }
        guard let value = literal(right, of: field) else { return nil }
        switch operation {
        case .equal: return (field, .is, [value])
        case .notEqual: return (field, .isNot, [value])
        case .less: return (field, .less, [value])
        case .lessOrEqual: return (field, .lessOrEqual, [value])
        case .greater: return (field, .greater, [value])
        case .greaterOrEqual: return (field, .greaterOrEqual, [value])
        default: return nil
        }
    }

    private func membership(_ left: CELSyntax, _ right: CELSyntax) -> Reading? {
        if right.dottedName?.name == "principal.groups", let field = field(left) { return (field, .isMine, []) }
        if let field = field(right), field.form == .words || field.form == .groups { return literal(left, of: field).map { (field, .is, [$0]) } }
        guard let field = field(left) else { return nil }
        return list(right, of: field).map { (field, .is, $0) }
    }

    private func call(_ target: CELSyntax?, _ name: String, _ arguments: [CELSyntax]) -> Reading? {
        if target == nil, name == "changed", arguments.count == 1, let changes {
            return literal(arguments[0], of: changes).map { (changes, .is, [$0]) }
        }
        guard let target, let field = field(target) else { return nil }
        if name == "exists", arguments.count == 2, case .identifier(let variable, _) = arguments[0].form {
            return holds(field, variable, arguments[1])
        }
        guard arguments.count == 1, let value = literal(arguments[0], of: field) else { return nil }
        switch name {
        case "contains": return (field, .contains, [value])
        case "startsWith": return (field, .startsWith, [value])
        case "endsWith": return (field, .endsWith, [value])
        default: return nil
        }
    }

    /// `list.exists(x, x in ["a", "b"])`, `people.exists(p, p.id == "…")`
    private func holds(_ field: ConditionRowField, _ variable: String, _ test: CELSyntax) -> Reading? {
        guard case .binary(let operation, let left, let right) = test.form,
            left.dottedName?.name == (field.form == .people ? "\(variable).id" : variable)
        else { return nil }
        if field.form == .people, operation == .equal, right.dottedName?.name == "principal.id" { return (field, .isMe, []) }
        if field.form == .people, operation == .equal { return literal(right, of: field).map { (field, .is, [$0]) } }
        guard operation == .within, let values = list(right, of: field), values.count > 1 else { return nil }
        return (field, .is, values)
    }

    // MARK: Leaves

    private func field(_ syntax: CELSyntax) -> ConditionRowField? { syntax.dottedName.flatMap { byValue[$0.name] } }

    private func literal(_ syntax: CELSyntax, of field: ConditionRowField) -> String? {
        let isNumeric = field.form == .number || field.form == .level
        guard case .literal(let value) = syntax.form else { return nil }
        switch value {
        case .string(let text): return isNumeric ? nil : text
        case .int(let number): return isNumeric ? "\(number)" : nil
        case .double: return isNumeric ? syntax.description : nil
        default: return nil
        }
    }

    private func list(_ syntax: CELSyntax, of field: ConditionRowField) -> [String]? {
        guard case .list(let elements) = syntax.form, !elements.isEmpty, !elements.contains(where: \.isOptional) else { return nil }
        let values = elements.compactMap { literal($0.value, of: field) }
        return values.count == elements.count ? values : nil
    }

    private enum Moment {
        case now, past(String), future(String), at(String)
    }

    private func time(_ syntax: CELSyntax) -> Moment? {
        if syntax.dottedName?.name == "now" { return .now }
        switch syntax.form {
        case .binary(let operation, let left, let right) where left.dottedName?.name == "now":
            guard let duration = argument(of: "duration", right) else { return nil }
            return operation == .subtract ? .past(duration) : operation == .add ? .future(duration) : nil
        default: return argument(of: "timestamp", syntax).map(Moment.at)
        }
    }

    private func argument(of function: String, _ syntax: CELSyntax) -> String? {
        guard case .call(nil, function, _, let arguments) = syntax.form, arguments.count == 1, case .literal(.string(let text)) = arguments[0].form
        else {
            return nil
        }
        return text
    }

    private func moment(_ field: ConditionRowField, _ operation: CELSyntax.Binary, _ moment: Moment) -> Reading? {
        switch (operation, moment) {
        case (.less, .now): (field, .isPast, [])
        case (.greater, .now): (field, .isFuture, [])
        case (.greater, .past(let duration)): (field, .inTheLast, [duration])
        case (.less, .past(let duration)): (field, .longerAgo, [duration])
        case (.less, .future(let duration)): (field, .soonerThanIn, [duration])
        case (.greater, .future(let duration)): (field, .laterThanIn, [duration])
        case (.greaterOrEqual, .at(let time)): (field, .since, [time])
        case (.less, .at(let time)): (field, .before, [time])
        default: nil
        }
    }
}
