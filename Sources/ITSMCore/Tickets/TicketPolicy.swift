/// What decides who may see a ticket and do what with it.
public struct TicketAudience: Sendable, Hashable {
    public var requester: ID<User>
    public var openedBy: ID<User>
    public var assignee: ID<User>?
    public var group: ID<SupportGroup>?
    public var confidential: Bool
    /// All watchers, or of them only the caller where no one else is asked about.
    public var watchers: Set<ID<User>>

    public init(
        requester: ID<User>, openedBy: ID<User>, assignee: ID<User>?, group: ID<SupportGroup>?, confidential: Bool, watchers: Set<ID<User>>
    ) {
        self.requester = requester
        self.openedBy = openedBy
        self.assignee = assignee
        self.group = group
        self.confidential = confidential
        self.watchers = watchers
    }

    public init(_ ticket: Ticket, watchers: Set<ID<User>>) {
        self.init(
            requester: ticket.requester, openedBy: ticket.openedBy, assignee: ticket.assignee, group: ticket.group,
            confidential: ticket.confidential, watchers: watchers)
    }
}

/// The rights on one ticket (domain.md, 3). `PostgresTicketVisibility` says the same as a WHERE clause; a test holds the two equal.
extension Principal {
    /// True when `permission` reaches this ticket.
    public func may(_ permission: Permission, on ticket: TicketAudience) -> Bool {
        guard let scope = grants[permission], passesConfidentiality(of: ticket) else { return false }
        switch scope {
        case .all: return true
        case .group: return isInGroup(of: ticket) || isOwn(ticket)
        case .own: return isOwn(ticket)
        }
    }

    /// True when the caller may know of the ticket at all.
    public func sees(_ ticket: TicketAudience) -> Bool { may(.readTickets, on: ticket) }

    /// Work notes are for whoever may write them on this ticket, but not for its requester, unless they
    /// work on it: as its assignee, or in its group. Watching neither gives nor takes them (ADR 3).
    public func seesNotes(of ticket: TicketAudience) -> Bool {
        guard sees(ticket), ticket.requester != id || isInGroup(of: ticket) else { return false }
        var unwatched = ticket
        unwatched.watchers = []
        return may(.note, on: unwatched)
    }

    /// - Throws: `notFound` where the caller may not even see the ticket, else `forbidden`.
    public func require(_ permission: Permission, on ticket: TicketAudience, to act: String) throws {
        guard sees(ticket) else { throw ITSMError.notFound("ticket") }
        guard may(permission, on: ticket) else { throw ITSMError.forbidden("You may see this ticket, but not \(act).") }
    }

    /// The ticket's group is one of mine, or I am its assignee.
    func isInGroup(of ticket: TicketAudience) -> Bool { ticket.assignee == id || ticket.group.map(groups.contains) ?? false }

    /// Requester, opener or watcher.
    func isOwn(_ ticket: TicketAudience) -> Bool { ticket.requester == id || ticket.openedBy == id || ticket.watchers.contains(id) }

    private func passesConfidentiality(of ticket: TicketAudience) -> Bool {
        !ticket.confidential || holds(.readConfidentialTickets) || isInGroup(of: ticket) || isOwn(ticket)
    }
}
