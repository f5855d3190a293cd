/// What a comment means for the ticket it was written to.
enum CommentEffect: Sendable, Hashable {
    /// It stands on the ticket; these activities besides its own.
    case received([Activity])
    /// The ticket is closed for good: the words go to a new one, linked to this.
    case beginsFollowUp
}

extension Ticket {
    /// Decides what a comment does to the ticket (domain.md, 2): an agent's first public reply is the first response; a requester's reply ends the wait
    /// for them, reopens resolved work, reopens closed work within the window, and after it begins a follow-up.
    mutating func receive(_ visibility: Comment.Visibility, from author: Principal, settings: DeskSettings, at now: Instant) -> CommentEffect {
        guard visibility == .public else {
            updatedAt = max(now, updatedAt)
            return .received([])
        }
        let isFromRequesterSide = author.kind != .automation && (author.id == requester || !author.isAgent)
        guard isFromRequesterSide else {
            if firstRespondedAt == nil, author.kind != .automation { firstRespondedAt = now }
            updatedAt = max(now, updatedAt)
            return .received([])
        }
        switch status.category {
        case .pending where status == .pendingRequester:
            return .received(resume(at: now))
        case .resolved where isReopenable(settings, at: now):
            return .received(reopen(at: now))
        case .closed:
            return isReopenable(settings, at: now) ? .received(reopen(at: now)) : .beginsFollowUp
        default:
            updatedAt = max(now, updatedAt)
            return .received([])
        }
    }

    /// The new ticket that a late reply to this one begins.
    func followUp(id: ID<Ticket>, by author: Principal, at now: Instant) -> Ticket {
        let prefix = "Follow-up: "
        let room = Limits.title - prefix.unicodeScalars.count
        let shortened = String(String.UnicodeScalarView(title.unicodeScalars.prefix(room)))
        return Ticket(
            id: id, number: TicketNumber(kind: kind, value: 0), title: title.hasPrefix(prefix) ? title : prefix + shortened,
            description: "Follow-up of \(number).",
            status: kind.lifecycle.initial, impact: impact, urgency: urgency, priority: priority, priorityReason: priorityReason,
            category: category, requester: requester, openedBy: author.id, group: group, service: service, channel: author.origin.channel,
            confidential: confidential, createdAt: now, updatedAt: now)
    }
}
