import ITSMCore

/// Where units of work wait for a connection thread. Bounded.
///
/// Unchecked, because all of its state is touched under `monitor` alone.
final class WorkQueue: @unchecked Sendable {
    private let number: Int
    private let capacity: Int
    private let groupLimit: Int
    private let readLimit: Int
    private let monitor = Monitor()
    private let reads = UnitLine()
    private let grouped = UnitLine()
    private let alone = UnitLine()
    private var lastTicket = 0
    private var idleThreads = 0
    private var connectedThreads = 0
    private var runningGroups = 0
    private var isClosed = false
    /// What each thread has taken last, and when.
    private var running: [Batch]
    private var counters = QueueStatistics()

    private struct Batch {
        var units: [Unit] = []
        var since = ContinuousClock.now
    }

    init(number: Int, capacity: Int, threads: Int, groupLimit: Int, readLimit: Int) {
        running = Array(repeating: Batch(), count: threads)
        self.number = number
        self.capacity = capacity
        self.groupLimit = groupLimit
        self.readLimit = readLimit
    }

    var statistics: QueueStatistics {
        monitor.locked {
            var statistics = counters
            statistics.waiting = waiting
            statistics.waitingGrouped = grouped.count
            if let oldest = [reads, grouped, alone].compactMap({ $0.first?.enqueued }).min() { statistics.longestWait = .now - oldest }
            statistics.connections = connectedThreads
            return statistics
        }
    }

    /// Takes a unit in, or fails it.
    func submit(_ unit: Unit) {
        let refusal: (any Error)? = monitor.locked {
            if unit.isCancelled { return CancellationError() }
            if isClosed || waiting >= capacity {
                counters.refused += 1
                return ITSMError.queueFull
            }
            lastTicket += 1
            unit.ticket = lastTicket
            unit.enqueued = .now
            unit.queueNumber = number
            line(for: unit).append(unit)
            if idleThreads > 0, isRunnable(unit) { monitor.signal() }
            return nil
        }
        if let refusal { unit.fail(refusal) }
    }

    /// Takes a waiting unit out and fails it; false when it does not wait here.
    func cancel(_ unit: Unit) -> Bool {
        let wasWaiting = monitor.locked {
            guard unit.queueNumber == number else { return false }
            remove(unit)
            counters.cancelled += 1
            return true
        }
        if wasWaiting { unit.fail(CancellationError()) }
        return wasWaiting
    }

    /// Waits for work: one unit, or several that can share a trip. Nil when the queue is closed and empty.
    ///
    /// - Parameter thread: the number of the thread that asks, which is done with what it took before.
    func take(for thread: Int) -> [Unit]? {
        monitor.locked {
            running[thread].units = []
            while true {
                if let batch = nextBatch() {
                    running[thread] = Batch(units: batch)
                    return batch
                }
                if isClosed, waiting == 0 { return nil }
                idleThreads += 1
                monitor.wait()
                idleThreads -= 1
            }
        }
    }

    /// The units that threads have been at for longer than `limit`, and where no thread is left, those that have waited as long, which leave the queue.
    func takeOverdue(after limit: Duration) -> (running: [Unit], waiting: [Unit], isStalled: Bool) {
        monitor.locked {
            let latest = ContinuousClock.now - limit
            let stalled = running.filter { !$0.units.isEmpty && $0.since <= latest }
            let late = stalled.count == running.count ? takeWaiting(since: latest) : []
            return (stalled.flatMap(\.units), late, !stalled.isEmpty)
        }
    }

    /// A group has ended, well or not: the next may be taken.
    func groupEnded(committed units: Int) {
        monitor.locked {
            runningGroups -= 1
            if units > 0 {
                counters.groups += 1
                counters.groupedUnits += units
            }
            if idleThreads > 0, grouped.count > 0 { monitor.signal() }
        }
    }

    func count(_ change: (inout QueueStatistics) -> Void) { monitor.locked { change(&counters) } }

    /// A thread has, or has lost, its connection.
    func connectionChanged(by difference: Int) { monitor.locked { connectedThreads += difference } }

    /// Fails what has waited longer than `patience` while no thread had a connection; all of it once the queue is closed.
    ///
    /// - Returns: whether the queue is still open.
    func expire(after patience: Duration) -> Bool {
        var expired: [Unit] = []
        let isOpen = monitor.locked {
            if connectedThreads == 0 {
                let latest = isClosed ? ContinuousClock.now : .now - patience
                expired = takeWaiting(since: latest)
            }
            return !isClosed
        }
        expired.forEach { $0.fail(ITSMError.databaseUnavailable) }
        return isOpen
    }

    /// Takes nothing in any more; what waits is still run.
    func close() {
        monitor.locked {
            isClosed = true
            monitor.broadcast()
        }
    }

    private var waiting: Int { reads.count + grouped.count + alone.count }

    private func line(for unit: Unit) -> UnitLine {
        switch unit.kind {
        case .read: reads
        case .alone: alone
        case .grouped: grouped
        }
    }

    private func remove(_ unit: Unit) {
        line(for: unit).remove(unit)
        unit.queueNumber = 0
    }

    private func takeWaiting(since latest: ContinuousClock.Instant) -> [Unit] {
        var taken: [Unit] = []
        for line in [reads, grouped, alone] {
            while let unit = line.first, unit.enqueued <= latest {
                remove(unit)
                taken.append(unit)
            }
        }
        counters.refused += taken.count
        return taken
    }

    /// While a group waits for its fsync, the next one gathers; more than a full one need not wait for it.
    private var mayTakeGroup: Bool { runningGroups == 0 || grouped.count >= groupLimit }

    private func isRunnable(_ unit: Unit) -> Bool { unit.kind != .grouped || mayTakeGroup }

    /// The unit that has waited longest, with those that can go along: grouped writes in one transaction, reads in one write to the socket.
    private func nextBatch() -> [Unit]? {
        var line: UnitLine?
        for candidate in [reads, alone, grouped] {
            guard let unit = candidate.first, isRunnable(unit) else { continue }
            if let chosen = line?.first, chosen.ticket < unit.ticket { continue }
            line = candidate
        }
        guard let line else { return nil }
        let limit: Int
        if line === grouped {
            limit = groupLimit
            runningGroups += 1
        } else if line === reads {
            // Leaves idle threads their share.
            limit = min(readLimit, (reads.count + idleThreads) / (idleThreads + 1))
        } else {
            limit = 1
        }
        var batch: [Unit] = []
        batch.reserveCapacity(min(limit, line.count))
        let now = ContinuousClock.now
        while batch.count < limit, let unit = line.first {
            remove(unit)
            counters.waited += now - unit.enqueued
            batch.append(unit)
        }
        counters.units += batch.count
        return batch
    }
}
