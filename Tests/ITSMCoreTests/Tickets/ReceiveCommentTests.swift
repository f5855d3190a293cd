import Testing

@testable import ITSMCore

@Suite struct ReceiveCommentTests {
    let later = Desk.monday.adding(seconds: 600)

    @Test func theFirstPublicReplyOfAnAgentIsTheFirstResponse() {
        var ticket = Desk.ticket()
        _ = ticket.receive(.workNote, from: Desk.agent(), settings: Desk.settings, at: later)
        #expect(ticket.firstRespondedAt == nil)
        _ = ticket.receive(.public, from: Desk.requester(), settings: Desk.settings, at: later)
        #expect(ticket.firstRespondedAt == nil)
        _ = ticket.receive(.public, from: .automation(), settings: Desk.settings, at: later)
        #expect(ticket.firstRespondedAt == nil)
        _ = ticket.receive(.public, from: Desk.agent(Desk.rita), settings: Desk.settings, at: later)
        #expect(ticket.firstRespondedAt == nil, "the requester's own words are no response, whatever else they may do")
        _ = ticket.receive(.public, from: Desk.agent(), settings: Desk.settings, at: later)
        #expect(ticket.firstRespondedAt == later)
        #expect(ticket.version == 1, "a reply never spoils a colleague's edit")
        #expect(ticket.updatedAt == later)
    }

    @Test(arguments: [
        (TicketStatus.pendingRequester, TicketStatus.inProgress, TicketStatus.inProgress),
        (.pendingRequester, .new, .assigned), (.pendingRequester, .assigned, .assigned),
        (.pendingVendor, .inProgress, .pendingVendor), (.pendingChange, .inProgress, .pendingChange),
    ])
    func aRequestersReplyEndsTheWaitForThem(status: TicketStatus, before: TicketStatus, after: TicketStatus) {
        var ticket = Desk.ticket {
            $0.status = status
            $0.statusBeforePending = before
            $0.assignee = Desk.anna
        }
        _ = ticket.receive(.public, from: Desk.requester(), settings: Desk.settings, at: later)
        #expect(ticket.status == after)
    }

    @Test func anAgentsReplyEndsNoWait() {
        var ticket = Desk.ticket {
            $0.status = .pendingRequester; $0.statusBeforePending = .inProgress
        }
        _ = ticket.receive(.public, from: Desk.agent(), settings: Desk.settings, at: later)
        #expect(ticket.status == .pendingRequester)
    }

    @Test(arguments: [TicketKind.incident, .request]) func aReplyToResolvedWorkReopensIt(kind: TicketKind) {
        var ticket = Desk.ticket(kind) {
            $0.status = kind == .incident ? .resolved : .fulfilled
            $0.resolvedAt = Desk.monday
        }
        let effect = ticket.receive(.public, from: Desk.requester(), settings: Desk.settings, at: later)
        #expect(ticket.status == kind.lifecycle.reopened)
        #expect(ticket.reopenCount == 1)
        guard case .received(let changes) = effect else { return #expect(Bool(false)) }
        #expect(changes.map(\.kind) == [.ticketStatusChanged])
    }

    @Test(arguments: [(TicketStatus.closed, 14 * 86_400, false), (.closed, 14 * 86_400 + 1, true), (.cancelled, 0, true)])
    func aReplyToClosedWorkReopensOrBeginsAFollowUp(status: TicketStatus, seconds: Int64, isFollowUp: Bool) {
        var ticket = Desk.ticket {
            $0.status = status; $0.closedAt = Desk.monday
        }
        let effect = ticket.receive(.public, from: Desk.requester(), settings: Desk.settings, at: Desk.monday.adding(seconds: seconds))
        #expect((effect == .beginsFollowUp) == isFollowUp)
        #expect(ticket.status == (isFollowUp ? status : .inProgress))
    }

    @Test func aFollowUpKeepsWhatTheOldOneWasAbout() {
        let old = Desk.ticket {
            $0.title = String(repeating: "x", count: 300); $0.confidential = true; $0.group = Desk.network.id
        }
        let next = old.followUp(id: Desk.id(99), by: Desk.requester(Desk.otto), at: later)
        #expect(next.title.unicodeScalars.count == Limits.title)
        #expect(next.title.hasPrefix("Follow-up: "))
        #expect(next.confidential && next.group == Desk.network.id && next.requester == Desk.rita && next.openedBy == Desk.otto)
        #expect(next.status == .new && next.createdAt == later)
    }
}
