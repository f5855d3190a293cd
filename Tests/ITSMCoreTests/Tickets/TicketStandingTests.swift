import Testing

@testable import ITSMCore

@Suite struct TicketStandingTests {
    private static let later = Desk.monday.adding(seconds: 60)
    private static let fields = CustomFieldList(
        [("site", true), ("cost", false)].map { name, isSeen in
            CustomField(
                id: ID("00000000-0000-7000-8000-0000000000\(isSeen ? "01" : "02")")!, name: name, label: name, kind: .text,
                visibleToRequesters: isSeen,
                createdAt: Desk.monday, updatedAt: Desk.monday)
        })

    @Test func aTicketIsAgainWhatItWas() {
        let old = Desk.ticket { $0.tags = ["a"] }
        var ticket = old
        ticket.assignee = Desk.anna
        ticket.group = Desk.network.id
        (ticket.priority, ticket.priorityReason, ticket.tags) = (.low, "because", ["b"])
        ticket.enter(.resolved, resolution: .init(code: .fixed, notes: "x"), at: Self.later)
        ticket.version = 3
        let activity = ticket.restore(TicketStanding(old), in: Self.fields, at: Self.later)
        #expect(TicketStanding(ticket) == TicketStanding(old))
        #expect(ticket.resolvedAt == nil && ticket.resolution == nil && ticket.reopenCount == 0)
        #expect(ticket.version == 4, "an undo is a change of its own")
        #expect(activity.map(\.kind) == [.ticketUpdated, .ticketAssigned, .ticketStatusChanged])
        #expect(activity[2].payload["reason"]?["new"]?.string == "Undo of a bulk change")
    }

    /// Values come back, those of fields that are gone do not; and what requesters do not see is not told them by the undo.
    @Test func customFieldsAreAgainWhatTheyWere() {
        let old = Desk.ticket { $0.customFields = ["site": "hq", "cost": "900", "gone": "x"] }
        var ticket = old
        ticket.customFields = ["site": "lab"]
        let activity = ticket.restore(TicketStanding(old), in: Self.fields, at: Self.later)
        #expect(ticket.customFields == ["site": "hq", "cost": "900"])
        #expect(activity.map(\.isRestricted) == [false, true])
        #expect(activity[0].payload["customFields.site"]?["new"] == "hq" && activity[0].payload["customFields.cost"] == nil)
        var untouched = TicketStanding(old)
        untouched.customFields = nil
        ticket.customFields = ["site": "new since"]
        _ = ticket.restore(untouched, in: Self.fields, at: Self.later)
        #expect(ticket.customFields == ["site": "new since"])
    }

    @Test func aWaitThatWasEndedGoesOn() {
        let old = Desk.ticket {
            $0.enter(.pendingVendor, reason: "Part", until: Self.later.adding(seconds: 3_600), at: Desk.monday)
        }
        var ticket = old
        ticket.enter(.inProgress, at: Self.later)
        _ = ticket.restore(TicketStanding(old), in: Self.fields, at: Self.later)
        #expect(TicketStanding(ticket) == TicketStanding(old))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout Ticket) -> Void
        var needed: Set<Permission>
    }

    @Test(arguments: [
        Case(testDescription: "nothing", change: { _ in }, needed: []),
        Case(testDescription: "tags", change: { $0.tags = ["x"] }, needed: [.updateTickets]),
        Case(testDescription: "custom field", change: { $0.customFields = ["site": "hq"] }, needed: [.updateTickets]),
        Case(testDescription: "group", change: { $0.group = Desk.network.id }, needed: [.assignTickets]),
        Case(
            testDescription: "priority",
            change: {
                $0.priority = .low; $0.priorityReason = "x"
            }, needed: [.overridePriority]),
        Case(testDescription: "status", change: { $0.status = .inProgress }, needed: [.transitionTickets]),
        Case(
            testDescription: "assigned, and so no longer new",
            change: {
                $0.assignee = Desk.anna; $0.status = .assigned
            }, needed: [.assignTickets]),
        Case(
            testDescription: "assigned and begun",
            change: {
                $0.assignee = Desk.anna; $0.status = .inProgress
            },
            needed: [.assignTickets, .transitionTickets]),
    ])
    func undoingNeedsTheRightsOfTheChange(_ expected: Case) {
        let old = Desk.ticket()
        var ticket = old
        expected.change(&ticket)
        #expect(TicketStanding(old).permissions(from: TicketStanding(ticket)) == expected.needed)
    }
}
