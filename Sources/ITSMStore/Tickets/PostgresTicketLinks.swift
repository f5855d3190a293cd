import ITSMCore

struct PostgresTicketLinks: TicketLinkStore {
    let connection: Connection

    func insert(_ link: TicketLink) throws -> Bool {
        let inserted: ID<TicketLink>? = try connection.first(
            """
            INSERT INTO ticket_links (id, type, from_id, to_id, created_by_id, created_at)
            VALUES (\(link.id), \(link.type), \(link.from), \(link.to), \(link.createdBy), \(link.createdAt))
            ON CONFLICT ON CONSTRAINT ticket_links_once DO NOTHING
            RETURNING id
            """)
        return inserted != nil
    }

    func first(_ id: ID<TicketLink>, on ticket: ID<Ticket>) throws -> TicketLink? {
        try connection.first(
            """
            SELECT id, type, from_id, to_id, created_by_id, created_at
            FROM ticket_links
            WHERE id = \(id) AND (from_id = \(ticket) OR to_id = \(ticket))
            """)
    }

    func delete(_ id: ID<TicketLink>) throws { try connection.execute("DELETE FROM ticket_links WHERE id = \(id)") }

    func count(on ticket: ID<Ticket>) throws -> Int {
        try connection.first("SELECT count(*) FROM ticket_links WHERE from_id = \(ticket) OR to_id = \(ticket)") ?? 0
    }

    func list(on ticket: ID<Ticket>, visibleTo caller: Principal) throws -> Later<[TicketLinkView]> {
        try connection.later(
            all: """
                SELECT l.id, l.type, l.from_id = \(ticket), t.id, t.kind, t.n, t.title, l.created_at
                FROM ticket_links l
                JOIN tickets t ON t.id = CASE WHEN l.from_id = \(ticket) THEN l.to_id ELSE l.from_id END
                WHERE (l.from_id = \(ticket) OR l.to_id = \(ticket)) AND \(fragment: TicketVisibility.condition(for: caller))
                ORDER BY l.created_at, l.id
                """)
    }
}

extension TicketLink: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), type: try row.next(), from: try row.next(), to: try row.next(), createdBy: try row.next(),
            createdAt: try row.next())
    }
}

extension TicketLinkView: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), type: try row.next(), direction: try row.next(Bool.self) ? .outward : .inward, ticket: try TicketRef(row: &row),
            createdAt: try row.next())
    }
}

struct PostgresWatchers: WatcherStore {
    let connection: Connection

    func insert(_ user: ID<User>, on ticket: ID<Ticket>, by adder: ID<User>, at now: Instant) throws -> Bool {
        let inserted: ID<User>? = try connection.first(
            """
            INSERT INTO ticket_watchers (ticket_id, user_id, added_by_id, added_at)
            VALUES (\(ticket), \(user), \(adder), \(now))
            ON CONFLICT ON CONSTRAINT ticket_watchers_pkey DO NOTHING
            RETURNING user_id
            """)
        return inserted != nil
    }

    func delete(_ user: ID<User>, from ticket: ID<Ticket>) throws -> Bool {
        let deleted: ID<User>? = try connection.first(
            "DELETE FROM ticket_watchers WHERE ticket_id = \(ticket) AND user_id = \(user) RETURNING user_id")
        return deleted != nil
    }

    func list(on ticket: ID<Ticket>) throws -> Later<[Watcher]> {
        try connection.later(
            all: """
                SELECT u.id, u.name, w.added_at
                FROM ticket_watchers w
                JOIN users u ON u.id = w.user_id
                WHERE w.ticket_id = \(ticket)
                ORDER BY w.added_at, u.id
                """)
    }
}

extension Watcher: RowDecodable {
    package init(row: inout Row) throws { self.init(id: try row.next(), name: try row.next(), addedAt: try row.next()) }
}
