import ITSMCore
import ServiceLifecycle

/// Moves tickets whose time has come: resolved ones to closed, and waits that are over back to work. Any number of servers may run it.
struct DueTicketsWorker: Service {
    private static let batch = 100
    /// The next end of a wait is asked for at most this often.
    private static let pause = Duration.seconds(1)

    let tickets: TicketService
    let rounds: Rounds
    /// Signalled when a ticket's state or its wait may have changed.
    let changes: WakeUp

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await rounds.run(move) }
                group.addTask { await watchWaits() }
            }
        }
    }

    @Sendable private func move() async throws {
        var count = 0
        var moved: Int
        repeat {
            moved = try await tickets.moveDue(limit: Self.batch)
            count += moved
        } while moved == Self.batch
        if count > 0 { rounds.logger.info("tickets were moved on, as their time had come", metadata: ["count": "\(count)"]) }
        changes.signal()
    }

    /// Wakes the rounds when the next wait is over, rather than at the beginning of their next period.
    private func watchWaits() async {
        var alarm: Task<Void, any Error>?
        for await _ in changes.signals {
            alarm?.cancel()
            // Where it cannot be read, the period is soon enough.
            if let end = try? await tickets.nextWaitEnd() {
                let wait = max(0, end.microseconds - rounds.clock.now().microseconds)
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
