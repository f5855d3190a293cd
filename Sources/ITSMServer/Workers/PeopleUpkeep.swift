import ITSMCore
import Logging
import ServiceLifecycle

/// Once a minute writes when API tokens were last used, and removes sign-ins that have long been over; writes once more at the end.
struct PeopleUpkeep: Service {
    let database: any Database
    let signIns: SignInService
    let apiTokens: APITokenService
    let uses: APITokenUses
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(60))) != nil { await tidy() }
        }
        await tidy()
    }

    private func tidy() async {
        do {
            try await uses.write(to: apiTokens)
            while try await database.write(.alone, on: .long, { try signIns.removeOver(in: $0) }) > 0 {}
        } catch {
            logger.warning("upkeep of sign-ins and API tokens failed; it runs again in a minute", metadata: ["error": "\(error)"])
        }
    }
}
