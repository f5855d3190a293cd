import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

/// How rules are kept, ordered and rehearsed.
@Suite struct AssignmentRuleServiceTests {
    @Test func aRuleIsKeptAsItWasMade() async throws {
        let desk = try await AssignmentDesk.make()
        let rule = try await desk.rule("Network", "ticket.priority <= 2", group: desk.network, .bestSkill) {
            ($0.skills, $0.continues, $0.triggers) = (["cisco"], true, [.recategorise])
        }
        #expect(try await desk.rules.find(.name("NETWORK"), as: desk.lead) == rule)
        #expect(rule.order == 10 && desk.desk.snapshot.assignmentRules == [rule])
        var patch = AssignmentRule.Patch()
        patch.condition = .null
        patch.archived = .value(true)
        let changed = try await desk.rules.update(.id(rule.id), patch, expecting: 1, as: .automation())
        #expect(changed.version == 2 && changed.archivedAt != nil)
        #expect(try await desk.rules.find(.id(rule.id), as: desk.lead) == changed)
        try await desk.desk.reload()
        #expect(desk.desk.snapshot.assignmentRules.isEmpty)
        let stale = await failure { try await desk.rules.update(.id(rule.id), patch, expecting: 1, as: .automation()) }
        #expect(stale?.code == .versionMismatch)
        let twice = await failure { try await desk.rule("network", group: desk.network) }
        #expect(twice?.problems.map(\.pointer) == ["/name"] && twice?.problems.first?.code == .duplicate)
        let used = await failure { try await desk.people.groups.delete(.id(desk.network), ifVersion: nil, as: .automation()) }
        #expect(used?.code == .inUse)
        let read = await failure { try await desk.rules.list(.init(), page: .first, as: desk.rita) }
        #expect(read?.code == .forbidden)
        let changedByAgent = await failure { try await desk.rules.update(.id(rule.id), patch, as: desk.lead) }
        #expect(changedByAgent?.code == .forbidden)
    }

    @Test func rulesMoveAmongTheirNeighbours() async throws {
        let desk = try await AssignmentDesk.make(agents: 0)
        for name in ["a", "b", "c"] { try await desk.rule(name, group: desk.network) { $0.order = 5 } }
        func names() async throws -> [String] { try await desk.rules.list(.init(isArchived: false), page: .first, as: desk.lead).items.map(\.name) }
        #expect(try await names() == ["a", "b", "c"], "of the same order, the one that was made first")
        try await desk.rules.move(.name("c"), .up, as: .automation())
        #expect(try await names() == ["a", "c", "b"])
        try await desk.rules.move(.name("a"), .down, as: .automation())
        #expect(try await names() == ["c", "a", "b"])
        try await desk.rules.move(.name("c"), .up, as: .automation())
        #expect(try await names() == ["c", "a", "b"])
        // In pages as in one.
        let first = try await desk.rules.list(.init(), page: PageRequest(limit: 2)!, as: desk.lead)
        let rest = try await desk.rules.list(.init(), page: PageRequest(limit: 2, after: first.next)!, as: desk.lead)
        #expect((first.items + rest.items).map(\.name) == ["c", "a", "b"] && rest.next == nil)
    }

    @Test func aRehearsalTellsWhatWouldDiffer() async throws {
        let desk = try await AssignmentDesk.make()
        let old = try await desk.raise("old", as: desk.lead)
        desk.people.clock.advance(seconds: 40 * 86_400)
        let there = try await desk.raise("there", as: desk.lead) { ($0.group, $0.assignee) = (.name("Wires"), .id(desk.agents[0].id)) }
        desk.people.clock.advance(seconds: 1)
        let elsewhere = try await desk.raise("elsewhere", as: desk.lead) {
            ($0.group, $0.urgency, $0.description) = (.name("Boxes"), .high, "A box is broken")
        }
        func rehearse(_ condition: String?, days: Int? = nil, as caller: Principal = .automation()) async throws -> AssignmentRehearsal {
            try await desk.rehearsals.rehearse(
                .init(rule: .init(name: "Draft", condition: condition, group: .name("Wires"), choice: .roundRobin), days: days), as: caller)
        }
        let all = try await rehearse(nil)
        #expect(all.tickets == 2 && all.matched == 2 && all.differing == 1 && all.failed == 0)
        #expect(all.rows.map(\.ticket.number) == [elsewhere.number, there.number] && all.rows.map(\.differs) == [true, false])
        #expect(all.rows[0].group?.name == "Boxes" && all.rows[0].newGroup?.name == "Wires" && all.rows[0].choice == .roundRobin)
        #expect(all.rows[1].assignee?.name == "Agent0")
        #expect(try await rehearse(nil, days: 90).rows.last?.ticket.id == old.id)
        #expect(try await rehearse("ticket.urgency == \"high\"").rows.map(\.ticket.id) == [elsewhere.id])
        let failed = try await rehearse("ticket.assignee.name == \"Agent0\"")
        #expect(failed.matched == 1 && failed.failed == 1 && failed.failure?.hasPrefix("\(elsewhere.number)") == true)
        // The long texts are asked too.
        #expect(try await rehearse("ticket.description.contains(\"broken\")").rows.map(\.ticket.id) == [elsewhere.id])
        #expect(try await rehearse("principal.name == \"Lead\"").matched == 2)

        let faults: [(String?, Int?, [String])] = [
            ("ticket.nothing", nil, ["/rule/condition"]), (nil, 91, ["/days"]), ("\"x\" in principal.groups", nil, ["/rule/condition"]),
        ]
        for (condition, days, expected) in faults {
            #expect(await failure { try await rehearse(condition, days: days) }?.problems.map(\.pointer) == expected)
        }
        #expect(await failure { try await rehearse(nil, as: desk.lead) }?.code == .forbidden)
        // Nothing was kept.
        #expect(try await desk.rules.list(.init(), page: .first, as: desk.lead).items.isEmpty)
    }

    @Test func peopleSayThemselvesWhenTheyAreAway() async throws {
        let desk = try await AssignmentDesk.make(agents: 1)
        let agent = desk.agents[0]
        func change(as caller: Principal, _ change: (inout User.Patch) -> Void) async -> ITSMError? {
            var patch = User.Patch()
            change(&patch)
            return await failure { try await desk.people.people.update(.id(agent.id), with: patch, ifVersion: nil, as: caller) }
        }
        let (from, until) = (AssignmentDesk.start, AssignmentDesk.start.adding(seconds: 86_400))
        #expect(await change(as: agent) { ($0.absentFrom, $0.absentUntil) = (.value(from), .value(until)) } == nil)
        let view = try await desk.people.people.find(.id(agent.id), as: agent)
        #expect(view.absentFrom == from && view.absentUntil == until)
        #expect(await change(as: agent) { $0.absentUntil = .value(from) }?.problems.map(\.pointer) == ["/absentUntil"])
        #expect(await change(as: agent) { $0.skills = .value(["sap"]) }?.code == .forbidden)
        #expect(await change(as: .automation()) { $0.skills = .value(["SAP ", "sap", "Cisco  IOS"]) } == nil)
        #expect(try await desk.people.people.find(.id(agent.id), as: agent).skills == ["cisco ios", "sap"])
    }
}
