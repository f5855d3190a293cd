import Foundation
import ITSMCore

/// A thread that owns one connection and runs units of work on it, one batch after another.
final class ConnectionThread {
    /// Its number among those of the queue, from 0.
    private let number: Int
    let queue: WorkQueue
    /// Where units go that need more time than this thread gives them; nil when this is that place.
    let overflow: WorkQueue?
    let connection: Connection
    let gate: CancelGate?
    let patience: Duration
    let onCommit: @Sendable () -> Void
    private var isCounted = false
    /// Why the last attempt to connect failed; empty when it did not.
    private var refusal = ""

    init(
        number: Int, queue: WorkQueue, overflow: WorkQueue?, gate: CancelGate?, settings: SessionSettings, patience: Duration,
        onCommit: @escaping @Sendable () -> Void
    ) {
        self.number = number
        self.queue = queue
        self.overflow = overflow
        self.gate = gate
        self.patience = patience
        self.onCommit = onCommit
        connection = Connection(settings: settings)
    }

    /// Works until the queue is closed and empty.
    func run() {
        var pause = 0.05
        while true {
            if connect() {
                pause = 0.05
                guard let batch = queue.take(for: number) else { break }
                run(batch)
            } else {
                guard queue.expire(after: patience) else { break }
                Thread.sleep(forTimeInterval: pause)
                pause = min(pause * 2, 1)
            }
        }
        connection.close()
        count(connected: false)
    }

    private func run(_ batch: [Unit]) {
        // A session that ended while idle is replaced before anything is entrusted to it.
        if !connection.isUsable() { connection.close() }
        switch batch[0].kind {
        case .read where batch.count > 1: runReads(batch)
        case .grouped: runGroup(batch)
        default: batch.forEach(runAlone)
        }
    }

    /// Connects, unless it is connected; makes one attempt.
    func connect() -> Bool {
        do {
            try connection.open()
            count(connected: true)
            refusal = ""
            return true
        } catch {
            count(connected: false)
            // Said once, not at every attempt.
            if refusal != "\(error)" { connection.settings.logger.error("cannot connect to PostgreSQL: \(error)") }
            refusal = "\(error)"
            return false
        }
    }

    private func count(connected: Bool) {
        if connected != isCounted { queue.connectionChanged(by: connected ? 1 : -1) }
        isCounted = connected
    }

    /// Connects within the time that a unit is ready to wait.
    func reconnect() -> Bool {
        let giveUp = ContinuousClock.now + patience
        var pause = 0.02
        while !connect() {
            guard ContinuousClock.now < giveUp else { return false }
            Thread.sleep(forTimeInterval: pause)
            pause = min(pause * 2, 0.5)
        }
        return true
    }
}
