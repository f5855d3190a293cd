import ITSMCore
import ServiceLifecycle

/// Moves tickets whose time has come: resolved ones to closed, and waits that are over back to work. Any number of servers may run it.
struct DueTicketsWorker: Service {
    private static let batch = 100

    let tickets: TicketService
    let rounds: Rounds

    func run() async throws {
        await rounds.run {
            var count = 0
            var moved: Int
            repeat {
                moved = try await tickets.moveDue(limit: Self.batch)
                count += moved
            } while moved == Self.batch
            if count > 0 { rounds.logger.info("tickets were moved on, as their time had come", metadata: ["count": "\(count)"]) }
        }
    }
}
