import ITSMCore

/// Recomputing clocks in bulk: read by pages, written by one COPY and one UPDATE a page.
extension PostgresSLA {
    func countUnfinished() throws -> Int {
        try connection.first("SELECT count(*) FROM sla_cycles WHERE state IN ('running', 'paused')") ?? 0
    }

    func unfinished(after place: SLARecomputePlace?, limit: Int) throws -> [SLARecomputeRow] {
        let after: SQL = place.map { "AND (c.ticket_id, c.metric, c.number) > (\($0.ticket), \($0.metric), \($0.number))" } ?? ""
        return try connection.all(
            """
            SELECT \(fragment: SLACycle.columns), c.edit, \(fragment: TicketFacts.columns)
            FROM sla_cycles c
            JOIN tickets t ON t.id = c.ticket_id
            WHERE c.state IN ('running', 'paused') \(fragment: after)
            ORDER BY c.ticket_id, c.metric, c.number
            LIMIT \(limit: limit)
            """
        ) { row in
            let cycle = try SLACycle(row: &row)
            let edit: Int = try row.next()
            return SLARecomputeRow(cycle: cycle, facts: try TicketFacts(row: &row), edit: edit)
        }
    }

    func replace(_ changes: [SLARecomputeChange], at now: Instant) throws -> Int {
        guard !changes.isEmpty else { return 0 }
        try connection.execute(
            """
            CREATE TEMPORARY TABLE IF NOT EXISTS sla_recompute (
                ticket_id uuid, metric text, number integer, edit integer, agreement_id uuid, priority smallint, ledger text, elapsed bigint,
                state text, due_at timestamptz, breaches_at timestamptz, next_fire_at timestamptz, is_new boolean
            ) ON COMMIT DELETE ROWS
            """)
        try connection.flush()
        try connection.copyIn(
            "COPY sla_recompute FROM STDIN (FORMAT binary)"
        ) { copy in
            for change in changes {
                let cycle = change.after
                try copy.row(
                    cycle.ticket, cycle.metric.rawValue, Int32(cycle.number), Int32(change.edit), cycle.ledger.term.agreement.id,
                    Int16(cycle.ledger.term.priority.level), cycle.ledger.description, cycle.reading.elapsed, cycle.state.rawValue,
                    cycle.reading.dueAt,
                    cycle.reading.breachesAt, cycle.nextFireAt, cycle.revision > change.before.revision)
            }
        }
        // What stood before is kept beside it; a clock that was written since it was read, or is being written, is left as it is.
        return try connection.affected(
            """
            WITH free AS MATERIALIZED (
                SELECT c.ticket_id, c.metric, c.number, c.revision, c.ledger, c.elapsed, c.due_at, c.breaches_at, r.is_new
                FROM sla_recompute r
                JOIN sla_cycles c USING (ticket_id, metric, number)
                WHERE c.edit = r.edit
                FOR NO KEY UPDATE OF c SKIP LOCKED
            ), kept AS (
                INSERT INTO sla_results (ticket_id, metric, number, revision, ledger, elapsed, due_at, breaches_at, replaced_at)
                SELECT ticket_id, metric, number, revision, ledger, elapsed, due_at, breaches_at, \(now)
                FROM free
                WHERE is_new
            )
            UPDATE sla_cycles c
            SET agreement_id = r.agreement_id, priority = r.priority, ledger = r.ledger, elapsed = r.elapsed, state = r.state, due_at = r.due_at,
                breaches_at = r.breaches_at, next_fire_at = r.next_fire_at, revision = c.revision + r.is_new::int, edit = c.edit + 1
            FROM sla_recompute r
            JOIN free f USING (ticket_id, metric, number)
            WHERE c.ticket_id = f.ticket_id AND c.metric = f.metric AND c.number = f.number
            """)
    }
}
