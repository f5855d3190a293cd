import ITSMCore

/// What imports know of their tickets.
struct PostgresImports: ImportStore {
    let connection: Connection

    func known(_ numbers: [String], of source: String) throws -> [String: KnownImport] {
        let rows = try connection.all(
            """
            SELECT t.external_id, t.id, s.digest, coalesce(s.events, 0)
            FROM tickets t
            LEFT JOIN ticket_sources s ON s.ticket_id = t.id
            WHERE t.external_source = \(source) AND t.external_id = ANY(\(numbers))
            """
        ) { row in
            let number: String = try row.next()
            return (number, KnownImport(ticket: try row.next(), digest: try row.next(), events: try row.next()))
        }
        return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }

    func put(_ sources: [TicketSource]) throws {
        guard !sources.isEmpty else { return }
        try connection.execute(
            """
            INSERT INTO ticket_sources (ticket_id, import_id, digest, events, data)
            SELECT r.ticket_id, r.import_id, decode(r.digest, 'hex'), r.events, r.data
            FROM unnest(
                \(sources.map(\.ticket)), \(sources.map(\.importID)), \(sources.map(\.digest.hexadecimal)), \(sources.map(\.events)),
                \(sources.map { try JSONB(encoding: $0.data) })
            ) AS r (ticket_id, import_id, digest, events, data)
            ON CONFLICT (ticket_id) DO UPDATE
            SET import_id = excluded.import_id, digest = excluded.digest, events = excluded.events, data = excluded.data
            """)
    }

    func first(of ticket: ID<Ticket>) throws -> TicketSource? {
        try connection.first("SELECT ticket_id, import_id, digest, events, data FROM ticket_sources WHERE ticket_id = \(ticket)") { row in
            TicketSource(
                ticket: try row.next(), importID: try row.next(), digest: try row.next(), events: try row.next(),
                data: try row.next(JSONB.self).decode())
        }
    }
}
