import ITSMCore
import ITSMTestSupport

@testable import ITSMStore

/// A desk with a group of agents, on a clock of the test's, and the services that assign.
struct AssignmentDesk: Sendable {
    let people: PeopleDesk
    let desk: CurrentDesk
    let tickets: TicketService
    let rules: AssignmentRuleService
    let rehearsals: AssignmentRehearsalService
    let rita: Principal
    let lead: Principal
    let network: ID<SupportGroup>
    let servers: ID<SupportGroup>
    /// Of Network, by the order in which they were made.
    let agents: [Principal]

    var database: PostgresDatabase { people.database }
    static let start = Instant("2026-11-02T09:00:00Z")!

    static func make(agents count: Int = 3) async throws -> AssignmentDesk {
        let people = try await PeopleDesk.make()
        people.clock.set(start)
        // Names of their own, as a new installation has groups.
        let network = try await people.groups.create(.init(name: "Wires"), as: .automation()).id
        let servers = try await people.groups.create(.init(name: "Boxes"), as: .automation()).id
        var agents: [Principal] = []
        for number in 0..<count {
            agents.append(try await people.person("agent\(number)", roles: [.name("agent")], groups: [.id(network)]))
            // So that their ids, of which time is a part, stand in this order.
            people.clock.advance(seconds: 1)
        }
        people.clock.set(start)
        let rita = try await people.person("rita"), lead = try await people.person("lead", roles: [.name("agent")])
        let desk = try await CurrentDesk(people.database)
        let rules = AssignmentRuleService(database: people.database, desk: { desk.snapshot })
        return AssignmentDesk(
            people: people, desk: desk, tickets: TicketService(database: people.database, desk: { desk.snapshot }), rules: rules,
            rehearsals: .init(database: people.database, rules: rules, desk: { desk.snapshot }), rita: rita, lead: lead, network: network,
            servers: servers, agents: agents)
    }

    @discardableResult func rule(
        _ name: String, _ condition: String? = nil, group: ID<SupportGroup>? = nil, _ choice: AssignmentRule.Choice = .nobody,
        _ change: (inout AssignmentRule.Draft) -> Void = { _ in }
    ) async throws -> AssignmentRule {
        var draft = AssignmentRule.Draft(name: name, condition: condition, group: group.map { .id($0) }, choice: choice)
        change(&draft)
        let rule = try await rules.create(draft, as: .automation())
        people.clock.advance(seconds: 1)
        try await desk.reload()
        return rule
    }

    func raise(_ title: String = "x", as caller: Principal? = nil, _ change: (inout TicketDraft) -> Void = { _ in }) async throws -> TicketView {
        var draft = TicketDraft(title: title)
        change(&draft)
        return try await tickets.create(draft, kind: .incident, as: caller ?? rita)
    }

    func change(_ ticket: TicketView, as caller: Principal? = nil, _ change: (inout TicketPatch) -> Void) async throws -> TicketView {
        var patch = TicketPatch()
        change(&patch)
        return try await tickets.update(.id(ticket.id), patch, as: caller ?? lead)
    }

    func edit(_ user: ID<User>, _ change: (inout User.Patch) -> Void) async throws {
        var patch = User.Patch()
        change(&patch)
        _ = try await people.people.update(.id(user), with: patch, ifVersion: nil, as: .automation())
        try await desk.reload()
    }

    func story(_ ticket: TicketView) async throws -> AssignmentStory { try await tickets.assignmentStory(of: .id(ticket.id), as: lead) }

    /// How many of these tickets each agent has.
    func counts(_ tickets: [TicketView]) -> [Int] { agents.map { agent in tickets.count { $0.assignee?.id == agent.id } } }
}
