/// Which part of what was said and done on a ticket is asked for: the newest entries between two moments.
public struct ThreadWindow: Sendable, Hashable {
    /// Only what is later than this.
    public var after: Instant?
    /// Only what is earlier than this.
    public var before: Instant?
    /// Of comments and of activity each.
    public var limit: Int

    public init(after: Instant? = nil, before: Instant? = nil, limit: Int = Limits.pageMaximum) {
        self.after = after
        self.before = before
        self.limit = limit
    }
}

/// What was said and done on a ticket, as one story, with the names that it speaks of.
public struct TicketThread: Sendable {
    /// Oldest first, as is the activity.
    public var comments: [CommentView]
    public var activity: [ActivityEntry]
    /// Earlier entries than these begin before this moment; nil where there are none.
    public var earlier: Instant?
    /// The people whom the activity's values name by id.
    public var people: [ID<User>: String]
    /// The tickets that they name, as far as the reader may see them.
    public var tickets: [ID<Ticket>: TicketRef]

    public init(
        comments: [CommentView], activity: [ActivityEntry], earlier: Instant? = nil, people: [ID<User>: String] = [:],
        tickets: [ID<Ticket>: TicketRef] = [:]
    ) {
        self.comments = comments
        self.activity = activity
        self.earlier = earlier
        self.people = people
        self.tickets = tickets
    }
}

extension TicketService {
    /// The part of a ticket's story that the caller may read.
    public func thread(of key: TicketKey, _ window: ThreadWindow, in tx: any Transaction, as caller: Principal) throws -> TicketThread {
        let record = try tx.tickets.find(key, visibleTo: caller)
        let (id, reference) = (record.ticket.id, TicketRef(record.ticket))
        let seesNotes = caller.seesNotes(of: record.audience(for: caller))
        // One more than asked for tells that there are more.
        var more = window
        more.limit += 1
        var comments = try tx.comments.list(on: id, includesNotes: seesNotes, window: more).map {
            CommentView($0.comment, on: reference, authorName: $0.authorName)
        }
        var activity = try tx.activity.timeline(of: id, includesRestricted: seesNotes, window: more).map(\.withoutOrigin)
        // Where one list is cut, the story begins with what both hold in full.
        let cuts = [comments.count > window.limit ? comments[1].createdAt : nil, activity.count > window.limit ? activity[1].occurredAt : nil]
        let earlier = cuts.compactMap(\.self).max()
        if let earlier {
            comments.removeAll { $0.createdAt < earlier }
            activity.removeAll { $0.occurredAt < earlier }
        }
        activity = try tx.shown(activity, to: caller)
        let values = activity.compactMap(\.changes?.value)
        let fields = desk().customFields.all.filter { $0.kind == .user }.map { CustomField.changeName($0.name) }
        let people = values.flatMap { $0.ids(of: User.self, in: ["user", "assignee", "requester"] + fields) }
        let tickets = values.flatMap { $0.ids(of: Ticket.self, in: ["ticket", "parent"]) }
        return TicketThread(
            comments: comments, activity: activity, earlier: earlier, people: try tx.users.names(of: Set(people)),
            tickets: Dictionary(
                try tx.tickets.references(Set(tickets).map(TicketKey.id), visibleTo: caller).map { ($0.id, $0) },
                uniquingKeysWith: { first, _ in first }))
    }
}

extension JSONValue {
    /// The records that activity names in these fields, whether as the value or as the old and the new one.
    fileprivate func ids<Record>(of type: Record.Type, in fields: [String]) -> [ID<Record>] {
        fields.compactMap { self[$0] }.flatMap { [$0, $0["old"], $0["new"]] }.compactMap { $0?.string.flatMap { ID<Record>($0) } }
    }
}
