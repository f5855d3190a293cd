import ITSMCore
import Testing

@testable import ITSMStore

/// Rules with a condition on a real database. The 2nd of October 2090 is a Monday; a medium incident is due in eight hours of weekdays 09:00–17:00.
@Suite struct EscalationConditionTests {
    private func desk(_ condition: String) async throws -> ClockDesk {
        let desk = try await ClockDesk.make()
        let root = try await desk.people.superAdmin()
        let service = EscalationRuleService(database: desk.database)
        for rule in desk.desk.snapshot.activeEscalationRules {
            var patch = EscalationRule.Patch()
            patch.archived = .value(true)
            _ = try await service.update(.id(rule.id), patch, as: root)
        }
        _ = try await service.create(
            .init(
                name: "Vips", metrics: [.resolution], threshold: .percent(50), condition: condition,
                actions: [.init(.comment, visibility: .workNote, body: "Look at it")]), as: root)
        try await desk.desk.reload()
        return desk
    }

    @Test(arguments: [
        ("\"vip\" in ticket.tags && ticket.assignee.name == \"Anna\"", true), ("ticket.title.contains(\"Network\")", false),
        ("ticket.description.contains(\"wire\")", true), ("now - ticket.createdAt < duration(\"1h\")", false),
        ("ticket.service.name == \"x\"", false),
    ])
    func aRuleActsWhereItsConditionHoldsWhenItFires(_ condition: String, _ holds: Bool) async throws {
        let desk = try await desk(condition)
        let ticket = try await desk.raise("02 09:00") {
            $0.tags = ["vip"]
            $0.description = "a wire is cut"
            $0.channel = .phone
        }
        #expect(try await desk.fire("02 13:00") == 1)
        let notes = try await desk.tickets.detail(.id(ticket.id), expanding: [.comments], as: desk.anna).comments ?? []
        #expect(notes.count == (holds ? 1 : 0))
        #expect(try await desk.record(of: ticket) == ["escalation.\(holds ? "fired" : "passedOver") Vips 02T13:00"])
        // It has had its chance.
        #expect(try await desk.fire("02 13:30") == 0)
        let told = try await desk.tickets.detail(.id(ticket.id), expanding: [.timeline], as: desk.anna).timeline?.last {
            $0.kind.rawValue.hasPrefix("esc")
        }
        #expect(told?.changes?.value["condition"]?["condition"] == .string(condition))
    }

    @Test func whatTheRecordSaysOfATicketIsWhatItsClocksRemember() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 09:00") {
            $0.tags = ["b", "a"]
            $0.channel = .phone
        }
        desk.go("02 09:10")
        var patch = TicketPatch()
        (patch.tags, patch.impact) = (.value(["vip"]), .value(.high))
        _ = try await desk.tickets.update(.id(ticket.id), patch, as: desk.anna)
        (patch.tags, patch.impact, patch.confidential, patch.major) = (.absent, .absent, .value(true), .value(true))
        _ = try await desk.tickets.update(.id(ticket.id), patch, as: .automation())
        try await desk.database.read { tx in
            let events = SLAEvent.events(of: try tx.sla.histories(of: [ticket.id])[ticket.id] ?? [])
            #expect(events.first?.facts.details.tags == ["a", "b"] && events.first?.facts.details.channel == .phone)
            #expect(events.last?.facts == TicketFacts(try tx.tickets.find(.id(ticket.id), visibleTo: .automation()).ticket))
        }
    }

    @Test func aRehearsalTellsForWhichClocksARuleWouldHaveFired() async throws {
        let desk = try await ClockDesk.make()
        let root = try await desk.people.superAdmin()
        let late = try await desk.raise("02 09:00") { $0.tags = ["vip"] }
        _ = try await desk.raise("02 09:00") { $0.requester = .id(desk.anna.id) }
        let quick = try await desk.raise("02 09:00") { $0.tags = ["vip"] }
        try await desk.move(quick, to: .resolved, "02 10:00")
        desk.go("02 16:00")
        let service = EscalationRehearsalService(database: desk.database, desk: { desk.desk.snapshot })
        let draft = EscalationRule.Draft(
            name: "Vips", metrics: [.resolution], threshold: .percent(50), condition: "\"vip\" in ticket.tags", actions: [.init(.raisePriority)])
        let found = try await service.rehearse(.init(rule: draft, days: 1), as: root)
        #expect(found.tickets == 3 && found.reached == 2 && found.fired == 1 && found.failed == 0)
        #expect(found.rows.map(\.ticket.id) == [late.id] && found.rows.first?.reachedAt == ClockDesk.instant("02 13:00"))
        var faulty = draft
        faulty.condition = "ticket.service.name == \"x\""
        let failing = try await service.rehearse(.init(rule: faulty, days: 1), as: root)
        #expect(failing.fired == 0 && failing.failed == 2 && failing.failure != nil)
        await #expect(throws: ITSMError.self) { try await service.rehearse(.init(rule: draft, days: 91), as: root) }
        await #expect(throws: ITSMError.self) { try await service.rehearse(.init(rule: draft), as: desk.anna) }
    }
}
