import ITSMCore

extension PostgresActivity {
    func lags(behind live: FeedCursor) throws -> [FeedLag] {
        try connection.all(
            """
            SELECT r.reader, l.events, l.since
            FROM (
                SELECT c.handler AS reader, c.epoch, c.xid, c.id FROM feed_cursors c
                UNION ALL
                SELECT 'live', \(live.epoch), \(TransactionID(live.transaction)), \(live.id)) AS r,
                LATERAL (
                    SELECT count(*) AS events, min(n.recorded_at) AS since
                    FROM (
                        SELECT a.recorded_at
                        FROM activity a
                        WHERE (a.epoch, a.xid, a.id) > (r.epoch, r.xid, r.id)
                        ORDER BY a.epoch, a.xid, a.id
                        LIMIT \(limit: FeedLag.cap)) AS n) AS l
            ORDER BY r.reader
            """)
    }
}

extension FeedLag: RowDecodable {
    package init(row: inout Row) throws { self.init(reader: try row.next(), events: try row.next(), since: try row.next()) }
}
