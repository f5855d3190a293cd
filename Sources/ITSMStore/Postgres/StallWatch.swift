import Dispatch
import ITSMCore
import Logging

/// Answers people while the database is silent: connections stand, but nothing comes back, as when its machine hangs, or a commit waits for a standby that
/// is away. Nothing is broken off by it: what was sent goes on, and a thread that waits goes on waiting.
final class StallWatch: Sendable {
    private let queue: WorkQueue
    private let limit: Duration
    private let log: Logger
    private let end = DispatchSemaphore(value: 0)

    /// - Parameter limit: how long somebody waits for an answer at most.
    init(_ queue: WorkQueue, limit: Duration, log: Logger) {
        (self.queue, self.limit, self.log) = (queue, limit, log)
        startThread("itsm-db-watch") { self.work() }
    }

    func stop() { end.signal() }

    private func work() {
        var isStalled = false
        let pause = DispatchTimeInterval.milliseconds(max(10, Int(limit / .milliseconds(20))))
        while end.wait(timeout: .now() + pause) == .timedOut {
            let overdue = queue.takeOverdue(after: limit)
            for unit in overdue.running { unit.fail(unit.kind == .read ? ITSMError.databaseUnavailable : ITSMError.commitInDoubt) }
            for unit in overdue.waiting { unit.fail(ITSMError.databaseUnavailable) }
            if overdue.isStalled, !isStalled {
                log.error(
                    "PostgreSQL has not answered for \(limit); callers are told so. Is it overloaded, or does a commit wait for a synchronous standby?"
                )
            } else if !overdue.isStalled, isStalled {
                log.notice("PostgreSQL answers again")
            }
            isStalled = overdue.isStalled
        }
    }
}
