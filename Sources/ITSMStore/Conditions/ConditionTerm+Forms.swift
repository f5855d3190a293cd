import ITSMCore

extension ConditionTerm.Kept {
    /// `test`, asked of the tickets that have such a value.
    func holding(_ condition: SQL, _ test: SQL) -> SQL {
        """
        (t.id IN (SELECT v.ticket_id FROM ticket_field_values v WHERE v.field_id = \(field) AND \(fragment: condition)) AND \(fragment: test))
        """
    }
}

extension ConditionTerm.Reference {
    /// Whether what the ticket points to has this text. Where one row at most has it, the planner is told so.
    func equal(_ text: SQL) -> SQL {
        let condition: SQL = "\(fragment: column) = \(fragment: text)"
        return isUnique ? "(\(fragment: key) = (SELECT r.id FROM \(fragment: table) WHERE \(fragment: condition)))" : holding(condition)
    }

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
    func word(_ text: String) -> SQL {
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
