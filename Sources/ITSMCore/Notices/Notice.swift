/// One message to one person, about a ticket (domain.md, 1).
///
/// A person reads it in the product; nobody else ever does. It stays hidden while its reader may not see the ticket.
public struct Notice: Sendable, Hashable, Codable {
    public var id: ID<Notice>
    public var recipient: ID<User>
    public var kind: Kind
    /// The ticket as it is called now.
    public var ticket: TicketRef
    /// One line in the product's own words.
    public var subject: String
    public var body: String?
    public var createdAt: Instant
    /// Nil while it is unread.
    public var readAt: Instant?

    /// Why it was sent; a closed list, so that readers know what they can meet.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// A target comes near.
        case slaWarning
        /// A target was missed.
        case slaBreached
        /// A ticket was raised to whoever answers for it.
        case escalated
    }

    public init(
        id: ID<Notice>, recipient: ID<User>, kind: Kind, ticket: TicketRef, subject: String, body: String? = nil, createdAt: Instant,
        readAt: Instant? = nil
    ) {
        self.id = id
        self.recipient = recipient
        self.kind = kind
        self.ticket = ticket
        self.subject = subject
        self.body = body
        self.createdAt = createdAt
        self.readAt = readAt
    }

    /// How long one is kept after it was read, in seconds: 90 days.
    public static let readLifetimeSeconds: Int64 = 90 * 86_400
    /// How long one is kept at all, in seconds: a year.
    public static let lifetimeSeconds: Int64 = 365 * 86_400
}

/// A notice to be sent.
public struct NoticeDraft: Sendable, Hashable {
    public var recipient: ID<User>
    public var kind: Notice.Kind
    public var ticket: ID<Ticket>
    /// One line, not empty. It names nothing that readers of the ticket may not know.
    public var subject: String
    public var body: String?
    /// What it is sent for, such as `sla:<cycle>:<rule>`: a person gets one notice for it, however often it is sent.
    public var cause: String

    public init(to recipient: ID<User>, _ kind: Notice.Kind, on ticket: ID<Ticket>, subject: String, body: String? = nil, cause: String) {
        self.recipient = recipient
        self.kind = kind
        self.ticket = ticket
        self.subject = subject
        self.body = body
        self.cause = cause
    }
}
