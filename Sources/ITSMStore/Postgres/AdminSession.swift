import CLibPQ
import Foundation

/// A blocking connection for the work around the desk's own: setting up, migrating, checking. Units of work go through `PostgresDatabase`.
///
/// It belongs to one thread, which it blocks: use it on a thread of your own (`onThread`), never on Swift's cooperative pool.
public final class AdminSession {
    /// What PostgreSQL, or libpq, reported.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        /// What went wrong, without the connection's details.
        public var message: String
        /// Five characters; nil when the connection itself failed.
        public var sqlState: String?
        /// What PostgreSQL suggests; nil where it has nothing to say.
        public var hint: String?

        public var description: String { hint.map { "\(message) (\($0))" } ?? message }
    }

    private let connection: OpaquePointer

    /// Connects. `connectionString` is a libpq URL or list of keywords.
    ///
    /// - Throws: `Failure`.
    public init(_ connectionString: String) throws {
        guard let connection = PQconnectdb(connectionString) else { throw Failure(message: "out of memory") }
        self.connection = connection
        guard PQstatus(connection) == CONNECTION_OK else {
            let message = Self.trimmed(PQerrorMessage(connection))
            throw Failure(message: message)
        }
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
    }

    deinit { PQfinish(connection) }

    /// Runs one statement and returns its rows as text.
    ///
    /// - Throws: `Failure`.
    @discardableResult
    public func run(_ statement: String, _ parameters: [String?] = []) throws -> [[String?]] {
        let values = parameters.map { value in value.map { strdup($0) } ?? nil }
        defer { for value in values { free(value) } }
        let pointers = values.map { UnsafePointer($0) }
        return try rows(of: PQexecParams(connection, statement, Int32(parameters.count), nil, pointers, nil, nil, 0))
    }

    /// Runs any number of statements in one transaction, unless they say otherwise themselves.
    ///
    /// - Throws: `Failure`.
    public func runScript(_ statements: String) throws {
        _ = try rows(of: PQexec(connection, statements))
    }

    /// Runs `body` in a transaction.
    func transaction<Value>(_ body: () throws -> Value) throws -> Value {
        try run("BEGIN")
        do {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            _ = try? run("ROLLBACK")
            throw error
        }
    }

    /// The first column of the first row.
    func value(_ statement: String, _ parameters: [String?] = []) throws -> String? {
        try run(statement, parameters).first?.first ?? nil
    }

    /// Writes `name` so that SQL reads it as an identifier.
    func quoted(_ name: String) -> String { "\"" + name.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }

    /// What `awaitNotification` saw.
    enum Event {
        case notified, interrupted, quiet
    }

    /// Waits until the server notifies this session, until `interrupt` can be read, or for `milliseconds`.
    ///
    /// - Throws: `Failure` when the connection is lost.
    func awaitNotification(orInputOn interrupt: Int32, milliseconds: Int32) throws -> Event {
        while true {
            var isNotified = false
            while let notification = PQnotifies(connection) {
                PQfreemem(notification)
                isNotified = true
            }
            if isNotified { return .notified }

            var waiting = [
                pollfd(fd: interrupt, events: Int16(POLLIN), revents: 0), pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&waiting, 2, milliseconds)
            if count == 0 { return .quiet }
            if waiting[0].revents != 0 { return .interrupted }
            guard PQconsumeInput(connection) == 1 else { throw Failure(message: Self.trimmed(PQerrorMessage(connection))) }
        }
    }

    private func rows(of result: OpaquePointer?) throws -> [[String?]] {
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            return []
        case PGRES_TUPLES_OK:
            return (0..<PQntuples(result)).map { row in
                (0..<PQnfields(result)).map { column in
                    PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
                }
            }
        default:
            func field(_ code: UnicodeScalar) -> String? { PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) } }
            let primary = field("M") ?? Self.trimmed(PQerrorMessage(connection))
            throw Failure(message: field("D").map { "\(primary): \($0)" } ?? primary, sqlState: field("C"), hint: field("H"))
        }
    }

    private static func trimmed(_ text: UnsafeMutablePointer<CChar>?) -> String {
        String(cString: text!).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
