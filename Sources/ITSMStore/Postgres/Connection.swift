import CLibPQ
import Foundation
import Logging

/// One session with PostgreSQL, in pipeline mode for life. It belongs to one thread and blocks it.
///
/// Statements are queued and sent together; `flush` sends what is queued and reads all answers. An error is met there, carries the place of its
/// statement, and makes every further call throw until `recover` has brought the session back in order.
package final class Connection {
    let settings: SessionSettings
    private(set) var handle: OpaquePointer?

    var statements: StatementCache
    var parameters = ParameterBlock()
    /// Sent or queued, and not yet answered.
    var pending: [PendingAnswer] = []
    var pendingBytes = 0
    /// The first fault of each unit of the present batch.
    var faults: [Int: PostgresError] = [:]
    /// Whose statements are queued at present: a number within the batch.
    var owner = 0
    /// The last unit whose Sync was answered.
    var lastSynced = -1
    /// Whether the present unit shares its commit, and so may not read.
    var isGrouped = false
    var transaction = TransactionState.none
    /// Whether something queued must be answered before COMMIT is sent.
    var mustFlushBeforeCommit = false
    /// Set when the server warned that a commit was not confirmed by the standby.
    private(set) var sawDoubt = false
    private var isDoomed = false
    private var wasOpenBefore = false

    /// Where a write's transaction stands.
    enum TransactionState {
        case none
        /// BEGIN will be sent in front of the first statement.
        case due
        case open
        /// COMMIT was queued; libpq may send it at any time.
        case commitSent
        case committed
        /// The server took part in it and did not commit.
        case refused
        /// It was committed here, but perhaps not on the synchronous standby.
        case doubtful
    }

    package init(settings: SessionSettings) {
        self.settings = settings
        statements = StatementCache(limit: settings.statementLimit)
        pending.reserveCapacity(320)
    }

    deinit { close() }

    package var isOpen: Bool { handle != nil }

    /// Connects, unless it is connected.
    ///
    /// - Throws: `PostgresError` of kind `connection`.
    package func open() throws {
        guard handle == nil else { return }
        var keywords = settings.keywords.map { strdup($0.keyword) }
        var values = settings.keywords.map { strdup($0.value) }
        defer { (keywords + values).forEach { free($0) } }
        keywords.append(nil)
        values.append(nil)
        let new = keywords.withUnsafeBufferPointer { keywords in
            values.withUnsafeBufferPointer { values in
                keywords.withMemoryRebound(to: UnsafePointer<CChar>?.self) { keywords in
                    values.withMemoryRebound(to: UnsafePointer<CChar>?.self) { values in
                        PQconnectdbParams(keywords.baseAddress, values.baseAddress, 1)
                    }
                }
            }
        }
        guard let new else { throw PostgresError(.connection, message: "libpq has no memory left") }
        PQsetNoticeReceiver(new, receiveNotice, Unmanaged.passUnretained(self).toOpaque())
        let greeting = PQstatus(new) == CONNECTION_OK ? PQexec(new, settings.preamble) : nil
        defer { PQclear(greeting) }
        do {
            guard PQresultStatus(greeting) == PGRES_COMMAND_OK else {
                throw PostgresError(.connection, message: String(cString: PQerrorMessage(new)))
            }
            if settings.checksCluster { try settleCluster(of: new) }
            guard PQsetnonblocking(new, 1) == 0, PQenterPipelineMode(new) == 1 else {
                throw PostgresError(.connection, message: String(cString: PQerrorMessage(new)))
            }
        } catch {
            PQfinish(new)
            throw error
        }
        handle = new
        reset()
        isDoomed = false
        statements.removeAll()
        if wasOpenBefore { settings.logger.notice("connected to PostgreSQL again") }
        wasOpenBefore = true
    }

    package func close() {
        PQfinish(handle)
        handle = nil
        pending.removeAll(keepingCapacity: true)
        pendingBytes = 0
    }

    /// Whether the session can take a unit: false when the server has closed it while nothing was under way.
    func isUsable() -> Bool {
        guard let handle, !isDoomed else { return false }
        var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        while poll(&socket, 1, 0) > 0 {
            guard PQconsumeInput(handle) == 1 else { return false }
            // Parses what came, so that a farewell reaches the notice receiver.
            PQfreemem(PQnotifies(handle))
            if isDoomed { return false }
        }
        return true
    }

    /// Forgets the last unit. Nothing may be under way.
    func reset() {
        faults.removeAll(keepingCapacity: true)
        owner = 0
        lastSynced = -1
        isGrouped = false
        transaction = .none
        mustFlushBeforeCommit = false
        sawDoubt = false
    }

    /// The connection is gone: whoever still waits for an answer is told so, and the next unit connects anew.
    func lose(_ reason: String? = nil) -> PostgresError {
        let message = reason ?? handle.map { String(cString: PQerrorMessage($0)).trimmingCharacters(in: .whitespacesAndNewlines) } ?? "not connected"
        let fault = PostgresError(.connection, message: message)
        if transaction != .committed {
            for answer in pending where faults[answer.owner] == nil { faults[answer.owner] = fault }
            if faults[owner] == nil { faults[owner] = fault }
        }
        settings.logger.warning("lost the connection to PostgreSQL: \(message)")
        close()
        return faults[owner] ?? fault
    }

    fileprivate func noted(severity: String, sqlState: String, message: String) {
        // "canceling wait for synchronous replication": the only plain warning that can come while a COMMIT is answered.
        if severity == "WARNING", sqlState == "01000", transaction == .commitSent { sawDoubt = true }
        if severity == "FATAL" || severity == "PANIC" || sqlState.hasPrefix("57P") { isDoomed = true }
        settings.logger.debug("PostgreSQL: \(severity) \(sqlState) \(message)")
    }
}

/// What libpq calls for warnings, notices and what the server says unasked.
private func receiveNotice(_ context: UnsafeMutableRawPointer?, _ result: OpaquePointer?) {
    guard let context, let result else { return }
    func field(_ code: Int) -> String { PQresultErrorField(result, Int32(code)).map { String(cString: $0) } ?? "" }
    let message = PQresultErrorField(result, Int32(ITSM_DIAG_MESSAGE)).map { String(cString: $0) } ?? String(cString: PQresultErrorMessage(result))
    Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
        .noted(severity: field(ITSM_DIAG_SEVERITY), sqlState: field(ITSM_DIAG_SQLSTATE), message: message)
}
