/// The state of a ticket as agents see it. Which of them a kind knows, and how it moves between them, stands in `Lifecycle`.
public enum TicketStatus: String, Codable, Sendable, CaseIterable {
    case new, assigned, inProgress
    case approved, inFulfilment
    case investigating, rootCauseIdentified, knownError
    case draft, assessment, scheduled, implementing, review
    case pendingRequester, pendingVendor, pendingChange, pending, awaitingApproval
    case resolved, fulfilled, done
    case closed, cancelled, rejected

    /// The state as reports, SLA pauses and list filters speak of it.
    public var category: StatusCategory {
        switch self {
        case .new, .assigned, .inProgress, .approved, .inFulfilment, .investigating, .rootCauseIdentified, .knownError, .draft, .assessment,
            .scheduled, .implementing, .review:
            .open
        case .pendingRequester, .pendingVendor, .pendingChange, .pending, .awaitingApproval: .pending
        case .resolved, .fulfilled, .done: .resolved
        case .closed, .cancelled, .rejected: .closed
        }
    }

    /// True for a wait that somebody must give a reason for; waiting for approval is its own reason.
    public var isWait: Bool { category == .pending && self != .awaitingApproval }
}

/// What the state of a ticket comes to: somebody works on it, it waits, the work is done, it is over.
public enum StatusCategory: String, Codable, Sendable, CaseIterable {
    case open, pending, resolved, closed
}
