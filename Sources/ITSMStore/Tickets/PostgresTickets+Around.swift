import ITSMCore

/// What surrounds a page of a list: the tickets beside one, and how many there are.
extension PostgresTickets {
    /// Two statements of one row each, in one round trip.
    func neighbours(of ticket: Ticket, in query: TicketQuery, visibleTo caller: Principal) throws -> TicketNeighbours {
        let selection = try selection(query, visibleTo: caller)
        let order = TicketOrder(query.sort, for: caller)
        func first(in order: TicketOrder) throws -> Later<TicketRef?> {
            try connection.later(first: selection.first(1, select: "SELECT t.id, t.kind, t.n, t.title", in: order, after: order.position(of: ticket)))
        }
        let next = try first(in: order), previous = try first(in: order.reversed)
        try connection.flush()
        return TicketNeighbours(previous: previous.value, next: next.value)
    }

    /// Asks the database nothing.
    func check(_ condition: Condition, for reader: Principal) throws {
        _ = try ConditionSQL.translate(condition, for: reader, at: now)
    }

    /// A statement for each query, in one round trip.
    func counts(of queries: [TicketQuery], upTo most: Int, visibleTo caller: Principal) throws -> [Int] {
        let counts = try queries.map { try connection.later(TicketSelection($0, visibleTo: caller, at: now).count(upTo: most), as: Int.self) }
        try connection.flush()
        return counts.map(\.value)
    }
}
