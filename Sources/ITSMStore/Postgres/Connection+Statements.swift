import ITSMCore

extension Connection {
    /// Queues a statement whose rows nobody reads.
    ///
    /// - Parameter expecting: how many rows it must affect; anything else is a fault of ours, found before COMMIT is sent. Not in a grouped unit.
    package func execute(_ sql: SQL, expecting: Int? = nil, file: StaticString = #fileID, line: UInt = #line) throws {
        if expecting != nil {
            requireAlone("execute(_:expecting:)")
            mustFlushBeforeCommit = true
        }
        try send(sql, expecting: expecting, site: CallSite(file: file, line: line))
    }

    /// Queues a statement and gives a value that is there after the next flush, or after the commit.
    package func later<Value: Sendable>(
        _ sql: SQL, file: StaticString = #fileID, line: UInt = #line, decode: @escaping (Rows) throws -> Value
    ) throws -> Later<Value> {
        let later = Later<Value>()
        try send(sql, site: CallSite(file: file, line: line)) { later.fulfil(try decode($0)) }
        return later
    }

    /// Exactly one row, later.
    package func later<Record: RowDecodable & Sendable>(
        _ sql: SQL, as: Record.Type = Record.self, file: StaticString = #fileID, line: UInt = #line
    ) throws -> Later<Record> {
        try later(sql, file: file, line: line) { rows in
            guard rows.count == 1, let record = try rows.first(Record.init(row:)) else {
                throw PostgresError(.unexpectedCount, message: "\(rows.count) rows instead of 1", site: rows.site)
            }
            return record
        }
    }

    /// The first row, if there is one, later.
    package func later<Record: RowDecodable & Sendable>(
        first sql: SQL, as: Record.Type = Record.self, file: StaticString = #fileID, line: UInt = #line
    ) throws -> Later<Record?> {
        try later(sql, file: file, line: line) { try $0.first(Record.init(row:)) }
    }

    /// All rows, later.
    package func later<Record: RowDecodable & Sendable>(
        all sql: SQL, as: Record.Type = Record.self, file: StaticString = #fileID, line: UInt = #line
    ) throws -> Later<[Record]> {
        try later(sql, file: file, line: line) { try $0.all(Record.init(row:)) }
    }

    /// Queues, flushes and reads: the first row, or nil when there is none. A round trip.
    package func first<Record: RowDecodable>(
        _ sql: SQL, as: Record.Type = Record.self, file: StaticString = #fileID, line: UInt = #line
    ) throws -> Record? {
        try first(sql, file: file, line: line, decode: Record.init(row:))
    }

    /// The first row in a form of the caller's, or nil when there is none. A round trip.
    package func first<Value>(
        _ sql: SQL, file: StaticString = #fileID, line: UInt = #line, decode: @escaping (inout Row) throws -> Value
    ) throws -> Value? {
        try answer(sql, CallSite(file: file, line: line)) { try $0.first(decode) }
    }

    /// Queues, flushes and reads all rows. A round trip.
    package func all<Record: RowDecodable>(
        _ sql: SQL, as: Record.Type = Record.self, file: StaticString = #fileID, line: UInt = #line
    ) throws -> [Record] {
        try all(sql, file: file, line: line, decode: Record.init(row:))
    }

    /// All rows in a form of the caller's. A round trip.
    package func all<Value>(
        _ sql: SQL, file: StaticString = #fileID, line: UInt = #line, decode: @escaping (inout Row) throws -> Value
    ) throws -> [Value] {
        try answer(sql, CallSite(file: file, line: line)) { try $0.all(decode) }
    }

    /// Queues, flushes and tells how many rows were affected. A round trip.
    package func affected(_ sql: SQL, file: StaticString = #fileID, line: UInt = #line) throws -> Int {
        try answer(sql, CallSite(file: file, line: line)) { $0.affected }
    }

    /// Sends what is queued and waits for all answers.
    package func flush() throws {
        requireAlone("flush")
        try flushQueue()
    }

    private func answer<Value>(_ sql: SQL, _ site: CallSite, _ decode: @escaping (Rows) throws -> Value) throws -> Value {
        requireAlone("first, all")
        var value: Value?
        try send(sql, site: site) { value = try decode($0) }
        try flushQueue()
        guard let value else { throw PostgresError(.decoding, message: "the statement had no answer", site: site, statement: sql.text) }
        return value
    }

    /// A unit that shares its commit with others may not wait for answers: they would all wait with it.
    func requireAlone(_ what: StaticString) {
        precondition(!isGrouped, "\(what) in a grouped unit of work")
    }
}
