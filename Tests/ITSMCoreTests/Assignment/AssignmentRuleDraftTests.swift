import Testing

@testable import ITSMCore

/// What a rule may be.
@Suite struct AssignmentRuleDraftTests {
    private static let picks = AssignmentRule.Picks(
        groups: .init(found: [.name("Network"): Ref(id: Desk.network.id, name: "Network")]),
        people: .init(found: [.name("anna"): Ref(id: Desk.anna, name: "Anna")]), environment: ConditionEnvironment(.change))

    private static func make(_ draft: AssignmentRule.Draft) throws -> AssignmentRule {
        try AssignmentRule(draft, id: Desk.id(101), nextOrder: 30, picks: picks, at: Desk.monday)
    }

    @Test(
        arguments: [
            (.init(), ["/name", "/group"]), (.init(name: "x", choice: .person), ["/person"]), (.init(name: "x", choice: .roundRobin), ["/group"]),
            (.init(name: "x", group: .name("Nowhere")), ["/group"]), (.init(name: "x", group: .name("Network"), person: .name("anna")), ["/person"]),
            (.init(name: "x", group: .name("Network"), skills: ["sap"]), ["/skills"]),
            (.init(name: "x", triggers: [], group: .name("Network")), ["/triggers"]),
            (.init(name: "x", order: -1, group: .name("Network")), ["/order"]),
            (.init(name: "x", condition: "ticket.prio == 1 && ticket.title", group: .name("Network")), ["/condition", "/condition"]),
            (.init(name: "x", condition: "ticket.", group: .name("Network")), ["/condition"]),
            (.init(name: "x", group: .name("Network"), choice: .bestSkill, skills: ["ok", ""]), ["/skills/1"]),
        ] as [(AssignmentRule.Draft, [String])])
    func faultsOfADraft(_ draft: AssignmentRule.Draft, _ expected: [String]) throws {
        let error = try #require(throws: ITSMError.self) { try Self.make(draft) }
        #expect(error.pointers == expected)
    }

    @Test func whatIsAbsentHasADefault() throws {
        let rule = try Self.make(.init(name: "x", condition: "  ", group: .name("Network")))
        #expect(rule.order == 30 && rule.condition == nil && rule.triggers == [.create, .recategorise] && rule.choice == .nobody && !rule.continues)
        let skilled = try Self.make(.init(name: "x", group: .name("Network"), choice: .bestSkill, skills: [" SAP ", "network", "sap"]))
        #expect(skilled.skills == ["network", "sap"])
    }

    @Test func anotherChoiceTakesAlongWhatOnlyTheOldOneUsed() throws {
        var rule = try Self.make(.init(name: "x", group: .name("Network"), choice: .person, person: .name("anna")))
        var patch = AssignmentRule.Patch()
        patch.choice = .value(.bestSkill)
        patch.skills = .value(["sap"])
        let changes = try rule.apply(patch, picks: Self.picks, at: Desk.monday)
        #expect(rule.person == nil && rule.skills == ["sap"] && rule.version == 2 && Set(changes.changes.keys) == ["choice", "person", "skills"])
        patch = AssignmentRule.Patch()
        patch.choice = .value(.nobody)
        _ = try rule.apply(patch, picks: Self.picks, at: Desk.monday)
        #expect(rule.skills.isEmpty)
        patch.group = .null
        #expect(throws: ITSMError.self) { try rule.apply(patch, picks: Self.picks, at: Desk.monday) }
        #expect(try rule.apply(.init(), picks: Self.picks, at: Desk.monday).isEmpty && rule.version == 3)
    }
}
