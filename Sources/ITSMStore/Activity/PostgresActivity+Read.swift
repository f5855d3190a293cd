import ITSMCore

extension PostgresActivity {
    private static let entries: SQL = """
        SELECT a.epoch, a.xid, a.id, a.kind, a.record_type, a.record_id, a.ticket_id, a.restricted, a.occurred_at, a.recorded_at,
            a.principal_id, p.name, a.on_behalf_of, b.name, a.channel, a.payload, a.cause, a.depth, a.request_id, a.address
        FROM activity a
        LEFT JOIN users p ON p.id = a.principal_id
        LEFT JOIN users b ON b.id = a.on_behalf_of
        """

    func first(_ id: FeedCursor) throws -> ActivityEntry? {
        try connection.first(
            "\(fragment: Self.entries) WHERE a.id = \(id.id) AND a.xid = \(TransactionID(id.transaction)) AND a.epoch = \(id.epoch)")
    }

    func entries(telling attachment: ID<Attachment>, on ticket: ID<Ticket>) throws -> [ActivityEntry] {
        try connection.all(
            """
            \(fragment: Self.entries)
            WHERE a.ticket_id = \(ticket) AND a.kind IN ('ticket.attachmentAdded', 'ticket.attachmentDeleted')
                AND a.payload ->> 'attachment' = \(attachment.description)
            ORDER BY a.id
            """)
    }

    func timeline(
        of ticket: ID<Ticket>, includesRestricted: Bool, where condition: Condition?, page: PageRequest, for reader: Principal
    ) throws -> Later<Page<ActivityEntry>> {
        var conditions: [SQL] = ["a.ticket_id = \(ticket)"]
        if !includesRestricted { conditions.append("NOT a.restricted") }
        if let condition { conditions.append(try ConditionSQL.filter(condition, for: reader, at: now)) }
        if let (time, id) = try page.after?.timeAndID() { conditions.append("(a.occurred_at, a.id) > (\(time), \(id))") }
        let statement: SQL = """
            \(fragment: Self.entries)
            \(fragment: .matching(conditions))
            ORDER BY a.occurred_at, a.id
            LIMIT \(limit: page.limit + 1)
            """
        let found = try connection.later(all: statement.planned(for: condition), as: ActivityEntry.self)
        return found.map { Page($0, limit: page.limit, position: \.placeInTimeline) }
    }

    func timeline(of ticket: ID<Ticket>, includesRestricted: Bool, window: ThreadWindow) throws -> [ActivityEntry] {
        var conditions: [SQL] = ["a.ticket_id = \(ticket)"]
        if !includesRestricted { conditions.append("NOT a.restricted") }
        if let after = window.after { conditions.append("a.occurred_at > \(after)") }
        if let before = window.before { conditions.append("a.occurred_at < \(before)") }
        let found: [ActivityEntry] = try connection.all(
            """
            \(fragment: Self.entries)
            \(fragment: .matching(conditions))
            ORDER BY a.occurred_at DESC, a.id DESC
            LIMIT \(window.limit)
            """)
        return found.reversed()
    }

    func list(_ filter: ActivityFilter, page: PageRequest, for reader: Principal) throws -> Page<ActivityEntry> {
        var conditions: [SQL] = []
        if let principal = filter.principal?.id { conditions.append("a.principal_id = \(principal)") }
        if !filter.kinds.isEmpty { conditions.append("a.kind = ANY(\(filter.kinds))") }
        if let type = filter.recordType { conditions.append("a.record_type = \(type)") }
        // Spelled so that each finds its partial index: a ticket's own rows stand in its timeline.
        if let record = filter.record {
            conditions.append("(a.record_id = \(record) AND a.ticket_id IS NULL) OR (a.record_id = \(record) AND a.ticket_id = \(record))")
        }
        // With who read it, which stands beside the ticket.
        if case .id(let ticket)? = filter.ticket {
            conditions.append("(a.ticket_id = \(ticket) OR (a.record_id = \(ticket) AND a.ticket_id IS NULL))")
        }
        if let from = filter.from { conditions.append("a.recorded_at >= \(from)") }
        if let before = filter.before { conditions.append("a.recorded_at < \(before)") }
        if let condition = filter.condition { conditions.append(try ConditionSQL.filter(condition, for: reader, at: now)) }
        if let (time, id) = try page.after?.timeAndID() { conditions.append("(a.recorded_at, a.id) < (\(time), \(id))") }
        let query: SQL = """
            \(fragment: Self.entries)
            \(fragment: .matching(conditions))
            ORDER BY a.recorded_at DESC, a.id DESC
            LIMIT \(limit: page.limit + 1)
            """
        let found: [ActivityEntry] = try connection.all(query.plannedPerExecution)
        return Page(found, limit: page.limit) { PagePosition(time: $0.recordedAt, id: $0.id.id) }
    }

    // MARK: - Feed

    func end() throws -> FeedCursor {
        try connection.first(
            """
            SELECT epoch, xid, id FROM activity
            WHERE (epoch, xid, id) < (current_feed_epoch(), pg_snapshot_xmin(pg_current_snapshot()), 0::bigint)
            ORDER BY epoch DESC, xid DESC, id DESC
            LIMIT 1
            """) ?? .start
    }

    func entries(after cursor: FeedCursor, through end: FeedCursor, limit: Int) throws -> [ActivityEntry] {
        try connection.all(
            """
            \(fragment: Self.entries)
            WHERE \(fragment: Self.between(cursor, end))
            ORDER BY a.epoch, a.xid, a.id
            LIMIT \(limit: limit)
            """)
    }

    func kinds(after cursor: FeedCursor, through end: FeedCursor) throws -> Set<Activity.Kind> {
        Set(try connection.all("SELECT DISTINCT a.kind FROM activity a WHERE \(fragment: Self.between(cursor, end))"))
    }

    private static func between(_ cursor: FeedCursor, _ end: FeedCursor) -> SQL {
        """
        (a.epoch, a.xid, a.id) > (\(cursor.epoch), \(TransactionID(cursor.transaction)), \(cursor.id))
        AND (a.epoch, a.xid, a.id) <= (\(end.epoch), \(TransactionID(end.transaction)), \(end.id))
        """
    }

    func lockCursor(of handler: String) throws -> FeedCursor? {
        let start = FeedCursor.start
        try connection.execute(
            """
            INSERT INTO feed_cursors (handler, epoch, xid, id)
            VALUES (\(handler), \(start.epoch), \(TransactionID(start.transaction)), \(start.id))
            ON CONFLICT ON CONSTRAINT feed_cursors_pkey DO NOTHING
            """)
        return try connection.first("SELECT epoch, xid, id FROM feed_cursors WHERE handler = \(handler) FOR NO KEY UPDATE SKIP LOCKED")
    }

    func moveCursor(of handler: String, to cursor: FeedCursor) throws {
        try connection.execute(
            """
            UPDATE feed_cursors
            SET epoch = \(cursor.epoch), xid = \(TransactionID(cursor.transaction)), id = \(cursor.id)
            WHERE handler = \(handler)
            """, expecting: 1)
    }
}

extension PagePosition {
    fileprivate init(time: Instant, id: Int64) { self.init(key: String(time.microseconds), id: String(id)) }

    fileprivate func timeAndID() throws -> (time: Instant, id: Int64) {
        guard let time = key.flatMap(Int64.init), let id = Int64(id) else { throw Self.foreign }
        return (Instant(microseconds: time), id)
    }
}

extension FeedCursor: RowDecodable {
    package init(row: inout Row) throws {
        self.init(epoch: try row.next(), transaction: try row.next(TransactionID.self).number, id: try row.next())
    }
}

extension ActivityEntry: RowDecodable {
    package init(row: inout Row) throws {
        let id = try FeedCursor(row: &row)
        let kind: Activity.Kind = try row.next()
        let record = Activity.Record(try row.next(), try row.next(ID<AnyRecord>.self))
        let ticket: ID<Ticket>? = try row.next()
        let restricted: Bool = try row.next()
        let occurredAt: Instant = try row.next()
        let recordedAt: Instant = try row.next()
        let principal: Ref<User>? = try row.nextRef()
        let onBehalfOf: Ref<User>? = try row.nextRef()
        let channel: Channel = try row.next()
        let payload: JSONB? = try row.next()
        self.init(
            id: id, kind: kind, record: record, ticket: ticket, restricted: restricted, occurredAt: occurredAt, recordedAt: recordedAt,
            principal: principal ?? Ref(id: User.unknownID, name: ""), onBehalfOf: onBehalfOf, channel: channel,
            changes: payload.map { StoredJSON($0.bytes) }, redacted: payload == nil, cause: try row.next(), depth: try row.next(),
            requestId: try row.next(), address: try row.next())
    }
}

/// PostgreSQL's 64-bit transaction id.
struct TransactionID: SQLValue {
    let number: UInt64

    init(_ number: UInt64) { self.number = number }

    static let sqlType = SQLType(oid: 5069, array: 271)

    func write(to writer: inout BinaryWriter) -> Bool {
        writer.append(number)
        return true
    }

    init(field: SQLField) throws { number = try field.integer() }
}
