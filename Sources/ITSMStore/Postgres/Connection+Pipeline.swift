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
        settings.observer?(SentStatement(text: sql.text, types: statement.types))
        if pending.count >= Self.statementsPerFlush || pendingBytes >= Self.bytesPerFlush, role == .statement { try flushQueue() }
    }

    /// Hands the statement to libpq, which sends it when its buffer is full or we flush.
    private func dispatch(_ sql: SQL, _ site: CallSite) throws -> Statement {
        guard let handle else { throw lose() }
        let slots = sql.parameters.slots
        let statement: Statement
        switch sql.planning {
        case .perExecution:
            statement = Statement(text: sql.text, types: slots.map(\.type))
        case .prepared:
            statement = statements.statement(for: sql)
            if statement.state == .unknown { try prepare(statement, on: handle, site) }
        }
        let sent = sql.parameters.bytes.withUnsafeBufferPointer { bytes in
            parameters.fill(slots, in: bytes)
            let count = Int32(slots.count)
            return switch sql.planning {
            case .perExecution:
                PQsendQueryParams(handle, sql.text, count, parameters.types, parameters.values, parameters.lengths, parameters.formats, 1)
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

    /// Sends all and reads all answers. Faults are noted with the unit whose statement met them; only the loss of the connection is thrown.
    func drain() throws {
        try sendAll()
        var next = 0
        while next < pending.count {
            guard let handle else { throw lose() }
            let answer = pending[next]
            if answer.role == .sync { try settleSync(answer, on: handle) } else { try settle(answer, on: handle) }
            next += 1
        }
        pending.removeAll(keepingCapacity: true)
        pendingBytes = 0
    }

    /// Empties libpq's buffer into the socket, and reads meanwhile: a server that cannot get rid of its answers would read nothing more.
    private func sendAll() throws {
        while let handle {
            switch PQflush(handle) {
            case 0: return
            case 1: break
            default: throw lose()
            }
            var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN | POLLOUT), revents: 0)
            guard poll(&socket, 1, -1) >= 0 || errno == EINTR else { throw lose() }
            if socket.revents & Int16(POLLIN | POLLERR | POLLHUP) != 0, PQconsumeInput(handle) != 1 { throw lose() }
        }
    }

    private func settle(_ answer: PendingAnswer, on handle: OpaquePointer) throws {
        var succeeded = false
        var answers = 0
        while let result = PQgetResult(handle) {
            defer { PQclear(result) }
            answers += 1
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
                succeeded = true
                accept(result, for: answer)
            case PGRES_PIPELINE_ABORTED:
                break
            default:
                note(PostgresError(result: result, site: answer.site, statement: answer.statement?.text), for: answer)
            }
            if PQstatus(handle) == CONNECTION_BAD { throw lose() }
        }
        guard answers > 0 else { throw lose("libpq lost count of the answers") }
        switch answer.role {
        case .prepare: succeeded ? answer.statement?.wasPrepared() : answer.statement?.wasNotPrepared()
        case .deallocate: if !succeeded, let statement = answer.statement { statements.returnEvicted(statement) }
        case .commit: if !succeeded, transaction == .commitSent, faults[answer.owner]?.kind != .fatal { transaction = .refused }
        case .statement, .control, .sync: break
        }
    }

    private func settleSync(_ answer: PendingAnswer, on handle: OpaquePointer) throws {
        var silences = 0
        while true {
            guard let result = PQgetResult(handle) else {
                // libpq says nil once between two answers.
                silences += 1
                if PQstatus(handle) == CONNECTION_BAD || silences > 2 { throw lose() }
                continue
            }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_PIPELINE_SYNC:
                lastSynced = answer.owner
                return
            case PGRES_FATAL_ERROR:
                note(PostgresError(result: result, site: answer.site, statement: nil), for: answer)
                if PQstatus(handle) == CONNECTION_BAD { throw lose() }
            default:
                break
            }
        }
    }

    private func accept(_ result: OpaquePointer, for answer: PendingAnswer) {
        do {
            let rows = Rows(result: result, site: answer.site)
            if answer.role == .commit { try acceptCommit(result, answer.site) }
            if let expected = answer.expecting, rows.affected != expected {
                throw PostgresError(.unexpectedCount, message: "\(rows.affected) rows instead of \(expected)", site: answer.site)
            }
            try answer.sink?(rows)
        } catch let fault as PostgresError {
            note(fault, for: answer)
        } catch {
            note(PostgresError(.decoding, message: "\(error)", site: answer.site), for: answer)
        }
    }

    /// PostgreSQL answers the COMMIT of a failed transaction with ROLLBACK, which is no error to it.
    private func acceptCommit(_ result: OpaquePointer, _ site: CallSite) throws {
        guard String(cString: PQcmdStatus(result)) == "COMMIT" else {
            transaction = .refused
            throw PostgresError(.decoding, message: "the transaction had failed before its COMMIT", site: site)
        }
        transaction = sawDoubt ? .doubtful : .committed
    }

    private func note(_ fault: PostgresError, for answer: PendingAnswer) {
        // What the server refused before it came to the COMMIT is not committed, whatever becomes of the connection.
        if transaction == .commitSent, answer.role != .commit, fault.kind == .server || fault.kind == .fatal { transaction = .refused }
        if faults[answer.owner] == nil {
            var fault = fault
            if fault.statement == nil { fault.statement = answer.statement?.text }
            faults[answer.owner] = fault
        }
    }
}
