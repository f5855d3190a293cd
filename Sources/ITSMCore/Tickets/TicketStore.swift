/// Where tickets are kept.
public protocol TicketStore {
    /// Queues the insert; the database gives the number.
    func insert(_ ticket: Ticket) throws -> Later<TicketNumber>
    /// Queues the update of all fields but the identity and the custom fields. The caller holds the lock.
    func update(_ ticket: Ticket) throws
    /// Queues the update of the custom fields. The caller holds the lock.
    func replaceCustomFields(of ticket: Ticket) throws
    /// Queues a move of `updatedAt` alone.
    func touch(_ ticket: ID<Ticket>, at now: Instant) throws

    /// The ticket locked against other writers, as `caller` sees it.
    /// - Throws: `notFound` when it is absent or hidden.
    func lock(_ key: TicketKey, visibleTo caller: Principal) throws -> TicketRecord
    /// Those of `keys` that exist and that `caller` may see, each once, locked in the order of their ids, so that two who lock many do not wait for each other.
    func lock(_ keys: [TicketKey], visibleTo caller: Principal) throws -> [TicketRecord]
    /// - Throws: `notFound` when it is absent or hidden.
    func find(_ key: TicketKey, visibleTo caller: Principal) throws -> TicketRecord
    /// Queues the read; nil when it is absent or hidden.
    func first(_ key: TicketKey, visibleTo caller: Principal) throws -> Later<TicketRecord?>
    /// Those of `keys` that exist and that `caller` may see, in no order.
    func references(_ keys: [TicketKey], visibleTo caller: Principal) throws -> [TicketRef]

    /// Queues the read, but for a search.
    func list(_ query: TicketQuery, page: PageRequest, count: CountMode?, visibleTo caller: Principal) throws -> Later<Page<TicketRecord>>

    /// The tickets beside `ticket` in the query's order, as far as `caller` sees them.
    func neighbours(of ticket: Ticket, in query: TicketQuery, visibleTo caller: Principal) throws -> TicketNeighbours
    /// Whether a list can be asked for what `condition` says.
    /// - Throws: `CELFaults` with each part that cannot.
    func check(_ condition: Condition, for reader: Principal) throws
    /// How many tickets each query finds for `caller`; counting stops at `most`.
    func counts(of queries: [TicketQuery], upTo most: Int, visibleTo caller: Principal) throws -> [Int]

    /// Queues the insert of a ticket with its past: every field as it stands, its number given by the database.
    func insertWithPast(_ ticket: Ticket) throws -> Later<TicketNumber>

    /// Up to `limit` tickets whose time has come, locked, those that others hold locked passed over: resolved before `resolvedBefore`, or waiting until
    /// `now` or earlier.
    func lockDue(resolvedBefore: Instant, waitingUntil now: Instant, limit: Int) throws -> [Ticket]

    /// When the next wait ends of those that have an end; in the past while one waits to be moved on.
    func nextWaitEnd() throws -> Instant?

    /// Of each ticket who may see it; for audiences of a batch of activities.
    func audiences(of tickets: [ID<Ticket>]) throws -> [ID<Ticket>: TicketAudience]
}

/// Where comments are kept, with the versions of their texts.
public protocol CommentStore {
    /// Queues the insert.
    func insert(_ comment: Comment) throws
    /// Queues the new text as a new version; `comment` holds it already.
    func revise(_ comment: Comment, by editor: ID<User>) throws
    /// Queues the removal of the text of all versions, leaving the tombstone.
    func delete(_ comment: Comment) throws
    /// Queues the end of its text in all versions.
    func redact(_ comment: Comment, by redactor: ID<User>) throws
    /// The comment, a deleted one too; nil when it is not on that ticket.
    func first(_ id: ID<Comment>, on ticket: ID<Ticket>) throws -> Comment?
    /// The comment under a lock, with its author's name.
    /// - Throws: `notFound` when it is not on that ticket.
    func lock(_ id: ID<Comment>, on ticket: ID<Ticket>) throws -> (comment: Comment, authorName: String)
    /// Queues the read of the ticket's comments in order of time, work notes only if `includesNotes`, with their authors' names.
    ///
    /// - Parameter condition: what must hold besides; of the scope `comments`.
    func list(
        on ticket: ID<Ticket>, includesNotes: Bool, where condition: Condition?, page: PageRequest, for reader: Principal
    ) throws -> Later<Page<(comment: Comment, authorName: String)>>
    /// Those in the window, oldest first; of those that changed after `window.after`, also older ones.
    func list(on ticket: ID<Ticket>, includesNotes: Bool, window: ThreadWindow) throws -> [(comment: Comment, authorName: String)]
}

/// Where links between tickets are kept.
public protocol TicketLinkStore {
    /// False when that link stood already.
    func insert(_ link: TicketLink) throws -> Bool
    /// The link, if it stands on that ticket at either end.
    func first(_ id: ID<TicketLink>, on ticket: ID<Ticket>) throws -> TicketLink?
    /// Queues the deletion.
    func delete(_ id: ID<TicketLink>) throws
    /// How many links the ticket has, at either end.
    func count(on ticket: ID<Ticket>) throws -> Int
    /// Queues the read of the links at either end of `ticket` whose other end `caller` may see.
    func list(on ticket: ID<Ticket>, visibleTo caller: Principal) throws -> Later<[TicketLinkView]>
}

/// Where it is kept who follows which ticket.
public protocol WatcherStore {
    /// False when that person watches already.
    func insert(_ user: ID<User>, on ticket: ID<Ticket>, by adder: ID<User>, at now: Instant) throws -> Bool
    /// False when that person did not watch.
    func delete(_ user: ID<User>, from ticket: ID<Ticket>) throws -> Bool
    /// Queues the read.
    func list(on ticket: ID<Ticket>) throws -> Later<[Watcher]>
}

/// The words by which tickets are found, kept beside them.
public protocol SearchIndexStore {
    /// Makes the entries of these tickets anew from what they and their comments say now.
    func rebuild(_ tickets: [ID<Ticket>]) throws
}
