import ITSMCore

struct PostgresDrafts: DraftStore {
    let connection: Connection
    let now: Instant

    func list(of writer: ID<User>, on ticket: ID<Ticket>) throws -> [SavedDraft] {
        try connection.all(
            """
            SELECT visibility, body, updated_at
            FROM comment_drafts
            WHERE user_id = \(writer) AND ticket_id = \(ticket) AND updated_at > \(oldestKept)
            ORDER BY visibility
            """
        ) { SavedDraft(visibility: try $0.next(), body: try $0.next(), updatedAt: try $0.next()) }
    }

    func put(_ draft: SavedDraft, of writer: ID<User>, on ticket: ID<Ticket>) throws {
        try connection.execute(
            """
            INSERT INTO comment_drafts (user_id, ticket_id, visibility, body, updated_at)
            VALUES (\(writer), \(ticket), \(draft.visibility), \(draft.body), \(draft.updatedAt))
            ON CONFLICT (user_id, ticket_id, visibility) DO UPDATE
            SET body = excluded.body, updated_at = excluded.updated_at
            """)
    }

    func delete(_ visibility: Comment.Visibility, of writer: ID<User>, on ticket: ID<Ticket>) throws {
        try connection.execute(
            "DELETE FROM comment_drafts WHERE user_id = \(writer) AND ticket_id = \(ticket) AND visibility = \(visibility)")
    }

    func removeOver(atMost limit: Int) throws -> Int {
        try connection.affected(
            """
            DELETE FROM comment_drafts
            WHERE (user_id, ticket_id, visibility) IN (
                SELECT user_id, ticket_id, visibility
                FROM comment_drafts
                WHERE updated_at <= \(oldestKept)
                ORDER BY updated_at
                LIMIT \(limit: limit)
                FOR UPDATE SKIP LOCKED)
            """)
    }

    private var oldestKept: Instant { now.adding(seconds: -SavedDraft.lifetimeSeconds) }
}
