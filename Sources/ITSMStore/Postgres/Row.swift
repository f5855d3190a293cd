import CLibPQ

/// A Core struct (or a value, or a tuple's stand-in) that can be read from a row, column by column in the order of the SELECT list.
package protocol RowDecodable {
    init(row: inout Row) throws
}

/// The answer to one statement. Valid only inside the closure that is given it.
package struct Rows {
    let result: OpaquePointer
    let site: CallSite

    package var count: Int { Int(PQntuples(result)) }

    /// Rows inserted, updated, deleted or selected.
    package var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    package func row(_ index: Int) -> Row { Row(result: result, index: Int32(index), site: site) }

    /// All rows, decoded.
    package func all<Value>(_ decode: (inout Row) throws -> Value) throws -> [Value] {
        let count = count
        var values: [Value] = []
        values.reserveCapacity(count)
        for index in 0..<count { values.append(try one(index, decode)) }
        return values
    }

    /// The first row, decoded; nil when there is none.
    package func first<Value>(_ decode: (inout Row) throws -> Value) throws -> Value? { count == 0 ? nil : try one(0, decode) }

    private func one<Value>(_ index: Int, _ decode: (inout Row) throws -> Value) throws -> Value {
        var row = row(index)
        let value = try decode(&row)
        if index == 0 { try row.requireEnd() }
        return value
    }
}

/// One row of an answer, read from left to right. Valid only while its answer is.
///
/// ```swift
/// extension Comment: RowDecodable {
///     init(row: inout Row) throws { self.init(id: try row.next(), body: try row.next(), createdAt: try row.next()) }
/// }
/// ```
package struct Row {
    private let result: OpaquePointer
    private let index: Int32
    private let site: CallSite
    private var column: Int32 = 0

    init(result: OpaquePointer, index: Int32, site: CallSite) {
        self.result = result
        self.index = index
        self.site = site
    }

    /// The next column.
    ///
    /// - Throws: `PostgresError` when the column is of another type, is NULL and `Value` is not optional, or holds no such value.
    package mutating func next<Value: SQLValue>(_: Value.Type = Value.self) throws -> Value {
        // Types are the same in every row, so the first one's are checked.
        if index == 0 { try check(Value.self) }
        do {
            let value = try Value(field: field)
            column += 1
            return value
        } catch is SQLField.Mismatch {
            throw fault("cannot be read as \(Value.self)")
        }
    }

    /// The next column's raw bytes (the text of a text column); nil for NULL. Valid only inside `body`.
    package mutating func nextBytes<Value>(_ body: (UnsafeRawBufferPointer?) throws -> Value) throws -> Value {
        let field = field
        column += 1
        return try body(field.isNull ? nil : field.bytes)
    }

    package mutating func skip() { column += 1 }

    package var isAtEnd: Bool { column >= PQnfields(result) }

    private var field: SQLField {
        let length = PQgetlength(result, index, column)
        // A NULL has the length 0, as an empty text has.
        if length == 0, PQgetisnull(result, index, column) != 0 { return SQLField(start: nil, count: -1) }
        return SQLField(start: PQgetvalue(result, index, column), count: Int(length))
    }

    private func check<Value: SQLValue>(_: Value.Type) throws {
        guard column < PQnfields(result) else { throw fault("does not exist") }
        let type = PQftype(result, column)
        guard Value.accepts(columnType: type) else { throw fault("has the type \(type), which cannot be read as \(Value.self)") }
    }

    func requireEnd() throws {
        guard column == PQnfields(result) else { throw fault("and what follows was not read") }
    }

    private func fault(_ what: String) -> PostgresError {
        let name = PQfname(result, column).map { " \"\(String(cString: $0))\"" } ?? ""
        return PostgresError(.decoding, message: "column \(column + 1)\(name) \(what)", site: site)
    }
}
