import ITSMCore

struct PostgresBulk: BulkStore {
    let connection: Connection
    let now: Instant

    func insert(_ operation: BulkOperation, by author: ID<User>) throws {
        let total = operation.filter.map { _ in operation.total }
        try connection.execute(
            """
            INSERT INTO bulk_operations (id, author_id, is_atomic, is_dry_run, filter, total, created_at)
            VALUES (\(operation.id), \(author), \(operation.atomic), \(operation.dryRun), \(operation.filter),
                \(total), \(operation.createdAt))
            """)
    }

    func insert(_ rows: [BulkRow], of id: ID<BulkOperation>) throws {
        if rows.isEmpty { return }
        let outcomes = rows.map(\.outcome)
        try connection.execute(
            """
            INSERT INTO bulk_outcomes (operation_id, place, key, ticket_id, number, result, version, problem, before)
            SELECT \(id), given.place, given.key, given.ticket_id, given.number, given.result, given.version, given.problem, given.before
            FROM unnest(
                \(rows.map(\.place)), \(outcomes.map(\.key)), \(outcomes.map(\.id)), \(outcomes.map { $0.number?.description }),
                \(outcomes.map(\.result)), \(outcomes.map(\.version)), \(try outcomes.map { try $0.problem.map(JSONB.init(encoding:)) }),
                \(try rows.map { try $0.before.map(JSONB.init(encoding:)) })
            ) AS given (place, key, ticket_id, number, result, version, problem, before)
            """)
    }

    func find(_ id: ID<BulkOperation>, of author: ID<User>, locking: Bool) throws -> BulkRecord {
        let lock: SQL = locking ? "FOR UPDATE" : ""
        let found: BulkRecord? = try connection.first(
            """
            SELECT id, is_atomic, is_dry_run, filter, total, created_at, undone_at, undo_job_id, undo_counts
            FROM bulk_operations
            WHERE id = \(id) AND author_id = \(author) AND created_at > \(oldestKept)
            \(fragment: lock)
            """)
        guard let found else { throw ITSMError.notFound("bulk change") }
        return found
    }

    func rows(of id: ID<BulkOperation>, _ which: BulkRowFilter, after place: Int, limit: Int) throws -> [BulkRow] {
        try connection.all(Self.rows(of: id, which, "true", after: place, limit: limit))
    }

    func rows(
        of id: ID<BulkOperation>, _ which: BulkRowFilter, where condition: Condition?, after place: Int, limit: Int, for reader: Principal
    ) throws -> [BulkRow] {
        let filter = try condition.map { try ConditionSQL.filter($0, for: reader, at: now) } ?? "true"
        return try connection.all(Self.rows(of: id, which, filter, after: place, limit: limit).planned(for: condition))
    }

    private static func rows(of id: ID<BulkOperation>, _ which: BulkRowFilter, _ filter: SQL, after place: Int, limit: Int) -> SQL {
        """
        SELECT o.place, o.key, o.ticket_id, o.number, o.result, o.version, o.problem, o.undo_result, o.undo_problem, o.before
        FROM bulk_outcomes o
        WHERE o.operation_id = \(id) AND o.place > \(place) AND \(fragment: which.condition) AND \(fragment: filter)
        ORDER BY o.place
        LIMIT \(limit: limit)
        """
    }

    func removeOver(atMost limit: Int) throws -> Int {
        try connection.affected(
            """
            DELETE FROM bulk_operations
            WHERE id IN (
                SELECT id FROM bulk_operations WHERE created_at <= \(oldestKept) ORDER BY created_at LIMIT \(limit: limit) FOR UPDATE SKIP LOCKED)
            """)
    }

    // MARK: By a filter

    func find(_ query: TicketQuery, limit: Int, visibleTo caller: Principal) throws -> [BulkEdit.Row] {
        let selection = try PostgresTickets(connection: connection, now: now).selection(query, visibleTo: caller)
        return try connection.all(selection.all(limit, select: "SELECT t.kind, t.n, t.version"))
    }

    func fixTargets(of id: ID<BulkOperation>, to query: TicketQuery, limit: Int, visibleTo caller: Principal) throws -> Int {
        let selection = try PostgresTickets(connection: connection, now: now).selection(query, visibleTo: caller)
        let insert: SQL = """
            INSERT INTO bulk_targets (operation_id, place, ticket_id, kind, n, version)
            SELECT \(id), row_number() OVER (ORDER BY found.id), found.id, found.kind, found.n, found.version
            FROM (\(fragment: selection.all(limit, select: "SELECT t.id, t.kind, t.n, t.version"))) found
            """
        return try connection.affected(insert.plannedPerExecution)
    }

    func targets(of id: ID<BulkOperation>, after place: Int, limit: Int) throws -> [BulkTarget] {
        try connection.all(
            """
            SELECT place, ticket_id, kind, n, version
            FROM bulk_targets
            WHERE operation_id = \(id) AND place > \(place)
            ORDER BY place
            LIMIT \(limit: limit)
            """)
    }

    func refuseTargets(of id: ID<BulkOperation>, after place: Int, because refusal: BulkOutcome.Refusal) throws -> Int {
        try connection.affected(
            """
            INSERT INTO bulk_outcomes (operation_id, place, key, ticket_id, number, result, problem)
            SELECT b.operation_id, b.place, t.number, b.ticket_id, t.number, 'refused', \(try JSONB(encoding: refusal))
            FROM bulk_targets b JOIN tickets t ON t.id = b.ticket_id
            WHERE b.operation_id = \(id) AND b.place > \(place)
            """)
    }

    // MARK: Undoing

    func setUndoJob(_ job: ID<Job>, of id: ID<BulkOperation>) throws {
        try connection.execute("UPDATE bulk_operations SET undo_job_id = \(job) WHERE id = \(id)", expecting: 1)
    }

    func recordUndone(_ rows: [BulkRow], of id: ID<BulkOperation>) throws {
        let outcomes = rows.map(\.outcome)
        try connection.execute(
            """
            UPDATE bulk_outcomes o
            SET undo_result = given.result, undo_problem = given.problem
            FROM unnest(
                \(rows.map(\.place)), \(outcomes.map(\.result)), \(try outcomes.map { try $0.problem.map(JSONB.init(encoding:)) })
            ) AS given (place, result, problem)
            WHERE o.operation_id = \(id) AND o.place = given.place
            """)
    }

    func recordUndo(_ counts: BulkOperation.Counts, of id: ID<BulkOperation>, at now: Instant?) throws {
        try connection.execute(
            "UPDATE bulk_operations SET undone_at = \(now), undo_counts = \(try JSONB(encoding: counts)) WHERE id = \(id)", expecting: 1)
    }

    private var oldestKept: Instant { now.adding(seconds: -BulkOperation.lifetimeSeconds) }
}

extension BulkRowFilter {
    fileprivate var condition: SQL {
        switch self {
        case .all: "true"
        case .result(let result): "result = \(literal: result)"
        case .undone(let result): "undo_result = \(literal: result)"
        case .toUndo: "result = 'changed' AND undo_result IS DISTINCT FROM 'changed'"
        }
    }
}

extension BulkOutcome.Result: SQLEnum {}

extension BulkRecord: RowDecodable {
    package init(row: inout Row) throws {
        let id: ID<BulkOperation> = try row.next(), isAtomic: Bool = try row.next(), isDryRun: Bool = try row.next()
        let filter: String? = try row.next(), total: Int? = try row.next()
        let createdAt: Instant = try row.next(), undoneAt: Instant? = try row.next()
        let operation =
            filter.map { BulkOperation(id: id, filter: $0, total: total ?? 0, dryRun: isDryRun, createdAt: createdAt, undoneAt: undoneAt) }
            ?? BulkOperation(id: id, atomic: isAtomic, createdAt: createdAt, undoneAt: undoneAt)
        self.init(operation: operation, undoJob: try row.next(), undoCounts: try row.next(JSONB?.self)?.decode())
    }
}

extension BulkRow: RowDecodable {
    package init(row: inout Row) throws {
        let place: Int = try row.next(), key: String = try row.next(), id: ID<Ticket>? = try row.next(), number: String? = try row.next()
        let result: BulkOutcome.Result = try row.next(), version: Int? = try row.next()
        let problem: BulkOutcome.Refusal? = try row.next(JSONB?.self)?.decode()
        var outcome = BulkOutcome(key: key, id: id, number: number.flatMap(TicketNumber.init), result: result, version: version, problem: problem)
        let undone: BulkOutcome.Result? = try row.next(), undoProblem: BulkOutcome.Refusal? = try row.next(JSONB?.self)?.decode()
        outcome.undone = undone.map { .init($0, problem: undoProblem) }
        self.init(place, outcome, before: try row.next(JSONB?.self)?.decode())
    }
}

extension BulkEdit.Row: RowDecodable {
    package init(row: inout Row) throws {
        self.init(.number(TicketNumber(kind: try row.next(), value: try row.next())), version: try row.next())
    }
}

extension BulkTarget: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            place: try row.next(), ticket: try row.next(), number: TicketNumber(kind: try row.next(), value: try row.next()),
            version: try row.next())
    }
}
