import Testing

@testable import ITSMCore

@Suite struct TicketQueryConditionTests {
    private static let anna = ID<User>("01932b4e-7c00-7000-8000-000000000001")!, sven = ID<User>("01932b4e-7c00-7000-8000-000000000002")!
    private static let mine = ID<SupportGroup>("01932b4e-7c00-7000-8000-000000000003")!
    private static let caller = Principal(
        id: anna, username: "anna", name: "Anna", grants: .everything, groups: [mine], origin: .init(channel: .web))
    private static let time = Instant("2026-11-21T08:00:00.000Z")!

    /// What a filter of the list becomes.
    static let cases: [(@Sendable (inout TicketQuery) -> Void, String)] = [
        ({ _ in }, ""),
        (
            {
                $0.kinds = [.incident]; $0.categories = [.open, .pending]
            }, #"ticket.kind == "incident" && ticket.statusCategory in ["open", "pending"]"#
        ),
        ({ $0.priorities = [.critical, .high] }, "ticket.priority in [1, 2]"),
        ({ $0.assignee = .person(anna) }, "ticket.assignee.id == principal.id"),
        ({ $0.assignee = .person(sven) }, #"ticket.assignee.id == "\#(sven)""#),
        (
            {
                $0.assignee = .nobody; $0.group = TicketQuery.GroupFilter.none
            }, "ticket.assignee == null && ticket.group == null"
        ),
        ({ $0.group = .anyOf([mine]) }, "ticket.group.id in principal.groups"),
        ({ $0.tags = ["vip", "vpn"] }, #""vip" in ticket.tags && "vpn" in ticket.tags"#),
        (
            {
                $0.major = false; $0.watcher = anna
            }, "ticket.watchers.exists(p, p.id == principal.id) && !ticket.major"
        ),
        ({ $0.created = .init(from: time) }, #"ticket.createdAt >= timestamp("2026-11-21T08:00:00.000Z")"#),
        (
            {
                $0.externalSource = "snow"; $0.externalID = "1"
            }, #"ticket.externalRef.source == "snow" && ticket.externalRef.id == "1""#
        ),
        ({ $0.parent = ID(anna.description) }, #"ticket.parent.id == "\#(anna)""#),
        (
            {
                $0.major = true; $0.condition = try? Condition("ticket.dueAt < now || ticket.confidential", in: ConditionEnvironment(.list))
            },
            "ticket.major && (ticket.dueAt < now || ticket.confidential)"
        ),
    ]

    @Test(arguments: cases) func filtersBecomeAConditionThatIsRight(change: @Sendable (inout TicketQuery) -> Void, text: String) throws {
        var query = TicketQuery()
        change(&query)
        let environment = ConditionEnvironment(.list)
        let written = query.conditionRows(for: Self.caller, desk: Desk.snapshot).text(with: environment.rowFields)
        #expect(written == text)
        if !written.isEmpty { #expect(throws: Never.self) { try Condition(written, in: environment) } }
    }
}
