import Testing
@testable import ITSMCore

/// Agreement, target and cycle: each sentence of sla.md, 2 as a worked example. Monday is 16 November 2026.
@Suite struct TicketClocksTests {
    private func at(_ text: String) -> Instant { SLADesk.instant(text) }

    @Test func aNewTicketHasTheClocksOfTheFirstAgreementThatCoversIt() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: false))
        #expect(desk.clocks.cycles.map(\.name.description) == ["firstResponse", "resolution"])
        #expect(try desk.cycle("firstResponse").reading.dueAt == at("16 13:00"))
        #expect(try desk.cycle("resolution").reading.dueAt == at("16 17:00"))
        #expect(desk.clocks.dueAt == at("16 13:00"))
    }

    @Test func equalIsMetAndTheBreachIsTheNextOpening() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: false))
        // Due Monday 17:00, and until Tuesday 09:00 nothing is late.
        #expect(try desk.cycle("resolution").reading.breachesAt == at("17 09:00"))
        var evening = desk
        try evening.event("16 20:00") { $0.status = .resolved }
        #expect(try evening.cycle("resolution").reading.breachesAt == nil)
        #expect(try evening.cycle("resolution").metAtFirst == true)
        // At the opening itself elapsed still equals the goal.
        var opening = desk
        try opening.event("17 09:00") { $0.status = .resolved }
        #expect(try opening.cycle("resolution").reading.breachesAt == nil)
        try desk.event("17 09:01") { $0.status = .resolved }
        #expect(try desk.cycle("resolution").reading.breachesAt == at("17 09:00"))
        #expect(try desk.cycle("resolution").metAtFirst == false)
    }

    @Test func thresholdsFireWhenTheirElapsedTimeIsReachedAndNotAtTheBreach() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: false))
        let ledger = try desk.cycle("resolution").ledger
        let points: [(EscalationRule.Threshold, String)] = [
            (.percent(50), "16 13:00"), (.percent(75), "16 15:00"), (.percent(100), "16 17:00"), (.percent(150), "17 13:00"),
            (.beforeDue(seconds: 3_600), "16 16:00"), (.afterDue(seconds: 3_600), "17 10:00"),
        ]
        for (threshold, expected) in points { #expect(try ledger.instant(of: threshold, desk.book.clock) == at(expected), "\(threshold)") }
    }

    @Test func aWaitForTheRequesterStopsResolutionAndNothingElse() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: false))
        try desk.event("16 11:00") { $0.status = .pendingRequester }
        #expect(try desk.cycle("resolution").state == .paused)
        #expect(try desk.cycle("resolution").reading.dueAt == nil)
        #expect(try desk.cycle("firstResponse").reading.dueAt == at("16 13:00"))
        try desk.event("17 10:00") { $0.status = .inProgress }
        #expect(try desk.hours("resolution", at: "17 10:00") == 2)
        #expect(try desk.cycle("resolution").reading.dueAt == at("17 16:00"))
        // A vendor's wait runs on.
        try desk.event("17 11:00") { $0.status = .pendingVendor }
        #expect(try desk.cycle("resolution").state == .running)
        #expect(try desk.hours("resolution", at: "17 12:00") == 4)
    }

    @Test func aTicketBornPendingBeginsWithAPausedSpan() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: false)) { $0.status = .pendingRequester }
        #expect(try desk.cycle("resolution").ledger.spans.map(\.from) == [at("16 09:00")])
        #expect(try desk.cycle("resolution").state == .paused)
        try desk.event("16 10:00") { $0.status = .inProgress }
        #expect(try desk.cycle("resolution").reading.dueAt == at("17 10:00"))
    }

    @Test func aChangeOfPriorityKeepsElapsedAndTakesTheNewGoal() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: false))
        // Two of eight business hours are over; P2 is four hours around the clock.
        try desk.event("16 11:00") { $0.priority = .high }
        #expect(try desk.cycle("resolution").reading.dueAt == at("16 13:00"))
        // P4 is 24 business hours.
        try desk.event("16 12:00") { $0.priority = .low }
        #expect(try desk.hours("resolution", at: "16 12:00") == 3)
        #expect(try desk.cycle("resolution").reading.dueAt == at("18 17:00"))
    }

    @Test func aRaiseThatElapsedExceedsIsTheBreachAndLoweringDoesNotUndoIt() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: false))
        try desk.event("16 15:00") { $0.priority = .high }
        #expect(try desk.cycle("resolution").reading.breachesAt == at("16 15:00"))
        #expect(try desk.cycle("resolution").reading.dueAt == at("16 15:00"))
        try desk.event("16 15:30") { $0.priority = .low }
        #expect(try desk.cycle("resolution").reading.breachesAt == at("16 15:00"))
        #expect(try desk.cycle("resolution").reading.dueAt! > at("16 15:30"))
    }

    @Test func aRaiseToExactlyTheElapsedTimeIsDueNowAndMetWhileNothingPasses() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: false))
        try desk.event("16 13:00") { $0.priority = .high }
        #expect(try desk.cycle("resolution").reading.dueAt == at("16 13:00"))
        #expect(try desk.cycle("resolution").reading.breachesAt == at("16 13:00"))
        try desk.event("16 13:00") { $0.status = .resolved }
        #expect(try desk.cycle("resolution").reading.breachesAt == nil)
    }

    @Test func aRaiseWhileItWaitsCanBreach() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: false))
        try desk.event("16 14:00") { $0.status = .pendingRequester }
        try desk.event("16 15:00") { $0.priority = .high }
        #expect(try desk.cycle("resolution").reading.breachesAt == at("16 15:00"))
    }

    @Test func anAgentsReplyOrTheResolutionAnswers() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: false))
        var resolved = desk
        try resolved.event("16 10:00") { $0.status = .resolved }
        #expect(try resolved.cycle("firstResponse").state == .stopped)
        try desk.event("16 12:00", .agentReplied)
        #expect(try desk.cycle("firstResponse").state == .stopped)
        #expect(try desk.cycle("firstResponse").metAtFirst == true)
        #expect(try desk.cycle("resolution").state == .running)
    }

    @Test func aCallIsAnsweredAtCreation() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: true))
        let cycle = try desk.cycle("firstResponse")
        #expect(cycle.state == .stopped)
        #expect(cycle.metAtFirst == true)
        #expect(cycle.ledger.term.agreement == SLADesk.standard.edition)
    }

    @Test func theNextResponseIsOwedForTheOldestUnansweredMessage() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: false))
        try desk.event("16 09:30", .requesterWrote)
        // Not while the first response runs.
        #expect(desk.clocks.cycles.count == 2)
        try desk.event("16 10:00", .agentReplied)
        try desk.event("16 11:00", .requesterWrote)
        try desk.event("16 12:00", .requesterWrote)
        #expect(try desk.cycle("nextResponse").reading.dueAt == at("16 13:00"))
        try desk.event("16 12:30", .agentReplied)
        #expect(try desk.cycle("nextResponse").metAtFirst == true)
        try desk.event("16 14:00", .requesterWrote)
        #expect(try desk.cycle("nextResponse-2").reading.dueAt == at("16 16:00"))
    }

    @Test func reopenedWorkRunsOnInTheSameCycleAndTheResolvedSpanIsStopped() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: false))
        try desk.event("16 15:00") { $0.status = .resolved }
        try desk.event("17 09:00") { $0.status = .inProgress }
        #expect(try desk.hours("resolution", at: "17 10:00") == 7)
        #expect(try desk.cycle("resolution").reading.dueAt == at("17 11:00"))
        #expect(try desk.cycle("firstResponse").state == .stopped)
        try desk.event("17 12:00") { $0.status = .resolved }
        // The last result counts, the first stays known.
        #expect(try desk.cycle("resolution").reading.breachesAt == at("17 11:00"))
        #expect(try desk.cycle("resolution").metAtFirst == true)
        #expect(desk.clocks.cycles.count == 2)
    }

    @Test func aCancelledTicketCancelsItsClocksAndUndoingThatBringsThemBack() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: false))
        try desk.event("16 10:00", .agentReplied)
        try desk.event("16 11:00") { $0.status = .cancelled }
        #expect(desk.clocks.cycles.allSatisfy { $0.state == .cancelled })
        #expect(desk.clocks.cycles.allSatisfy { $0.nextFireAt == nil })
        #expect(desk.clocks.dueAt == nil)
        try desk.event("16 11:05") { $0.status = .new }
        #expect(try desk.cycle("resolution").reading.dueAt == at("16 17:00"))
        #expect(try desk.cycle("firstResponse").state == .stopped)
    }

    @Test func anOLAIsOneStayInAGroup() throws {
        let (first, second): (ID<SupportGroup>, ID<SupportGroup>) = (SLADesk.id(501), SLADesk.id(502))
        let ola = SLADesk.agreement(11, order: 2, coverage: Coverage(groups: [first]), [.init(.ola, goals: SLADesk.goal(4))])
        var desk = try SLADesk([SLADesk.standard, ola])
        try desk.event("16 09:00", .created(isAnswered: false)) { $0.group = first }
        #expect(try desk.cycle("ola").reading.dueAt == at("16 13:00"))
        try desk.event("16 10:00") { $0.group = second }
        #expect(try desk.cycle("ola").state == .stopped)
        try desk.event("16 11:00") { $0.group = first }
        #expect(try desk.cycle("ola-2").reading.dueAt == at("16 15:00"))
        #expect(try desk.hours("ola", at: "16 12:00") == 1)
        try desk.event("16 12:00") { $0.status = .resolved }
        #expect(try desk.cycle("ola-2").metAtFirst == true)
        try desk.event("16 13:00") { $0.status = .inProgress }
        #expect(try desk.cycle("ola-2").reading.dueAt == at("16 16:00"))
        #expect(try desk.cycle("ola").state == .stopped)
    }

    // MARK: Coverage

    private static let vip: ID<BusinessService> = SLADesk.id(701)
    private static let vipAgreement = SLADesk.agreement(
        12, order: 0, coverage: Coverage(services: [vip]), [.init(.resolution, goals: SLADesk.goal(4))])

    @Test func theFirstAgreementWithATargetForTheMetricGivesItsClock() throws {
        var desk = try SLADesk([SLADesk.standard, Self.vipAgreement])
        try desk.event("16 09:00", .created(isAnswered: false)) { $0.service = Self.vip }
        #expect(try desk.cycle("resolution").ledger.term.agreement == Self.vipAgreement.edition)
        #expect(try desk.cycle("firstResponse").ledger.term.agreement == SLADesk.standard.edition)
    }

    @Test func coverageIsAskedAgainWhenAFieldChangesThatItReads() throws {
        var desk = try SLADesk([SLADesk.standard, Self.vipAgreement])
        try desk.event("16 09:00", .created(isAnswered: false))
        try desk.event("16 11:00") { $0.service = Self.vip }
        let cycle = try desk.cycle("resolution")
        #expect(cycle.ledger.spans.map(\.state.term.agreement.id) == [SLADesk.standard.id, Self.vipAgreement.id])
        #expect(cycle.reading.dueAt == at("16 13:00"))
    }

    @Test func aFieldThatNobodyReadsAsksNothing() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: false))
        // A stricter agreement comes later, for new tickets only.
        let strict = SLADesk.agreement(13, order: 0, [.init(.resolution, goals: SLADesk.goal(1))])
        desk.book = try SLABook(agreements: [SLADesk.standard, strict], calendars: [SLADesk.weekdays, SLADesk.always])
        try desk.event("16 11:00") { $0.priority = .low }
        #expect(try desk.cycle("resolution").ledger.term.agreement.id == SLADesk.standard.id)
    }

    @Test func aClockThatNothingCoversAnyMoreIsCancelledAndKept() throws {
        var desk = try SLADesk([Self.vipAgreement])
        try desk.event("16 09:00", .created(isAnswered: false)) { $0.service = Self.vip }
        try desk.event("16 10:00") { $0.service = nil }
        #expect(try desk.cycle("resolution").state == .cancelled)
        #expect(try desk.cycle("resolution").cancelledAt == at("16 10:00"))
        // Covered again, it has the clock that it would have had from the start.
        try desk.event("16 11:00") { $0.service = Self.vip }
        #expect(try desk.cycle("resolution-2").reading.dueAt == at("16 13:00"))
    }

    @Test func aTicketCoveredOnlyLaterIsMeasuredFromItsCreation() throws {
        var desk = try SLADesk([Self.vipAgreement])
        try desk.event("16 09:00", .created(isAnswered: false))
        try desk.event("16 10:00") { $0.status = .pendingRequester }
        try desk.event("16 12:00") { $0.status = .inProgress }
        #expect(desk.clocks.cycles.isEmpty)
        try desk.event("16 13:00") { $0.service = Self.vip }
        #expect(try desk.hours("resolution", at: "16 13:00") == 2)
        #expect(try desk.cycle("resolution").reading.dueAt == at("16 15:00"))
    }

    @Test func aClockKeepsTheVersionsThatItBeganUnder() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: false))
        var shorter = SLADesk.weekdays
        shorter.weekly = .weekdays(.hours(9, 12))
        shorter.version = 2
        var looser = SLADesk.standard
        looser.targets = [.init(.resolution, goals: SLADesk.goal(100))]
        looser.version = 2
        desk.book = try SLABook(agreements: [SLADesk.standard, looser], calendars: [SLADesk.weekdays, shorter, SLADesk.always])
        try desk.event("16 10:00") { $0.status = .pendingRequester }
        try desk.event("16 11:00") { $0.status = .inProgress }
        #expect(try desk.cycle("resolution").reading.dueAt == at("17 10:00"))
    }

    @Test func aPriorityWithoutAGoalIsNotCoveredAndAnotherAgreementMayBe() throws {
        var partial = SLADesk.agreement(14, order: 0, [.init(.resolution, goals: SLADesk.goal(1))])
        partial.targets[0].goals[.low] = nil
        var desk = try SLADesk([partial, SLADesk.standard])
        try desk.event("16 09:00", .created(isAnswered: false))
        #expect(try desk.cycle("resolution").ledger.term.agreement.id == partial.id)
        try desk.event("16 09:30") { $0.priority = .low }
        #expect(try desk.cycle("resolution").ledger.term.agreement.id == SLADesk.standard.id)
        #expect(try desk.hours("resolution", at: "16 09:30") == 0.5)
    }

    @Test func aClockOfAnAgreementThatIsGoneKeepsNoTicketFromChanging() throws {
        var desk = try SLADesk()
        try desk.event("16 09:00", .created(isAnswered: false))
        desk.book = try SLABook(agreements: [], calendars: [SLADesk.weekdays, SLADesk.always])
        try desk.event("16 10:00") { $0.status = .inProgress }
        #expect(try desk.cycle("resolution").state == .cancelled)
    }

    @Test func categoriesCoverWhatStandsBelowThem() throws {
        let (network, vpn): (ID<ITSMCore.Category>, ID<ITSMCore.Category>) = (SLADesk.id(801), SLADesk.id(802))
        let when = Instant(seconds: 0)
        let tree = [
            ITSMCore.Category(id: network, parent: nil, name: "network", path: "network", createdAt: when, updatedAt: when),
            ITSMCore.Category(id: vpn, parent: network, name: "vpn", path: "network/vpn", createdAt: when, updatedAt: when),
        ]
        let agreement = SLADesk.agreement(15, coverage: Coverage(categories: [network]), [.init(.resolution, goals: SLADesk.goal(1))])
        var desk = try SLADesk([agreement], categories: tree)
        try desk.event("16 09:00", .created(isAnswered: false)) { $0.category = vpn }
        #expect(desk.clocks.cycles.count == 1)
        var other = try SLADesk([agreement], categories: tree)
        try other.event("16 09:00", .created(isAnswered: false))
        #expect(other.clocks.cycles.isEmpty)
    }

    // MARK: What fires next

    private static func rule(_ number: Int, _ threshold: EscalationRule.Threshold, _ metrics: Set<SLAMetric> = [.resolution]) -> EscalationRule {
        EscalationRule(
            id: SLADesk.id(number), name: "Rule \(number)", metrics: metrics, threshold: threshold, actions: [.raisePriority],
            createdAt: Instant(seconds: 0), updatedAt: Instant(seconds: 0))
    }

    @Test func theWorkerIsAskedForTheEarliestPointThatHasNotFired() throws {
        var desk = try SLADesk(rules: [Self.rule(31, .percent(50)), Self.rule(32, .percent(100))])
        try desk.event("16 09:00", .created(isAnswered: false))
        #expect(try desk.cycle("resolution").nextFireAt == at("16 13:00"))
        // No rule watches it, but its breach is recorded.
        #expect(try desk.cycle("firstResponse").nextFireAt == at("16 13:00"))
        try desk.event("16 12:00") { $0.status = .pendingRequester }
        #expect(try desk.cycle("resolution").nextFireAt == nil)
    }

    // MARK: Explanation

    @Test func theLinesOfAnExplanationSumToElapsed() throws {
        var desk = try SLADesk()
        try desk.event("2026-12-24T15:00:00+01:00", .created(isAnswered: false))
        try desk.event("2026-12-28T10:00:00+01:00") { $0.status = .pendingRequester }
        let at = Instant("2026-12-28T12:00:00+01:00")!
        let cycle = try desk.cycle("resolution")
        let explanation = try cycle.ledger.explanation(at: at, desk.book.clock) { $0.id == SLADesk.weekdays.id ? SLADesk.weekdays : SLADesk.always }
        #expect(explanation.elapsed == 3 * 3_600_000_000)
        #expect(explanation.elapsed == (try cycle.ledger.elapsed(at: at, desk.book.clock)))
        #expect(explanation.lines.map(\.counted) == [3 * 3_600_000_000, 0])
        #expect(explanation.lines[0].intervals.map(\.counted) == [2 * 3_600_000_000, 3_600_000_000])
        #expect(explanation.lines[0].specialDays.map(\.name) == ["Christmas Day"])
    }

    @Test func anExplanationNamesShiftsOfTheZone() throws {
        var desk = try SLADesk()
        try desk.event("2026-03-27T09:00:00+01:00", .created(isAnswered: false))
        let explanation = try desk.cycle("resolution").ledger.explanation(at: Instant("2026-03-30T12:00:00+02:00")!, desk.book.clock) { _ in
            SLADesk.weekdays
        }
        #expect(explanation.lines[0].shifts.map { $0.offsetAfter - $0.offsetBefore } == [3_600])
        #expect(explanation.elapsed == 11 * 3_600_000_000)
    }

    // MARK: The record

    @Test func rowsOfOneChangeAreOneEventAndTwoChangesOfOneInstantAreTwo() throws {
        func row(_ kind: Activity.Kind, _ field: String, _ new: String, _ at: String) -> SLAHistoryEntry {
            SLAHistoryEntry(kind, [field: ["old": .null, "new": .string(new)]], at: self.at(at))
        }
        let events = SLAEvent.events(of: [
            SLAHistoryEntry(.ticketCreated, ["kind": "incident", "status": "new", "priority": "medium", "answered": true], at: at("16 09:00")),
            row(.ticketUpdated, "priority", "high", "16 10:00"), row(.ticketStatusChanged, "status", "resolved", "16 10:00"),
            row(.ticketStatusChanged, "status", "inProgress", "16 10:00"),
            SLAHistoryEntry(.ticketCommented, ["visibility": "public", "side": "requester"], at: at("16 11:00")),
            row(.ticketStatusChanged, "status", "new", "16 11:00"),
            SLAHistoryEntry(.ticketCommented, ["visibility": "workNote", "side": "agent"], at: at("16 12:00")),
        ])
        #expect(events.map(\.what) == [.created(isAnswered: true), .changed, .changed, .requesterWrote])
        #expect(events.map(\.facts.status) == [.new, .resolved, .inProgress, .new])
        #expect(events[1].facts.priority == .high)
    }
}
