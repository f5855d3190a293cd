import ITSMCore
import ServiceLifecycle

/// Ends sign-ins of browsers that were left unused, and removes what has long been over.
struct PeopleUpkeep: Service {
    let database: any Database
    let signIns: SignInService
    let rounds: Rounds

    func run() async throws {
        await rounds.run {
            while try await database.write(.alone, on: .long, { try signIns.endUnused(in: $0) }) > 0 {}
            while try await database.write(.alone, on: .long, { try signIns.removeOver(in: $0) }) > 0 {}
        }
    }
}

/// Writes when sign-ins and API tokens were last used: every server what it saw itself, once more at its end. Sign-ins end by what stands there.
struct CredentialUseWriter: Service {
    let signIns: SignInService
    let apiTokens: APITokenService
    let uses: CredentialUses
    let rounds: Rounds

    func run() async throws {
        await rounds.run { try await uses.write(to: signIns, apiTokens) }
        try await uses.write(to: signIns, apiTokens)
    }
}
