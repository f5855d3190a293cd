import ITSMCore

/// Jobs in a table that workers take them from by SKIP LOCKED.
struct PostgresJobs: JobStore {
    let connection: Connection
    let now: Instant

    private static let columns: SQL = """
        j.id, j.kind, j.status, j.unique_key, j.payload, j.cursor, j.progress_done, j.progress_total, j.result, j.failure, j.attempts, j.due_at,
        j.created_by_id, j.created_at, j.started_at, j.finished_at
        """

    func insert(_ job: Job, lease: Job.Lease?) throws -> Bool {
        try connection.affected(
            """
            INSERT INTO jobs (
                id, kind, status, unique_key, payload, progress_total, attempts, due_at, created_by_id, created_at, started_at, lease_id, leased_until)
            VALUES (
                \(job.id), \(job.kind), \(job.status), \(job.uniqueKey), \(JSONB(encoding: job.payload)), \(job.progress.total), \(job.attempts),
                \(job.dueAt), \(job.createdBy), \(job.createdAt), \(job.startedAt), \(lease?.id), \(lease?.until))
            ON CONFLICT (kind, unique_key) WHERE status IN ('queued', 'running') DO NOTHING
            """) == 1
    }

    func abandoned(_ kind: Job.Kind, uniqueKey: String) throws -> Job? {
        try connection.first(
            """
            SELECT \(fragment: Self.columns)
            FROM jobs j
            WHERE j.kind = \(kind) AND j.unique_key = \(uniqueKey) AND j.status = 'running' AND j.leased_until < \(now)
            FOR NO KEY UPDATE
            """)
    }

    func first(_ id: ID<Job>) throws -> Job? {
        try connection.first("SELECT \(fragment: Self.columns) FROM jobs j WHERE j.id = \(id)")
    }

    func latest(_ kind: Job.Kind) throws -> Job? {
        try connection.first("SELECT \(fragment: Self.columns) FROM jobs j WHERE j.kind = \(kind) ORDER BY j.created_at DESC, j.id DESC LIMIT 1")
    }

    func list(of owner: ID<User>?, _ filter: JobFilter, page: PageRequest, for reader: Principal) throws -> Page<Job> {
        var conditions: [SQL] = []
        if let owner { conditions.append("j.created_by_id = \(owner)") }
        if !filter.kinds.isEmpty { conditions.append("j.kind = ANY(\(filter.kinds.map(\.rawValue)))") }
        if let condition = filter.condition { conditions.append(try ConditionSQL.filter(condition, for: reader, at: now)) }
        if let after = page.after, let createdAt = after.key.flatMap(Instant.init), let id = ID<Job>(after.id) {
            conditions.append("(j.created_at, j.id) < (\(createdAt), \(id))")
        }
        let statement: SQL = """
            SELECT \(fragment: Self.columns)
            FROM jobs j
            \(fragment: .matching(conditions))
            ORDER BY j.created_at DESC, j.id DESC
            LIMIT \(limit: page.limit + 1)
            """
        var jobs: [Job] = try connection.all(statement.planned(for: filter.condition))
        guard jobs.count > page.limit else { return Page(items: jobs) }
        jobs.removeLast()
        return Page(items: jobs, next: jobs.last.map { PagePosition(key: $0.createdAt.description, id: $0.id.description) })
    }

    func claim(_ kinds: [Job.Kind], lease: Job.Lease) throws -> Job? {
        try connection.first(
            """
            UPDATE jobs j
            SET status = 'running', lease_id = \(lease.id), leased_until = \(lease.until), attempts = j.attempts + 1,
                started_at = coalesce(j.started_at, \(now))
            WHERE j.id = (
                SELECT c.id
                FROM jobs c
                WHERE c.kind = ANY(\(kinds.map(\.rawValue)))
                    AND ((c.status = 'queued' AND c.due_at <= \(now)) OR (c.status = 'running' AND c.leased_until < \(now)))
                ORDER BY c.due_at, c.id
                LIMIT 1
                FOR UPDATE SKIP LOCKED)
            RETURNING \(fragment: Self.columns)
            """)
    }

    func hold(_ id: ID<Job>, lease: ID<Job.Lease>) throws -> JobHold {
        let isToEnd: Bool? = try connection.first(
            "SELECT is_to_end FROM jobs WHERE id = \(id) AND status = 'running' AND lease_id = \(lease) FOR NO KEY UPDATE"
        ) { try $0.next() }
        return JobHold(isToEnd: isToEnd)
    }

    func renew(_ id: ID<Job>, lease: Job.Lease) throws -> JobHold {
        let isToEnd: Bool? = try connection.first(
            """
            UPDATE jobs
            SET leased_until = \(lease.until)
            WHERE id = \(id) AND status = 'running' AND lease_id = \(lease.id)
            RETURNING is_to_end
            """
        ) { try $0.next() }
        return JobHold(isToEnd: isToEnd)
    }

    func save(_ progress: Job.Progress, cursor: JSONValue?, of id: ID<Job>) throws {
        try connection.execute(
            """
            UPDATE jobs
            SET progress_done = \(progress.done), progress_total = \(progress.total), cursor = \(cursor.map(JSONB.init(encoding:))), attempts = 1
            WHERE id = \(id)
            """)
    }

    func settle(_ job: Job) throws {
        try connection.execute(
            """
            UPDATE jobs
            SET status = \(job.status), result = \(job.result.map(JSONB.init(encoding:))), failure = \(job.failure.map(JSONB.init(encoding:))), due_at = \(job.dueAt),
                finished_at = \(job.finishedAt), lease_id = NULL, leased_until = NULL
            WHERE id = \(job.id)
            """, expecting: 1)
    }

    func cancel(_ id: ID<Job>) throws -> Job? {
        try connection.first(
            """
            UPDATE jobs j
            SET is_to_end = true,
                status = CASE j.status WHEN 'queued' THEN 'cancelled' ELSE j.status END,
                finished_at = CASE j.status WHEN 'queued' THEN \(now) ELSE j.finished_at END
            WHERE j.id = \(id)
            RETURNING \(fragment: Self.columns)
            """)
    }

    func oldestDue() throws -> Instant? {
        try connection.first("SELECT min(due_at) FROM jobs WHERE status = 'queued' AND due_at <= \(now)") { try $0.next(Instant?.self) } ?? nil
    }

    func counts() throws -> JobCounts {
        let counts = try connection.all("SELECT status, count(*) FROM jobs GROUP BY status") { (try $0.next(Job.Status.self), try $0.next(Int.self)) }
        return JobCounts(byStatus: Dictionary(uniqueKeysWithValues: counts), oldestDue: try oldestDue())
    }
}

extension JobHold {
    fileprivate init(isToEnd: Bool?) {
        switch isToEnd {
        case true?: self = .cancelled
        case false?: self = .held
        case nil: self = .lost
        }
    }
}

extension Job.Kind: SQLEnum {}
extension Job.Status: SQLEnum {}

extension Job: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), kind: try row.next(), status: try row.next(), uniqueKey: try row.next(),
            payload: try row.next(JSONB.self).decode(), cursor: try row.next(JSONB?.self)?.decode(),
            progress: Progress(done: try row.next(), total: try row.next()), result: try row.next(JSONB?.self)?.decode(),
            failure: try row.next(JSONB?.self)?.decode(), attempts: try row.next(), dueAt: try row.next(),
            createdBy: try row.next(), createdAt: try row.next(), startedAt: try row.next(), finishedAt: try row.next())
    }
}
