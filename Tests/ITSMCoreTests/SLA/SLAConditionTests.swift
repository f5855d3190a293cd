import Testing
@testable import ITSMCore

/// Conditions of agreements. Monday is 16 November 2026.
@Suite struct SLAConditionTests {
    private static func vip(_ condition: String) -> ServiceLevelAgreement {
        var agreement = SLADesk.agreement(21, order: 0, [.init(.resolution, goals: SLADesk.goal(1))])
        agreement.condition = condition
        return agreement
    }

    @Test(arguments: [
        ("\"vip\" in ticket.tags", true), ("\"vip\" in ticket.tags && ticket.major", false), ("ticket.channel == \"phone\"", true),
        ("ticket.impact == \"high\" || ticket.priority <= 2", false), ("ticket.category == null", true), ("ticket.group == null", false),
        ("ticket.requester.id == \"00000000-0000-7000-8000-000000000301\"", true), ("!ticket.confidential", true),
        // Without an answer it covers nothing.
        ("ticket.service.name == \"Mail\"", false), ("ticket.category.startsWith(\"net\")", false),
    ])
    func anAgreementCoversWhatItsConditionHolds(_ condition: String, _ covers: Bool) throws {
        var desk = try SLADesk([Self.vip(condition), SLADesk.standard])
        desk.facts.group = SLADesk.id(501)
        desk.facts.details = .init(channel: .phone, requester: SLADesk.id(301), tags: ["vip"])
        try desk.event("16 09:00", .created(isAnswered: false))
        let resolution = try desk.cycle("resolution")
        #expect((resolution.ledger.term.agreement.id == SLADesk.id(21)) == covers)
        #expect(desk.book.choices(for: .resolution, desk.facts).map(\.answer) == (covers ? [.chosen] : [.conditionFails, .chosen]))
    }

    @Test func whatAConditionReadsMovesTheClockWhenItChanges() throws {
        var desk = try SLADesk([Self.vip("\"vip\" in ticket.tags"), SLADesk.standard])
        try desk.event("16 09:00", .created(isAnswered: false))
        #expect(try desk.cycle("resolution").reading.dueAt == SLADesk.instant("16 17:00"))
        try desk.event("16 09:30") { $0.details.tags = ["vip"] }
        #expect(try desk.cycle("resolution").reading.dueAt == SLADesk.instant("16 10:00"))
        try desk.event("16 09:40") { $0.details.tags = [] }
        #expect(try desk.cycle("resolution").reading.dueAt == SLADesk.instant("16 17:00"))
    }

    @Test(arguments: [
        "ticket.title == \"x\"", "ticket.assignee == null", "now > ticket.createdAt", "principal.id == \"x\"", "ticket.requester.name == \"Rita\"",
    ])
    func whatClocksDoNotRememberIsRefused(_ condition: String) {
        #expect(throws: CELFaults.self) { try Condition(condition, in: ConditionEnvironment(.agreement)) }
    }

    @Test func aDraftTellsEveryFaultOfItsConditionWithItsPlace() throws {
        let goals: [Priority: ServiceLevelAgreement.GoalInput] = [.low: .init(seconds: 60, calendar: .name("24x7"))]
        let draft = ServiceLevelAgreement.Draft(
            name: "", condition: "ticket.majr && ticket.priority == \"high\"", targets: [.init(.resolution, goals: goals)])
        let error = #expect(throws: ITSMError.self) { try ServiceLevelAgreement(draft, id: SLADesk.id(1), picks: Promises.picks, at: Desk.monday) }
        let problems = (error?.problems ?? []).filter { $0.pointer == "/condition" }
        #expect(problems.count == 2, "\(problems)")
        #expect(problems.first?.message.contains("column 1") == true && problems.first?.message.contains("ticket.major") == true)
    }
}
