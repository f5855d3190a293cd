import ITSMCore
import ServiceLifecycle

/// Removes the answers of keyed writes that are no longer kept. Any number of servers may run it.
struct IdempotencyUpkeep: Service {
    private static let batch = 1_000

    let database: any Database
    let rounds: Rounds

    func run() async throws {
        await rounds.run {
            while try await database.write(.alone, on: .long, { try $0.idempotency.removeOver(atMost: Self.batch) }) == Self.batch {}
        }
    }
}
