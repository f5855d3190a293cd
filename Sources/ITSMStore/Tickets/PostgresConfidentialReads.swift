import ITSMCore

struct PostgresConfidentialReads: ConfidentialReadStore {
    let connection: Connection
    let now: Instant

    func due(
        _ tickets: [ID<Ticket>], by reader: ID<User>, _ channel: Channel, _ part: ConfidentialReads.Part, after start: Instant
    ) throws -> [ID<Ticket>] {
        // In order, so that two exports do not wait for each other.
        try connection.all(
            """
            INSERT INTO confidential_reads AS r (user_id, ticket_id, channel, part, recorded_at)
            SELECT \(reader), t.id, \(channel), \(part.key), \(now)
            FROM unnest(\(Array(Set(tickets)).sorted())) AS t (id)
            ORDER BY t.id
            ON CONFLICT ON CONSTRAINT confidential_reads_pkey DO UPDATE SET recorded_at = excluded.recorded_at
            WHERE r.recorded_at < \(start)
            RETURNING r.ticket_id
            """)
    }

    func removeOver() throws {
        try connection.execute(
            "DELETE FROM confidential_reads WHERE recorded_at < \(now.adding(seconds: -2 * ConfidentialReads.seconds))")
    }
}
