import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing

@Suite struct GroupServiceTests {
    @Test func makingAndChanging() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        for name in ["ann", "bob", "cid"] { _ = try await desk.person(name) }
        let group = try await desk.groups.create(
            .init(
                name: "Network", description: "Cables", manager: .name("ann"), members: [.name("ann"), .name("bob"), .name("ANN")],
                roles: [.name("agent")]),
            as: root)
        #expect(
            group.members.map(\.name) == ["Ann", "Bob"] && group.manager?.name == "Ann" && group.roles.map(\.name) == ["agent"] && group.version == 1)
        var patch = SupportGroup.Patch()
        patch.name = .value("Networks")
        patch.manager = .null
        patch.members = .value([.name("bob"), .name("cid")])
        let changed = try await desk.groups.update(.name("network"), with: patch, ifVersion: 1, as: root)
        #expect(changed.members.map(\.name) == ["Bob", "Cid"] && changed.manager == nil && changed.name == "Networks" && changed.version == 2)
        #expect(await failure { try await desk.groups.update(.id(group.id), with: patch, ifVersion: 1, as: root) }?.code == .versionMismatch)
        #expect(try await desk.groups.add(.name("ann"), to: .id(group.id), as: root).version == 3)
        #expect(try await desk.groups.add(.name("ann"), to: .id(group.id), as: root).version == 3)
        #expect(try await desk.groups.remove(.name("ann"), from: .id(group.id), as: root).members.map(\.name) == ["Bob", "Cid"])
        #expect(await failure { try await desk.groups.remove(.name("ann"), from: .id(group.id), as: root) }?.code == .notFound)
        var filter = ActivityFilter()
        filter.record = group.id.retyped()
        let kinds = try await desk.activity(filter).map(\.kind)
        #expect(kinds.filter { $0 == .groupMemberAdded }.count == 4 && kinds.filter { $0 == .groupMemberRemoved }.count == 2)
        #expect(kinds.contains(.groupCreated) && kinds.contains(.groupUpdated) && kinds.contains(.groupRoleGranted))
        #expect(await failure { try await desk.groups.create(.init(name: "NETWORKS"), as: root) }?.code == .duplicate)
    }

    @Test func largeGroupsAreShownInPart() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let group = try await desk.groups.create(.init(name: "Everybody", roles: [.name("viewer")]), as: root)
        let people = (0..<Limits.groupMembersShown).map { (username: "p\($0)", name: "P \($0)") }
        try await desk.database.write { tx in
            for id in try desk.people.findOrCreate(people, in: tx, as: root).values { _ = try tx.groups.add(id, to: group.id, at: tx.now) }
        }
        let last = try await desk.groups.add(.name("root"), to: .id(group.id), as: root)
        #expect(last.memberCount == people.count + 1)
        #expect(last.members.count == Limits.groupMembersShown)
        #expect(last.members.map(\.name.localizedLowercase) == last.members.map(\.name.localizedLowercase).sorted())

        var names: [String] = []
        var after: PagePosition?
        repeat {
            let page = try await desk.groups.members(of: .name("everybody"), page: try #require(PageRequest(limit: 150, after: after)), as: root)
            names += page.items.map(\.username)
            after = page.next
        } while after != nil
        #expect(names.count == people.count + 1)
        #expect(names.last == "root")

        var patch = SupportGroup.Patch()
        patch.members = .value([])
        let refused = await failure { try await desk.groups.update(.id(group.id), with: patch, ifVersion: nil, as: root) }
        #expect(refused?.problems.map(\.pointer) == ["/members"])
        try await desk.people.disable(.name("p0"), ifVersion: nil, as: root)
        #expect(try await desk.groups.update(.id(group.id), with: patch, ifVersion: nil, as: root).memberCount == 0)
        // Whoever is disabled was not shown, so was not meant.
        #expect(try await desk.people.enable(.name("p0"), as: root).groups.map(\.name) == ["Everybody"])
    }

    /// An archived group is hidden from pickers, and its roles no longer reach its members.
    @Test func archiving() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let group = try await desk.groups.create(.init(name: "Network", roles: [.name("agent")]), as: root)
        let ann = try await desk.person("ann", roles: [], groups: [.name("Network")])
        #expect(ann.isAgent)
        var patch = SupportGroup.Patch()
        patch.archived = .value(true)
        #expect(try await desk.groups.update(.id(group.id), with: patch, ifVersion: nil, as: root).archivedAt == desk.clock.now())
        let after = try await desk.caller(ann.id)
        #expect(after.grants == Grants() && after.groups == [group.id])
        let lookup = try await desk.database.read { try $0.groups.resolve([.id(group.id), .name("network")], visibleTo: root) }
        #expect(lookup.found.isEmpty)
        #expect(try await desk.groups.list(.init(isArchived: false), page: .first, as: root).items.isEmpty)
        // To bring it back is to give its roles.
        let keeper = try await desk.roles.create(.init(name: "keeper", permissions: Grants([.readPeople: .all, .managePeople: .all])), as: root)
        let weak = try await desk.person("weak", roles: [.id(keeper.id)])
        patch.archived = .value(false)
        #expect(await failure { try await desk.groups.update(.id(group.id), with: patch, ifVersion: nil, as: weak) }?.code == .forbidden)
        #expect(try await desk.groups.update(.id(group.id), with: patch, ifVersion: nil, as: root).archivedAt == nil)
        #expect(try await desk.caller(ann.id).isAgent)
    }

    @Test func whatIsUsedStays() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let used = try await desk.groups.create(.init(name: "Used"), as: root),
            free = try await desk.groups.create(.init(name: "Free", members: [.name("root")], roles: [.name("agent")]), as: root)
        try await desk.database.write { tx in
            let connection = try #require(tx as? UnitOfWork).connection
            try connection.execute(
                """
                INSERT INTO services (id, name, owner_id, criticality, version, created_at, updated_at)
                VALUES (\(tx.newID() as ID<User>), 'Mail', \(used.id), 'high', 1, \(tx.now), \(tx.now))
                """)
        }
        let error = await failure { try await desk.groups.delete(.id(used.id), ifVersion: nil, as: root) }
        #expect(error?.code == .inUse && error?.detail.contains("by 1 service.") == true)
        try await desk.groups.delete(.id(free.id), ifVersion: free.version, as: root)
        #expect(await failure { try await desk.groups.find(.id(free.id), as: root) }?.code == .notFound)
    }

    @Test func importedGroupsAreFoundOrMade() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let group = try await desk.groups.create(.init(name: "Group 1"), as: root)
        let names = (1...100).map { "group \($0)" }
        let ids = try await desk.database.write { try desk.groups.findOrCreate(names, in: $0, as: root) }
        #expect(ids.count == 100 && ids["group 1"] == group.id)
        #expect(try await desk.database.write { try desk.groups.findOrCreate(names, in: $0, as: root) } == ids)
    }
}
