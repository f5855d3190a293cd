import Testing

@testable import ITSMCore

@Suite struct GrantsTests {
    static let cases: [(held: Grants, wanted: Grants, isSubset: Bool)] = [
        (Grants(), Grants(), true),
        (Grants(), Grants([.readTickets: .own]), false),
        (Grants([.readTickets: .own]), Grants([.readTickets: .own]), true),
        (Grants([.readTickets: .own]), Grants([.readTickets: .group]), false),
        (Grants([.readTickets: .group]), Grants([.readTickets: .all]), false),
        (Grants([.readTickets: .all]), Grants([.readTickets: .own]), true),
        (Grants([.readTickets: .all]), Grants([.readTickets: .own, .createTickets: .own]), false),
        (.everything, Grants([.manageRoles: .all, .readConfidentialTickets: .group]), true),
    ]

    @Test(arguments: cases) func nobodyGrantsMoreThanTheyHold(_ example: (held: Grants, wanted: Grants, isSubset: Bool)) {
        #expect(example.wanted.isSubset(of: example.held) == example.isSubset)
        #expect(example.wanted.beyond(example.held).scopes.isEmpty == example.isSubset)
    }

    @Test func unionTakesTheWiderScope() {
        let agent = Grants([.readTickets: .group, .reply: .all]), requester = Grants([.readTickets: .own, .createTickets: .own, .reply: .own])
        let both = Grants([.readTickets: .group, .reply: .all, .createTickets: .own])
        #expect(agent.union(requester) == both)
        #expect(requester.union(agent) == both)
    }

    @Test func aTokenOnlyNarrows() {
        let owner = Grants([.readTickets: .group, .reply: .all])
        #expect(owner.intersection([.readTickets, .manageRoles]) == Grants([.readTickets: .group]))
    }

    @Test func aNarrowedSuperAdminIsNone() {
        let admin = Principal(id: User.automationID, username: "a", name: "A", grants: .everything, isSuperAdmin: true, origin: .init(channel: .api))
        #expect(admin.narrowed(to: Set(Permission.allCases)).isSuperAdmin)
        #expect(!admin.narrowed(to: Set(Permission.allCases).subtracting([.readReports])).isSuperAdmin)
    }
}
