import ITSMCore

/// An order of tickets and the keyset condition that goes with it; it always ends in the id.
struct TicketOrder {
    let sort: TicketQuery.Sort
    let reader: Principal
    private(set) var isReversed = false

    /// - Parameter reader: for whom the list is: fields that they do not see on a ticket do not order it.
    init(_ sort: TicketQuery.Sort, for reader: Principal) {
        self.sort = sort
        self.reader = reader
    }

    /// The same order from its end.
    var reversed: TicketOrder {
        var other = self
        other.isReversed.toggle()
        return other
    }

    private var goesDown: Bool { sort.descending != isReversed }
    var direction: SQL { goesDown ? "DESC" : "ASC" }
    var comparison: SQL { goesDown ? "<" : ">" }
    // Newest first, whichever way the keys run.
    private var tieDirection: SQL { isReversed ? "ASC" : "DESC" }
    private var tieComparison: SQL { isReversed ? ">" : "<" }

    var clause: SQL {
        switch sort.key {
        case .number: "t.kind \(fragment: direction), t.n \(fragment: direction)"
        case .createdAt: "t.created_at \(fragment: direction), t.id \(fragment: direction)"
        case .updatedAt: "t.updated_at \(fragment: direction), t.id \(fragment: direction)"
        case .priority: "t.priority \(fragment: direction), t.created_at \(fragment: tieDirection), t.id \(fragment: tieDirection)"
        case .status: "t.status \(fragment: direction), t.id \(fragment: direction)"
        case .title: "t.title \(fragment: direction), t.id \(fragment: direction)"
        case .assignee:
            """
            t.assignee_id \(fragment: direction) \(fragment: isReversed ? "NULLS FIRST" : "NULLS LAST"), \
            t.created_at \(fragment: tieDirection), t.id \(fragment: tieDirection)
            """
        case .dueAt, .customField:
            "t.sort_key \(fragment: direction) \(fragment: isReversed ? "NULLS FIRST" : "NULLS LAST"), t.id \(fragment: direction)"
        case .relevance: "t.created_at \(fragment: tieDirection), t.id \(fragment: tieDirection)"
        }
    }

    /// What lies behind a place: where no single range of an index holds that, as disjoint parts.
    func conditions(after position: PagePosition) throws -> [SQL] {
        guard let id = ID<Ticket>(position.id), let key = position.key else { throw Self.stale }
        func time() throws -> Instant {
            guard let microseconds = Int64(key) else { throw Self.stale }
            return Instant(microseconds: microseconds)
        }
        switch sort.key {
        case .dueAt, .customField: preconditionFailure("an order in two parts is read from them")
        case .number:
            guard let number = TicketNumber(key) else { throw Self.stale }
            return ["(t.kind, t.n) \(fragment: comparison) (\(number.kind), \(number.value))"]
        case .createdAt: return ["(t.created_at, t.id) \(fragment: comparison) (\(try time()), \(id))"]
        case .updatedAt: return ["(t.updated_at, t.id) \(fragment: comparison) (\(try time()), \(id))"]
        case .relevance: return ["(t.created_at, t.id) \(fragment: tieComparison) (\(try time()), \(id))"]
        case .status: return ["(t.status, t.id) \(fragment: comparison) (\(key), \(id))"]
        case .title: return ["(t.title, t.id) \(fragment: comparison) (\(key), \(id))"]
        case .assignee: return [try assigneeCondition(after: key, id)]
        case .priority:
            let parts = key.split(separator: " ")
            guard parts.count == 2, let level = Int(parts[0]), let priority = Priority(level: level), let created = Int64(parts[1]) else {
                throw Self.stale
            }
            return [
                "t.priority = \(priority) AND (t.created_at, t.id) \(fragment: tieComparison) (\(Instant(microseconds: created)), \(id))",
                "t.priority \(fragment: comparison) \(priority)",
            ]
        }
    }

    /// - Parameter key: the assignee's id or `-`, and when the ticket was raised.
    private func assigneeCondition(after key: String, _ id: ID<Ticket>) throws -> SQL {
        let parts = key.split(separator: " ")
        guard parts.count == 2, let created = Int64(parts[1]) else { throw Self.stale }
        let later: SQL = "(t.created_at, t.id) \(fragment: tieComparison) (\(Instant(microseconds: created)), \(id))"
        guard let assignee = ID<User>(String(parts[0])) else {
            let unassigned: SQL = "t.assignee_id IS NULL AND \(fragment: later)"
            return isReversed ? "(t.assignee_id IS NOT NULL OR \(fragment: unassigned))" : "(\(fragment: unassigned))"
        }
        let unassigned: SQL = isReversed ? "" : "OR t.assignee_id IS NULL"
        return """
            (t.assignee_id \(fragment: comparison) \(assignee)
            OR t.assignee_id = \(assignee) AND \(fragment: later) \(fragment: unassigned))
            """
    }

    func position(of ticket: Ticket) -> PagePosition {
        let key =
            switch sort.key {
            case .number: ticket.number.description
            case .createdAt, .relevance: String(ticket.createdAt.microseconds)
            case .updatedAt: String(ticket.updatedAt.microseconds)
            case .priority: "\(ticket.priority.level) \(ticket.createdAt.microseconds)"
            case .status: ticket.status.rawValue
            case .title: ticket.title
            case .dueAt: ticket.dueAt.map { String($0.microseconds) } ?? Part.none
            case .customField(let field): key(of: field, on: ticket)
            case .assignee: "\(ticket.assignee?.description ?? "-") \(ticket.createdAt.microseconds)"
            }
        return PagePosition(key: key, id: ticket.id.description)
    }

    static let stale = ITSMError(
        .malformed, "The cursor does not belong to this list; begin again without it.",
        problems: [
            FieldProblem("?cursor", .invalidValue, "Begin again without a cursor.")
        ])
}
