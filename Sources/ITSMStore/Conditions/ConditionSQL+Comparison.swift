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
                return refuse(part, "compare ids: ticket.assignee.id == principal.id").sql
            }
            return compare(a.with(first), b.with(second), isNegated: isNegated, isExact: isExact)
        }
        if let id = a.id, case .string(let text)? = b.constant { return isID(a, id, text, isNegated: isNegated, isExact: isExact) }
        if let id = b.id, case .string(let text)? = a.constant { return isID(b, id, text, isNegated: isNegated, isExact: isExact) }
        if let first = a.id, let second = b.id { return compare(a.with(first), b.with(second), isNegated: isNegated, isExact: isExact) }
        guard let (x, y) = comparable(part, a, b) else { return "NULL" }
        if !isNegated, !isExact {
            if let reference = x.reference, y.constant != nil { return reference.holding("\(fragment: reference.column) = \(fragment: y.sql)") }
            if let reference = y.reference, x.constant != nil { return reference.holding("\(fragment: reference.column) = \(fragment: x.sql)") }
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

    private func isNull(_ term: ConditionTerm, isNegated: Bool) -> SQL {
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

    // MARK: In

    mutating func membership(_ part: CELSyntax, _ left: CELSyntax, _ right: CELSyntax, isExact: Bool) -> SQL {
        let list = value(right)
        if case .list(let elements)? = list.constant { return isOne(part, left, of: elements.elements, isExact: isExact) }
        let element = value(left)
        if element.kind == .refused || list.kind == .refused { return "NULL" }
        if element.kind == .null { return element.hasNoAnswer ? "NULL::boolean" : "false" }
        guard element.kind == .string else { return refuse(part, "only a text can be in this list").sql }
        switch list.kind {
        case .jsonStrings where !isExact && element.constant != nil:
            let test: SQL = "(\(fragment: list.sql) ? \(fragment: element.sql))"
            return list.kept?.holding("v.text_value = left(\(fragment: element.sql), 300)", test) ?? test
        case .strings where !isExact && element.constant != nil:
            return "(\(fragment: list.sql) @> ARRAY[\(fragment: element.sql)] AND \(fragment: list.sql) <> '{}')"
        case .strings: return element.guarded(element.known("\(fragment: element.sql) = ANY(\(fragment: list.sql))"))
        case .jsonStrings: return element.guarded(element.known("\(fragment: list.sql) ? \(fragment: element.sql)"))
        default: return refuse(part, "ask with exists: ticket.watchers.exists(w, w.id == principal.id)").sql
        }
    }

    /// `x in ["a", "b"]`.
    private mutating func isOne(_ part: CELSyntax, _ left: CELSyntax, of values: [CELValue], isExact: Bool) -> SQL {
        let element = value(left)
        if element.kind == .refused { return "NULL" }
        if element.hasNoAnswer { return "NULL::boolean" }
        var pieces: [SQL] = []
        if values.contains(where: { $0.isEqual(to: .null) }), element.mayBeFieldNull { pieces.append(isNull(element, isNegated: false)) }
        if let found = isAny(element, of: values, isExact: isExact) { pieces.append(found) }
        if pieces.isEmpty {
            return element.isAlwaysKnown || element.isPlain ? "false" : "(CASE WHEN \(fragment: element.sql) IS NOT NULL THEN false END)"
        }
        guard ![.object, .strings, .jsonStrings, .watchers].contains(element.kind) else {
            return refuse(part, "compare ids: ticket.group.id in principal.groups").sql
        }
        return pieces.count == 1 ? pieces[0] : "(\(fragment: pieces.joined(separator: " OR ")))"
    }

    /// Whether it is one of those values that it may be; nil where it may be none of them.
    private func isAny(_ element: ConditionTerm, of values: [CELValue], isExact: Bool) -> SQL? {
        switch element.kind {
        case .string:
            let texts = values.compactMap { if case .string(let text) = $0 { text } else { nil } }
            if let id = element.id {
                let ids = texts.compactMap { text in ID<Ticket>(text).flatMap { $0.description == text ? $0 : nil } }
                return ids.isEmpty ? nil : element.known("\(fragment: id) = ANY(\(ids))")
            }
            if texts.isEmpty { return nil }
            if let reference = element.reference, !isExact { return reference.holding("\(fragment: reference.column) = ANY(\(texts))") }
            if let field = element.field { return Self.isWord(element, field, texts, isExact: isExact) }
            let test = element.known("\(fragment: element.sql) = ANY(\(texts))")
            guard !isExact, let kept = element.kept else { return test }
            return kept.holding("v.text_value = ANY(ARRAY(SELECT left(w, 300) FROM unnest(\(texts)) AS w))", test)
        case .int:
            let numbers = values.compactMap(\.wholeNumber)
            return numbers.isEmpty ? nil : element.known("\(fragment: element.sql) = ANY(\(numbers))")
        case .double:
            let numbers = values.compactMap(\.exactDouble)
            return numbers.isEmpty ? nil : element.known("\(fragment: element.sql) = ANY(\(numbers))")
        case .bool:
            let flags = values.compactMap { if case .bool(let flag) = $0 { flag } else { nil } }
            return flags.isEmpty ? nil : element.known("\(fragment: element.sql) = ANY(\(flags))")
        case .timestamp:
            let times = values.compactMap { if case .timestamp(let time) = $0 { Instant(time) } else { nil } }
            return times.isEmpty ? nil : element.known("\(fragment: element.sql) = ANY(\(times))")
        default: return nil
        }
    }

    private static func isWord(_ element: ConditionTerm, _ field: TicketField, _ texts: [String], isExact: Bool) -> SQL? {
        let known = Set(field.choices ?? []).intersection(texts).sorted()
        guard !known.isEmpty else { return "false" }
        let found: SQL = "\(fragment: element.sql) IN (\(fragment: known.map { field.word($0) }.joined(separator: ", ")))"
        let categories = Set(known.compactMap { TicketStatus(rawValue: $0)?.category })
        guard field == .status, !isExact else { return "(\(fragment: found))" }
        let implied = StatusCategory.allCases.filter(categories.contains).map { "\(literal: $0)" as SQL }
        return "(\(fragment: found) AND t.status_category IN (\(fragment: implied.joined(separator: ", "))))"
    }
}

extension ConditionTerm.Kept {
    /// `test`, asked of the tickets that have such a value.
    func holding(_ condition: SQL, _ test: SQL) -> SQL {
        """
        (t.id IN (SELECT v.ticket_id FROM ticket_field_values v WHERE v.field_id = \(field) AND \(fragment: condition)) AND \(fragment: test))
        """
    }
}

extension ConditionTerm.Reference {
    /// Whether what the ticket points to meets `condition`, asked there once for all tickets.
    func holding(_ condition: SQL) -> SQL {
        "(\(fragment: key) = ANY(ARRAY(SELECT r.id FROM \(fragment: table) WHERE \(fragment: condition))))"
    }
}

extension ConditionTerm {
    func with(_ sql: SQL) -> ConditionTerm {
        var term = self
        term.sql = sql
        return term
    }

    /// A part that has no answer for any ticket.
    var hasNoAnswer: Bool { kind == .null && owner != nil }

    /// A text as the word of the closed list that it is compared with.
    func asWord(of other: ConditionTerm) -> ConditionTerm {
        guard let field = other.field, case .string(let text)? = constant, field.choices?.contains(text) == true else { return self }
        return with(field.word(text))
    }

    /// A test that a null field does not pass, and that has no answer where this has none.
    func known(_ test: SQL) -> SQL {
        guard mayBeFieldNull else { return "(\(fragment: test))" }
        let answer: SQL = "COALESCE(\(fragment: test), false)"
        return owner == nil ? answer : guarded(answer)
    }

    /// The same for a test that would say no of nothing, such as whether it is in an empty list.
    func guarded(_ test: SQL) -> SQL { need.map { "(CASE WHEN \(fragment: $0) THEN \(fragment: test) END)" } ?? test }

    /// What must hold for it to have an answer; nil where it always has one.
    var need: SQL? {
        if let owner { return owner }
        return isField || !mayBeNull ? nil : "\(fragment: sql) IS NOT NULL"
    }
}

extension TicketField {
    /// One of its words, written out.
    fileprivate func word(_ text: String) -> SQL {
        switch self {
        case .kind: TicketKind(rawValue: text).map { "\(literal: $0)" } ?? "\(text)"
        case .status: TicketStatus(rawValue: text).map { "\(literal: $0)" } ?? "\(text)"
        case .statusCategory: StatusCategory(rawValue: text).map { "\(literal: $0)" } ?? "\(text)"
        case .impact: Impact(rawValue: text).map { "\(literal: $0)" } ?? "\(text)"
        case .urgency: Urgency(rawValue: text).map { "\(literal: $0)" } ?? "\(text)"
        case .channel: Channel(rawValue: text).map { "\(literal: $0)" } ?? "\(text)"
        default: "\(text)"
        }
    }
}

extension CELValue {
    fileprivate var wholeNumber: Int64? {
        switch self {
        case .int(let number): number
        case .uint(let number): Int64(exactly: number)
        case .double(let number): Int64(exactly: number)
        default: nil
        }
    }

    fileprivate var exactDouble: Double? {
        switch self {
        case .int(let number): Double(exactly: number)
        case .uint(let number): Double(exactly: number)
        case .double(let number): number.isNaN ? nil : number
        default: nil
        }
    }
}
