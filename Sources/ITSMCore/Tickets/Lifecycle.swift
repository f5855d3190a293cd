/// The states of one kind of ticket and the ways between them (domain.md, 2), as data.
public struct Lifecycle: Sendable {
    /// The state in which a ticket of the kind is raised.
    public let initial: TicketStatus
    /// Where people may go from each state, in the order in which they are offered.
    public let transitions: [TicketStatus: [TicketStatus]]
    /// Where work stands again after it was reopened; nil for a kind that is not reopened.
    public let reopened: TicketStatus?

    /// All states of the kind, in the order of `TicketStatus`.
    public var states: [TicketStatus] {
        let known = Set(transitions.keys).union(transitions.values.joined())
        return TicketStatus.allCases.filter(known.contains)
    }

    /// Where a person may move a ticket that is in `status`, in the table's order.
    public func next(after status: TicketStatus) -> [TicketStatus] { transitions[status] ?? [] }

    /// Whether a person may move a ticket so.
    public func allows(_ from: TicketStatus, to: TicketStatus) -> Bool { next(after: from).contains(to) }

    /// True when the move takes up finished work again.
    public func isReopening(from: TicketStatus, to: TicketStatus) -> Bool {
        (from.category == .resolved || from.category == .closed) && to.category == .open
    }
}

extension TicketKind {
    public var lifecycle: Lifecycle {
        switch self {
        case .incident: .incident
        case .request: .request
        case .problem: .problem
        case .change: .change
        case .workOrder: .workOrder
        }
    }
}

extension Lifecycle {
    static let incident: Lifecycle = {
        let waits: [TicketStatus] = [.pendingRequester, .pendingVendor, .pendingChange]
        var ways: [TicketStatus: [TicketStatus]] = [
            .new: [.assigned, .inProgress] + waits + [.resolved, .cancelled],
            .assigned: [.inProgress] + waits + [.resolved, .cancelled],
            .inProgress: waits + [.resolved, .cancelled],
            .resolved: [.inProgress, .closed],
            .closed: [.inProgress],
        ]
        for wait in waits { ways[wait] = [.inProgress, .resolved, .cancelled] }
        return Lifecycle(initial: .new, transitions: ways, reopened: .inProgress)
    }()

    static let request = Lifecycle(
        initial: .new,
        transitions: [
            .new: [.inFulfilment, .awaitingApproval, .cancelled],
            .awaitingApproval: [.approved, .rejected, .cancelled],
            .approved: [.inFulfilment, .cancelled],
            .inFulfilment: [.pendingRequester, .pendingVendor, .fulfilled, .cancelled],
            .pendingRequester: [.inFulfilment, .cancelled],
            .pendingVendor: [.inFulfilment, .cancelled],
            .fulfilled: [.inFulfilment, .closed],
        ],
        reopened: .inFulfilment)

    static let problem = forward(
        [.new, .investigating, .rootCauseIdentified, .knownError], waits: [.pendingVendor, .pendingChange], end: [.resolved], then: [.closed])

    static let workOrder = forward([.new, .inProgress], waits: [.pending], end: [.done], then: [.closed])

    static let change = Lifecycle(
        initial: .draft,
        transitions: [
            .draft: [.assessment, .awaitingApproval, .scheduled, .implementing, .cancelled],
            .assessment: [.awaitingApproval, .scheduled, .implementing, .cancelled],
            .awaitingApproval: [.assessment, .scheduled, .rejected, .cancelled],
            .scheduled: [.implementing, .review, .cancelled],
            .implementing: [.review, .cancelled],
            .review: [.closed, .cancelled],
        ],
        reopened: nil)

    /// A kind that moves forward through `steps`, may wait and come back, ends in `end`, and may be cancelled until then.
    private static func forward(_ steps: [TicketStatus], waits: [TicketStatus], end: [TicketStatus], then: [TicketStatus]) -> Lifecycle {
        var ways: [TicketStatus: [TicketStatus]] = [:]
        for (place, step) in steps.enumerated() { ways[step] = Array(steps[(place + 1)...]) + waits + end + [.cancelled] }
        for wait in waits { ways[wait] = Array(steps.dropFirst()) + end + [.cancelled] }
        for last in end { ways[last] = then }
        return Lifecycle(initial: steps[0], transitions: ways, reopened: nil)
    }
}
