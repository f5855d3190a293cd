/// A public reply or a work note on a ticket. Its text is kept in versions; a deleted one leaves a tombstone.
public struct Comment: Sendable, Hashable {
    public let id: ID<Comment>
    public let ticket: ID<Ticket>
    public let author: ID<User>
    public let visibility: Visibility
    /// Markdown; empty once deleted or redacted.
    public var body: String
    /// 1 at birth; rises with each edit.
    public var version: Int
    public let channel: Channel
    public let createdAt: Instant
    /// When its text was changed last; nil while it is the first.
    public var editedAt: Instant?
    /// Set once only the tombstone is left.
    public var deletedAt: Instant?
    public var deletedBy: ID<User>?
    /// When its text was taken out for good.
    public var redactedAt: Instant?

    /// Who reads it.
    public enum Visibility: String, Codable, Sendable, CaseIterable {
        /// The requester reads it.
        case `public`
        /// Only those who work the ticket read it.
        case workNote
    }

    public init(
        id: ID<Comment>, ticket: ID<Ticket>, author: ID<User>, visibility: Visibility, body: String, version: Int = 1, channel: Channel,
        createdAt: Instant, editedAt: Instant? = nil, deletedAt: Instant? = nil, deletedBy: ID<User>? = nil, redactedAt: Instant? = nil
    ) {
        self.id = id
        self.ticket = ticket
        self.author = author
        self.visibility = visibility
        self.body = body
        self.version = version
        self.channel = channel
        self.createdAt = createdAt
        self.editedAt = editedAt
        self.deletedAt = deletedAt
        self.deletedBy = deletedBy
        self.redactedAt = redactedAt
    }

    /// What a caller sends to add a comment, or to edit one (where `visibility` stays as it was).
    public struct Draft: Sendable, Hashable, Codable {
        public var body: String?
        /// `public` when absent.
        public var visibility: Visibility?

        public init(body: String, visibility: Visibility? = nil) {
            self.body = body
            self.visibility = visibility
        }

        /// - Throws: `ITSMError` with every fault.
        func check() throws {
            var problems = ProblemList()
            problems.check(text: body, "/body", limit: Limits.longText, multiline: true)
            try problems.throwIfAny()
        }
    }
}

/// A comment as callers read it.
public struct CommentView: Sendable, Hashable, Codable {
    public var id: ID<Comment>
    /// The ticket it stands on: a follow-up where the reply came too late for the old one.
    public var ticket: TicketRef
    public var author: Ref<User>
    public var visibility: Comment.Visibility
    /// Empty once deleted or redacted.
    public var body: String
    public var version: Int
    public var channel: Channel
    public var createdAt: Instant
    public var editedAt: Instant?
    public var deletedAt: Instant?
    public var redactedAt: Instant?

    public init(_ comment: Comment, on ticket: TicketRef, authorName: String) {
        id = comment.id
        self.ticket = ticket
        author = Ref(id: comment.author, name: authorName)
        visibility = comment.visibility
        body = comment.body
        version = comment.version
        channel = comment.channel
        createdAt = comment.createdAt
        editedAt = comment.editedAt
        deletedAt = comment.deletedAt
        redactedAt = comment.redactedAt
    }
}
