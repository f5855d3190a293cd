import ITSMCore

/// Orders in two parts, each with an index of its own: the tickets that have what the list goes by, and behind them those that have not, by age.
extension TicketOrder {
    /// One part: what it is read from, the key that it goes by, the condition of the place, and its own order.
    struct Part {
        var source: SQL
        var key: SQL
        var condition: SQL
        var clause: SQL

        /// The key of a ticket without one, in a place.
        static let none = "-"

        fileprivate func and(_ more: SQL) -> Part {
            var part = self
            part.condition = "\(fragment: condition) AND \(fragment: more)"
            return part
        }
    }

    /// What lies behind a place, or everything; nil for orders that one index holds.
    func parts(after position: PagePosition?) throws -> [Part]? {
        let with: Part, behind: (String, ID<Ticket>) throws -> SQL
        switch sort.key {
        case .dueAt:
            with = byTarget
            behind = { key, id in
                guard let time = Int64(key).map(Instant.init(microseconds:)) else { throw Self.stale }
                return "(c.due_at, c.ticket_id) \(fragment: self.comparison) (\(time), \(id))"
            }
        case .customField(let field):
            with = by(field)
            behind = { key, id in
                let value: SQL
                if field.isNumber {
                    guard let number = Double(key.dropFirst()) else { throw Self.stale }
                    value = "\(number)"
                } else {
                    value = "\(String(key.dropFirst()))"
                }
                return "(\(fragment: with.key), v.ticket_id) \(fragment: self.comparison) (\(fragment: value), \(id))"
            }
        default: return nil
        }
        let without = without
        guard let position else { return [with, without] }
        guard let id = ID<Ticket>(position.id), let key = position.key else { throw Self.stale }
        if key == Part.none {
            let rest = without.and("t.id \(fragment: comparison) \(id)")
            return isReversed ? [rest, with] : [rest]
        }
        let rest = with.and(try behind(key, id))
        return isReversed ? [rest] : [rest, without]
    }

    private var without: Part {
        switch sort.key {
        case .customField(let field): without(field)
        default: withoutTarget
        }
    }

    // MARK: By target

    private static let running: SQL = "c.state = 'running' AND c.due_at IS NOT NULL"

    /// By the index of running clocks; a ticket stands where its first one does.
    private var byTarget: Part {
        Part(
            source: "sla_cycles c JOIN tickets t ON t.id = c.ticket_id", key: "c.due_at",
            condition: """
                \(fragment: Self.running) AND NOT EXISTS (
                    SELECT FROM sla_cycles e
                    WHERE e.ticket_id = c.ticket_id AND e.state = 'running' AND (e.due_at, e.metric, e.number) < (c.due_at, c.metric, c.number))
                """,
            clause: "c.due_at \(fragment: direction), c.ticket_id \(fragment: direction)")
    }

    private var withoutTarget: Part {
        Part(
            source: "tickets t", key: "NULL::timestamptz",
            condition: "NOT EXISTS (SELECT FROM sla_cycles c WHERE c.ticket_id = t.id AND \(fragment: Self.running))",
            clause: "t.id \(fragment: direction)")
    }

    // MARK: By a custom field

    private func by(_ field: CustomField.SortKey) -> Part {
        let key: SQL = field.isNumber ? "v.number_value" : "v.text_value"
        return Part(
            source: "ticket_field_values v JOIN tickets t ON t.id = v.ticket_id", key: key,
            condition: "v.field_id = \(field.id) AND v.place = 0 AND \(fragment: key) IS NOT NULL\(fragment: isSeen(field))",
            clause: "\(fragment: key) \(fragment: direction), v.ticket_id \(fragment: direction)")
    }

    private func without(_ field: CustomField.SortKey) -> Part {
        Part(
            source: "tickets t", key: field.isNumber ? "NULL::double precision" : "NULL::text COLLATE \"C\"",
            condition: """
                NOT EXISTS (
                    SELECT FROM ticket_field_values v
                    WHERE v.ticket_id = t.id AND v.field_id = \(field.id) AND v.place = 0\(fragment: isSeen(field)))
                """,
            clause: "t.id \(fragment: direction)")
    }

    /// On a ticket whose work notes the reader may not read, a hidden field has no value.
    private func isSeen(_ field: CustomField.SortKey) -> SQL {
        field.isHidden ? " AND \(fragment: TicketVisibility.notesCondition(for: reader))" : ""
    }

    /// As the rows beside the ticket have it (`TicketFieldRows`).
    func key(of field: CustomField.SortKey, on ticket: Ticket) -> String {
        if field.isHidden, !reader.seesNotes(of: TicketAudience(ticket, watchers: [reader.id])) { return Part.none }
        var value = ticket.customFields[field.name] ?? .null
        if case .array(let values) = value { value = values.first ?? .null }
        return switch value {
        case .string(let text): "=" + String(text.unicodeScalars.prefix(TicketFieldRows.keptCharacters))
        case .integer(let number): "=\(Double(number))"
        case .number(let number): "=\(number)"
        case .bool(let isTrue): "=\(isTrue)"
        case .null, .array, .object: Part.none
        }
    }
}
