import ITSMCore
import Logging
import ServiceLifecycle

/// Does what has come due, at its time: it sleeps until the next due instant that the database knows, is woken when that may have changed, and looks every
/// period in any case. Any number of servers may run it.
struct DueWorker: Service {
    /// The next due instant is asked for at most this often.
    private static let pause = Duration.seconds(1)

    let rounds: Rounds
    /// Signalled when something may be due earlier than was known.
    let changes: WakeUp
    /// What it does, for the log.
    let deed: String
    /// What happens all day is for those who look closely.
    var level = Logger.Level.info
    /// Does a batch of what is due. Returns whether there may be more, and how many records it acted on.
    let act: @Sendable () async throws -> (count: Int, isAll: Bool)
    /// When something is due next.
    let next: @Sendable () async throws -> Instant?

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await rounds.run(actOnAll) }
                group.addTask { await watch() }
            }
        }
    }

    @Sendable private func actOnAll() async throws {
        var count = 0
        while true {
            let batch = try await act()
            count += batch.count
            if batch.isAll { break }
        }
        if count > 0 { rounds.logger.log(level: level, "\(deed)", metadata: ["count": "\(count)"]) }
        changes.signal()
    }

    /// Wakes the rounds at the next due instant, rather than at the beginning of their next period.
    private func watch() async {
        var alarm: Task<Void, any Error>?
        for await _ in changes.signals {
            alarm?.cancel()
            // Where it cannot be read, the period is soon enough.
            if let due = try? await next() {
                let wait = max(0, due.microseconds - rounds.clock.now().microseconds)
                alarm = Task {
                    try await Task.sleep(for: .microseconds(wait))
                    rounds.wakeUp.signal()
                }
            }
            try? await Task.sleep(for: Self.pause)
        }
        alarm?.cancel()
    }
}

extension DueWorker {
    private static let batch = 100

    /// Moves tickets whose time has come: resolved ones to closed, and waits that are over back to work.
    static func tickets(_ tickets: TicketService, rounds: Rounds, changes: WakeUp) -> DueWorker {
        DueWorker(rounds: rounds, changes: changes, deed: "tickets were moved on, as their time had come") {
            let moved = try await tickets.moveDue(limit: batch)
            return (moved, moved < batch)
        } next: {
            try await tickets.nextWaitEnd()
        }
    }

    /// Records breaches and fires escalation rules.
    static func escalations(_ escalations: EscalationService, rounds: Rounds, changes: WakeUp) -> DueWorker {
        DueWorker(rounds: rounds, changes: changes, deed: "clocks of tickets had come to a point", level: .debug) {
            let fired = try await escalations.fireDue(limit: batch)
            return (fired, fired < batch)
        } next: {
            try await escalations.nextFire()
        }
    }
}
