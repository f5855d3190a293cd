import Foundation
import Testing

@testable import ITSMCore

@Suite struct TicketEditTests {
    private func apply(_ json: String, to ticket: inout Ticket) throws -> [Activity] {
        let patch = try JSONDecoder().decode(TicketPatch.self, from: Data(json.utf8))
        return try ticket.apply(
            TicketEdit(patch, desk: Desk.snapshot), requester: nil, assignee: .absent, parent: .absent, matrix: .standard,
            at: Desk.monday.adding(seconds: 60))
    }

    @Test func anOverrideStaysUntilItIsCleared() throws {
        var ticket = Desk.ticket()
        _ = try apply(#"{"priority": "critical", "priorityReason": "The board meets here"}"#, to: &ticket)
        #expect(ticket.priority == .critical)
        _ = try apply(#"{"impact": "low", "urgency": "low"}"#, to: &ticket)
        #expect(ticket.priority == .critical)
        _ = try apply(#"{"priority": null}"#, to: &ticket)
        #expect(ticket.priority == .low && ticket.priorityReason == nil)
    }

    @Test func theMatrixRulesWhereNobodyOverrides() throws {
        var ticket = Desk.ticket()
        let changes = try apply(#"{"impact": "high", "urgency": "high"}"#, to: &ticket)
        #expect(ticket.priority == .critical)
        #expect(changes.count == 1)
        #expect(changes[0].payload["priority"]?["new"]?.string == "critical")
    }

    @Test func anEditThatChangesNothingLeavesVersionAndRecordAlone() throws {
        var ticket = Desk.ticket()
        let before = ticket
        #expect(try apply(#"{"title": "Printer on fire"}"#, to: &ticket).isEmpty)
        #expect(ticket == before)
    }

    @Test(arguments: [
        (#"{"title": null}"#, ["/title"]), (#"{"title": "", "impact": null, "urgency": null}"#, ["/impact", "/urgency", "/title"]),
        (#"{"priority": "low"}"#, ["/priorityReason"]), (#"{"priorityReason": "x"}"#, ["/priorityReason"]),
        (#"{"pendingUntil": "2027-01-01T00:00:00Z"}"#, ["/pendingUntil"]), (#"{"group": "Nobody", "category": "x"}"#, ["/category", "/group"]),
    ])
    func faultsAreToldAllAtOnce(json: String, pointers: [String]) throws {
        var ticket = Desk.ticket()
        let error = #expect(throws: ITSMError.self) { try apply(json, to: &ticket) }
        #expect(error?.pointers == pointers)
    }

    @Test func rightsAreAskedFieldByField() throws {
        let patch = try JSONDecoder().decode(
            TicketPatch.self, from: Data(#"{"title": "x", "assignee": "anna", "priority": null, "major": true, "requester": "otto"}"#.utf8))
        let ticket = TicketAudience(Desk.ticket { $0.group = Desk.network.id }, watchers: [])
        #expect(patch.forbiddenFields(for: Desk.agent(), on: ticket).map(\.pointer) == ["/priority", "/major"])
        let manager = Desk.agent(adding: [.overridePriority: .group])
        #expect(patch.forbiddenFields(for: manager, on: ticket).isEmpty)
        let stranger = Desk.agent(in: [Desk.servers.id], adding: [.overridePriority: .group])
        #expect(patch.forbiddenFields(for: stranger, on: ticket).map(\.pointer) == ["/priority", "/major"])
    }

    @Test func assigningIsOnRecordAsSuch() throws {
        var ticket = Desk.ticket()
        let edit = try TicketEdit(TicketPatch(), desk: Desk.snapshot)
        let changes = try ticket.apply(
            edit, requester: nil, assignee: .value(Desk.anna), parent: .absent, matrix: .standard, at: Desk.monday.adding(seconds: 60))
        #expect(ticket.status == .assigned)
        #expect(changes.map(\.kind) == [.ticketAssigned, .ticketStatusChanged])
        #expect(ticket.version == 2, "one edit, one version")
    }
}
