extension Migrator {
    /// The cluster as it is now. pg_control_checkpoint() tells a new timeline only after its first checkpoint, the name of the current
    /// WAL file tells it at once.
    private static let cluster = """
        SELECT system_identifier,
            greatest(timeline_id, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer) AS timeline
        FROM pg_control_system(), pg_control_checkpoint()
        """

    /// Whether this is the cluster, and the timeline, that the newest epoch began on: not restored elsewhere, not promoted.
    func isClusterOfNewestEpoch(_ session: AdminSession) throws -> Bool {
        try session.value(
            """
            SELECT (system_identifier, timeline) IN (SELECT system_identifier, timeline FROM feed_epochs ORDER BY epoch DESC LIMIT 1)
            FROM (\(Self.cluster)) AS now
            """) == "t"
    }

    /// Begins an epoch where transaction ids may have begun anew, and lets the activity log write it.
    ///
    /// - Parameter isRestored: whether what the database holds came from a backup, be it of this very cluster.
    func raiseEpochIfClusterChanged(_ session: AdminSession, isRestored: Bool = false) throws {
        try session.transaction {
            if try isRestored || !isClusterOfNewestEpoch(session) {
                try session.run(
                    """
                    INSERT INTO feed_epochs (epoch, system_identifier, timeline)
                    SELECT coalesce(current_feed_epoch(), 0) + 1, system_identifier, timeline
                    FROM (\(Self.cluster)) AS now
                    """)
            }
            let epoch = try epoch(session)
            // A constant as the column's default costs an insert nothing, a query for it would.
            let written = try session.value(
                """
                SELECT coalesce(pg_get_expr(adbin, adrelid), '')
                FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                WHERE attrelid = to_regclass('activity') AND attname = 'epoch'
                """)
            if let written, written != "\(epoch)" && written != "'\(epoch)'::smallint" {
                try session.run("ALTER TABLE activity ALTER COLUMN epoch SET DEFAULT \(epoch)")
            }
        }
    }

    func epoch(_ session: AdminSession) throws -> Int { Int(try session.value("SELECT current_feed_epoch()")!)! }
}
