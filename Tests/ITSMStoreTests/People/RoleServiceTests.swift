import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing

@Suite struct RoleServiceTests {
    @Test func makingChangingDeleting() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let jane = try await desk.person("jane")
        let role = try await desk.roles.create(.init(name: "Auditor", permissions: Grants([.readAudit: .all, .readTickets: .group])), as: root)
        #expect(try await desk.roles.find(.name("auditor"), as: root) == role)
        _ = try await desk.people.grant(.id(role.id), to: .id(jane.id), as: root)
        #expect(try await desk.caller(jane.id).grants[.readTickets] == .group)
        var patch = Role.Patch()
        patch.permissions = .value([.readAudit: nil, .readTickets: .all])
        let changed = try await desk.roles.update(.id(role.id), with: patch, ifVersion: 1, as: root)
        #expect(changed.permissions == Grants([.readTickets: .all]) && changed.version == 2)
        #expect(try await desk.caller(jane.id).grants[.readTickets] == .all)
        #expect(await failure { try await desk.roles.update(.id(role.id), with: patch, ifVersion: 1, as: root) }?.code == .versionMismatch)
        let error = await failure { try await desk.roles.delete(.id(role.id), ifVersion: nil, as: root) }
        #expect(error?.code == .inUse && error?.detail.contains("1 people") == true)
        _ = try await desk.people.revoke(.id(role.id), from: .id(jane.id), as: root)
        try await desk.roles.delete(.id(role.id), ifVersion: 2, as: root)
        #expect(await failure { try await desk.roles.find(.id(role.id), as: root) }?.code == .notFound)
        #expect(await failure { try await desk.roles.delete(.name("viewer"), ifVersion: nil, as: root) }?.code == .inUse)
        #expect(await failure { try await desk.roles.create(.init(name: "AGENT", permissions: Grants()), as: root) }?.code == .duplicate)
    }

    @Test func builtInOnesCanBeEditedButForSuperAdminsPermissions() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        var patch = Role.Patch()
        patch.permissions = .value([.readKnowledge: .all])
        #expect(try await desk.roles.update(.id(Role.requesterID), with: patch, ifVersion: nil, as: root).permissions[.readKnowledge] == .all)
        #expect(
            await failure { try await desk.roles.update(.id(Role.superAdminID), with: patch, ifVersion: nil, as: root) }?.problems.map(\.pointer) == [
                "/permissions"
            ])
        patch = Role.Patch()
        patch.description = .value("Ours")
        #expect(try await desk.roles.update(.id(Role.superAdminID), with: patch, ifVersion: nil, as: root).permissions == .everything)
    }

    /// An admin may rename a role that reaches further, and narrow it, but not widen it beyond their own rights.
    @Test func wideningNeedsTheRight() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let admin = try await desk.person("admin", roles: [.name("admin")])
        let role = try await desk.roles.create(
            .init(name: "confidant", permissions: Grants([.readConfidentialTickets: .group, .readTickets: .own])), as: root)
        var patch = Role.Patch()
        patch.name = .value("trusted")
        patch.permissions = .value([.readTickets: .all])
        #expect(try await desk.roles.update(.id(role.id), with: patch, ifVersion: nil, as: admin).name == "trusted")
        patch.permissions = .value([.readConfidentialTickets: .all, .readTickets: .own])
        #expect(
            await failure { try await desk.roles.update(.id(role.id), with: patch, ifVersion: nil, as: admin) }?.problems.map(\.pointer)
                == ["/permissions/tickets:readConfidential"])
        patch.permissions = .value([.readConfidentialTickets: .own])
        #expect(await failure { try await desk.roles.update(.id(role.id), with: patch, ifVersion: nil, as: admin) } == nil)
    }

    /// A role is deleted while it is being given: one of the two is refused.
    @Test(arguments: 1...4) func givenWhileDeleted(round: Int) async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let role = try await desk.roles.create(.init(name: "brief", permissions: Grants([.readTickets: .own])), as: root)
        async let given = failure { try await desk.people.grant(.id(role.id), to: .id(root.id), as: root) }
        async let deleted = failure { try await desk.roles.delete(.id(role.id), ifVersion: nil, as: root) }
        let (one, two) = await (given, deleted)
        #expect((one == nil) != (two == nil))
        #expect(try await desk.people.find(.id(root.id), as: root).roles.contains { $0.id == role.id } == (one == nil))
    }
}
