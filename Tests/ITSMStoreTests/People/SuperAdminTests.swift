import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing

/// There is always a superAdmin who can sign in.
@Suite struct SuperAdminTests {
    @Test func theLastOneStays() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        #expect(await failure { try await desk.people.disable(.id(root.id), ifVersion: nil, as: root) }?.code == .inUse)
        #expect(await failure { try await desk.people.revoke(.id(Role.superAdminID), from: .id(root.id), as: root) }?.code == .inUse)
        var patch = User.Patch()
        patch.roles = .value([.name("agent")])
        #expect(await failure { try await desk.people.update(.id(root.id), with: patch, ifVersion: nil, as: root) }?.code == .inUse)
        patch = User.Patch()
        patch.password = .null
        #expect(await failure { try await desk.people.update(.id(root.id), with: patch, ifVersion: nil, as: .automation()) }?.code == .inUse)
        let after = try await desk.people.find(.id(root.id), as: root)
        #expect(after.roles.map(\.id) == [Role.superAdminID] && after.canSignIn)
    }

    /// One who has no password, or is disabled, would leave the desk without anybody who can set it up.
    @Test func oneWhoCannotSignInDoesNotCount() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let other = try await desk.superAdmin("other")
        try await desk.people.disable(.id(other.id), ifVersion: nil, as: root)
        _ = try await desk.people.create(.init(username: "third", name: "Third", roles: [.id(Role.superAdminID)]), as: root)
        #expect(await failure { try await desk.people.disable(.id(root.id), ifVersion: nil, as: root) }?.code == .inUse)
        _ = try await desk.people.enable(.id(other.id), as: root)
        try await desk.people.disable(.id(root.id), ifVersion: nil, as: root)
    }

    @Test(arguments: [true, false], 1...4) func twoWhoEndEachOtherAtOnceLeaveOne(byDisabling: Bool, round: Int) async throws {
        let desk = try await PeopleDesk.make()
        let first = try await desk.superAdmin("first"), second = try await desk.superAdmin("second")
        @Sendable func end(_ user: ID<User>, by caller: Principal) async -> ITSMError? {
            await failure {
                if byDisabling {
                    try await desk.people.disable(.id(user), ifVersion: nil, as: caller)
                } else {
                    _ = try await desk.people.revoke(.id(Role.superAdminID), from: .id(user), as: caller)
                }
            }
        }
        async let one = end(second.id, by: first)
        async let two = end(first.id, by: second)
        let errors = await [one, two]
        #expect(errors.compactMap { $0?.code } == [.inUse])
        #expect(try await desk.database.read { try $0.roles.superAdmins(otherThan: nil) } == 1)
    }

    @Test func adminsDoNotTouchOne() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let admin = try await desk.person("admin", roles: [.name("admin")])
        var rename = User.Patch()
        rename.name = .value("Mine")
        let errors = [
            await failure { try await desk.people.update(.id(root.id), with: rename, ifVersion: nil, as: admin) },
            await failure { try await desk.people.disable(.id(root.id), ifVersion: nil, as: admin) },
            await failure { try await desk.people.endSignIns(of: .id(root.id), as: admin) },
            await failure { try await desk.people.revoke(.id(Role.superAdminID), from: .id(root.id), as: admin) },
            await failure { try await desk.people.grant(.id(Role.superAdminID), to: .id(admin.id), as: admin) },
            await failure { try await desk.roles.update(.id(Role.superAdminID), with: Role.Patch(), ifVersion: nil, as: admin) },
        ]
        #expect(errors.map { $0?.code } == Array(repeating: .forbidden, count: errors.count))
    }

    /// Through a group anybody who keeps its members could make superAdmins.
    @Test func noGroupHoldsTheRole() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let group = try await desk.groups.create(.init(name: "Kings"), as: root)
        #expect(
            await failure { try await desk.groups.grant(.id(Role.superAdminID), to: .id(group.id), as: root) }?.problems.map(\.pointer) == ["/role"])
        let error = await failure {
            try await desk.database.write { _ = try $0.roles.grant(Role.superAdminID, to: group.id, at: $0.now) }
        }
        #expect(error?.problems.map(\.pointer) == ["/roles"])
    }
}
