import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing

@Suite struct PeopleServiceTests {
    @Test func makingAPerson() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let group = try await desk.groups.create(.init(name: "Network", roles: [.name("agent")]), as: root)
        let draft = User.Draft(
            username: "Jane", name: "Jane Doe", email: "Jane@Example.org", location: "Graz", vip: true, timeZone: "Europe/Vienna", language: "de-AT",
            manager: .name("root"), password: PeopleDesk.password, groups: [.name("network")])
        let jane = try await desk.people.create(draft, as: root)
        #expect(jane.roles.map(\.name) == ["requester"] && jane.inheritedRoles.map(\.name) == ["agent"])
        #expect(jane.groups == [Ref(id: group.id, name: "Network")] && jane.manager?.id == root.id)
        #expect(jane.canSignIn && jane.vip && jane.version == 1)
        #expect(try await desk.people.find(.name("jane"), as: root) == jane)
        #expect(try await desk.caller(jane.id).groups == [group.id])
        var filter = ActivityFilter()
        filter.record = jane.id.retyped()
        #expect(Set(try await desk.activity(filter).map(\.kind)) == [.userCreated, .userRoleGranted])
    }

    @Test func everyFaultAtOnce() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let draft = User.Draft(
            username: "", name: "X", email: "x", manager: .name("nobody"), password: "short", roles: [.name("agent"), .name("king")],
            groups: [.name("none")])
        let error = await failure { try await desk.people.create(draft, as: root) }
        #expect(Set(error?.problems.map(\.pointer) ?? []) == ["/username", "/email", "/manager", "/password", "/roles/1", "/groups/0"])
        #expect(try await desk.people.list(.init(), page: .first, as: root).items.count == 1)
    }

    @Test(arguments: [("JANE", "other@example.org", "/username"), ("other", "JANE@example.org", "/email")])
    func uniqueWithoutRegardToCase(username: String, email: String, pointer: String) async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        _ = try await desk.people.create(.init(username: "jane", name: "Jane", email: "jane@example.org"), as: root)
        let error = await failure { try await desk.people.create(.init(username: username, name: "Other", email: email), as: root) }
        #expect(error?.code == .duplicate && error?.problems.map(\.pointer) == [pointer])
    }

    @Test func changing() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let jane = try await desk.person("jane")
        _ = try await desk.groups.create(.init(name: "Network"), as: root)
        var patch = User.Patch()
        patch.name = .value("Jane Doe")
        patch.department = .value("IT")
        patch.roles = .value([.name("agent"), .name("viewer")])
        patch.groups = .value([.name("Network")])
        let changed = try await desk.people.update(.id(jane.id), with: patch, ifVersion: 1, as: root)
        #expect(changed.version == 2 && changed.name == "Jane Doe" && changed.roles.map(\.name) == ["agent", "viewer"])
        #expect(changed.groups.map(\.name) == ["Network"])
        #expect(await failure { try await desk.people.update(.id(jane.id), with: patch, ifVersion: 1, as: root) }?.code == .versionMismatch)
        #expect(try await desk.people.update(.id(jane.id), with: patch, ifVersion: 2, as: root).version == 2)
        patch = User.Patch()
        patch.department = .null
        patch.groups = .value([])
        let cleared = try await desk.people.update(.name("JANE"), with: patch, ifVersion: nil, as: root)
        #expect(cleared.department == nil && cleared.groups.isEmpty && cleared.version == 3)
        var filter = ActivityFilter()
        filter.record = jane.id.retyped()
        let kinds = try await desk.activity(filter).map(\.kind)
        #expect(
            kinds.filter { $0 == .userRoleGranted }.count == 3 && kinds.contains(.userRoleRevoked) && kinds.filter { $0 == .userUpdated }.count == 2)
    }

    @Test func nobodyGrantsMoreThanTheyHold() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let admin = try await desk.person("admin", roles: [.name("admin")])
        let jane = try await desk.person("jane")
        _ = try await desk.roles.create(.init(name: "confidant", permissions: Grants([.readConfidentialTickets: .group])), as: root)
        _ = try await desk.groups.create(.init(name: "HR", roles: [.name("confidant")]), as: root)
        var groups = User.Patch()
        groups.groups = .value([.name("HR")])
        let errors = [
            await failure { try await desk.people.grant(.name("confidant"), to: .id(jane.id), as: admin) },
            await failure { try await desk.people.create(.init(username: "new", name: "New", roles: [.name("confidant")]), as: admin) },
            await failure { try await desk.people.create(.init(username: "new", name: "New", groups: [.name("HR")]), as: admin) },
            await failure { try await desk.people.update(.id(jane.id), with: groups, ifVersion: nil, as: admin) },
            await failure { try await desk.groups.add(.id(jane.id), to: .name("HR"), as: admin) },
            await failure { try await desk.roles.create(.init(name: "mine", permissions: Grants([.readConfidentialTickets: .own])), as: admin) },
            await failure { try await desk.groups.create(.init(name: "Mine", roles: [.name("confidant")]), as: admin) },
        ]
        #expect(errors.map { $0?.code } == Array(repeating: .forbidden, count: errors.count))
        // Taking away, and giving what one holds, is an admin's work.
        _ = try await desk.people.grant(.name("confidant"), to: .id(jane.id), as: root)
        #expect(try await desk.people.revoke(.name("confidant"), from: .id(jane.id), as: admin).roles.map(\.name) == ["requester"])
        #expect(try await desk.people.grant(.name("admin"), to: .id(jane.id), as: admin).roles.map(\.name) == ["admin", "requester"])
    }

    @Test func ofOneselfAFewFields() async throws {
        let desk = try await PeopleDesk.make()
        let jane = try await desk.person("jane"), john = try await desk.person("john")
        var patch = User.Patch()
        patch.timeZone = .value("Europe/Berlin")
        #expect(try await desk.people.update(.id(jane.id), with: patch, ifVersion: nil, as: jane).timeZone == "Europe/Berlin")
        patch.vip = .value(true)
        #expect(
            await failure { try await desk.people.update(.id(jane.id), with: patch, ifVersion: nil, as: jane) }?.problems.map(\.pointer) == ["/vip"])
        // Hidden and absent look the same.
        let absent = await failure { try await desk.people.find(.name("nobody"), as: jane) }
        #expect(absent?.code == .notFound)
        for key in [RefInput<User>.id(john.id), .name("john")] {
            #expect(await failure { try await desk.people.find(key, as: jane) } == absent)
            #expect(await failure { try await desk.people.update(key, with: patch, ifVersion: nil, as: jane) } == absent)
            #expect(await failure { try await desk.people.disable(key, ifVersion: nil, as: jane) } == absent)
        }
        #expect(await failure { try await desk.people.list(.init(), page: .first, as: jane) }?.code == .forbidden)
    }

    @Test func importedPeopleAreFoundOrMade() async throws {
        let desk = try await PeopleDesk.make()
        let jane = try await desk.person("servicenow:Caller 1")
        let people = (1...500).map { (username: "servicenow:caller \($0)", name: "Caller \($0)") }
        let ids = try await desk.database.write { try desk.people.findOrCreate(people, in: $0, as: .automation()) }
        #expect(ids.count == 500 && ids["servicenow:caller 1"] == jane.id)
        let again = try await desk.database.write { try desk.people.findOrCreate(people, in: $0, as: .automation()) }
        #expect(again == ids)
        var filter = ActivityFilter()
        filter.kinds = [.userCreated]
        let created = try await desk.database.read { [filter] in try $0.activity.list(filter, page: PageRequest(limit: 500)!, for: .automation()) }
        #expect(created.items.count == 500 && created.next == nil)
        #expect(try await !desk.people.find(.name("servicenow:caller 2"), as: .automation()).canSignIn)
        #expect(await failure { try await desk.database.write { try desk.people.findOrCreate(people, in: $0, as: jane) } }?.code == .forbidden)
    }
}
