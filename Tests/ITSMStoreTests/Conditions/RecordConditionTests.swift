import ITSMTestSupport
import Testing

@testable import ITSMCore
@testable import ITSMStore

/// A condition on people, groups and the like means the same of a list as of one record, as it is shown.
struct RecordConditionTests {
    @Test(arguments: ConditionScope.allCases.filter { $0.isOfLists && $0 != .list }) func listsAndEvaluatorAgree(scope: ConditionScope) async throws {
        let filled = try await RecordConditionDesk.make()
        let (desk, reader) = (filled.desk, filled.reader)
        let all = try await filled.list(scope, nil)
        #expect(all.count > 2)
        let ids = try await desk.database.read { try $0.groups.list(.init(), page: .first, visibleTo: reader).items.map(\.id.description) }
        let environment = ConditionEnvironment.ofRecords(scope)
        var maker = ConditionMaker(
            seed: 77, environment, texts: ["Ada 0", "a", "network", "Network", "VPN", "Sales", "%", "", "é", "agent", "req-2", "Standard"],
            ids: ids + all.compactMap { $0["id"]?.string }.prefix(3) + [reader.id.description])
        var (partial, disagreements) = (0, 0)
        for round in 0..<300 {
            let text = maker.truth(round % 3)
            let condition = try Condition(text, in: environment)
            let found = Set(try await filled.list(scope, condition))
            let expected = Set(all.filter { condition.holds(of: $0, for: reader, at: desk.clock.now()) })
            if found != expected {
                Issue.record("\(text): the list holds \(found.count), the evaluator \(expected.count), both \(found.intersection(expected).count)")
                disagreements += 1
                if disagreements > 5 { return }
            }
            if !found.isEmpty, found.count < all.count { partial += 1 }
        }
        // So that the agreement is about something.
        #expect(partial > 30)
    }

    /// The condition stands inside of what its reader may see.
    @Test func aReaderFindsNoMoreByACondition() async throws {
        let desk = try await RecordConditionDesk.make().desk
        let lead = Role.Draft(name: "lead", permissions: Grants([.readPeople: .group]))
        _ = try await desk.roles.create(lead, as: .automation())
        let caller = try await desk.person("lea", roles: [.name("lead")], groups: [.name("Network")])
        let found = try await desk.database.read { tx in
            let condition = try Condition("true || person.name == \"x\"", in: .ofRecords(.people))
            return try tx.users.list(.init(condition: condition), page: PageRequest(limit: 400)!, visibleTo: caller).items
        }
        #expect(!found.isEmpty && found.allSatisfy { $0.groups.contains { $0.name == "Network" } })
    }

    /// Every field of every list that the database is asked for has a form in SQL, and none of a whole list.
    @Test(arguments: ConditionScope.allCases) func fieldsOfPagesAndOnlyTheseHaveAFormInSQL(scope: ConditionScope) {
        for field in scope.recordFields { #expect((ConditionTerm(field).kind == .refused) == scope.isOfWholeLists, "\(field.name)") }
    }
}
