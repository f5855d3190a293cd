import ITSMCore

/// What surrounds a page of a list: the tickets beside one, and how many there are.
extension PostgresTickets {
    /// Two statements of one row each, in one round trip.
    func neighbours(of ticket: Ticket, in query: TicketQuery, visibleTo caller: Principal) throws -> TicketNeighbours {
        let conditions = conditions(query, visibleTo: caller)
        let order = TicketOrder(query.sort, createdAt: try timeColumn(searching: query.text))
        func first(in order: TicketOrder) throws -> Later<TicketRef?> {
            let beyond = try order.condition(after: order.position(of: ticket))
            let statement: SQL = """
                SELECT t.id, t.kind, t.n, t.title
                FROM tickets t
                \(fragment: Self.searchSource(query))
                WHERE \(fragment: (conditions + [beyond]).joined(separator: " AND "))
                ORDER BY \(fragment: order.clause)
                LIMIT 1
                """
            return try connection.later(first: query.isPlain ? statement : statement.plannedPerExecution, as: TicketRef.self)
        }
        let next = try first(in: order), previous = try first(in: order.reversed)
        try connection.flush()
        return TicketNeighbours(previous: previous.value, next: next.value)
    }

    /// A statement for each query, in one round trip.
    func counts(of queries: [TicketQuery], upTo most: Int, visibleTo caller: Principal) throws -> [Int] {
        let counts = try queries.map { try count($0, conditions($0, visibleTo: caller), upTo: most) }
        try connection.flush()
        return counts.map(\.value)
    }

    /// Queues the count of what `conditions` find.
    ///
    /// - Parameter most: where counting stops; nil counts all.
    func count(_ query: TicketQuery, _ conditions: [SQL], upTo most: Int?) throws -> Later<Int> {
        let end: SQL = most.map { "LIMIT \(limit: $0)" } ?? ""
        let statement: SQL = """
            SELECT count(*)
            FROM (
                SELECT FROM tickets t \(fragment: Self.searchSource(query)) WHERE \(fragment: conditions.joined(separator: " AND ")) \(fragment: end)
            ) found
            """
        return try connection.later(query.isPlain ? statement : statement.plannedPerExecution, as: Int.self)
    }

    /// What a search joins.
    static func searchSource(_ query: TicketQuery) -> SQL { query.text == nil ? "" : "JOIN ticket_search s ON s.ticket_id = t.id" }
}
