import Foundation
import ITSMCore

extension ConnectionThread {
    /// Runs a unit until it is done, or has failed for good, or needs more time than there is here.
    func runAlone(_ unit: Unit) {
        while true {
            guard reconnect() else { return unit.fail(ITSMError.databaseUnavailable) }
            if let gate, !gate.enter(unit, on: connection) { return unit.fail(CancellationError()) }
            unit.runs += 1
            let ending = unit.kind == .read ? read(unit) : write([unit])
            switch ending {
            case .done: succeed([unit])
            case .unknown: unit.fail(ITSMError.commitInDoubt)
            case .failed(let error):
                if settleCancellation() { return unit.fail(CancellationError()) }
                if willRepeat(unit, after: error) { continue }
            }
            _ = settleCancellation()
            return
        }
    }

    /// Runs several reads in one write to the socket. Each ends with its own Sync, so a fault of one is no other's.
    func runReads(_ units: [Unit]) {
        guard reconnect() else { return units.forEach { $0.fail(ITSMError.databaseUnavailable) } }
        connection.reset()
        var errors: [(any Error)?] = []
        for (index, unit) in units.enumerated() where connection.isOpen {
            unit.runs += 1
            errors.append(attempt(unit, as: index))
            endRead()
        }
        drain()
        errors = errors.enumerated().map { connection.faults[$0.offset] ?? $0.element }
        let answered = connection.lastSynced
        for (index, unit) in units.enumerated() where index <= answered && errors[index] == nil { unit.succeed() }
        for (index, unit) in units.enumerated() {
            // One that the connection did not live to see has no error, and is simply run.
            guard index > answered || errors[index] != nil else { continue }
            if let error = index < errors.count ? errors[index] : nil, !willRepeat(unit, after: error) { continue }
            runAlone(unit)
        }
    }

    /// Runs grouped writes as one transaction; when that fails, one by one.
    func runGroup(_ units: [Unit]) {
        guard reconnect() else {
            queue.groupEnded(committed: 0)
            return units.forEach { $0.fail(ITSMError.databaseUnavailable) }
        }
        units.forEach { $0.runs += 1 }
        let ending = write(units)
        if case .done = ending { queue.groupEnded(committed: units.count) } else { queue.groupEnded(committed: 0) }
        switch ending {
        case .done: succeed(units)
        case .unknown: units.forEach { $0.fail(ITSMError.commitInDoubt) }
        case .failed(let error) where units.count == 1:
            if willRepeat(units[0], after: error) { runAlone(units[0]) }
        case .failed:
            queue.count { $0.repeated += units.count }
            units.forEach(runAlone)
        }
    }

    // MARK: - One run

    /// How one run of a transaction ended.
    private enum Ending {
        case done
        case failed(any Error)
        /// It was committed or it was not.
        case unknown
    }

    private func read(_ unit: Unit) -> Ending {
        connection.reset()
        let error = attempt(unit, as: 0)
        endRead()
        drain()
        return (connection.faults[0] ?? error).map { .failed($0) } ?? .done
    }

    /// Runs units in one transaction.
    private func write(_ units: [Unit]) -> Ending {
        connection.reset()
        connection.begin()
        do {
            for (index, unit) in units.enumerated() {
                if let error = attempt(unit, as: index) { throw error }
            }
            try connection.commit { gate?.close() }
            return .done
        } catch {
            if connection.transaction == .commitSent || connection.transaction == .doubtful {
                connection.settings.logger.warning("a commit of \(units.count) units is in doubt: \(error)")
                connection.recover()
                return .unknown
            }
            // Where the database asks for another run its word counts; else what the closure made of it.
            let fault = connection.firstFault
            connection.recover()
            return .failed(fault.flatMap { $0.remedy == .none ? nil : $0 } ?? error)
        }
    }

    /// Runs the closure once, as member `index` of its batch.
    private func attempt(_ unit: Unit, as index: Int) -> (any Error)? {
        connection.owner = index
        do {
            try unit.run(on: connection)
            return nil
        } catch {
            return error
        }
    }

    private func endRead() {
        guard connection.isOpen else { return }
        // The loss of the connection is noted in `faults`, for every unit that it concerns.
        do { try connection.queueSync(CallSite(file: #fileID, line: #line)) } catch {}
    }

    private func drain() {
        guard connection.isOpen else { return }
        // The same.
        do { try connection.drain() } catch {}
    }

    /// Takes the present cancellation, if there was one, back out of the session.
    private func settleCancellation() -> Bool {
        guard let gate, gate.close() else { return false }
        connection.recover()
        return true
    }

    // MARK: - What it leads to

    /// Tells the callers of a committed transaction. An answer that could not be read is told to its own unit alone, which is not run again.
    private func succeed(_ units: [Unit]) {
        if connection.transaction == .committed { onCommit() }
        for (index, unit) in units.enumerated() {
            if let fault = connection.faults[index] {
                report(fault)
                unit.fail(fault.itsmError)
            } else {
                unit.succeed()
            }
        }
    }

    /// Whether the unit is to be run again here. If not, it was told its fault, or has gone to the other queue.
    private func willRepeat(_ unit: Unit, after error: any Error) -> Bool {
        guard let fault = error as? PostgresError else {
            unit.fail(error)
            return false
        }
        if fault.remedy == .runWithPatience, let overflow {
            queue.count { $0.moved += 1 }
            overflow.submit(unit)
            return false
        }
        guard fault.remedy != .none, fault.remedy != .runWithPatience, unit.runs < Unit.mostRuns, !unit.isCancelled else {
            report(fault)
            unit.fail(fault.itsmError)
            return false
        }
        queue.count { $0.repeated += 1 }
        if fault.remedy == .runWithFreshPlans { connection.forgetStatements() }
        // Two that stood in each other's way should not meet again at once.
        if fault.remedy == .runAgain { Thread.sleep(forTimeInterval: Double.random(in: 0...0.010) * Double(unit.runs)) }
        return true
    }

    private func report(_ fault: PostgresError) {
        let logger = connection.settings.logger
        switch fault.itsmError.code {
        case .internal: logger.error("\(fault)")
        case .unavailable: logger.warning("\(fault)")
        default: logger.debug("\(fault)")
        }
    }
}
