import ITSMCore

extension ConditionSQL {
    mutating func equality(_ part: CELSyntax, _ left: CELSyntax, _ right: CELSyntax, isNegated: Bool, isExact: Bool) -> SQL {
        let (a, b) = (value(left), value(right))
        if a.kind == .refused || b.kind == .refused { return "NULL" }
        if a.hasNoAnswer || b.hasNoAnswer { return "NULL::boolean" }
        if a.kind == .null { return isNull(b, isNegated: isNegated) }
        if b.kind == .null { return isNull(a, isNegated: isNegated) }
        if a.kind == .object || b.kind == .object {
            guard let first = a.id, let second = b.id, a.kind == b.kind else {
                return refuse(part, "compare ids: \(Self.short(left)).id == principal.id").sql
            }
            return compare(a.with(first), b.with(second), isNegated: isNegated, isExact: isExact)
        }
        if let id = a.id, case .string(let text)? = b.constant { return isID(a, id, text, isNegated: isNegated, isExact: isExact) }
        if let id = b.id, case .string(let text)? = a.constant { return isID(b, id, text, isNegated: isNegated, isExact: isExact) }
        if let first = a.id, let second = b.id { return compare(a.with(first), b.with(second), isNegated: isNegated, isExact: isExact) }
        guard let (x, y) = comparable(part, a, b) else { return "NULL" }
        if !isNegated, !isExact {
            if let reference = x.reference, y.constant != nil { return reference.equal(y.sql) }
            if let reference = y.reference, x.constant != nil { return reference.equal(x.sql) }
            if let implied = Self.impliedCategory(x, y) ?? Self.impliedCategory(y, x) {
                return "(\(fragment: x.sql) = \(fragment: y.sql) AND \(fragment: implied))"
            }
        }
        let test = compare(x, y, isNegated: isNegated, isExact: isExact)
        guard !isNegated, !isExact else { return test }
        return kept(x, "=", y, test) ?? kept(y, "=", x, test) ?? test
    }

    /// A test of a custom field, asked of those tickets alone whose value, as it is kept beside them, can pass it; nil where there is no such value.
    private func kept(_ field: ConditionTerm, _ sign: SQL, _ value: ConditionTerm, _ test: SQL) -> SQL? {
        guard let kept = field.kept, let constant = value.constant else { return nil }
        let found: SQL
        switch constant {
        case .string(let text) where !kept.isNumber && sign.text == "=": found = "v.text_value = left(\(text), 300)"
        case .int, .double:
            guard kept.isNumber else { return nil }
            found = "v.number_value \(fragment: sign) \(fragment: value.sql)"
        default: return nil
        }
        return kept.holding(found, test)
    }

    /// A null equals a null and nothing else; a part without an answer gives none.
    private func compare(_ a: ConditionTerm, _ b: ConditionTerm, isNegated: Bool, isExact: Bool) -> SQL {
        let nulls = [a, b].filter(\.mayBeFieldNull).count
        if nulls == 0 || nulls == 1 && !isNegated && !isExact {
            return "(\(fragment: a.sql) \(fragment: isNegated ? "<>" : "=") \(fragment: b.sql))"
        }
        let answer: SQL = "\(fragment: a.sql) \(fragment: isNegated ? "IS DISTINCT FROM" : "IS NOT DISTINCT FROM") \(fragment: b.sql)"
        let needs = [a, b].compactMap(\.need)
        if needs.isEmpty { return "(\(fragment: answer))" }
        return "(CASE WHEN \(fragment: needs.joined(separator: " AND ")) THEN \(fragment: answer) END)"
    }

    func isNull(_ term: ConditionTerm, isNegated: Bool) -> SQL {
        if term.constant != nil { return (term.kind == .null) == isNegated ? "false" : "true" }
        if !term.mayBeNull { return isNegated ? "true" : "false" }
        let answer: SQL = "\(fragment: term.sql) \(fragment: isNegated ? "IS NOT NULL" : "IS NULL")"
        if let owner = term.owner { return "(CASE WHEN \(fragment: owner) THEN \(fragment: answer) END)" }
        // A part that is no field is NULL only where it has no answer.
        if !term.isField { return "(CASE WHEN \(fragment: term.sql) IS NOT NULL THEN \(fragment: isNegated ? "true" : "false") END)" }
        return "(\(fragment: answer))"
    }

    /// The id of something against a text, which is an id or equals none.
    private func isID(_ term: ConditionTerm, _ id: SQL, _ text: String, isNegated: Bool, isExact: Bool) -> SQL {
        guard let wanted = ID<Ticket>(text), wanted.description == text else {
            let answer: SQL = isNegated ? "true" : "false"
            return term.owner.map { "(CASE WHEN \(fragment: $0) THEN \(fragment: answer) END)" } ?? answer
        }
        let test = compare(
            term.with(id), ConditionTerm(kind: .string, sql: "\(wanted)", constant: .string(text)), isNegated: isNegated, isExact: isExact)
        guard !isNegated, !isExact, let kept = term.kept else { return test }
        return kept.holding("v.text_value = \(text)", test)
    }

    /// States imply their category, which is what partial indexes speak of.
    private static func impliedCategory(_ field: ConditionTerm, _ word: ConditionTerm) -> SQL? {
        guard field.field == .status, case .string(let text)? = word.constant, let status = TicketStatus(rawValue: text) else { return nil }
        return "t.status_category = \(literal: status.category)"
    }

    mutating func order(_ part: CELSyntax, _ operation: CELSyntax.Binary, _ left: CELSyntax, _ right: CELSyntax, isExact: Bool) -> SQL {
        let (a, b) = (value(left), value(right))
        if a.kind == .refused || b.kind == .refused { return "NULL" }
        if a.kind == .null || b.kind == .null { return "NULL::boolean" }
        guard let (x, y) = comparable(part, a, b) else { return "NULL" }
        let sign: SQL =
            switch operation {
            case .less: "<"
            case .lessOrEqual: "<="
            case .greater: ">"
            default: ">="
            }
        let collation: SQL = x.kind == .string ? " COLLATE \"C\"" : ""
        let test: SQL = "(\(fragment: x.sql) \(fragment: sign) \(fragment: y.sql)\(fragment: collation))"
        return isExact ? test : kept(x, sign, y, test) ?? test
    }

    /// Both sides in forms that SQL compares as the language does; nil, with the fault noted, where there are none.
    private mutating func comparable(_ part: CELSyntax, _ a: ConditionTerm, _ b: ConditionTerm) -> (ConditionTerm, ConditionTerm)? {
        switch (a.kind, b.kind) {
        case (.bool, .bool), (.int, .int), (.double, .double), (.timestamp, .timestamp), (.duration, .duration): return (a, b)
        case (.string, .string): return (a.asWord(of: b), b.asWord(of: a))
        case (.int, .double):
            guard let x = number(part, a, against: b), let y = number(part, b, against: a) else { return nil }
            return (x, y)
        case (.double, .int):
            guard let x = number(part, a, against: b), let y = number(part, b, against: a) else { return nil }
            return (x, y)
        default:
            _ = refuse(part, "the two sides cannot be compared in SQL")
            return nil
        }
    }

    /// A number of one type in the form in which it is compared with one of the other: whole numbers of a ticket are small enough to be exact as doubles.
    private mutating func number(_ part: CELSyntax, _ term: ConditionTerm, against other: ConditionTerm) -> ConditionTerm? {
        guard let constant = term.constant else {
            return term.kind == .int ? term.with("\(fragment: term.sql)::float8") : term
        }
        guard case .int(let number) = constant else { return term }
        guard let exact = Double(exactly: number) else {
            _ = refuse(part, "\(number) is too long for a comparison with a number that may have decimals")
            return nil
        }
        return term.with("\(exact)")
    }
}
