import CLibPQ
import Foundation

extension Connection {
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
        // The session's farewell, after all that the unit asked for was done.
        if transaction == .committed, answer.role == .sync { return }
        // What the server refused before it came to the COMMIT is not committed, whatever becomes of the connection.
        if transaction == .commitSent, answer.role != .commit, fault.kind == .server || fault.kind == .fatal { transaction = .refused }
        if faults[answer.owner] == nil {
            var fault = fault
            if fault.statement == nil { fault.statement = answer.statement?.text }
            faults[answer.owner] = fault
        }
    }
}
