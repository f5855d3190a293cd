/// What a comment means for the ticket it was written to.
enum CommentEffect: Sendable, Hashable {
    /// It stands on the ticket; these activities besides its own.
    case received([Activity])
    /// The ticket is closed for good: the words go to a new one, linked to this.
    case beginsFollowUp
}

/// What a public reply does to the ticket that it is written to, besides standing there.
public enum ReplyEffect: Sendable, Hashable {
    case nothing
    /// It ends the wait for the requester.
    case resumes
    /// It takes finished work up again.
    case reopens
    /// It stands on a new ticket, linked to this one, which is closed for good.
    case beginsFollowUp
}

extension Ticket {
    /// Decides what a comment does to the ticket (domain.md, 2): an agent's first public reply is the first response; a requester's reply ends the wait
    /// for them, reopens resolved work, reopens closed work within the window, and after it begins a follow-up.
    mutating func receive(_ visibility: Comment.Visibility, from author: Principal, settings: DeskSettings, at now: Instant) -> CommentEffect {
        switch visibility == .public ? effectOfReply(from: author, settings: settings, at: now) : .nothing {
        case .resumes: return .received(resume(at: now))
        case .reopens: return .received(reopen(at: now))
        case .beginsFollowUp: return .beginsFollowUp
        case .nothing:
            let isResponse = visibility == .public && side(of: author) == .agent
            if isResponse, firstRespondedAt == nil { firstRespondedAt = now }
            updatedAt = max(now, updatedAt)
            return .received([])
        }
    }

    /// What a public reply of `author` would do, so that it can be said before the reply is written.
    public func effectOfReply(from author: Principal, settings: DeskSettings, at now: Instant) -> ReplyEffect {
        guard side(of: author) == .requester else { return .nothing }
        switch status.category {
        case .pending where status == .pendingRequester: return .resumes
        case .resolved where isReopenable(settings, at: now): return .reopens
        case .closed: return isReopenable(settings, at: now) ? .reopens : .beginsFollowUp
        default: return .nothing
        }
    }

    /// Whose words those of `author` are on this ticket.
    func side(of author: Principal) -> Comment.Side {
        if author.kind == .automation { return .automation }
        return author.id == requester || !author.isAgent ? .requester : .agent
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

extension Comment {
    /// Whose words a comment's are: those of the desk, of the requester or somebody on their side, or of the desk's automation.
    enum Side: String, Sendable {
        case agent, requester, automation

        /// What a public comment is for the ticket's clocks.
        var event: SLAEvent.What {
            switch self {
            case .agent: .agentReplied
            case .requester: .requesterWrote
            case .automation: .changed
            }
        }
    }
}
