import Testing

@testable import ITSMCore

/// domain.md's table of transitions, written out: what is not listed must be refused.
@Suite struct LifecycleTests {
    static let legal: [TicketKind: [TicketStatus: Set<TicketStatus>]] = [
        .incident: [
            .new: [.assigned, .inProgress, .pendingRequester, .pendingVendor, .pendingChange, .resolved, .cancelled],
            .assigned: [.inProgress, .pendingRequester, .pendingVendor, .pendingChange, .resolved, .cancelled],
            .inProgress: [.pendingRequester, .pendingVendor, .pendingChange, .resolved, .cancelled],
            .pendingRequester: [.inProgress, .resolved, .cancelled],
            .pendingVendor: [.inProgress, .resolved, .cancelled],
            .pendingChange: [.inProgress, .resolved, .cancelled],
            .resolved: [.inProgress, .closed],
            .closed: [.inProgress],
            .cancelled: [],
        ],
        .request: [
            .new: [.inFulfilment, .awaitingApproval, .cancelled],
            .awaitingApproval: [.approved, .rejected, .cancelled],
            .approved: [.inFulfilment, .cancelled],
            .inFulfilment: [.pendingRequester, .pendingVendor, .fulfilled, .cancelled],
            .pendingRequester: [.inFulfilment, .cancelled],
            .pendingVendor: [.inFulfilment, .cancelled],
            .fulfilled: [.inFulfilment, .closed],
            .closed: [], .rejected: [], .cancelled: [],
        ],
        .problem: [
            .new: [.investigating, .rootCauseIdentified, .knownError, .pendingVendor, .pendingChange, .resolved, .cancelled],
            .investigating: [.rootCauseIdentified, .knownError, .pendingVendor, .pendingChange, .resolved, .cancelled],
            .rootCauseIdentified: [.knownError, .pendingVendor, .pendingChange, .resolved, .cancelled],
            .knownError: [.pendingVendor, .pendingChange, .resolved, .cancelled],
            .pendingVendor: [.investigating, .rootCauseIdentified, .knownError, .resolved, .cancelled],
            .pendingChange: [.investigating, .rootCauseIdentified, .knownError, .resolved, .cancelled],
            .resolved: [.closed], .closed: [], .cancelled: [],
        ],
        .workOrder: [
            .new: [.inProgress, .pending, .done, .cancelled],
            .inProgress: [.pending, .done, .cancelled],
            .pending: [.inProgress, .done, .cancelled],
            .done: [.closed], .closed: [], .cancelled: [],
        ],
        .change: [
            .draft: [.assessment, .awaitingApproval, .scheduled, .implementing, .cancelled],
            .assessment: [.awaitingApproval, .scheduled, .implementing, .cancelled],
            .awaitingApproval: [.assessment, .scheduled, .rejected, .cancelled],
            .scheduled: [.implementing, .review, .cancelled],
            .implementing: [.review, .cancelled],
            .review: [.closed, .cancelled],
            .closed: [], .rejected: [], .cancelled: [],
        ],
    ]

    @Test(arguments: TicketKind.allCases) func everyPairOfStatesIsLegalOrRefusedAsTheTableSays(kind: TicketKind) throws {
        let table = try #require(Self.legal[kind])
        #expect(Set(kind.lifecycle.states) == Set(table.keys))
        for from in table.keys {
            for to in TicketStatus.allCases {
                #expect(kind.lifecycle.allows(from, to: to) == table[from]!.contains(to), "\(kind) \(from) to \(to)")
            }
        }
    }

    @Test(arguments: TicketKind.allCases) func theWholeTableIsWalkedByTransitions(kind: TicketKind) throws {
        for (from, targets) in try #require(Self.legal[kind]) {
            for to in kind.lifecycle.states {
                var ticket = Desk.ticket(kind) {
                    $0.assignee = Desk.anna
                    $0.status = from
                    if from.category == .resolved { $0.resolvedAt = Desk.monday }
                    if from.category == .closed { $0.closedAt = Desk.monday }
                }
                let needs = TicketTransition(to: to, reason: "because", resolution: Self.resolution(kind, to))
                do {
                    let activities = try ticket.transition(
                        needs, assignee: nil, group: nil, settings: Desk.settings, at: Desk.monday.adding(seconds: 60))
                    #expect(targets.contains(to), "\(kind) \(from) to \(to) went through")
                    #expect(ticket.status == to)
                    #expect(activities.map(\.kind) == [.ticketStatusChanged])
                    #expect(ticket.version == 2)
                } catch let error as ITSMError {
                    #expect(error.code == .illegalTransition, "\(kind) \(from) to \(to): \(error)")
                    #expect(!targets.contains(to), "\(kind) \(from) to \(to) was refused")
                    for name in targets { #expect(error.detail.contains(name.rawValue)) }
                }
            }
        }
    }

    static func resolution(_ kind: TicketKind, _ to: TicketStatus) -> Ticket.Resolution? {
        if kind == .change { return to == .closed ? .init(code: .successful, notes: nil) : nil }
        return to.category == .resolved ? .init(code: .fixed, notes: "done") : nil
    }
}
