import ITSMCore
import ServiceLifecycle

/// Removes what hangs on tickets for a time only, once that is over: bulk changes, drafts, reports of presence, notices. Any number of servers may run it.
struct TicketUpkeep: Service {
    private static let batch = 100

    let database: any Database
    let rounds: Rounds

    func run() async throws {
        await rounds.run {
            while try await database.write(.alone, on: .long, { try $0.bulk.removeOver(atMost: Self.batch) }) == Self.batch {}
            while try await database.write(.alone, on: .long, { try $0.drafts.removeOver(atMost: Self.batch) }) == Self.batch {}
            while try await database.write(.alone, on: .long, { try $0.notices.removeOver(atMost: Self.batch) }) == Self.batch {}
            _ = try await database.write(.alone, on: .long) { try $0.presence.removeOver() }
            try await database.write(.alone, on: .long) { try $0.reads.removeOver() }
            rounds.logger.debug("removed what was over from around tickets")
        }
    }
}
