import ITSMCore

struct PostgresBulk: BulkStore {
    let connection: Connection
    let now: Instant

    func insert(_ id: ID<BulkOperation>, by author: ID<User>, atomic: Bool, at now: Instant) throws {
        try connection.execute(
            "INSERT INTO bulk_operations (id, author_id, is_atomic, created_at) VALUES (\(id), \(author), \(atomic), \(now))")
    }

    func insert(_ rows: [BulkRow], of id: ID<BulkOperation>, from place: Int) throws {
        let outcomes = rows.map(\.outcome)
        try connection.execute(
            """
            INSERT INTO bulk_outcomes (operation_id, place, key, ticket_id, number, result, version, problem, before)
            SELECT \(id), \(place) + given.place - 1, given.key, given.ticket_id, given.number, given.result, given.version, given.problem, given.before
            FROM unnest(
                \(outcomes.map(\.key)), \(outcomes.map(\.id)), \(outcomes.map { $0.number?.description }), \(outcomes.map(\.result)),
                \(outcomes.map(\.version)), \(try outcomes.map { try $0.problem.map(JSONB.init(encoding:)) }),
                \(try rows.map { try $0.before.map(JSONB.init(encoding:)) })
            ) WITH ORDINALITY AS given (key, ticket_id, number, result, version, problem, before, place)
            """)
    }

    func find(_ id: ID<BulkOperation>, of author: ID<User>, locking: Bool) throws -> (operation: BulkOperation, rows: [BulkRow]) {
        let lock: SQL = locking ? "FOR UPDATE" : ""
        let header = try connection.later(
            """
            SELECT is_atomic, created_at, undone_at
            FROM bulk_operations
            WHERE id = \(id) AND author_id = \(author) AND created_at > \(oldestKept)
            \(fragment: lock)
            """
        ) { rows in
            try rows.first { BulkOperation(id: id, atomic: try $0.next(), createdAt: try $0.next(), undoneAt: try $0.next()) }
        }
        let rows = try connection.later(
            all: """
                SELECT key, ticket_id, number, result, version, problem, before
                FROM bulk_outcomes
                WHERE operation_id = \(id)
                ORDER BY place
                """, as: BulkRow.self)
        try connection.flush()
        guard var operation = header.value else { throw ITSMError.notFound("bulk change") }
        operation.add(rows.value.map(\.outcome))
        return (operation, rows.value)
    }

    func markUndone(_ id: ID<BulkOperation>, at now: Instant) throws {
        try connection.execute("UPDATE bulk_operations SET undone_at = \(now) WHERE id = \(id)", expecting: 1)
    }

    func removeOver(atMost limit: Int) throws -> Int {
        try connection.affected(
            """
            DELETE FROM bulk_operations
            WHERE id IN (
                SELECT id FROM bulk_operations WHERE created_at <= \(oldestKept) ORDER BY created_at LIMIT \(limit: limit) FOR UPDATE SKIP LOCKED)
            """)
    }

    private var oldestKept: Instant { now.adding(seconds: -BulkOperation.lifetimeSeconds) }
}

extension BulkOutcome.Result: SQLEnum {}

extension BulkRow: RowDecodable {
    package init(row: inout Row) throws {
        let key: String = try row.next(), id: ID<Ticket>? = try row.next(), number: String? = try row.next()
        let result: BulkOutcome.Result = try row.next(), version: Int? = try row.next()
        let problem: BulkOutcome.Refusal? = try row.next(JSONB?.self)?.decode()
        self.init(
            BulkOutcome(key: key, id: id, number: number.flatMap(TicketNumber.init), result: result, version: version, problem: problem),
            before: try row.next(JSONB?.self)?.decode())
    }
}
