import ITSMCore

/// Failed sign-ins in the table `sign_in_attempts`.
struct PostgresSignInAttempts: SignInAttemptStore {
    let connection: Connection

    func failures(at gates: [String]) throws -> [String: FailedAttempts] {
        try dictionary("SELECT a.gate, a.failures, a.last_at FROM sign_in_attempts a WHERE a.gate = ANY(\(gates))")
    }

    func lock(_ gates: [String], at now: Instant) throws -> [String: FailedAttempts] {
        // In one order, so that two who share gates do not wait for each other.
        let gates = gates.sorted()
        try connection.execute(
            """
            INSERT INTO sign_in_attempts (gate, failures, last_at, forgotten_at)
            SELECT given.gate, 0, \(now), \(now) FROM unnest(\(gates)) WITH ORDINALITY AS given (gate, place) ORDER BY given.place
            ON CONFLICT DO NOTHING
            """)
        return try dictionary(
            "SELECT a.gate, a.failures, a.last_at FROM sign_in_attempts a WHERE a.gate = ANY(\(gates)) ORDER BY a.gate COLLATE \"C\" FOR UPDATE")
    }

    func update(_ gate: String, _ attempts: FailedAttempts, forgottenAt: Instant) throws {
        try connection.execute(
            """
            UPDATE sign_in_attempts SET failures = \(attempts.failures), last_at = \(attempts.lastAt), forgotten_at = \(forgottenAt)
            WHERE gate = \(gate)
            """)
    }

    func forget(_ gates: [String]) throws { try connection.execute("DELETE FROM sign_in_attempts WHERE gate = ANY(\(gates))") }

    func removeForgotten(before instant: Instant, atMost limit: Int) throws -> Int {
        try connection.affected(
            """
            DELETE FROM sign_in_attempts
            WHERE gate IN (
                SELECT gate FROM sign_in_attempts WHERE forgotten_at < \(instant) ORDER BY forgotten_at LIMIT \(limit: limit) FOR UPDATE SKIP LOCKED)
            """)
    }

    private func dictionary(_ sql: SQL) throws -> [String: FailedAttempts] {
        let rows = try connection.all(sql) { row in
            (try row.next(String.self), FailedAttempts(failures: try row.next(), lastAt: try row.next()))
        }
        return Dictionary(rows, uniquingKeysWith: { $1 })
    }
}
