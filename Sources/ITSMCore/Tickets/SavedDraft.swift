/// What a person has begun to write on a ticket and not sent: one of each visibility. Nobody else ever sees it.
public struct SavedDraft: Sendable, Hashable, Codable {
    public var visibility: Comment.Visibility
    /// Markdown. Empty where there is none any more.
    public var body: String
    public var updatedAt: Instant

    /// How long one is kept that nobody touches, in seconds.
    public static let lifetimeSeconds: Int64 = 30 * 86_400

    public init(visibility: Comment.Visibility, body: String, updatedAt: Instant) {
        self.visibility = visibility
        self.body = body
        self.updatedAt = updatedAt
    }

    /// What a caller sends to keep one.
    public struct Text: Sendable, Hashable, Codable {
        /// Removes the draft when empty.
        public var body: String?

        public init(body: String) { self.body = body }

        /// - Throws: `ITSMError` with every fault.
        func check() throws -> String {
            var problems = ProblemList()
            if body == nil { problems.add("/body", .required, "Body is required; an empty one removes the draft.") }
            problems.check(text: body, "/body", limit: Limits.longText, optional: true, multiline: true)
            try problems.throwIfAny()
            return body ?? ""
        }
    }
}

/// Where drafts are kept, each for its writer alone.
public protocol DraftStore {
    /// The writer's drafts on a ticket.
    func list(of writer: ID<User>, on ticket: ID<Ticket>) throws -> [SavedDraft]
    /// Queues the draft, in place of one that is there.
    func put(_ draft: SavedDraft, of writer: ID<User>, on ticket: ID<Ticket>) throws
    /// Queues its removal, if there is one.
    func delete(_ visibility: Comment.Visibility, of writer: ID<User>, on ticket: ID<Ticket>) throws
    /// Removes drafts that nobody touched for their lifetime, at most `limit`; how many it were.
    func removeOver(atMost limit: Int) throws -> Int
}
