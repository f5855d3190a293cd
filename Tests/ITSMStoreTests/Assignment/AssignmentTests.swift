import ITSMTestSupport
import Testing

@testable import ITSMCore
@testable import ITSMStore

/// Rules at work on a database.
@Suite struct AssignmentTests {
    @Test func aNewTicketGoesWhereTheFirstRuleSays() async throws {
        let desk = try await AssignmentDesk.make()
        try await desk.rule("Urgent", "ticket.urgency == \"high\"", group: desk.network, .person) { $0.person = .id(desk.agents[0].id) }
        try await desk.rule("Rest", group: desk.servers)
        let urgent = try await desk.raise { $0.urgency = .high }
        #expect(urgent.group?.name == "Wires" && urgent.assignee?.name == "Agent0" && urgent.status == .assigned && urgent.version == 1)
        let rest = try await desk.raise()
        #expect(rest.group?.name == "Boxes" && rest.assignee == nil && rest.status == .new)
        // What is answered is what is kept.
        #expect(try await desk.tickets.find(.id(urgent.id), as: desk.lead) == urgent)

        let record = try await desk.tickets.detail(.id(urgent.id), expanding: [.timeline], as: desk.lead).timeline ?? []
        #expect(record.map(\.kind) == [.ticketCreated, .ticketAssigned, .ticketStatusChanged, .assignmentDecided])
        #expect(record[0].principal.name == "Rita" && record[0].changes?.value["group"] == .null)
        #expect(record[1].principal.id == User.automationID && record[1].depth == 1)
        let rule = try #require(try await desk.rules.list(.init(), page: .first, as: desk.lead).items.first)
        #expect(record[1].cause == "assignmentRule:\(rule.id)" && rule.name == "Urgent")
        // The requester reads that it went there, and not why.
        let read = try await desk.tickets.detail(.id(urgent.id), expanding: [.timeline], as: desk.rita).timeline ?? []
        #expect(read.map(\.kind) == [.ticketCreated, .ticketAssigned, .ticketStatusChanged])
        let refused = await failure { try await desk.tickets.assignmentStory(of: .id(urgent.id), as: desk.rita) }
        #expect(refused?.code == .forbidden)
    }

    @Test func whoGaveItAlreadyIsNotOverruled() async throws {
        let desk = try await AssignmentDesk.make()
        try await desk.rule("All", group: desk.network, .roundRobin)
        let given = try await desk.raise(as: desk.lead) { $0.group = .name("Boxes") }
        #expect(given.group?.name == "Boxes" && given.assignee == nil)
        let mine = try await desk.raise(as: desk.lead) { $0.assignee = .id(desk.lead.id) }
        #expect(mine.group?.name == "Wires" && mine.assignee?.id == desk.lead.id)
        let within = try await desk.raise(as: desk.lead) { $0.group = .name("Wires") }
        #expect(within.group?.name == "Wires" && within.assignee != nil)
    }

    @Test func aBrokenConditionKeepsNoTicketFromBeingRaisedAndIsToldToAdmins() async throws {
        let desk = try await AssignmentDesk.make()
        let broken = try await desk.rule("Broken", "ticket.service.name == \"Email\"", group: desk.network, .roundRobin)
        try await desk.rule("Rest", group: desk.servers)
        let ticket = try await desk.raise()
        #expect(ticket.group?.name == "Boxes")
        let faults = try await desk.rules.faults(of: .id(broken.id), as: .automation())
        #expect(faults.map(\.number) == [ticket.number] && faults[0].version == 1 && !faults[0].message.isEmpty)
        let asked = try #require(try await desk.story(ticket).decisions.first?.decision.asked)
        #expect(asked.map(\.outcome) == [.failed, .matched])
        try await desk.rules.delete(.id(broken.id), as: .automation())
        let gone = await failure { try await desk.rules.faults(of: .id(broken.id), as: .automation()) }
        #expect(gone?.code == .notFound)
    }

    // MARK: Within a group

    @Test func turnsAreFairUnderManyWriters() async throws {
        let desk = try await AssignmentDesk.make(agents: 4)
        try await desk.rule("All", group: desk.network, .roundRobin)
        let raised = try await withThrowingTaskGroup(of: TicketView.self) { group in
            for number in 0..<16 {
                group.addTask { try await desk.raise("\(number)") }
                group.addTask { try await desk.raise("\(number) again") }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(desk.counts(raised) == [8, 8, 8, 8])
    }

    @Test func turnsPassOverTheAbsentAndBeginWithWhoIsNew() async throws {
        let desk = try await AssignmentDesk.make(agents: 3)
        try await desk.rule("All", group: desk.network, .roundRobin)
        func next() async throws -> String? { try await desk.raise().assignee?.name }
        #expect(try await [next(), next(), next(), next()] == ["Agent0", "Agent1", "Agent2", "Agent0"])
        try await desk.edit(desk.agents[1].id) { $0.absentUntil = .value(AssignmentDesk.start.adding(seconds: 3_600)) }
        #expect(try await [next(), next()] == ["Agent2", "Agent0"])
        // Back, it is their turn, once.
        desk.people.clock.advance(seconds: 3_600)
        #expect(try await [next(), next()] == ["Agent1", "Agent2"])
        _ = try await desk.people.person("newcomer", roles: [.name("agent")], groups: [.id(desk.network)])
        #expect(try await next() == "Newcomer")
        try await desk.people.people.disable(.id(desk.agents[0].id), ifVersion: nil, as: .automation())
        #expect(try await next() == "Agent1")
        // A requester in the group works no tickets.
        _ = try await desk.people.person("onlooker", groups: [.id(desk.network)])
        #expect(try await next() == "Agent2")
    }

    @Test func loadIsOpenWorkByPriority() async throws {
        let desk = try await AssignmentDesk.make(agents: 3)
        func give(_ agent: Int, _ priority: Priority, _ count: Int = 1) async throws -> [TicketView] {
            var given: [TicketView] = []
            for _ in 0..<count {
                let (impact, urgency): (Impact, Urgency) = [
                    .critical: (.high, .high), .high: (.high, .medium), .medium: (.medium, .medium), .low: (.low, .low),
                ][priority]!
                given.append(
                    try await desk.raise(as: desk.lead) {
                        ($0.impact, $0.urgency, $0.assignee) = (impact, urgency, .id(desk.agents[agent].id))
                    })
            }
            return given
        }
        // 8, 6 and 7.
        _ = try await give(0, .critical)
        _ = try await give(1, .high) + give(1, .medium)
        let low = try await give(2, .low, 7)
        try await desk.rule("All", group: desk.network, .leastLoaded)
        let first = try await desk.raise()
        #expect(first.assignee?.name == "Agent1")
        let candidates = try #require(try await desk.story(first).decisions.first?.decision.asked.first?.candidates)
        #expect(candidates.map(\.load) == [6, 7, 8])
        // Solved work weighs nothing.
        for ticket in low {
            let move = TicketTransition(to: .resolved, resolution: .init(code: .fixed, notes: "Done"))
            _ = try await desk.tickets.transition(.id(ticket.id), move, as: desk.lead)
        }
        #expect(try await desk.raise().assignee?.name == "Agent2")
    }

    @Test func loadIsSharedUnderManyWriters() async throws {
        let desk = try await AssignmentDesk.make(agents: 4)
        try await desk.rule("All", group: desk.network, .leastLoaded)
        let raised = try await withThrowingTaskGroup(of: TicketView.self) { group in
            for number in 0..<16 { group.addTask { try await desk.raise("\(number)") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(desk.counts(raised) == [4, 4, 4, 4], "each choice sees what the one before it did")
    }

    @Test func skillDecides() async throws {
        let desk = try await AssignmentDesk.make(agents: 3)
        try await desk.edit(desk.agents[2].id) { $0.skills = .value(["SAP", "network"]) }
        try await desk.edit(desk.agents[1].id) { $0.skills = .value(["sap"]) }
        try await desk.rule("All", group: desk.network, .bestSkill)
        #expect(try await desk.raise(as: desk.lead) { $0.tags = ["sap"] }.assignee?.name == "Agent1", "equals in turn, the older first")
        #expect(try await desk.raise(as: desk.lead) { $0.tags = ["sap", "network"] }.assignee?.name == "Agent2")
    }

    // MARK: Re-categorisation

    @Test func whatARuleAssignedGoesOnWithItsCategory() async throws {
        let desk = try await AssignmentDesk.make()
        let portfolio = ServicePortfolio(database: desk.database)
        for name in ["Mail", "Payroll"] { _ = try await portfolio.create(.init(name: name), as: .automation()) }
        try await desk.desk.reload()
        try await desk.rule("Mail", "ticket.service != null && ticket.service.name == \"Mail\"", group: desk.network, .roundRobin)
        try await desk.rule("Payroll", "ticket.service != null && ticket.service.name == \"Payroll\"", group: desk.servers)
        let ticket = try await desk.raise { $0.service = .name("Mail") }
        #expect(ticket.group?.name == "Wires" && ticket.assignee?.name == "Agent0")

        let moved = try await desk.change(ticket) { $0.service = .value(.name("Payroll")) }
        #expect(moved.group?.name == "Boxes" && moved.assignee == nil)
        #expect(try await desk.tickets.find(.id(ticket.id), as: desk.lead) == moved)
        let story = try await desk.story(moved)
        #expect(story.decisions.map(\.decision.trigger) == [.recategorise, .create])
        #expect(
            story.decisions[0].decision.asked[1].clearedAssignee == true && story.groupSet?.by.id == User.automationID && story.assigneeSet == nil)

        // What a person chose stays.
        let chosen = try await desk.change(moved) { $0.assignee = .value(.id(desk.agents[2].id)) }
        let back = try await desk.change(chosen) { $0.service = .value(.name("Mail")) }
        #expect(back.group?.name == "Wires" && back.assignee?.name == "Agent2")
        #expect(try await desk.story(back).decisions[0].decision.asked[0].notes == [.assigneeKept])
        let byHand = try await desk.change(back) { $0.group = .value(.name("Boxes")) }
        let kept = try await desk.change(byHand) { $0.service = .null }
        #expect(kept.group?.name == "Boxes")
        // An edit of something else asks nobody.
        let count = try await desk.story(kept).decisions.count
        _ = try await desk.change(kept) { $0.title = .value("Other") }
        #expect(try await desk.story(kept).decisions.count == count)
    }

    @Test func aRuleThatMatchesAgainKeepsWhoHasIt() async throws {
        let desk = try await AssignmentDesk.make()
        _ = try await ServicePortfolio(database: desk.database).create(.init(name: "Mail"), as: .automation())
        try await desk.desk.reload()
        try await desk.rule("All", group: desk.network, .roundRobin)
        let ticket = try await desk.raise()
        let same = try await desk.change(ticket) { $0.service = .value(.name("Mail")) }
        #expect(same.assignee == ticket.assignee && same.version == ticket.version + 1)
        #expect(try await desk.raise().assignee != ticket.assignee, "no turn was spent")
    }

    // MARK: Cost

    @Test func onlyAChoiceWithinAGroupNeedsAUnitOfItsOwn() async throws {
        let desk = try await AssignmentDesk.make()
        func needsLookUp(_ title: String) throws -> Bool {
            try desk.tickets.plan(TicketDraft(title: title), kind: .incident, as: desk.rita).needsLookUp
        }
        #expect(try !needsLookUp("x"))
        try await desk.rule("Plain", "ticket.title == \"plain\"", group: desk.servers)
        try await desk.rule("Choosing", "ticket.title == \"choose\"", group: desk.network, .roundRobin)
        #expect(try !needsLookUp("plain") && !needsLookUp("other") && needsLookUp("choose"))
        #expect(try await desk.raise("plain").group?.name == "Boxes")
        #expect(try await desk.raise("choose").assignee != nil)
        #expect(try await desk.raise("other").group == nil)
    }

    @Test func theClocksOfATicketFollowTheRulesAsTheyWouldAFold() async throws {
        let desk = try await AssignmentDesk.make()
        try await desk.rule("All", group: desk.network, .roundRobin)
        let ticket = try await desk.raise()
        let (kept, histories) = try await desk.database.read { tx in
            let cycles = try tx.sla.cycles(of: [ticket.id])
            let histories = try tx.sla.histories(of: [ticket.id])
            try tx.flush()
            return (cycles.value, histories)
        }
        let events = SLAEvent.events(of: histories[ticket.id] ?? [])
        let folded = try await desk.database.read { [snapshot = desk.desk.snapshot] tx in
            try TicketClocks.fold(events, of: ticket.id, under: DeskDefinitions(desk: snapshot, tx: tx))
        }
        #expect(Set(folded.cycles.map(\.name)) == Set(kept.map(\.name)) && folded.dueAt == ticket.dueAt && ticket.dueAt != nil)
    }
}
