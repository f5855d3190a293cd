import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing

/// domain.md, 3: the roles that a desk starts with.
@Suite struct DefaultRolesTests {
    static let work: [Permission] = [
        .readTickets, .createTickets, .createTicketsForOthers, .updateTickets, .assignTickets, .transitionTickets, .reply, .note, .editOwnComments,
        .readPeople,
    ]

    static func grants(_ permissions: [Permission], _ scope: Scope) -> Grants {
        Grants(Dictionary(uniqueKeysWithValues: permissions.map { ($0, scope) }))
    }

    static let table: [String: Grants] = [
        "requester": grants([.readTickets, .createTickets, .reply], .own),
        "viewer": grants([.readTickets, .readPeople], .all),
        "agent": grants(work, .all),
        "manager": grants(work, .all).union(grants([.overridePriority, .bulkTickets, .exportTickets, .readReports], .group)),
        "admin": grants(Permission.allCases.filter { $0 != .readConfidentialTickets }, .all),
        "superAdmin": .everything,
    ]

    @Test func theTable() async throws {
        let desk = try await PeopleDesk.make()
        let roles = try await desk.roles.list(page: .first, as: .automation()).items
        #expect(roles.map(\.name) == ["admin", "agent", "manager", "requester", "superAdmin", "viewer"])
        for role in roles {
            #expect(role.builtIn)
            #expect(role.permissions == Self.table[role.name], "\(role.name)")
        }
    }

    /// Each can be given by an admin but superAdmin, and none reaches further than the next.
    @Test func whatAnAdminCanGive() async throws {
        let desk = try await PeopleDesk.make()
        let admin = try await desk.person("admin", roles: [.name("admin")])
        for name in Self.table.keys {
            let error = await failure { try await desk.people.create(.init(username: "p-\(name)", name: "P", roles: [.name(name)]), as: admin) }
            #expect(error?.code == (name == "superAdmin" ? .forbidden : nil), "\(name)")
        }
    }

    @Test func theBuiltInPersonsCannotSignIn() async throws {
        let desk = try await PeopleDesk.make()
        for id in [User.automationID, User.unknownID] {
            let user = try await desk.people.find(.id(id), as: .automation())
            #expect(!user.canSignIn)
            var patch = User.Patch()
            patch.password = .value(PeopleDesk.password)
            #expect(await failure { try await desk.people.update(.id(id), with: patch, ifVersion: nil, as: .automation()) }?.code == .forbidden)
            #expect(await failure { try await desk.people.disable(.id(id), ifVersion: nil, as: .automation()) }?.code == .forbidden)
            #expect(await failure { try await desk.people.grant(.id(Role.superAdminID), to: .id(id), as: .automation()) }?.code == .forbidden)
        }
    }
}
