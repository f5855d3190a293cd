import ITSMCore

struct PostgresTickets: TicketStore {
    let connection: Connection
    let now: Instant

    /// One statement, no read: the number comes back with it. References that a snapshot vouched for are checked again by the statement itself.
    func insert(_ ticket: Ticket) throws -> Later<TicketNumber> {
        let kind = ticket.kind
        let fields = try Self.customFields(of: ticket)
        let insert: SQL = """
            INSERT INTO tickets (
                id, kind, n, title, description, status, impact, urgency, priority, priority_reason, major, category_id, requester_id, opened_by_id,
                assignee_id, group_id, service_id, channel, tags, parent_id, confidential, first_responded_at, external_source, external_id,
                created_at, updated_at\(fragment: fields.column))
            VALUES (
                \(ticket.id), \(literal: kind), nextval(\(fragment: kind.sequence)), \(ticket.title), \(ticket.description), \(ticket.status),
                \(ticket.impact), \(ticket.urgency), \(ticket.priority), \(ticket.priorityReason), \(ticket.major),
                \(fragment: Self.active(ticket.category, in: "categories", "tickets_category_fkey")), \(ticket.requester), \(ticket.openedBy),
                \(ticket.assignee), \(fragment: Self.active(ticket.group, in: "groups", "tickets_group_fkey")),
                \(fragment: Self.active(ticket.service, in: "services", "tickets_service_fkey")), \(ticket.channel), \(ticket.tags),
                \(ticket.parent), \(ticket.confidential), \(ticket.firstRespondedAt), \(ticket.externalRef?.source), \(ticket.externalRef?.id),
                \(ticket.createdAt), \(ticket.updatedAt)\(fragment: fields.value))
            RETURNING n
            """
        return try queue(insert, of: ticket)
    }

    /// The column that a ticket without custom fields leaves to its default.
    private static func customFields(of ticket: Ticket) throws -> (column: SQL, value: SQL) {
        ticket.customFields.isEmpty ? ("", "") : (", custom_fields", ", \(try JSONB(encoding: ticket.customFields))")
    }

    private func queue(_ insert: SQL, of ticket: Ticket) throws -> Later<TicketNumber> {
        let kind = ticket.kind
        let number = try connection.later(insert, as: Int64.self).map { TicketNumber(kind: kind, value: $0) }
        try TicketFieldRows(connection: connection).insert(ticket.customFields, of: ticket.id)
        return number
    }

    func replaceCustomFields(of ticket: Ticket) throws {
        try TicketFieldRows(connection: connection).replace(ticket.customFields, of: ticket.id)
    }

    func insertWithPast(_ ticket: Ticket) throws -> Later<TicketNumber> {
        let kind = ticket.kind
        let fields = try Self.customFields(of: ticket)
        let insert: SQL = """
            INSERT INTO tickets (
                id, kind, n, title, description, status, pending_reason, pending_until, status_before_pending, impact, urgency, priority,
                priority_reason, major, category_id, requester_id, opened_by_id, assignee_id, group_id, service_id, channel, tags, parent_id,
                confidential, first_responded_at, resolved_at, closed_at, resolution_code, resolution_notes, reopen_count, escalation_level,
                external_source, external_id, version, created_at, updated_at\(fragment: fields.column))
            VALUES (
                \(ticket.id), \(literal: kind), nextval(\(fragment: kind.sequence)), \(ticket.title), \(ticket.description), \(ticket.status),
                \(ticket.pendingReason), \(ticket.pendingUntil), \(ticket.statusBeforePending), \(ticket.impact), \(ticket.urgency),
                \(ticket.priority), \(ticket.priorityReason), \(ticket.major), \(ticket.category), \(ticket.requester), \(ticket.openedBy),
                \(ticket.assignee), \(ticket.group), \(ticket.service), \(ticket.channel), \(ticket.tags), \(ticket.parent),
                \(ticket.confidential), \(ticket.firstRespondedAt), \(ticket.resolvedAt), \(ticket.closedAt), \(ticket.resolution?.code),
                \(ticket.resolution?.notes), \(ticket.reopenCount), \(ticket.escalationLevel), \(ticket.externalRef?.source),
                \(ticket.externalRef?.id), \(ticket.version), \(ticket.createdAt), \(ticket.updatedAt)\(fragment: fields.value))
            RETURNING n
            """
        return try queue(insert, of: ticket)
    }

    /// The id, provided that its record is not archived.
    private static func active<Record>(_ id: ID<Record>?, in table: SQL, _ constraint: SQL) -> SQL {
        guard let id else { return "NULL" }
        return """
            CASE WHEN require_active(
                EXISTS (SELECT FROM \(fragment: table) WHERE id = \(id) AND archived_at IS NULL), '\(fragment: constraint)') THEN \(id) END
            """
    }

    func update(_ ticket: Ticket) throws {
        try connection.execute(
            """
            UPDATE tickets
            SET title = \(ticket.title), description = \(ticket.description), status = \(ticket.status), pending_reason = \(ticket.pendingReason),
                pending_until = \(ticket.pendingUntil), status_before_pending = \(ticket.statusBeforePending), impact = \(ticket.impact),
                urgency = \(ticket.urgency), priority = \(ticket.priority), priority_reason = \(ticket.priorityReason), major = \(ticket.major),
                category_id = \(ticket.category), requester_id = \(ticket.requester), assignee_id = \(ticket.assignee), group_id = \(ticket.group),
                service_id = \(ticket.service), tags = \(ticket.tags), parent_id = \(ticket.parent), confidential = \(ticket.confidential),
                first_responded_at = \(ticket.firstRespondedAt), resolved_at = \(ticket.resolvedAt), closed_at = \(ticket.closedAt),
                resolution_code = \(ticket.resolution?.code), resolution_notes = \(ticket.resolution?.notes), reopen_count = \(ticket.reopenCount),
                escalation_level = \(ticket.escalationLevel), version = \(ticket.version), updated_at = \(ticket.updatedAt)
            WHERE id = \(ticket.id)
            """)
    }

    func touch(_ ticket: ID<Ticket>, at now: Instant) throws {
        try connection.execute("UPDATE tickets SET updated_at = greatest(updated_at, \(now)) WHERE id = \(ticket)")
    }

    func lock(_ key: TicketKey, visibleTo caller: Principal) throws -> TicketRecord {
        try required(connection.first("\(fragment: Self.one(key, visibleTo: caller)) FOR NO KEY UPDATE OF t"))
    }

    func lock(_ keys: [TicketKey], visibleTo caller: Principal) throws -> [TicketRecord] {
        try connection.all(
            """
            \(fragment: TicketRecord.select(for: caller))
            FROM tickets t
            WHERE (\(fragment: Self.areMeant(by: keys))) AND \(fragment: TicketVisibility.condition(for: caller))
            ORDER BY t.id
            FOR NO KEY UPDATE OF t
            """)
    }

    /// The same text for any number of keys of the same kinds.
    private static func areMeant(by keys: [TicketKey]) -> SQL {
        var ids: [ID<Ticket>] = []
        var numbers: [TicketKind: [Int64]] = [:]
        for key in keys {
            switch key {
            case .id(let id): ids.append(id)
            case .number(let number): numbers[number.kind, default: []].append(number.value)
            }
        }
        let byNumber: [SQL] = TicketKind.allCases.compactMap { kind in
            numbers[kind].map { "t.kind = \(literal: kind) AND t.n = ANY(\($0))" }
        }
        return (["t.id = ANY(\(ids))"] + byNumber).joined(separator: " OR ")
    }

    func find(_ key: TicketKey, visibleTo caller: Principal) throws -> TicketRecord {
        try required(connection.first(Self.one(key, visibleTo: caller)))
    }

    func first(_ key: TicketKey, visibleTo caller: Principal) throws -> Later<TicketRecord?> {
        try connection.later(first: Self.one(key, visibleTo: caller))
    }

    private func required(_ found: TicketRecord?) throws -> TicketRecord {
        guard let found else { throw ITSMError.notFound("ticket") }
        return found
    }

    private static func one(_ key: TicketKey, visibleTo caller: Principal) -> SQL {
        """
        \(fragment: TicketRecord.select(for: caller))
        FROM tickets t
        WHERE \(fragment: isMeant(by: key)) AND \(fragment: TicketVisibility.condition(for: caller))
        """
    }

    private static func isMeant(by key: TicketKey) -> SQL {
        switch key {
        case .id(let id): "t.id = \(id)"
        case .number(let number): "t.kind = \(literal: number.kind) AND t.n = \(number.value)"
        }
    }

    func references(_ keys: [TicketKey], visibleTo caller: Principal) throws -> [TicketRef] {
        if keys.isEmpty { return [] }
        return try connection.all(
            """
            SELECT t.id, t.kind, t.n, t.title
            FROM tickets t
            WHERE (\(fragment: keys.map(Self.isMeant(by:)).joined(separator: " OR "))) AND \(fragment: TicketVisibility.condition(for: caller))
            """)
    }

    func lockDue(resolvedBefore: Instant, waitingUntil now: Instant, limit: Int) throws -> [Ticket] {
        try connection.all(
            """
            SELECT \(fragment: Ticket.columns)
            FROM tickets t
            WHERE t.id = ANY(ARRAY(
                (SELECT id FROM tickets WHERE status_category = 'resolved' AND resolved_at <= \(resolvedBefore) ORDER BY resolved_at LIMIT \(limit: limit))
                UNION ALL
                (SELECT id FROM tickets WHERE pending_until <= \(now) ORDER BY pending_until LIMIT \(limit: limit))))
            AND (t.status_category = 'resolved' AND t.resolved_at <= \(resolvedBefore) OR t.pending_until <= \(now))
            ORDER BY t.id
            LIMIT \(limit: limit)
            FOR NO KEY UPDATE SKIP LOCKED
            """)
    }

    func nextWaitEnd() throws -> Instant? {
        try connection.first("SELECT min(pending_until) FROM tickets") { try $0.next(Instant?.self) } ?? nil
    }

    func audiences(of tickets: [ID<Ticket>]) throws -> [ID<Ticket>: TicketAudience] {
        let found: [IdentifiedAudience] = try connection.all(
            """
            SELECT t.id, t.requester_id, t.opened_by_id, t.assignee_id, t.group_id, t.confidential,
                ARRAY(SELECT w.user_id FROM ticket_watchers w WHERE w.ticket_id = t.id)
            FROM tickets t
            WHERE t.id = ANY(\(tickets))
            """)
        return Dictionary(found.map { ($0.ticket, $0.audience) }, uniquingKeysWith: { $1 })
    }
}

private struct IdentifiedAudience: RowDecodable {
    var ticket: ID<Ticket>
    var audience: TicketAudience

    init(row: inout Row) throws {
        ticket = try row.next()
        audience = TicketAudience(
            requester: try row.next(), openedBy: try row.next(), assignee: try row.next(), group: try row.next(), confidential: try row.next(),
            watchers: Set(try row.next([ID<User>].self)))
    }
}

extension TicketKind {
    fileprivate var sequence: SQL {
        switch self {
        case .incident: "'incident_numbers'"
        case .request: "'request_numbers'"
        case .problem: "'problem_numbers'"
        case .change: "'change_numbers'"
        case .workOrder: "'work_order_numbers'"
        }
    }
}
