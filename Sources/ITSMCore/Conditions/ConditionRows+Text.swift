extension ConditionRows {
    /// The expression that says what the rows say; empty where there are none. Rows that are not finished, without a value or with one that is none of
    /// their field's, are left out.
    public func text(with fields: [ConditionRowField]) -> String {
        let known = Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        return Self.joined(join, parts, known).text
    }

    /// - Returns: the text, and how its outermost operator binds.
    private static func joined(_ join: Join, _ parts: [Part], _ fields: [String: ConditionRowField]) -> Piece {
        let pieces = parts.compactMap { part -> Piece? in
            switch part {
            case .row(let row): return fields[row.field].flatMap { $0.piece(row) }
            case .text(let text): return Piece(reading: text)
            case .group(let join, let parts):
                let piece = joined(join, parts, fields)
                return piece.text.isEmpty ? nil : piece
            }
        }
        if pieces.count == 1 { return pieces[0] }
        let own: Piece.Binding = join == .all ? .and : .or
        // What is joined by the same operator keeps its parentheses, so that a group stays a group.
        let texts = pieces.map { $0.binding >= own ? "(\($0.text))" : $0.text }
        return Piece(text: texts.joined(separator: join == .all ? " && " : " || "), binding: own)
    }
}

/// A part of the text.
struct Piece {
    /// From tight to loose.
    enum Binding: Int, Comparable {
        case tight, and, or, loose
        static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    let text: String
    var binding = Binding.tight
}

extension Piece {
    /// Nil for nothing.
    init?(reading text: String) {
        guard !text.allSatisfy(\.isWhitespace) else { return nil }
        guard let syntax = try? CELSyntax.parse(text) else {
            // It is wrong; the checker tells where. In parentheses it stays what it is.
            self.init(text: text, binding: .loose)
            return
        }
        switch syntax.form {
        case .logical(.and, _): self.init(text: text, binding: .and)
        case .logical(.or, _): self.init(text: text, binding: .or)
        case .conditional: self.init(text: text, binding: .loose)
        default: self.init(text: text)
        }
    }
}

extension ConditionRowField {
    /// What a row says of this field; nil where it is not finished.
    func piece(_ row: ConditionRow) -> Piece? {
        guard operations.contains(row.operation), row.operation.values.contains(row.values.count), let text = text(row.operation, row.values) else {
            return nil
        }
        if row.operation == .isWithin { return Piece(text: text, binding: .or) }
        guard namesAbsence(row.operation), let absence else { return Piece(text: text) }
        return Piece(text: "\(absence) == null || \(text)", binding: .or)
    }

    private func text(_ operation: ConditionRow.Operation, _ values: [String]) -> String? {
        switch operation {
        case .is: return membership(values)
        case .isNot:
            guard form.isList || form == .change || values.count > 1 else { return comparison("!=", values[0]) }
            // A call stands behind `!` as it is, an operator in parentheses.
            let isCall = form == .people || form == .change || form.isList && values.count > 1
            return membership(values).map { isCall ? "!\($0)" : "!(\($0))" }
        case .contains, .startsWith, .endsWith: return "\(value).\(operation.rawValue)(\(CELText.quoted(values[0])))"
        case .containsNot: return "!\(value).contains(\(CELText.quoted(values[0])))"
        case .isWithin: return within(values[0])
        case .isNotWithin: return "!(\(within(values[0])))"
        case .less: return comparison("<", values[0])
        case .lessOrEqual: return comparison("<=", values[0])
        case .greater: return comparison(">", values[0])
        case .greaterOrEqual: return comparison(">=", values[0])
        case .isTrue: return absence == nil ? value : "\(value) == true"
        case .isFalse: return absence == nil ? "!\(value)" : "\(value) == false"
        case .inTheLast: return ConditionDuration.isOne(values[0]) ? "\(value) > now - duration(\"\(values[0])\")" : nil
        case .longerAgo: return ConditionDuration.isOne(values[0]) ? "\(value) < now - duration(\"\(values[0])\")" : nil
        case .soonerThanIn: return ConditionDuration.isOne(values[0]) ? "\(value) < now + duration(\"\(values[0])\")" : nil
        case .laterThanIn: return ConditionDuration.isOne(values[0]) ? "\(value) > now + duration(\"\(values[0])\")" : nil
        case .isPast: return "\(value) < now"
        case .isFuture: return "\(value) > now"
        case .since: return Instant(values[0]) == nil ? nil : "\(value) >= timestamp(\(CELText.quoted(values[0])))"
        case .before: return Instant(values[0]) == nil ? nil : "\(value) < timestamp(\(CELText.quoted(values[0])))"
        case .isMe: return form == .people ? "\(value).exists(p, p.id == principal.id)" : "\(value) == principal.id"
        case .isNotMe: return form == .people ? "!\(value).exists(p, p.id == principal.id)" : "\(value) != principal.id"
        case .isMine: return "\(value) in principal.groups"
        case .isNotMine: return "!(\(value) in principal.groups)"
        case .isEmpty: return form.isList ? "size(\(value)) == 0" : "\(absence ?? value) == null"
        case .isNotEmpty: return form.isList ? "size(\(value)) > 0" : "\(absence ?? value) != null"
        }
    }

    /// Whether it is one of the values.
    private func membership(_ values: [String]) -> String? {
        let literals = values.compactMap(literal)
        guard literals.count == values.count else { return nil }
        let list = "[\(literals.joined(separator: ", "))]"
        let isOne = literals.count == 1
        switch form {
        case .words: return isOne ? "\(literals[0]) in \(value)" : "\(value).exists(x, x in \(list))"
        case .people: return "\(value).exists(p, p.id \(isOne ? "== \(literals[0])" : "in \(list)"))"
        case .groups: return isOne ? "\(literals[0]) in \(value)" : "\(value).exists(x, x in \(list))"
        case .change: return isOne ? "changed(\(literals[0]))" : nil
        default: return isOne ? "\(value) == \(literals[0])" : "\(value) in \(list)"
        }
    }

    private func comparison(_ operation: String, _ value: String) -> String? { literal(value).map { "\(self.value) \(operation) \($0)" } }

    private func within(_ path: String) -> String { "\(value) == \(CELText.quoted(path)) || \(value).startsWith(\(CELText.quoted(path + "/")))" }

    private func literal(_ text: String) -> String? {
        switch form {
        case .number, .level:
            Int64(text) != nil || Double(text).map(\.isFinite) == true && text.allSatisfy { "0123456789.-".contains($0) } ? text : nil
        case .choice, .change: choices.isEmpty || choices.contains(text) ? CELText.quoted(text) : nil
        default: text.isEmpty ? nil : CELText.quoted(text)
        }
    }
}

extension ConditionRowField.Form {
    /// A list of its own, that may be empty.
    var isList: Bool { self == .words || self == .people || self == .groups }
}

/// A duration as rows have it: one number and one unit, such as `168h`.
enum ConditionDuration {
    static func isOne(_ text: String) -> Bool {
        guard let unit = text.last, "hms".contains(unit), text.count <= 10 else { return false }
        return text.dropLast().allSatisfy { $0.isASCII && $0.isNumber } && text.count > 1
    }
}
