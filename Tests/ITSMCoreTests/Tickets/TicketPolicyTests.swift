import Testing

@testable import ITSMCore

@Suite struct TicketPolicyTests {
    static func audience(confidential: Bool = false, watchers: Set<ID<User>> = [], _ change: (inout Ticket) -> Void = { _ in }) -> TicketAudience {
        var ticket = Desk.ticket {
            $0.group = Desk.network.id; $0.confidential = confidential
        }
        change(&ticket)
        return TicketAudience(ticket, watchers: watchers)
    }

    @Test func aRequesterSeesTheirOwnAndWhatTheyWatch() {
        #expect(Desk.requester(Desk.rita).sees(Self.audience()))
        #expect(!Desk.requester(Desk.otto).sees(Self.audience()))
        #expect(Desk.requester(Desk.otto).sees(Self.audience(watchers: [Desk.otto])))
        #expect(Desk.requester(Desk.otto).sees(Self.audience { $0.openedBy = Desk.otto }))
    }

    @Test func aConfidentialTicketIsForItsOwnPeople() {
        #expect(Desk.agent(in: [Desk.network.id]).sees(Self.audience(confidential: true)))
        #expect(!Desk.agent(in: [Desk.servers.id]).sees(Self.audience(confidential: true)))
        #expect(Desk.agent(in: []).sees(Self.audience(confidential: true) { $0.assignee = Desk.anna }))
        #expect(Desk.agent(in: []).sees(Self.audience(confidential: true, watchers: [Desk.anna])))
        #expect(Desk.agent(in: [], adding: [.readConfidentialTickets: .all]).sees(Self.audience(confidential: true)))
        #expect(!Desk.agent(in: [Desk.servers.id]).may(.updateTickets, on: Self.audience(confidential: true)))
        #expect(Desk.requester(Desk.rita).sees(Self.audience(confidential: true)))
    }

    @Test func workNotesAreForThoseWhoWorkTheTicket() {
        #expect(Desk.agent().seesNotes(of: Self.audience()))
        #expect(!Desk.requester().seesNotes(of: Self.audience()))
        #expect(Desk.agent(Desk.otto, in: []).seesNotes(of: Self.audience { $0.openedBy = Desk.otto }))
    }

    @Test func anAgentsOwnTroubleIsHandledByColleagues() {
        #expect(!Desk.agent(Desk.rita, in: []).seesNotes(of: Self.audience()))
        #expect(!Desk.agent(Desk.rita, in: []).seesNotes(of: Self.audience(watchers: [Desk.rita])))
        #expect(Desk.agent(Desk.rita, in: [Desk.network.id]).seesNotes(of: Self.audience()), "unless they work on it")
        #expect(Desk.agent(Desk.rita, in: []).seesNotes(of: Self.audience { $0.assignee = Desk.rita }))
    }

    @Test(arguments: [
        (scope: Scope.all, isInGroup: false, confidential: false, sees: true), (.all, true, true, true), (.all, false, true, false),
        (.group, true, false, true), (.group, false, false, false), (.own, false, false, false), (.own, true, false, false),
    ])
    func watchingNeitherGivesNorTakesWorkNotes(scope: Scope, isInGroup: Bool, confidential: Bool, sees: Bool) {
        var reader = Desk.caller(Desk.otto, [.readTickets: .all, .note: scope])
        if isInGroup { reader.groups = [Desk.network.id] }
        #expect(reader.seesNotes(of: Self.audience(confidential: confidential, watchers: [Desk.otto])) == sees)
        #expect(reader.seesNotes(of: Self.audience(confidential: confidential)) == sees)
    }

    @Test func hiddenIsNotFoundAndVisibleButNotAllowedIsForbidden() {
        let hidden = #expect(throws: ITSMError.self) { try Desk.requester(Desk.otto).require(.reply, on: Self.audience(), to: "reply") }
        #expect(hidden?.code == .notFound)
        let viewer = Desk.caller(Desk.otto, [.readTickets: .all])
        let refused = #expect(throws: ITSMError.self) { try viewer.require(.reply, on: Self.audience(), to: "reply") }
        #expect(refused?.code == .forbidden)
    }
}
