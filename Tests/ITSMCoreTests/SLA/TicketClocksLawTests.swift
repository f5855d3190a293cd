import Testing
@testable import ITSMCore

/// Generated lives of tickets: what is kept step by step equals the fold of the whole, and both equal a count minute by minute.
@Suite struct TicketClocksLawTests {
    private static let groups: [ID<SupportGroup>?] = [nil, SLADesk.id(501), SLADesk.id(502)]
    private static let services: [ID<BusinessService>?] = [nil, SLADesk.id(701)]

    private static func agreements() -> [ServiceLevelAgreement] {
        var partial = SLADesk.agreement(21, order: 0, coverage: Coverage(services: [SLADesk.id(701)]), [.init(.resolution, goals: SLADesk.goal(3))])
        partial.targets[0].goals[.low] = nil
        let ola = SLADesk.agreement(
            22, order: 2, coverage: Coverage(groups: [SLADesk.id(501)]), [.init(.ola, goals: SLADesk.goal(2, SLADesk.always))])
        var vip = SLADesk.agreement(23, order: -1, [.init(.resolution, goals: SLADesk.goal(1)), .init(.nextResponse, goals: SLADesk.goal(1))])
        vip.condition = "\"vip\" in ticket.tags && (ticket.major || ticket.priority <= 2)"
        return [vip, partial, SLADesk.standard, ola]
    }

    /// A life of up to 25 events, some of them at one instant.
    private static func life(_ random: inout SplitMix) throws -> SLADesk {
        let rules = [50, 100, 130].enumerated().map { place, percent in
            EscalationRule(
                id: SLADesk.id(40 + place), name: "\(percent)", threshold: .percent(percent), actions: [.raisePriority],
                createdAt: Instant(seconds: 0),
                updatedAt: Instant(seconds: 0))
        }
        var desk = try SLADesk(agreements(), rules: rules)
        var at = SLADesk.instant("14 00:00").adding(seconds: Int64.random(in: 0..<800_000, using: &random) / 60 * 60)
        desk.facts.service = services.randomElement(using: &random)!
        desk.facts.group = groups.randomElement(using: &random)!
        desk.facts.priority = Priority.allCases.randomElement(using: &random)!
        try desk.event(at, .created(isAnswered: Int.random(in: 0..<5, using: &random) == 0))
        for _ in 0..<Int.random(in: 1..<25, using: &random) {
            at = at.adding(seconds: Int64.random(in: -40..<900, using: &random).clamped * 60)
            let statuses: [TicketStatus] = [.inProgress, .inProgress, .pendingRequester, .pendingVendor, .resolved, .closed, .cancelled]
            switch Int.random(in: 0..<9, using: &random) {
            case 7: try desk.event(at) { $0.details.tags = Bool.random(using: &random) ? ["vip"] : [] }
            case 8: try desk.event(at) { $0.details.major.toggle() }
            case 0: try desk.event(at, .agentReplied)
            case 1: try desk.event(at, .requesterWrote)
            case 2: try desk.event(at) { $0.priority = Priority.allCases.randomElement(using: &random)! }
            case 3: try desk.event(at) { $0.group = groups.randomElement(using: &random)! }
            case 4: try desk.event(at) { $0.service = services.randomElement(using: &random)! }
            default: try desk.event(at) { $0.status = statuses.randomElement(using: &random)! }
            }
            // What is stored and read again is the same.
            for cycle in desk.clocks.cycles { #expect(SLALedger(cycle.ledger.description) == cycle.ledger) }
        }
        return desk
    }

    @Test(arguments: 0..<40) func keptStepByStepEqualsTheFold(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for _ in 0..<10 {
            let desk = try Self.life(&random)
            let folded = try TicketClocks.fold(desk.history, of: desk.clocks.ticket, under: desk.book)
            #expect(folded == desk.clocks)
        }
    }

    @Test(arguments: 100..<130) func equalsACountMinuteByMinute(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let desk = try Self.life(&random)
        let minute: Int64 = 60_000_000
        for cycle in desk.clocks.cycles {
            let end = cycle.ledger.spans[cycle.ledger.spans.count - 1].from.adding(seconds: 20 * 86_400)
            var (elapsed, breach, reached): (Int64, Instant?, Instant?) = (0, nil, nil)
            var at = cycle.ledger.start
            while at < end {
                let state = try #require(cycle.ledger.spans.last { $0.from <= at }?.state)
                let goal = state.term.goal
                if case .running = state {
                    if reached == nil, elapsed * 2 >= goal { reached = at }
                    let isOpen = try desk.book.clock(state.term.calendar).isOpen(at: at)
                    // Within this minute elapsed passes the goal.
                    if breach == nil, elapsed > goal || isOpen && elapsed == goal { breach = at }
                    if isOpen { elapsed += minute }
                    // Reached at the end of the span itself, or in the middle of a minute.
                    if reached == nil, elapsed * 2 >= goal { reached = at.adding(seconds: 60 - (elapsed * 2 - goal) / 2_000_000) }
                } else if breach == nil, !state.isStopped, elapsed > goal {
                    breach = at
                }
                at = at.adding(seconds: 60)
            }
            #expect(try cycle.ledger.elapsed(at: end, desk.book.clock) == elapsed, "\(cycle.name)")
            // Beyond what was counted both may still come.
            if breach != nil || (cycle.reading.breachesAt ?? end) < end {
                #expect(cycle.reading.breachesAt == breach, "\(cycle.name) \(cycle.ledger)")
            }
            let half = try cycle.ledger.instant(of: .percent(50), desk.book.clock)
            if reached != nil || (half ?? end) < end { #expect(half == reached, "\(cycle.name) \(cycle.ledger)") }
        }
    }

    @Test(arguments: [
        "", "|", "x|y", "|r0@1", "00000000-0000-7000-8000-000000000010/1 high 60 00000000-0000-7000-8000-000000000001/1|r1@1",
        "00000000-0000-7000-8000-000000000010/1 high 60 00000000-0000-7000-8000-000000000001/1|r0@2 s0@1",
        "00000000-0000-7000-8000-000000000010/1 high 60 00000000-0000-7000-8000-000000000001/1|w0nothing@1",
        "00000000-0000-7000-8000-000000000010/1 huge 60 00000000-0000-7000-8000-000000000001/1|r0@1",
    ])
    func whatIsNoLedgerIsNotRead(_ text: String) { #expect(SLALedger(text) == nil) }
}

extension Int64 {
    /// Time does not go back; several things may happen at one instant.
    fileprivate var clamped: Int64 { Swift.max(0, self) }
}
