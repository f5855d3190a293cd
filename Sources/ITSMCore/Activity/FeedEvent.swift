/// An activity on its way through the feed, with what decides who may see it.
public struct FeedEvent: Sendable, Hashable {
    public var entry: ActivityEntry
    /// Who may see the ticket now, not when it happened: a ticket made confidential later is hidden in old events too. Nil for other records.
    public var audience: TicketAudience?
    /// Who may see the other tickets that it names.
    public var others: [ID<Ticket>: TicketAudience]

    public init(_ entry: ActivityEntry, audience: TicketAudience?, others: [ID<Ticket>: TicketAudience] = [:]) {
        self.entry = entry
        self.audience = audience
        self.others = others
    }
}

/// What follows a place in the feed.
public struct FeedBatch: Sendable {
    public var events: [FeedEvent]
    /// Where the next batch begins: after it nothing will ever appear before it.
    public var next: FeedCursor
    /// True when nothing that is final yet was left out.
    public var isCaughtUp: Bool

    public init(events: [FeedEvent], next: FeedCursor, isCaughtUp: Bool) {
        self.events = events
        self.next = next
        self.isCaughtUp = isCaughtUp
    }
}

/// What one reader may see of what follows a place in the feed.
public struct EventPage: Sendable {
    public var events: [ActivityEntry]
    public var next: FeedCursor
    public var isCaughtUp: Bool

    public init(events: [ActivityEntry], next: FeedCursor, isCaughtUp: Bool) {
        self.events = events
        self.next = next
        self.isCaughtUp = isCaughtUp
    }
}

extension Principal {
    /// True when this may reach the caller as an event: a ticket's to those who see the ticket, its work notes' to those who see notes, another
    /// record's to holders of `events:read` who may read such records (store.md, 6). What is left of it where it names another ticket, `shown` says.
    /// Who read what stands in the audit trail alone: nothing happened to the ticket.
    func sees(_ event: FeedEvent) -> Bool {
        if event.entry.kind == .ticketRead { return false }
        guard event.entry.ticket != nil else { return holds(.readEvents, atLeast: .all) && reads(event.entry.record.type) }
        return seesValues(of: event.entry, audience: event.audience)
    }

    /// True when the caller may read the record, and so its old and new values.
    func seesValues(of entry: ActivityEntry, audience: TicketAudience?) -> Bool {
        guard entry.ticket != nil else { return reads(entry.record.type) }
        guard let audience else { return false }
        return entry.restricted ? seesNotes(of: audience) : sees(audience)
    }

    func reads(_ type: Activity.RecordType) -> Bool {
        type.readPermission.map { holds($0, atLeast: .all) } ?? true
    }
}

extension Activity.RecordType {
    /// What it takes to read records of this type; nil where everybody may who signed in.
    var readPermission: Permission? {
        switch self {
        case .ticket: .readTickets
        case .user, .group, .role: .readPeople
        case .signIn, .apiToken: .readAudit
        case .import: .importTickets
        case .customField: .manageSettings
        case .slaCalendar, .slaPolicy, .escalationRule: .manageSLA
        case .assignmentRule: .manageRules
        case .view, .identityProvider: .manageSettings
        case .service, .category, .priorityMatrix, .settings: nil
        }
    }
}
