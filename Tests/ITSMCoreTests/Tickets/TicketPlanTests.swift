import Testing

@testable import ITSMCore

@Suite struct TicketPlanTests {
    @Test(arguments: [
        (Impact.high, Urgency.high, Priority.critical), (.high, .medium, .high), (.high, .low, .medium), (.medium, .high, .high),
        (.medium, .medium, .medium), (.medium, .low, .low), (.low, .high, .medium), (.low, .medium, .low), (.low, .low, .low),
    ])
    func priorityIsImpactTimesUrgency(impact: Impact, urgency: Urgency, priority: Priority) throws {
        let draft = TicketDraft(title: "x", impact: impact, urgency: urgency)
        #expect(try TicketPlan(draft, kind: .incident, desk: Desk.snapshot, as: Desk.agent()).priority == priority)
    }

    @Test func aRequesterMaySetFiveFieldsAndIsToldOfEveryOther() {
        var draft = TicketDraft(title: "x", description: "y", impact: .high, urgency: .high)
        draft.category = "network"
        draft.priority = .critical
        draft.priorityReason = "mine"
        draft.major = true
        draft.requester = .name("otto")
        draft.assignee = .name("anna")
        draft.group = .name("Network")
        draft.tags = ["a"]
        draft.confidential = true
        draft.channel = .phone
        let error = #expect(throws: ITSMError.self) { try TicketPlan(draft, kind: .problem, desk: Desk.snapshot, as: Desk.requester()) }
        #expect(error?.code == .forbidden)
        #expect(
            Set(error?.pointers ?? []) == [
                "/kind", "/impact", "/channel", "/tags", "/confidential", "/priority", "/priorityReason", "/major", "/requester", "/assignee",
                "/group",
            ])
    }

    @Test func aRequestersTicketHasTheDesksImpact() throws {
        let plan = try TicketPlan(TicketDraft(title: "x", urgency: .high), kind: .incident, desk: Desk.snapshot, as: Desk.requester())
        #expect(plan.impact == Desk.settings.defaultImpact)
        #expect(plan.priority == PriorityMatrix.standard[Desk.settings.defaultImpact, .high])
    }

    @Test func everyFaultIsToldAtOnce() {
        var draft = TicketDraft(title: String(repeating: "é", count: 301), description: "a\u{0}b")
        draft.category = "nowhere"
        draft.group = .name("Nobody")
        draft.service = .name("Nothing")
        draft.tags = ["fine", ""]
        draft.priorityReason = "why"
        let manager = Desk.agent(adding: [.overridePriority: .group])
        let error = #expect(throws: ITSMError.self) { try TicketPlan(draft, kind: .incident, desk: Desk.snapshot, as: manager) }
        #expect(Set(error?.pointers ?? []) == ["/title", "/description", "/category", "/group", "/service", "/tags/1", "/priorityReason"])
    }

    @Test(arguments: [
        (["fine", String(repeating: "long ", count: 21)], "Tag 2, “long long long long …”, has 105 characters; at most 60 are allowed."),
        (["a\u{7}"], "Tag 1, “a\u{7}”, holds control characters; remove them."), (["fine", " "], "Tag 2, “ ”, must not be empty."),
    ])
    func aTagThatCannotBeIsNamed(_ tags: [String], _ message: String) {
        var problems = ProblemList()
        _ = problems.checkedTags(tags)
        #expect(problems.problems.map(\.message) == [message])
    }

    @Test func tagsAreTidied() throws {
        var draft = TicketDraft(title: "x")
        draft.tags = ["VPN", " vpn ", "two  words", "a"]
        #expect(try TicketPlan(draft, kind: .incident, desk: Desk.snapshot, as: Desk.agent()).tags == ["a", "two words", "vpn"])
    }

    @Test func whoTakesACallHasAnsweredIt() throws {
        var draft = TicketDraft(title: "x")
        draft.channel = .phone
        let plan = try TicketPlan(draft, kind: .incident, desk: Desk.snapshot, as: Desk.agent())
        let names = TicketPlanNames(requester: Ref(id: Desk.rita, name: "Rita"), assignee: Ref(id: Desk.anna, name: "Anna"))
        let ticket = Ticket.raise(plan, names: names, id: Desk.id(99), at: Desk.monday, by: Desk.agent())
        #expect(ticket.firstRespondedAt == Desk.monday)
        #expect(ticket.status == .assigned, "setting an assignee on a new incident makes it assigned")
    }
}
