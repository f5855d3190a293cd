import ITSMCore

struct PostgresPresence: PresenceStore {
    let connection: Connection
    let now: Instant

    func put(_ state: Presence.State?, of user: ID<User>, on ticket: ID<Ticket>) throws {
        guard let state else {
            return try connection.execute("DELETE FROM ticket_presence WHERE ticket_id = \(ticket) AND user_id = \(user)")
        }
        try connection.execute(
            """
            INSERT INTO ticket_presence AS p (ticket_id, user_id, state, since, seen_at)
            VALUES (\(ticket), \(user), \(state), \(now), \(now))
            ON CONFLICT (ticket_id, user_id) DO UPDATE
            SET state = excluded.state, seen_at = greatest(p.seen_at, excluded.seen_at),
                since = CASE WHEN p.state = excluded.state AND p.seen_at > \(oldestCounted) THEN p.since ELSE excluded.since END
            """)
    }

    func others(than user: ID<User>, on ticket: ID<Ticket>) throws -> [Presence] {
        try connection.all(
            """
            SELECT u.id, u.name, p.state, p.since
            FROM ticket_presence p
            JOIN users u ON u.id = p.user_id
            WHERE p.ticket_id = \(ticket) AND p.user_id <> \(user) AND p.seen_at > \(oldestCounted)
            ORDER BY p.since, p.user_id
            """
        ) { Presence(user: Ref(id: try $0.next(), name: try $0.next()), state: try $0.next(), since: try $0.next()) }
    }

    func removeOver() throws -> Int { try connection.affected("DELETE FROM ticket_presence WHERE seen_at <= \(oldestCounted)") }

    private var oldestCounted: Instant { now.adding(seconds: -Presence.lifetimeSeconds) }
}

extension Presence.State: SQLEnum {}
