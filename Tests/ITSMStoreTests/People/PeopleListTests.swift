import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing

@Suite struct PeopleListTests {
    @Test func pagesByName() async throws {
        let desk = try await PeopleDesk.make()
        // Names that differ in case only, and ties, which the id breaks.
        for index in 1...23 { _ = try await desk.person("p\(index)") }
        for index in 24...27 {
            _ = try await desk.people.create(.init(username: "p\(index)", name: index % 2 == 0 ? "SAME" : "same"), as: .automation())
        }
        var found: [User.View] = [], position: PagePosition?, pages = 0
        repeat {
            let page = try await desk.people.list(.init(), page: PageRequest(limit: 5, after: position)!, as: .automation())
            found += page.items
            position = page.next
            pages += 1
        } while position != nil
        #expect(found.count == 27 && Set(found.map(\.id)).count == 27 && pages == 6)
        #expect(found.map { $0.name.lowercased() } == found.map { $0.name.lowercased() }.sorted())
    }

    @Test func filters() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        _ = try await desk.groups.create(.init(name: "Network", roles: [.name("agent")]), as: root)
        let drafts: [User.Draft] = [
            .init(username: "jdoe", name: "Jane Doe", email: "jane@example.org", groups: [.name("Network")]),
            .init(username: "asmith", name: "Adam Smith", email: "adam@100%.example", roles: [.name("agent")]),
            .init(username: "old", name: "Old Jane", roles: [.name("agent")]),
            .init(username: "rita", name: "Rita", roles: [.name("requester")]),
        ]
        for draft in drafts { _ = try await desk.people.create(draft, as: root) }
        try await desk.people.disable(.name("old"), ifVersion: nil, as: root)
        let cases: [(User.Filter, [String])] = [
            (.init(), ["asmith", "jdoe", "old", "rita", "root"]), (.init(query: "JANE"), ["jdoe", "old"]), (.init(query: "doe jane"), ["jdoe"]),
            (.init(query: "mith"), ["asmith"]), (.init(query: "jdo"), ["jdoe"]), (.init(query: "@example.org"), ["jdoe"]),
            (.init(query: "100%"), ["asmith"]),
            (.init(query: "%"), ["asmith"]), (.init(query: "_"), []), (.init(query: "  "), ["asmith", "jdoe", "old", "rita", "root"]),
            (.init(query: "jane", isDisabled: false), ["jdoe"]), (.init(isDisabled: true), ["old"]), (.init(group: .name("network")), ["jdoe"]),
            (.init(group: .name("none")), []), (.init(role: .name("agent")), ["asmith", "jdoe", "old"]),
            (.init(role: .id(Role.superAdminID)), ["root"]),
            (.init(isAssignable: true), ["asmith", "jdoe", "root"]), (.init(isAssignable: false), ["old", "rita"]),
            (.init(query: "jane", isAssignable: true), ["jdoe"]),
        ]
        for (filter, usernames) in cases {
            #expect(try await desk.people.list(filter, page: .first, as: root).items.map(\.username) == usernames, "\(filter)")
        }
    }

    /// With `people:read` in scope `group` one sees oneself and the members of one's groups.
    @Test func whoIsSeen() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        _ = try await desk.roles.create(.init(name: "lead", permissions: Grants([.readPeople: .group])), as: root)
        _ = try await desk.roles.create(.init(name: "self", permissions: Grants([.readPeople: .own])), as: root)
        for name in ["North", "South"] { _ = try await desk.groups.create(.init(name: name), as: root) }
        let north = try await desk.person("north", groups: [.name("North")])
        _ = try await desk.person("south", groups: [.name("South")])
        let lead = try await desk.person("lead", roles: [.name("lead")], groups: [.name("North")])
        let own = try await desk.person("own", roles: [.name("self")], groups: [.name("North")])
        func seen(_ caller: Principal) async throws -> [String] {
            try await desk.people.list(.init(), page: .first, as: caller).items.map(\.username)
        }
        #expect(try await seen(lead) == ["lead", "north", "own"])
        #expect(try await seen(own) == ["own"])
        #expect(try await desk.groups.list(.init(), page: .first, as: lead).items.map(\.name) == ["North"])
        #expect(try await desk.people.find(.id(north.id), as: lead).username == "north")
        let inputs: Set<RefInput<User>> = [.id(north.id), .name("south"), .name("North"), .name("own")]
        let lookup = try await desk.database.read { try $0.users.resolve(inputs, visibleTo: lead) }
        #expect(Set(lookup.found.keys) == [.id(north.id), .name("North"), .name("own")] && lookup.ambiguous.isEmpty)
    }

    @Test func whatNamesMean() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        var ids: [String: ID<User>] = [:]
        // The second bears the first one's username as name, and as email address; the two Smiths share a name.
        let drafts: [User.Draft] = [
            .init(username: "jane", name: "Jane Doe", email: "jane@example.org"), .init(username: "other", name: "Jane"),
            .init(username: "s1", name: "Smith"), .init(username: "s2", name: "SMITH"), .init(username: "s3", name: "Gone"),
        ]
        for draft in drafts { ids[draft.username!] = try await desk.people.create(draft, as: root).id }
        try await desk.people.disable(.name("s3"), ifVersion: nil, as: root)
        let inputs: Set<RefInput<User>> = [
            .name("JANE"), .name("jane doe"), .name("Jane@Example.org"), .name("smith"), .name("Gone"), .name("s3"), .name("nobody"),
            .name("automation"),
            .id(User.automationID), .id(ids["s1"]!), .id(ids["s3"]!), .name("unknown"),
        ]
        let lookup = try await desk.database.read { try $0.users.resolve(inputs, visibleTo: root) }
        #expect(lookup.ambiguous == [.name("smith")])
        #expect(
            lookup.found.mapValues(\.id) == [
                .name("JANE"): ids["jane"]!, .name("jane doe"): ids["jane"]!, .name("Jane@Example.org"): ids["jane"]!, .id(ids["s1"]!): ids["s1"]!,
                .name("unknown"): User.unknownID,
            ])
    }

    @Test func theSearchUsesItsIndex() async throws {
        let desk = try await PeopleDesk.make()
        let plan = try await desk.database.write { tx -> String in
            let connection = try #require(tx as? UnitOfWork).connection
            try connection.execute(
                """
                INSERT INTO users (id, username, name, created_at, updated_at)
                SELECT gen_random_uuid(), 'user' || n, 'Person ' || n, \(tx.now), \(tx.now) FROM generate_series(1, 2000) AS n
                """)
            // So few are read through faster; what counts is that many need not be.
            try connection.execute("SET LOCAL enable_seqscan = off")
            return try connection.all("EXPLAIN SELECT id FROM users WHERE search_text LIKE lower('%son 1999%')", as: String.self).joined(
                separator: "\n")
        }
        #expect(plan.contains("users_by_search_text"))
    }
}
