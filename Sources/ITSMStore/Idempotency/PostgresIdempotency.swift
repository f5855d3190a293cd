import ITSMCore

/// Keys of repeatable writes: an advisory lock holds a key while its unit runs, a row keeps its answer.
struct PostgresIdempotency: IdempotencyStore {
    let connection: Connection
    let now: Instant

    func claim(_ key: IdempotencyKey) throws -> KeptAnswer? {
        let isFree = try connection.later("SELECT pg_try_advisory_xact_lock(\(key.lockNumber))") { rows in try rows.first { try $0.next(Bool.self) } }
        let kept = try connection.later(
            """
            SELECT request_digest, status, headers, body
            FROM idempotency_keys
            WHERE key = \(key.digest) AND created_at > \(oldestKept)
            """
        ) { rows in try rows.first(KeptAnswer.init(row:)) }
        try connection.flush()
        guard isFree.value == true else {
            throw ITSMError(
                .inProgress, "A request with this Idempotency-Key is being worked on. Wait a moment and send it again.", retryAfterSeconds: 1)
        }
        return kept.value
    }

    func keep(_ answer: KeptAnswer, for key: IdempotencyKey) throws {
        // A row in the way is one that is no longer kept: the claim would have found any other.
        try connection.execute(
            """
            INSERT INTO idempotency_keys (key, request_digest, status, headers, body, created_at)
            VALUES (\(key.digest), \(answer.requestDigest), \(answer.status), \(answer.headerLines), \(answer.body), \(now))
            ON CONFLICT (key) DO UPDATE
            SET request_digest = excluded.request_digest, status = excluded.status, headers = excluded.headers, body = excluded.body,
                created_at = excluded.created_at
            """)
    }

    func removeOver(atMost limit: Int) throws -> Int {
        try connection.all(
            """
            DELETE FROM idempotency_keys
            WHERE key IN (SELECT key FROM idempotency_keys WHERE created_at <= \(oldestKept) ORDER BY created_at LIMIT \(limit: limit) FOR UPDATE SKIP LOCKED)
            RETURNING 1
            """
        ) { try $0.next(Int.self) }.count
    }

    private var oldestKept: Instant { now.adding(seconds: -IdempotencyKey.lifetimeSeconds) }
}

extension IdempotencyKey {
    /// Two keys that share it wait for each other for a moment; nothing more.
    fileprivate var lockNumber: Int64 { digest.prefix(8).reduce(0) { $0 << 8 | Int64($1) } }
}

extension KeptAnswer: RowDecodable {
    package init(row: inout Row) throws {
        let digest: [UInt8] = try row.next(), status: Int = try row.next(), lines: String = try row.next()
        let headers = lines.split(separator: "\n").map { $0.split(separator: ":", maxSplits: 1).map(String.init) }
        self.init(
            requestDigest: digest, status: status, headers: Dictionary(uniqueKeysWithValues: headers.map { ($0[0], $0[1]) }), body: try row.next())
    }

    /// `name:value`, a line each; neither holds a line end, nor a name a colon.
    fileprivate var headerLines: String { headers.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: "\n") }
}
