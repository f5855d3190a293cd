import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing

@Suite struct FirstAdminTests {
    @Test func withAPasswordOfOnesOwn() async throws {
        let desk = try await PeopleDesk.make()
        let service = FirstAdmin(database: desk.database, hasher: desk.hasher, secrets: desk.secrets)
        #expect(await failure { try await service.ensure(password: "short") }?.problems.map(\.pointer) == ["/password"])
        #expect(try await service.ensure(password: PeopleDesk.password) == .created)
        #expect(try await service.ensure(password: "another long one") == .notNeeded)
        let caller = try #require(try await desk.caller(try await desk.signIn("admin")))
        #expect(caller.isSuperAdmin && caller.grants == .everything)
    }

    /// Several servers start on one new database at once.
    @Test func onlyOneIsMade() async throws {
        let desk = try await PeopleDesk.make()
        let service = FirstAdmin(database: desk.database, hasher: desk.hasher, secrets: desk.secrets)
        let outcomes = try await withThrowingTaskGroup(of: FirstAdmin.Outcome.self) { group in
            for _ in 1...4 { group.addTask { try await service.ensure(password: nil) } }
            var all: [FirstAdmin.Outcome] = []
            for try await outcome in group { all.append(outcome) }
            return all
        }
        let passwords = outcomes.compactMap { if case .createdWithPassword(let password) = $0 { password } else { nil } }
        #expect(passwords.count == 1 && outcomes.filter { $0 == .notNeeded }.count == 3)
        _ = try await desk.signIn("admin", password: try #require(passwords.first))
    }
}
