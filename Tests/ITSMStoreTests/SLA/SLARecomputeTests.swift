import ITSMCore
import Testing

@testable import ITSMStore

/// Edits of what clocks run under, with clocks running.
@Suite struct SLARecomputeTests {
    private func at(_ text: String) -> Instant { ClockDesk.instant(text) }

    @Test func runningClocksFollowACalendarAndWhatTheySaidIsKept() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 16:00") { $0.channel = .phone }
        let ended = try await desk.raise("02 09:00") { $0.channel = .phone }
        try await desk.move(ended, to: .resolved, "02 15:00")
        #expect(try await desk.timer("resolution", of: ticket)?.dueAt == at("03 16:00"))
        let report = try await desk.closeTuesday(.follow)
        #expect(report?.changed == 1 && report?.newlyBreached == 0)
        let timer = try #require(try await desk.timer("resolution", of: ticket))
        #expect(timer.dueAt == at("04 16:00") && timer.calendarVersion == 2)
        #expect(try await desk.tickets.find(.id(ticket.id), as: desk.anna).dueAt == at("04 16:00"))
        #expect(try await desk.timer("resolution", of: ended)?.calendarVersion == 1, "what has ended never changes")
        #expect(try await desk.timer("firstResponse", of: ticket)?.calendarVersion == 1)
        // The worker is asked by the new hours.
        #expect(try await desk.fire("03 12:00") == 0)
        #expect(try await desk.fire("04 12:00") == 1)
        // A change of the ticket goes on under the version that its clock is held to.
        try await desk.move(ticket, to: .pendingRequester, "04 13:00")
        #expect(try await desk.timer("resolution", of: ticket)?.elapsedSeconds == 5 * 3_600)
    }

    @Test func onlyNewClocksTakeAnEditThatIsKeptFromRunningOnes() async throws {
        let desk = try await ClockDesk.make()
        let old = try await desk.raise("02 16:00") { $0.channel = .phone }
        #expect(try await desk.closeTuesday(.keep) == nil)
        let new = try await desk.raise("02 16:30") { $0.channel = .phone }
        #expect(try await desk.timer("resolution", of: old)?.dueAt == at("03 16:00"))
        #expect(try await desk.timer("resolution", of: new)?.dueAt == at("04 16:30"))
        // The old one is read by its own version, which is in force no more.
        try await desk.move(old, to: .pendingRequester, "03 12:00")
        #expect(try await desk.timer("resolution", of: old)?.elapsedSeconds == 4 * 3_600)
    }

    @Test func runningClocksFollowAnAgreementWhenAsked() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 09:00") { $0.channel = .phone }
        let service = AgreementService(database: desk.database)
        var patch = ServiceLevelAgreement.Patch()
        let goals = Dictionary(
            uniqueKeysWithValues: Priority.allCases.map { ($0, ServiceLevelAgreement.GoalInput(seconds: 7_200, calendar: .name("24x7"))) })
        patch.targets = .value([.init(.resolution, goals: goals), .init(.firstResponse, goals: goals)])
        patch.runningCycles = .follow
        desk.go("02 12:00")
        #expect(try await service.update(.name("Standard"), patch, as: .automation()).mustRecompute)
        let report = try #require(try await desk.recompute())
        #expect(report.changed == 1 && report.newlyBreached == 1)
        let timer = try #require(try await desk.timer("resolution", of: ticket))
        #expect(timer.policyVersion == 2 && timer.breachedAt == at("02 11:00"))
    }

    @Test func aRuleThatIsNewFiresForRunningClocksFromThenOnOnly() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 09:00") { $0.channel = .phone }
        desk.go("02 14:30")
        _ = try await desk.escalations.fireDue()
        let rules = EscalationRuleService(database: desk.database)
        for percent in [60, 90] {
            var draft = EscalationRule.Draft()
            (draft.name, draft.threshold, draft.actions) = ("At \(percent)", .percent(percent), [.init(.comment, body: "\(percent) %")])
            _ = try await rules.create(draft, as: .automation())
            try await desk.desk.reload()
            #expect(try await desk.recompute() != nil)
        }
        // 60 % was at 13:48, before there was such a rule; 90 % is at 16:12.
        #expect(try await desk.fire("02 14:31") == 1)
        #expect(try await desk.fire("02 16:12") == 1)
        let notes = try await desk.tickets.comments(on: .id(ticket.id), as: desk.anna).items.map(\.body)
        #expect(notes == ["90 %"])
    }

    @Test func aWriteBetweenReadAndWriteOfARecomputeIsNotLost() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 16:00") { $0.channel = .phone }
        let rows = try await desk.database.read { try $0.sla.unfinished(after: nil, limit: 10) }
        try await desk.move(ticket, to: .pendingRequester, "02 16:30")
        let changes = rows.map { SLARecomputeChange(before: $0.cycle, after: $0.cycle, edit: $0.edit) }
        let written = try await desk.database.write { try $0.sla.replace(changes, at: $0.now) }
        #expect(rows.count == 1 && written == 0)
        #expect(try await desk.timer("resolution", of: ticket)?.state == .paused)
    }
}

extension ClockDesk {
    /// Tuesday becomes a holiday of the weekdays' calendar.
    fileprivate func closeTuesday(_ running: RunningCycles) async throws -> SLARecomputeService.Report? {
        var patch = SLACalendar.Patch()
        patch.exceptions = .value([CivilDate("2090-10-03")!: DayHours.closed])
        patch.runningCycles = running
        go("02 16:20")
        _ = try await SLACalendarService(database: database).update(.id(SLACalendar.weekdaysID), patch, as: .automation())
        try await desk.reload()
        return try await recompute()
    }

    /// Does the recompute that waits, if there is one.
    fileprivate func recompute() async throws -> SLARecomputeService.Report? {
        let claimed = try await database.write { tx in
            let lease = Job.Lease(id: tx.newID(), until: tx.now.adding(seconds: Job.leaseSeconds))
            return try tx.jobs.claim([.slaRecompute], lease: lease).map { ($0, lease.id) }
        }
        guard let (job, lease) = claimed else { return nil }
        let report = try await SLARecomputeService(database: database, desk: { desk.snapshot }).run(job, lease: lease)
        try await database.write { tx in
            var done = job
            (done.status, done.finishedAt) = (.succeeded, tx.now)
            try tx.jobs.settle(done)
        }
        return report
    }
}
