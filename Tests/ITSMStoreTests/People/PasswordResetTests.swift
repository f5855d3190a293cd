import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing

@Suite struct PasswordResetTests {
    private func token(_ issued: PasswordReset.Issued) -> String { String(issued.path.split(separator: "#").last ?? "") }

    private func use(_ desk: PeopleDesk, _ token: String, _ password: String = "a brand new sentence") async -> ITSMError? {
        await failure { try await desk.passwordResets.use(token, password: password, from: PeopleDesk.origin) }
    }

    @Test func aLinkSetsThePasswordOnceAndEndsAllSignIns() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let jane = try await desk.person("jane")
        let tokens = try await desk.signIn("jane")
        let issued = try await desk.passwordResets.issue(for: .id(jane.id), as: root)
        #expect(issued.path.hasPrefix("/reset-password#itsm_reset_") && issued.expiresAt == desk.clock.now().adding(seconds: 86_400))
        #expect(try await desk.caller(tokens) != nil)
        #expect(try await desk.passwordResets.username(for: token(issued)) == "jane")
        #expect(await use(desk, token(issued), "password123")?.problems.map(\.pointer) == ["/password"])
        #expect(await use(desk, token(issued), "Jane 1234567890")?.problems.map(\.pointer) == ["/password"])
        #expect(await use(desk, token(issued)) == nil)
        #expect(try await desk.caller(tokens) == nil)
        #expect(await use(desk, token(issued))?.code == .notFound)
        #expect(await failure { try await desk.passwordResets.username(for: token(issued)) }?.code == .notFound)
        _ = try await desk.signIn("jane", password: "a brand new sentence")
        var filter = ActivityFilter()
        filter.kinds = [.userPasswordResetIssued, .userPasswordChanged]
        let entries = try await desk.activity(filter)
        #expect(entries.map(\.kind) == [.userPasswordChanged, .userPasswordResetIssued])
        #expect(entries[0].changes?.value["by"] == "resetLink" && entries[0].principal.id == jane.id && entries[1].principal.id == root.id)
    }

    @Test func itEndsByTimeByANewerOneByAPasswordAndWithTheAccount() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let jane = try await desk.person("jane")
        let first = try await desk.passwordResets.issue(for: .id(jane.id), as: root)
        let second = try await desk.passwordResets.issue(for: .id(jane.id), as: root)
        #expect(await use(desk, token(first))?.code == .notFound)
        desk.clock.advance(seconds: Limits.passwordResetSeconds)
        #expect(await use(desk, token(second))?.code == .notFound)
        let third = try await desk.passwordResets.issue(for: .id(jane.id), as: root)
        var patch = User.Patch()
        patch.password = .value("chosen by root instead")
        _ = try await desk.people.update(.id(jane.id), with: patch, ifVersion: nil, as: root)
        #expect(await use(desk, token(third))?.code == .notFound)
        let fourth = try await desk.passwordResets.issue(for: .id(jane.id), as: root)
        try await desk.people.disable(.id(jane.id), ifVersion: nil, as: root)
        #expect(await use(desk, token(fourth))?.code == .notFound)
        #expect(await failure { try await desk.passwordResets.issue(for: .id(jane.id), as: root) }?.code == .inUse)
        #expect(await use(desk, "itsm_reset_nonsense")?.code == .notFound)
    }

    @Test func nobodyLetsSomebodyInWhoHoldsMore() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin(), second = try await desk.superAdmin("second")
        let admin = try await desk.person("admin", roles: [.name("admin")])
        let jane = try await desk.person("jane"), manager = try await desk.person("manager", roles: [.name("manager")])
        func refusal(_ user: ID<User>, by caller: Principal) async -> ErrorCode? {
            await failure { try await desk.passwordResets.issue(for: .id(user), as: caller) }?.code
        }
        #expect(await refusal(root.id, by: admin) == .forbidden)
        #expect(await refusal(second.id, by: root) == nil)
        #expect(await refusal(root.id, by: root) == .forbidden)
        #expect(await refusal(admin.id, by: jane) == .notFound)
        #expect(await refusal(jane.id, by: manager) == .forbidden)
        #expect(await refusal(User.automationID, by: root) == .forbidden)
        #expect(await refusal(jane.id, by: admin) == nil)
    }

    @Test func twoAtOnceUseItOnce() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let jane = try await desk.person("jane")
        let token = token(try await desk.passwordResets.issue(for: .id(jane.id), as: root))
        let codes = await withTaskGroup(of: ErrorCode?.self) { group in
            for number in 1...4 { group.addTask { await use(desk, token, "sentence of number \(number)")?.code } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.filter { $0 == nil }.count == 1 && codes.filter { $0 == .notFound }.count == 3)
    }
}
