import ITSMCore
import ITSMTestSupport

@testable import ITSMStore

/// A desk with the promises of a new installation on a clock of the test's: weekdays 09:00–17:00 UTC. It is far ahead, since rules act on what they
/// were there for, and those of a new installation are as old as the database.
struct ClockDesk: Sendable {
    let people: PeopleDesk
    let tickets: TicketService
    let escalations: EscalationService
    let notices: NoticeService
    let sla: SLAService
    let desk: CurrentDesk
    /// A requester.
    let rita: Principal
    /// An agent of Wires.
    let anna: Principal
    /// The manager of Wires.
    let mona: Principal
    let wires: ID<SupportGroup>

    static func make() async throws -> ClockDesk {
        let people = try await PeopleDesk.make()
        people.clock.set(instant("02 08:00"))
        let mona = try await people.person("mona", roles: [.name("agent")])
        let group = try await people.groups.create(.init(name: "Wires", manager: .id(mona.id)), as: .automation())
        let anna = try await people.person("anna", roles: [.name("agent")], groups: [.id(group.id)])
        let rita = try await people.person("rita")
        let desk = try await CurrentDesk(people.database)
        let tickets = TicketService(database: people.database, desk: { desk.snapshot })
        let notices = NoticeService(database: people.database)
        return ClockDesk(
            people: people, tickets: tickets,
            escalations: EscalationService(database: people.database, tickets: tickets, notices: notices, desk: { desk.snapshot }), notices: notices,
            sla: SLAService(database: people.database, desk: { desk.snapshot }), desk: desk, rita: rita, anna: anna, mona: mona, wires: group.id)
    }

    var database: PostgresDatabase { people.database }

    /// - Parameter at: UTC wall time in October 2090, whose 2nd is a Monday, such as `02 09:00`.
    func go(_ at: String) { people.clock.set(Self.instant(at)) }

    static func instant(_ at: String) -> Instant {
        let parts = at.split(separator: " ")
        return Instant("2090-10-\(parts[0])T\(parts[1]):00Z")!
    }

    /// A medium incident of Rita's, with Anna of Wires.
    func raise(_ at: String, _ change: (inout TicketDraft) -> Void = { _ in }) async throws -> TicketView {
        go(at)
        var draft = TicketDraft(title: "No network")
        (draft.requester, draft.assignee, draft.group) = (.id(rita.id), .id(anna.id), .id(wires))
        (draft.impact, draft.urgency) = (.medium, .medium)
        change(&draft)
        return try await tickets.create(draft, kind: .incident, as: anna)
    }

    func move(_ ticket: TicketView, to status: TicketStatus, _ at: String) async throws {
        go(at)
        var transition = TicketTransition(to: status, reason: "x")
        if status.category == .resolved { transition = TicketTransition(to: status, resolution: .init(code: .fixed, notes: "Done")) }
        _ = try await tickets.transition(.id(ticket.id), transition, as: anna)
    }

    func timer(_ name: String, of ticket: TicketView) async throws -> SLATimer? {
        try await sla.timers(of: .id(ticket.id), as: anna).first { $0.id == name }
    }

    func fire(_ at: String) async throws -> Int {
        go(at)
        return try await escalations.fireDue()
    }

    /// What the record says of the ticket's clocks, as `kind at`.
    func record(of ticket: TicketView) async throws -> [String] {
        let entries = try await tickets.detail(.id(ticket.id), expanding: [.timeline], as: anna).timeline ?? []
        return entries.filter { [.slaBreached, .escalationFired, .escalationPassedOver].contains($0.kind) }.map { entry in
            let changes = entry.changes?.value
            let what = changes?["rule"]?["name"]?.string ?? changes?["timer"]?.string ?? ""
            return "\(entry.kind.rawValue) \(what) \(entry.occurredAt.description.dropFirst(8).prefix(8))"
        }
    }
}
