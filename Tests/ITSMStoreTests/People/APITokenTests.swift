import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing

@Suite struct APITokenTests {
    @Test func aTokenNarrowsItsPerson() async throws {
        let desk = try await PeopleDesk.make()
        let agent = try await desk.person("agent", roles: [.name("agent")])
        let issued = try await desk.apiTokens.create(.init(name: "reader", permissions: [.readTickets, .reply]), as: agent)
        #expect(issued.token.hasPrefix("itsm_pat_"))
        let (caller, id) = try #require(try await desk.apiTokens.caller(withToken: issued.token))
        #expect(id == issued.apiToken.id && caller.id == agent.id && caller.kind == .apiToken)
        #expect(caller.grants == Grants([.readTickets: .all, .reply: .all]))
        // What the person loses, the token loses.
        _ = try await desk.people.revoke(.name("agent"), from: .id(agent.id), as: .automation())
        #expect(try await desk.apiTokens.caller(withToken: issued.token)?.principal.grants == Grants())
        #expect(try await desk.apiTokens.caller(withToken: issued.token + "x") == nil)
    }

    @Test func itCanDoNothingForItsOwnPower() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let issued = try await desk.apiTokens.create(.init(name: "all"), as: root)
        let caller = try #require(try await desk.apiTokens.caller(withToken: issued.token)?.principal)
        #expect(await failure { try await desk.apiTokens.create(.init(name: "child"), as: caller) }?.code == .forbidden)
        let change = AccountService.PasswordChange(currentPassword: PeopleDesk.password, newPassword: "another long one")
        #expect(await failure { try await desk.account.changePassword(change, as: caller) }?.code == .forbidden)
    }

    @Test func faults() async throws {
        let desk = try await PeopleDesk.make()
        let jane = try await desk.person("jane"), now = desk.clock.now()
        func pointers(_ draft: APIToken.Draft) async -> [String]? {
            await failure { try await desk.apiTokens.create(draft, as: jane) }?.problems.map(\.pointer)
        }
        #expect(await pointers(.init(name: "", permissions: [.manageRoles], expiresAt: now)) == ["/name", "/permissions", "/expiresAt"])
        #expect(await pointers(.init(name: "x", permissions: [])) == ["/permissions"])
        #expect(await pointers(.init(name: "x", expiresAt: now.adding(seconds: 367 * 86_400))) == ["/expiresAt"])
        #expect(await pointers(.init(name: "x")) == nil)
        #expect(await pointers(.init(name: "X")) == ["/name"])
    }

    @Test func itExpiresAndIsRevoked() async throws {
        let desk = try await PeopleDesk.make()
        let jane = try await desk.person("jane"), stranger = try await desk.person("stranger")
        let short = try await desk.apiTokens.create(.init(name: "short", expiresAt: desk.clock.now().adding(seconds: 60)), as: jane)
        desk.clock.advance(seconds: 1)
        let long = try await desk.apiTokens.create(.init(name: "long"), as: jane)
        #expect(try await desk.apiTokens.list(as: jane).map(\.name) == ["long", "short"])
        desk.clock.advance(seconds: 60)
        #expect(await failure { try await desk.apiTokens.caller(withToken: short.token) }?.code == .tokenExpired)
        #expect(try await desk.apiTokens.list(as: jane).map(\.name) == ["long"])
        #expect(await failure { try await desk.apiTokens.revoke(long.apiToken.id, as: stranger) }?.code == .notFound)
        try await desk.apiTokens.revoke(long.apiToken.id, as: jane)
        #expect(try await desk.apiTokens.caller(withToken: long.token) == nil)
        #expect(await failure { try await desk.apiTokens.revoke(long.apiToken.id, as: jane) }?.code == .notFound)
        _ = try await desk.apiTokens.create(.init(name: "long"), as: jane)
    }

    @Test func lastUseIsKeptByTheMinute() async throws {
        let desk = try await PeopleDesk.make()
        let jane = try await desk.person("jane")
        let id = try await desk.apiTokens.create(.init(name: "x"), as: jane).apiToken.id
        let minute = Instant("2026-11-02T08:01:00Z")!
        try await desk.apiTokens.note([id: minute.adding(seconds: 42)])
        #expect(try await desk.apiTokens.list(as: jane).map(\.lastUsedAt) == [minute])
        // Another server writes later what it saw earlier.
        try await desk.apiTokens.note([id: minute.adding(seconds: -100)])
        #expect(try await desk.apiTokens.list(as: jane).map(\.lastUsedAt) == [minute])
    }
}
