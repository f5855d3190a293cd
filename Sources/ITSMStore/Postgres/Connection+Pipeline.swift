import CLibPQ
import Foundation

/// Something whose answer is awaited, in the order of sending.
struct PendingAnswer {
    enum Role {
        case statement, prepare, deallocate, commit, sync
        /// Leads into a transaction, or out of a failed one: nothing else may go before it.
        case control
    }

    var role: Role
    var statement: Statement?
    var site: CallSite
    var owner: Int
    /// The number of rows that must be affected.
    var expecting: Int?
    var sink: ((Rows) throws -> Void)?
}

extension Connection {
    /// The queue flushes itself at so many statements, or so many bytes.
    private static let statementsPerFlush = 256
    private static let bytesPerFlush = 1 << 20

    /// Queues one statement, and what must go before it.
    func send(
        _ sql: SQL, role: PendingAnswer.Role = .statement, expecting: Int? = nil, site: CallSite, sink: ((Rows) throws -> Void)? = nil
    ) throws {
        try throwFault()
        if let fault = sql.parameters.fault { throw PostgresError(.parameter, message: fault, site: site) }
        if transaction == .due {
            transaction = .open
            try send("BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE", role: .control, site: site)
        }
        if role == .statement { try deallocateEvicted(site) }
        let statement = try dispatch(sql, site)
        pending.append(PendingAnswer(role: role, statement: statement, site: site, owner: owner, expecting: expecting, sink: sink))
        pendingBytes += sql.parameters.bytes.count
        settings.observer?(SentStatement(text: statement.text, types: statement.types))
        if pending.count >= Self.statementsPerFlush || pendingBytes >= Self.bytesPerFlush, role == .statement { try flushQueue() }
    }

    /// Hands the statement to libpq, which sends it when its buffer is full or we flush.
    private func dispatch(_ sql: SQL, _ site: CallSite) throws -> Statement {
        guard let handle else { throw lose() }
        let slots = sql.parameters.slots
        let statement: Statement
        switch sql.planning {
        case .perExecution:
            statement = Statement(sql)
        case .prepared:
            statement = statements.statement(for: sql)
            if statement.state == .unknown { try prepare(statement, on: handle, site) }
        }
        let sent = sql.parameters.bytes.withUnsafeBufferPointer { bytes in
            parameters.fill(slots, in: bytes)
            let count = Int32(slots.count)
            return switch sql.planning {
            case .perExecution:
                PQsendQueryParams(handle, statement.text, count, parameters.types, parameters.values, parameters.lengths, parameters.formats, 1)
            case .prepared:
                PQsendQueryPrepared(handle, statement.name, count, parameters.values, parameters.lengths, parameters.formats, 1)
            }
        }
        guard sent == 1 else { throw lose() }
        return statement
    }

    private func prepare(_ statement: Statement, on handle: OpaquePointer, _ site: CallSite) throws {
        statement.wasSent(as: statements.newNumber())
        guard PQsendPrepare(handle, statement.name, statement.text, Int32(statement.types.count), statement.types) == 1 else { throw lose() }
        pending.append(PendingAnswer(role: .prepare, statement: statement, site: site, owner: owner))
    }

    private func deallocateEvicted(_ site: CallSite) throws {
        guard !statements.evicted.isEmpty else { return }
        for statement in statements.takeEvicted() {
            guard let handle, let name = statement.name else { continue }
            guard PQsendQueryParams(handle, "DEALLOCATE \(String(cString: name))", 0, nil, nil, nil, nil, 1) == 1 else { throw lose() }
            pending.append(PendingAnswer(role: .deallocate, statement: statement, site: site, owner: owner))
        }
    }

    /// Sends what is queued, reads all answers, and throws the present unit's first fault.
    func flushQueue() throws {
        try throwFault()
        if !pending.isEmpty {
            guard PQsendFlushRequest(handle) == 1 else { throw lose() }
            try drain()
        }
        try throwFault()
    }

    /// Ends the present unit's share of the pipeline: an error skips to here and no further.
    func queueSync(_ site: CallSite) throws {
        guard let handle, itsm_queue_sync(handle) == 1 else { throw lose() }
        pending.append(PendingAnswer(role: .sync, site: site, owner: owner))
    }

    func throwFault() throws {
        if !faults.isEmpty, let fault = faults[owner] { throw fault }
    }
}
