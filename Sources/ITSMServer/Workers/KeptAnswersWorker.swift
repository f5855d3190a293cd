import ITSMCore
import ServiceLifecycle

/// Removes the answers that idempotency keys no longer bring back. Any number of servers may run it.
struct KeptAnswersWorker: Service {
    private static let batch = 1_000

    let database: any Database
    let rounds: Rounds

    func run() async throws {
        await rounds.run {
            while try await database.write(.alone, on: .long, { try $0.idempotency.removeOver(atMost: Self.batch) }) == Self.batch {}
        }
    }
}
