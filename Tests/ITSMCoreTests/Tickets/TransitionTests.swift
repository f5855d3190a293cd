import Testing

@testable import ITSMCore

@Suite struct TransitionTests {
    let later = Desk.monday.adding(seconds: 3_600)

    private func move(_ ticket: inout Ticket, _ request: TicketTransition) throws -> [Activity] {
        try ticket.transition(request, assignee: nil, group: nil, settings: Desk.settings, at: later)
    }

    @Test(arguments: [
        (TicketTransition(to: .resolved), ["/resolution/code", "/resolution/notes"]),
        (TicketTransition(to: .resolved, resolution: .init(code: .fixed, notes: nil)), ["/resolution/notes"]),
        (TicketTransition(to: .resolved, resolution: .init(code: .fixed, notes: "  ")), ["/resolution/notes"]),
        (TicketTransition(to: .resolved, resolution: .init(code: .successful, notes: "x")), ["/resolution/code"]),
        (TicketTransition(to: .pendingVendor), ["/reason"]),
        (TicketTransition(to: .pendingVendor, reason: "", pendingUntil: Desk.monday), ["/reason", "/pendingUntil"]),
        (TicketTransition(to: .cancelled), ["/reason"]),
        (TicketTransition(to: .inProgress, pendingUntil: Desk.monday.adding(seconds: 99_999)), ["/pendingUntil"]),
        (TicketTransition(to: .inProgress, resolution: .init(code: .fixed, notes: "x")), ["/resolution"]),
    ])
    func whatIsMissingIsToldAllAtOnceAndNothingChanges(request: TicketTransition, pointers: [String]) throws {
        var ticket = Desk.ticket {
            $0.assignee = Desk.anna; $0.status = .assigned
        }
        let before = ticket
        let error = #expect(throws: ITSMError.self) { try move(&ticket, request) }
        #expect(error?.pointers == pointers)
        #expect(ticket == before)
    }

    @Test func resolvingSetsTimeAndResolutionAndReopeningTakesThemAway() throws {
        var ticket = Desk.ticket { $0.status = .inProgress }
        _ = try move(&ticket, TicketTransition(to: .resolved, resolution: .init(code: .fixed, notes: "New fuse")))
        #expect(ticket.resolvedAt == later)
        #expect(ticket.resolution == .init(code: .fixed, notes: "New fuse"))
        _ = try move(&ticket, TicketTransition(to: .inProgress))
        #expect(ticket.reopenCount == 1)
        #expect(ticket.resolvedAt == nil && ticket.resolution == nil && ticket.closedAt == nil)
    }

    @Test func aWaitKeepsReasonAndEndUntilItIsOver() throws {
        var ticket = Desk.ticket { $0.status = .inProgress }
        _ = try move(&ticket, TicketTransition(to: .pendingVendor, reason: "Part on order", pendingUntil: later.adding(seconds: 60)))
        #expect(ticket.pendingReason == "Part on order")
        #expect(ticket.statusBeforePending == .inProgress)
        let changes = ticket.resume(at: later.adding(seconds: 60))
        #expect(ticket.status == .inProgress)
        #expect(ticket.pendingReason == nil && ticket.pendingUntil == nil && ticket.statusBeforePending == nil)
        #expect(changes.map(\.kind) == [.ticketStatusChanged])
    }

    @Test(arguments: [(0, true), (14 * 86_400, true), (14 * 86_400 + 1, false)])
    func aClosedIncidentReopensWithinTheWindowOnly(seconds: Int64, isAllowed: Bool) throws {
        var ticket = Desk.ticket {
            $0.status = .closed; $0.closedAt = Desk.monday
        }
        let now = Desk.monday.adding(seconds: seconds)
        if isAllowed {
            _ = try ticket.transition(.init(to: .inProgress), assignee: nil, group: nil, settings: Desk.settings, at: now)
            #expect(ticket.status == .inProgress)
        } else {
            let error = #expect(throws: ITSMError.self) {
                try ticket.transition(.init(to: .inProgress), assignee: nil, group: nil, settings: Desk.settings, at: now)
            }
            #expect(error?.code == .illegalTransition)
        }
    }

    @Test func assigningOnTheWayIsOnRecordBesideTheMove() throws {
        var ticket = Desk.ticket()
        let changes = try ticket.transition(
            .init(to: .inProgress), assignee: Desk.anna, group: Desk.network.id, settings: Desk.settings, at: later)
        #expect(ticket.assignee == Desk.anna)
        #expect(changes.map(\.kind) == [.ticketAssigned, .ticketStatusChanged])
    }

    @Test func nobodyIsAssignedToNobody() {
        var ticket = Desk.ticket()
        let error = #expect(throws: ITSMError.self) { try move(&ticket, TicketTransition(to: .assigned)) }
        #expect(error?.pointers == ["/assignee"])
    }
}
