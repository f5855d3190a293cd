/// Where bulk changes are kept, for a day.
public protocol BulkStore {
    /// Queues the operation without its rows.
    func insert(_ operation: BulkOperation, by author: ID<User>) throws
    /// Queues rows, each at its place.
    func insert(_ rows: [BulkRow], of id: ID<BulkOperation>) throws
    /// An operation of `author` that is still kept, as it was begun; for undoing under a lock.
    /// - Throws: `notFound` when it is absent, over, or another's.
    func find(_ id: ID<BulkOperation>, of author: ID<User>, locking: Bool) throws -> BulkRecord
    /// Rows in order behind a place.
    func rows(of id: ID<BulkOperation>, _ which: BulkRowFilter, after place: Int, limit: Int) throws -> [BulkRow]
    /// The same of those that meet a condition of the scope `outcomes`.
    func rows(
        of id: ID<BulkOperation>, _ which: BulkRowFilter, where condition: Condition?, after place: Int, limit: Int, for reader: Principal
    ) throws -> [BulkRow]
    /// Removes operations that are no longer kept, at most `limit`; how many it were.
    func removeOver(atMost limit: Int) throws -> Int

    // MARK: By a filter

    /// The first `limit` tickets that `query` finds for `caller`, in no order, each with its version.
    func find(_ query: TicketQuery, limit: Int, visibleTo caller: Principal) throws -> [BulkEdit.Row]
    /// Fixes which tickets `query` finds for `caller` at this moment, each with its version, as those of the operation; at most `limit`, in the order of their ids.
    /// - Returns: how many they are.
    func fixTargets(of id: ID<BulkOperation>, to query: TicketQuery, limit: Int, visibleTo caller: Principal) throws -> Int
    /// Tickets of the operation, in order behind a place.
    func targets(of id: ID<BulkOperation>, after place: Int, limit: Int) throws -> [BulkTarget]
    /// Refuses all tickets of the operation behind a place.
    /// - Returns: how many they are.
    func refuseTargets(of id: ID<BulkOperation>, after place: Int, because refusal: BulkOutcome.Refusal) throws -> Int

    // MARK: Undoing

    /// Queues that the job undoes the operation.
    func setUndoJob(_ job: ID<Job>, of id: ID<BulkOperation>) throws
    /// Queues what became of rows when they were undone.
    func recordUndone(_ rows: [BulkRow], of id: ID<BulkOperation>) throws
    /// Queues how an undoing ended.
    /// - Parameter now: nil where nothing was put back, so that it can be tried again.
    func recordUndo(_ counts: BulkOperation.Counts, of id: ID<BulkOperation>, at now: Instant?) throws
}

/// An operation as it is kept, and what to look up about it.
public struct BulkRecord: Sendable, Hashable {
    /// Without outcomes.
    public var operation: BulkOperation
    public var undoJob: ID<Job>?
    /// How an undoing that is over ended.
    public var undoCounts: BulkOperation.Counts?

    public init(operation: BulkOperation, undoJob: ID<Job>?, undoCounts: BulkOperation.Counts?) {
        self.operation = operation
        self.undoJob = undoJob
        self.undoCounts = undoCounts
    }
}

/// An outcome with its place in the operation, and what is needed to undo it.
public struct BulkRow: Sendable, Hashable {
    /// Ascending in the order of the tickets; where they were named from 0, by a filter from 1.
    public var place: Int
    public var outcome: BulkOutcome
    /// Nil unless the ticket was changed.
    public var before: TicketStanding?

    public init(_ place: Int, _ outcome: BulkOutcome, before: TicketStanding? = nil) {
        self.place = place
        self.outcome = outcome
        self.before = before
    }
}

/// Which rows of an operation.
public enum BulkRowFilter: Sendable, Hashable {
    case all
    case result(BulkOutcome.Result)
    /// By what became of them when the change was undone.
    case undone(BulkOutcome.Result)
    /// Changed, and not put back yet.
    case toUndo
}

/// A ticket that a bulk change by a filter is for, as it stood when the change was begun.
public struct BulkTarget: Sendable, Hashable {
    /// From 1.
    public var place: Int
    public var ticket: ID<Ticket>
    public var number: TicketNumber
    public var version: Int

    public init(place: Int, ticket: ID<Ticket>, number: TicketNumber, version: Int) {
        self.place = place
        self.ticket = ticket
        self.number = number
        self.version = version
    }
}
