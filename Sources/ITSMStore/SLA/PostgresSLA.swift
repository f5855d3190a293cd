import ITSMCore

struct PostgresSLA: SLAStore {
    let connection: Connection

    func cycles(of ticket: ID<Ticket>) throws -> [SLACycle] {
        try connection.all("SELECT \(fragment: SLACycle.columns) FROM sla_cycles c WHERE c.ticket_id = \(ticket)")
    }

    func lock(of ticket: ID<Ticket>) throws -> [SLACycle] {
        try connection.all(
            "SELECT \(fragment: SLACycle.columns) FROM sla_cycles c WHERE c.ticket_id = \(ticket) ORDER BY c.metric, c.number FOR NO KEY UPDATE")
    }

    func lock(of tickets: [ID<Ticket>]) throws -> [SLACycle] {
        try connection.all(
            """
            SELECT \(fragment: SLACycle.columns)
            FROM sla_cycles c
            WHERE c.ticket_id = ANY(\(tickets))
            ORDER BY c.ticket_id, c.metric, c.number
            FOR NO KEY UPDATE
            """)
    }

    func cycles(of tickets: [ID<Ticket>]) throws -> Later<[SLACycle]> {
        try connection.later(
            all: "SELECT \(fragment: SLACycle.columns) FROM sla_cycles c WHERE c.ticket_id = ANY(\(tickets))", as: SLACycle.self)
    }

    func unfinished(of tickets: [ID<Ticket>]) throws -> Later<[SLACycle]> {
        try connection.later(
            all: """
                SELECT \(fragment: SLACycle.columns)
                FROM sla_cycles c
                WHERE c.ticket_id = ANY(\(tickets)) AND c.state IN ('running', 'paused')
                """, as: SLACycle.self)
    }

    /// One cheap INSERT a row: its text is the same for all, so it is prepared once, and it waits for nothing.
    func insert(_ cycles: [SLACycle]) throws {
        for cycle in cycles {
            try connection.execute(
                """
                INSERT INTO sla_cycles (ticket_id, metric, number, group_id, agreement_id, priority, ledger, state, started_at, stopped_at, cancelled_at,
                    met_at_first, elapsed, due_at, breaches_at, next_fire_at, fired, breach_recorded)
                VALUES (\(cycle.ticket), \(cycle.metric), \(cycle.number), \(cycle.group), \(cycle.ledger.term.agreement.id),
                    \(cycle.ledger.term.priority), \(cycle.ledger.description), \(cycle.state), \(cycle.ledger.start), \(cycle.ledger.stop),
                    \(cycle.cancelledAt), \(cycle.metAtFirst), \(cycle.reading.elapsed), \(cycle.reading.dueAt), \(cycle.reading.breachesAt),
                    \(cycle.nextFireAt), \(Array(cycle.fired)), \(cycle.isBreachRecorded))
                """)
        }
    }

    func update(_ cycles: [SLACycle]) throws {
        for cycle in cycles {
            try connection.execute(
                """
                UPDATE sla_cycles
                SET agreement_id = \(cycle.ledger.term.agreement.id), priority = \(cycle.ledger.term.priority), ledger = \(cycle.ledger.description),
                    state = \(cycle.state), stopped_at = \(cycle.ledger.stop), cancelled_at = \(cycle.cancelledAt),
                    met_at_first = \(cycle.metAtFirst), elapsed = \(cycle.reading.elapsed), due_at = \(cycle.reading.dueAt),
                    breaches_at = \(cycle.reading.breachesAt), next_fire_at = \(cycle.nextFireAt), fired = \(Array(cycle.fired)),
                    breach_recorded = \(cycle.isBreachRecorded), edit = edit + 1
                WHERE ticket_id = \(cycle.ticket) AND metric = \(cycle.metric) AND number = \(cycle.number)
                """, expecting: 1)
        }
    }

    // MARK: What is due

    /// The ticket is locked before its clocks are read, as whoever changes a ticket does; so the clocks are read as the last change left them.
    func lockDue(until now: Instant, limit: Int) throws -> [Ticket] {
        try connection.all(
            """
            SELECT \(fragment: Ticket.columns)
            FROM tickets t
            WHERE t.id = ANY(ARRAY(
                SELECT ticket_id FROM sla_cycles WHERE next_fire_at <= \(now) ORDER BY next_fire_at LIMIT \(limit: limit)))
            ORDER BY t.id
            FOR NO KEY UPDATE SKIP LOCKED
            """)
    }

    func nextFire() throws -> Instant? {
        try connection.first("SELECT min(next_fire_at) FROM sla_cycles") { try $0.next(Instant?.self) } ?? nil
    }

    // MARK: All of them

    func tickets(after place: ID<Ticket>?, limit: Int) throws -> [(ticket: ID<Ticket>, facts: TicketFacts)] {
        let after: SQL = place.map { "AND t.id > \($0)" } ?? ""
        return try connection.all(
            """
            SELECT t.id, \(fragment: TicketFacts.columns)
            FROM tickets t
            WHERE EXISTS (SELECT FROM sla_cycles c WHERE c.ticket_id = t.id) \(fragment: after)
            ORDER BY t.id
            LIMIT \(limit: limit)
            """
        ) { row in
            let id: ID<Ticket> = try row.next()
            return (id, try TicketFacts(row: &row))
        }
    }

    // MARK: The past

    func histories(of tickets: [ID<Ticket>]) throws -> [ID<Ticket>: [SLAHistoryEntry]] {
        let rows: [(ID<Ticket>, SLAHistoryEntry)] = try connection.all(
            """
            SELECT a.ticket_id, a.kind, a.payload, a.occurred_at
            FROM activity a
            WHERE a.ticket_id = ANY(\(tickets)) AND a.kind = ANY(\(SLAHistoryEntry.kinds))
            ORDER BY a.ticket_id, a.occurred_at, a.id
            """
        ) { row in
            let ticket: ID<Ticket> = try row.next()
            let kind: Activity.Kind = try row.next()
            let payload: JSONB? = try row.next()
            return (ticket, SLAHistoryEntry(kind, try payload?.decode() ?? [:], at: try row.next()))
        }
        return Dictionary(grouping: rows, by: \.0).mapValues { $0.map(\.1) }
    }
}

extension SLAMetric: SQLEnum {}
extension SLACycle.State: SQLEnum {}

extension SLACycle: RowDecodable {
    /// The columns of `sla_cycles AS c` in the order in which a row is read.
    static let columns: SQL = """
        c.ticket_id, c.metric, c.number, c.group_id, c.ledger, c.cancelled_at, c.fired, c.breach_recorded, c.elapsed, c.due_at, c.breaches_at,
        c.next_fire_at, c.revision
        """

    package init(row: inout Row) throws {
        let ticket: ID<Ticket> = try row.next()
        let metric: SLAMetric = try row.next()
        let number: Int = try row.next()
        let group: ID<SupportGroup>? = try row.next()
        let text: String = try row.next()
        guard let ledger = SLALedger(text) else { throw ITSMError(.internal, "The ledger of \(ticket) \(metric.rawValue) \(number) cannot be read.") }
        self.init(
            ticket: ticket, metric: metric, number: number, group: group, ledger: ledger, cancelledAt: try row.next(),
            fired: Set(try row.next([ID<EscalationRule>].self)), isBreachRecorded: try row.next(),
            reading: .init(elapsed: try row.next(), dueAt: try row.next(), breachesAt: try row.next()), nextFireAt: try row.next(),
            revision: try row.next())
    }
}

extension TicketFacts: RowDecodable {
    /// The columns of `tickets AS t` in the order in which a row is read.
    static let columns: SQL = """
        t.kind, t.status, t.priority, t.category_id, t.group_id, t.service_id, t.impact, t.urgency, t.major, t.confidential, t.channel,
        t.requester_id, t.tags
        """

    package init(row: inout Row) throws {
        self.init(
            kind: try row.next(), status: try row.next(), priority: try row.next(), category: try row.next(), group: try row.next(),
            service: try row.next(),
            details: Details(
                impact: try row.next(), urgency: try row.next(), major: try row.next(), confidential: try row.next(), channel: try row.next(),
                requester: try row.next(), tags: try row.next()))
    }
}
