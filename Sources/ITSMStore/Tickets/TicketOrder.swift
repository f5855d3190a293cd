import ITSMCore

/// An order of tickets and the keyset condition that goes with it; it always ends in the id.
struct TicketOrder {
    let sort: TicketQuery.Sort
    private var isReversed = false

    init(_ sort: TicketQuery.Sort) { self.sort = sort }

    /// The same order from its end.
    var reversed: TicketOrder {
        var other = self
        other.isReversed.toggle()
        return other
    }

    private var goesDown: Bool { sort.descending != isReversed }
    private var direction: SQL { goesDown ? "DESC" : "ASC" }
    private var comparison: SQL { goesDown ? "<" : ">" }
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
        case .dueAt: "t.due \(fragment: direction) \(fragment: isReversed ? "NULLS FIRST" : "NULLS LAST"), t.id \(fragment: direction)"
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
        case .dueAt: preconditionFailure("an order by target is read from its own parts")
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

    // MARK: By target

    /// One part of an order by target: what it is read from, the condition of the place, and its own order.
    struct Part {
        var source: SQL
        var due: SQL
        var condition: SQL
        var clause: SQL
    }

    /// The order by target, in two parts: what has one, by the index of running clocks, and what has none, by age.
    func dueParts(after position: PagePosition?) throws -> [Part] {
        let running: SQL = "c.state = 'running' AND c.due_at IS NOT NULL"
        let due = Part(
            source: "sla_cycles c JOIN tickets t ON t.id = c.ticket_id", due: "c.due_at",
            condition: """
                \(fragment: running) AND NOT EXISTS (
                    SELECT FROM sla_cycles e
                    WHERE e.ticket_id = c.ticket_id AND e.state = 'running' AND (e.due_at, e.metric, e.number) < (c.due_at, c.metric, c.number))
                """,
            clause: "c.due_at \(fragment: direction), c.ticket_id \(fragment: direction)")
        let rest = Part(
            source: "tickets t", due: "NULL::timestamptz",
            condition: "NOT EXISTS (SELECT FROM sla_cycles c WHERE c.ticket_id = t.id AND \(fragment: running))",
            clause: "t.id \(fragment: direction)")
        guard let position else { return [due, rest] }
        guard let id = ID<Ticket>(position.id), let key = position.key else { throw Self.stale }
        if key == "-" {
            let behind = rest.and("t.id \(fragment: comparison) \(id)")
            return isReversed ? [behind, due] : [behind]
        }
        guard let time = Int64(key).map(Instant.init(microseconds:)) else { throw Self.stale }
        let behind = due.and("(c.due_at, c.ticket_id) \(fragment: comparison) (\(time), \(id))")
        return isReversed ? [behind] : [behind, rest]
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
            case .dueAt: ticket.dueAt.map { String($0.microseconds) } ?? "-"
            case .assignee: "\(ticket.assignee?.description ?? "-") \(ticket.createdAt.microseconds)"
            }
        return PagePosition(key: key, id: ticket.id.description)
    }

    private static let stale = ITSMError(
        .malformed, "The cursor does not belong to this list; begin again without it.",
        problems: [
            FieldProblem("?cursor", .invalidValue, "Begin again without a cursor.")
        ])
}

extension TicketOrder.Part {
    fileprivate func and(_ more: SQL) -> Self {
        var part = self
        part.condition = "\(fragment: condition) AND \(fragment: more)"
        return part
    }
}
