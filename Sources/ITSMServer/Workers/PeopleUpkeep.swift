import ITSMCore
import ServiceLifecycle

/// Writes when sign-ins and API tokens were last used, and removes sign-ins that have long been over. Each server writes what it saw itself, once more at its end.
struct PeopleUpkeep: Service {
    let database: any Database
    let signIns: SignInService
    let apiTokens: APITokenService
    let uses: CredentialUses
    let rounds: Rounds

    func run() async throws {
        await rounds.run {
            try await uses.write(to: signIns, apiTokens)
            while try await database.write(.alone, on: .long, { try signIns.removeOver(in: $0) }) > 0 {}
        }
        try await uses.write(to: signIns, apiTokens)
    }
}
