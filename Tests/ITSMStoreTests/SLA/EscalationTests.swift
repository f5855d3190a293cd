import ITSMCore
import Testing

@testable import ITSMStore

/// The escalation engine on a real database (sla.md, 3), with the rules of a new installation: 50 % tells the assignee, 75 % the group's manager, 100 %
/// escalates.
@Suite struct EscalationTests {
    @Test func eachThresholdFiresOnceAtItsInstantAndTheBreachAtItsOwn() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 09:00") { $0.channel = .phone }
        #expect(try await desk.fire("02 12:59") == 0)
        #expect(try await desk.escalations.nextFire() == ClockDesk.instant("02 13:00"))
        #expect(try await desk.fire("02 13:00") == 1)
        #expect(try await desk.fire("02 13:01") == 0)
        #expect(try await desk.notices.list(as: desk.anna).items.map(\.kind) == [.slaWarning])
        #expect(try await desk.fire("02 15:00") == 1)
        #expect(try await desk.notices.list(as: desk.mona).items.map(\.kind) == [.slaWarning])
        #expect(try await desk.fire("02 17:00") == 1)
        let escalated = try await desk.tickets.find(.id(ticket.id), as: desk.anna)
        #expect(escalated.escalationLevel == 1 && escalated.version == ticket.version && escalated.assignee?.id == desk.anna.id)
        #expect(try await desk.tickets.watchers(of: .id(ticket.id), as: desk.anna).map(\.id) == [desk.mona.id])
        #expect(try await desk.notices.list(as: desk.mona).items.map(\.kind) == [.escalated, .slaWarning])
        // Until Tuesday 09:00 nothing is late; a worker that comes later records the true instant.
        #expect(try await desk.fire("03 08:59") == 0)
        #expect(try await desk.fire("03 11:00") == 1)
        #expect(try await desk.record(of: ticket).contains("sla.breached resolution 03T09:00"))
        #expect(try await desk.escalations.nextFire() == nil)
    }

    @Test func aWaitKeepsRulesAsleepAndTheyFireWhenItEnds() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 09:00") { $0.channel = .phone }
        try await desk.move(ticket, to: .pendingRequester, "02 12:00")
        #expect(try await desk.fire("04 12:00") == 0)
        try await desk.move(ticket, to: .inProgress, "04 13:00")
        #expect(try await desk.fire("04 13:59") == 0)
        #expect(try await desk.fire("04 14:00") == 1)
    }

    @Test func aRaiseThatPassesSeveralThresholdsTellsOfTheHighestOnly() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 09:00") { $0.channel = .phone }
        desk.go("02 12:50")
        var patch = TicketPatch()
        patch.urgency = .value(.high)
        patch.impact = .value(.high)
        // P1: an hour, of which nearly four are over.
        _ = try await desk.tickets.update(.id(ticket.id), patch, as: desk.anna)
        #expect(try await desk.fire("02 12:51") == 1)
        let record = try await desk.record(of: ticket)
        #expect(record.count == 4, "\(record)")
        #expect(record.contains("sla.breached resolution 02T12:50"))
        #expect(try await desk.notices.list(as: desk.anna).items.isEmpty)
        #expect(try await desk.notices.list(as: desk.mona).items.map(\.kind) == [.escalated])
        // Lowering it and raising it again fires nothing anew.
        (patch.urgency, patch.impact) = (.value(.low), .value(.low))
        _ = try await desk.tickets.update(.id(ticket.id), patch, as: desk.anna)
        (patch.urgency, patch.impact) = (.value(.high), .value(.high))
        _ = try await desk.tickets.update(.id(ticket.id), patch, as: desk.anna)
        #expect(try await desk.fire("02 12:52") == 0)
    }

    @Test func aBreachOfAClockThatWasStoppedMeanwhileIsStillRecorded() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 09:00") { $0.channel = .phone }
        // The worker slept through all of it.
        try await desk.move(ticket, to: .resolved, "03 10:00")
        #expect(try await desk.fire("03 11:00") == 1)
        #expect(try await desk.record(of: ticket) == ["sla.breached resolution 03T09:00"])
        #expect(try await desk.notices.list(as: desk.anna).items.isEmpty)
    }

    @Test func aClockSetBackFiresNothingTwice() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 09:00") { $0.channel = .phone }
        #expect(try await desk.fire("02 13:00") == 1)
        #expect(try await desk.fire("02 12:00") == 0)
        #expect(try await desk.fire("02 13:00") == 0)
        #expect(try await desk.fire("02 15:00") == 1)
        #expect(try await desk.record(of: ticket).count == 2)
    }

    @Test func manyServersAtOnceFireEachOnce() async throws {
        let desk = try await ClockDesk.make()
        var tickets: [TicketView] = []
        for _ in 0..<20 { tickets.append(try await desk.raise("02 09:00") { $0.channel = .phone }) }
        desk.go("02 13:30")
        let fired = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { try await desk.escalations.fireDue(limit: 5) } }
            return try await group.reduce(0, +)
        }
        let rest = try await desk.escalations.fireDue()
        #expect(fired + rest == 20)
        for ticket in tickets { #expect(try await desk.record(of: ticket).count == 1) }
        #expect(try await desk.notices.list(page: PageRequest(limit: 100)!, as: desk.anna).items.count == 20)
    }

    @Test func whatFailsBeforeTheCommitIsAsIfItHadNotBeen() async throws {
        struct Killed: Error {}
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 09:00") { $0.channel = .phone }
        desk.go("02 13:00")
        await #expect(throws: Killed.self) {
            try await desk.database.write { tx in
                #expect(try desk.escalations.fireDue(limit: 10, in: tx) == 1)
                throw Killed()
            }
        }
        #expect(try await desk.record(of: ticket).isEmpty)
        #expect(try await desk.fire("02 13:00") == 1)
        #expect(try await desk.record(of: ticket).count == 1)
    }

    @Test func aNightOfChangingClocksWithTheWorkerAsleep() async throws {
        let desk = try await ClockDesk.make()
        let hours = Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, DayHours.hours(0, 6)) })
        _ = try await SLACalendarService(database: desk.database)
            .create(.init(name: "Nights", zone: "Europe/Berlin", weekly: hours), as: .automation())
        try await desk.desk.reload()
        let goals = Dictionary(
            uniqueKeysWithValues: Priority.allCases.map { ($0, ServiceLevelAgreement.GoalInput(seconds: 4 * 3_600, calendar: .name("Nights"))) })
        _ = try await AgreementService(database: desk.database)
            .create(.init(name: "Night shift", order: 1, targets: [.init(.resolution, goals: goals)]), as: .automation())
        try await desk.desk.reload()
        // Sunday 29 October 2090: at 03:00 Berlin's clocks go back to 02:00, so four hours from midnight end at 03:00 on the wall.
        let ticket = try await desk.raise("28 20:00") { $0.channel = .phone }
        #expect(try await desk.timer("resolution", of: ticket)?.dueAt == ClockDesk.instant("29 02:00"))
        #expect(try await desk.fire("29 09:00") == 1)
        #expect(try await desk.record(of: ticket).contains("sla.breached resolution 29T02:00"))
        #expect(try await desk.notices.list(as: desk.mona).items.map(\.kind) == [.escalated])
    }
}
