import ITSMCore

extension ConditionSQL {
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
        default: return refuse(part, "ask with exists: \(Self.short(right)).exists(x, x.id == principal.id)").sql
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
        guard ![.object, .strings, .jsonStrings, .objects].contains(element.kind) else {
            return refuse(part, "compare ids: \(Self.short(left)).id in principal.groups").sql
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
