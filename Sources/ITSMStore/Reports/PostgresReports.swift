import ITSMCore

struct PostgresReports: ReportStore {
    let connection: Connection
    let now: Instant

    func compliance(between boundaries: [Instant], where condition: Condition?, for reader: Principal) throws -> [ComplianceCell] {
        guard let first = boundaries.first, let last = boundaries.last else { return [] }
        let statement: SQL = """
            SELECT c.metric, c.agreement_id, \(fragment: Self.group), c.priority, width_bucket(c.stopped_at, \(boundaries)) - 1,
                count(*) FILTER (WHERE c.breaches_at IS NULL), count(*) FILTER (WHERE c.breaches_at IS NOT NULL), count(*) FILTER (WHERE c.met_at_first)
            FROM \(fragment: try stopped(from: first, before: last, where: condition, for: reader))
            GROUP BY 1, 2, 3, 4, 5
            """
        return try connection.all(statement.plannedPerExecution)
    }

    func stopped(
        from start: Instant, before end: Instant, where condition: Condition?, after place: StoppedClock.Place?, limit: Int, for reader: Principal
    ) throws -> [StoppedClock] {
        let after: SQL =
            place.map {
                "AND (c.stopped_at, c.ticket_id, c.metric, c.number) > (\($0.stoppedAt), \($0.ticket), \($0.name.metric), \($0.name.number))"
            } ?? ""
        let statement: SQL = """
            SELECT c.stopped_at, \(fragment: Self.group), \(fragment: SLACycle.columns)
            FROM \(fragment: try stopped(from: start, before: end, where: condition, for: reader)) \(fragment: after)
            ORDER BY c.stopped_at, c.ticket_id, c.metric, c.number
            LIMIT \(limit: limit)
            """
        return try connection.all(statement.plannedPerExecution)
    }

    private static let group: SQL = "CASE WHEN c.metric = 'ola' THEN c.group_id ELSE t.group_id END"

    /// Cancelled clocks are not stopped. Promises between teams are for those who see work notes.
    private func stopped(from start: Instant, before end: Instant, where condition: Condition?, for reader: Principal) throws -> SQL {
        let asked: SQL = try condition.map { "AND \(fragment: try ConditionSQL.filter($0, for: reader, at: now))" } ?? ""
        return """
            sla_cycles c
            JOIN tickets t ON t.id = c.ticket_id
            WHERE c.state = 'stopped' AND c.stopped_at >= \(start) AND c.stopped_at < \(end)
                AND \(fragment: TicketVisibility.condition(for: reader)) AND \(fragment: TicketVisibility.condition(for: reader, holding: .readReports))
                AND (c.metric <> 'ola' OR \(fragment: TicketVisibility.notesCondition(for: reader)))
                \(fragment: asked)
            """
    }
}

extension ComplianceCell: RowDecodable {
    package init(row: inout Row) throws {
        let key = Key(metric: try row.next(), policy: try row.next(), group: try row.next(), priority: try row.next(), month: try row.next())
        self.init(key, ComplianceFigures(met: try row.next(), breached: try row.next(), metAtFirst: try row.next()))
    }
}

extension StoppedClock: RowDecodable {
    package init(row: inout Row) throws {
        let (stoppedAt, group) = (try row.next(Instant.self), try row.next(ID<SupportGroup>?.self))
        self.init(try SLACycle(row: &row), stoppedAt: stoppedAt, group: group)
    }
}
