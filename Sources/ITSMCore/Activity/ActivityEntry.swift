/// An activity as it stands on record: what happened, by whose hand, when and why. Timeline, audit trail, events and webhooks show this one shape.
public struct ActivityEntry: Sendable, Hashable, Codable {
    public let id: FeedCursor
    public var kind: Activity.Kind
    public var record: Activity.Record
    /// The ticket in whose timeline it stands; nil for records other than tickets.
    public var ticket: ID<Ticket>?
    /// True when only those who see the ticket's work notes may see this.
    public var restricted: Bool
    /// Business time: what timelines and reports order by.
    public var occurredAt: Instant
    /// When it was written: later than `occurredAt` for imported history.
    public var recordedAt: Instant
    public var principal: Ref<User>
    public var onBehalfOf: Ref<User>?
    public var channel: Channel
    /// Old and new values, or what the kind says. Nil where the reader may not see them, and once they were redacted.
    public var changes: StoredJSON?
    /// True once the values were taken out; that it happened stays on record.
    public var redacted: Bool
    /// What made an automation act: `activity:<id>` or `import:<id>`.
    public var cause: String?
    /// How many causes stand in a row.
    public var depth: Int
    /// For the audit trail alone, as is the next.
    public var requestId: String?
    public var address: String?

    public init(
        id: FeedCursor, kind: Activity.Kind, record: Activity.Record, ticket: ID<Ticket>?, restricted: Bool, occurredAt: Instant, recordedAt: Instant,
        principal: Ref<User>, onBehalfOf: Ref<User>?, channel: Channel, changes: StoredJSON?, redacted: Bool, cause: String?, depth: Int,
        requestId: String?, address: String?
    ) {
        self.id = id
        self.kind = kind
        self.record = record
        self.ticket = ticket
        self.restricted = restricted
        self.occurredAt = occurredAt
        self.recordedAt = recordedAt
        self.principal = principal
        self.onBehalfOf = onBehalfOf
        self.channel = channel
        self.changes = changes
        self.redacted = redacted
        self.cause = cause
        self.depth = depth
        self.requestId = requestId
        self.address = address
    }

    /// Where its ticket's timeline goes on after it.
    public var placeInTimeline: PagePosition { PagePosition(key: String(occurredAt.microseconds), id: String(id.id)) }

    /// Without what only the audit trail tells: where the call came from.
    public var withoutOrigin: ActivityEntry {
        var entry = self
        entry.requestId = nil
        entry.address = nil
        return entry
    }

    /// Without the values: that it happened, by whom and when.
    public var withoutChanges: ActivityEntry {
        var entry = self
        entry.changes = nil
        return entry
    }
}

/// Which rows of the audit trail are asked for; every condition that is set must be met.
public struct ActivityFilter: Sendable, Hashable {
    /// By id or username.
    public var principal: RefInput<User>?
    /// Any of these.
    public var kinds: [Activity.Kind] = []
    public var recordType: Activity.RecordType?
    public var record: ID<AnyRecord>?
    /// By id or number.
    public var ticket: TicketKey?
    /// Recorded at this time or later.
    public var from: Instant?
    /// Recorded before this time.
    public var before: Instant?
    /// What must hold besides; of the scope `activity`.
    public var condition: Condition?

    public init() {}
}
