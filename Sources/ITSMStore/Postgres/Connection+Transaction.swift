import CLibPQ
import ITSMCore

extension Connection {
    /// What follows is one transaction. Nothing is sent before its first statement.
    func begin() { transaction = .due }

    /// Sends COMMIT and waits for its answer. A transaction without a statement costs nothing.
    ///
    /// - Parameter willSend: called when the last moment has come to cancel anything.
    /// - Throws: `PostgresError`; `transaction` tells whether it is committed.
    func commit(_ willSend: () -> Void = {}) throws {
        let site = CallSite(file: #fileID, line: #line)
        guard transaction == .open else { return try throwAnyFault() }
        if mustFlushBeforeCommit { try flushQueue() }
        try throwAnyFault()
        willSend()
        try send("SET LOCAL statement_timeout = 0", site: site)
        transaction = .commitSent
        try send("COMMIT", role: .commit, site: site)
        try queueSync(site)
        do {
            try drain()
        } catch {
            // The session may end between the answer to COMMIT and the Sync: saved is saved.
            guard transaction == .committed else { throw error }
        }
        if transaction != .committed { throw firstFault ?? PostgresError(.connection, message: "the commit was not confirmed", site: site) }
    }

    /// Brings the session back in order after a fault: skips to a Sync and rolls back. Closes the connection when that fails.
    func recover() {
        if !isOpen || (transaction == .due && pending.isEmpty) { return reset() }
        let site = CallSite(file: #fileID, line: #line)
        // After a fault the server skips everything up to a Sync; without one the rollback can go along.
        var sendsRollback = faults.isEmpty && transaction == .open
        do {
            for _ in 0..<3 {
                reset()
                if sendsRollback { try send("ROLLBACK", role: .control, site: site) }
                try queueSync(site)
                try drain()
                if PQtransactionStatus(handle) == PQTRANS_IDLE { return reset() }
                sendsRollback = true
            }
            throw lose("the session could not be rolled back")
        } catch {
            reset()
            close()
        }
    }

    /// Drops all prepared statements, here and on the server.
    func forgetStatements() {
        guard isOpen else { return }
        let site = CallSite(file: #fileID, line: #line)
        reset()
        statements.removeAll()
        do {
            var drop: SQL = "DEALLOCATE ALL"
            drop.planning = .perExecution
            try send(drop, site: site)
            try queueSync(site)
            try drain()
            if !faults.isEmpty { close() }
        } catch {
            close()
        }
    }

    /// Runs `body` so that its failure undoes only what it did.
    ///
    /// - Returns: its value, or the fault that undid it.
    /// - Throws: what concerns the whole unit: a lost connection, a deadlock, a lock not had in time, a fault of a statement queued before.
    package func savepoint<Value>(
        file: StaticString = #fileID, line: UInt = #line, _ body: () throws -> Value
    ) throws -> Result<Value, ITSMError> {
        requireAlone("savepoint")
        let site = CallSite(file: file, line: line)
        var isSet = false
        try send("SAVEPOINT unit", site: site) { _ in isSet = true }
        do {
            let value = try body()
            try send("RELEASE SAVEPOINT unit", site: site)
            try flushQueue()
            return .success(value)
        } catch {
            return .failure(try undo(error, isSet: { isSet }, site))
        }
    }

    private func undo(_ error: any Error, isSet: () -> Bool, _ site: CallSite) throws -> ITSMError {
        if faults[owner] == nil, isOpen {
            // `body` threw a fault of its own: what it had queued is answered first, and may hold one that concerns the unit.
            do { try flushQueue() } catch { /* It is in `faults`. */  }
        }
        if let fault = faults[owner] {
            guard isOpen, isSet(), fault.concernsOneStatement else { throw fault }
            try queueSync(site)
            try drain()
            faults[owner] = nil
        }
        try send("ROLLBACK TO SAVEPOINT unit", role: .control, site: site)
        try send("RELEASE SAVEPOINT unit", role: .control, site: site)
        try flushQueue()
        switch error {
        case let error as ITSMError: return error
        case let error as PostgresError: return error.itsmError
        default: throw error
        }
    }

    /// The fault of the first unit that has one.
    var firstFault: PostgresError? { faults.isEmpty ? nil : faults.min { $0.key < $1.key }?.value }

    private func throwAnyFault() throws {
        if let firstFault { throw firstFault }
    }
}

extension PostgresError {
    /// Whether rolling back to a savepoint mends it.
    fileprivate var concernsOneStatement: Bool {
        switch kind {
        case .server: remedy == .none
        case .parameter, .decoding, .unexpectedCount: true
        case .fatal, .connection: false
        }
    }
}
