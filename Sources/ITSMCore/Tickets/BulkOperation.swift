/// What became of a bulk change, ticket by ticket. Kept for a day, during which its author may undo it.
///
/// One that names its tickets is done when it is answered. One by a filter is a job with the operation's own id: `status` and `counts` tell how far it is.
public struct BulkOperation: Sendable, Hashable, Codable {
    /// Nil for a dry run that was answered at once, of which nothing is kept.
    public var id: ID<BulkOperation>?
    /// True where no ticket is changed unless all are.
    public var atomic: Bool
    /// True where nothing was changed, only told.
    public var dryRun: Bool
    /// The filter or query that says which tickets; nil where they were named.
    public var filter: String?
    public var status: Job.Status
    /// Why the job failed.
    public var failure: Job.Failure?
    /// How many tickets it is for.
    public var total: Int
    public var createdAt: Instant
    /// Nil for a dry run.
    public var undoUntil: Instant?
    /// When its undoing was finished; nil while it stands.
    public var undoneAt: Instant?
    /// How its undoing goes, or went.
    public var undo: Undo?
    public private(set) var counts = Counts()
    /// In the order in which the tickets were named; of a change by a filter the first `Limits.bulkRefusalsShown` that were refused.
    public private(set) var outcomes: [BulkOutcome] = []

    /// How long it is kept, in seconds.
    public static let lifetimeSeconds: Int64 = 86_400

    /// How many tickets came to what.
    public struct Counts: Sendable, Hashable, Codable {
        public var changed = 0
        public var unchanged = 0
        public var refused = 0
        public var rolledBack = 0

        public init() {}

        public var all: Int { changed + unchanged + refused + rolledBack }

        mutating func add(_ outcome: BulkOutcome) {
            switch outcome.result {
            case .changed: changed += 1
            case .unchanged: unchanged += 1
            case .refused: refused += 1
            case .rolledBack: rolledBack += 1
            }
        }
    }

    /// The putting back of what was changed.
    public struct Undo: Sendable, Hashable, Codable {
        /// Nil where it was done when it was answered.
        public var job: ID<Job>?
        public var status: Job.Status
        /// How many tickets are to be put back.
        public var total: Int
        public var counts: Counts

        public init(job: ID<Job>? = nil, status: Job.Status, total: Int, counts: Counts) {
            self.job = job
            self.status = status
            self.total = total
            self.counts = counts
        }
    }

    /// - Parameter id: nil for a dry run that is answered at once.
    public init(id: ID<BulkOperation>?, atomic: Bool, createdAt: Instant, undoneAt: Instant? = nil, outcomes: [BulkOutcome] = []) {
        self.id = id
        self.atomic = atomic
        dryRun = id == nil
        status = .succeeded
        total = 0
        self.createdAt = createdAt
        undoUntil = id == nil ? nil : createdAt.adding(seconds: Self.lifetimeSeconds)
        self.undoneAt = undoneAt
        add(outcomes)
    }

    /// One by a filter, which waits to be done.
    public init(id: ID<BulkOperation>, filter: String, total: Int, dryRun: Bool, createdAt: Instant, undoneAt: Instant? = nil) {
        self.init(id: id, atomic: false, createdAt: createdAt, undoneAt: undoneAt)
        self.filter = filter
        self.total = total
        self.dryRun = dryRun
        status = .queued
        if dryRun { undoUntil = nil }
    }

    /// Of tickets that were named.
    public mutating func add(_ more: [BulkOutcome]) {
        outcomes += more
        total += more.count
        for outcome in more { counts.add(outcome) }
    }

    /// Leaves the first refusals of the outcomes; the counts stay.
    mutating func keepRefusals(atMost limit: Int) {
        outcomes = Array(outcomes.lazy.filter { $0.result == .refused }.prefix(limit))
    }

    /// How far the job is.
    ///
    /// - Parameter refusals: the first of them.
    mutating func follow(_ job: Job, refusals: [BulkOutcome]) throws {
        status = job.status
        failure = job.failure
        counts = try job.cursor?.decode(BulkMark.self).counts ?? Counts()
        outcomes = refusals
    }

    public var isRunning: Bool { status == .queued || status == .running }
    public var isBeingUndone: Bool { undo.map { $0.status == .queued || $0.status == .running } ?? false }
}

/// How far a bulk change or its undoing is: the cursor of its job.
struct BulkMark: Sendable, Codable {
    /// Of the last ticket that is done.
    var place = -1
    var counts = BulkOperation.Counts()
    var isDone = false
}

/// What became of one ticket of a bulk change.
public struct BulkOutcome: Sendable, Hashable, Codable {
    /// The ticket as it was named.
    public var key: String
    /// Nil where there is no such ticket for the caller.
    public var id: ID<Ticket>?
    public var number: TicketNumber?
    public var result: Result
    /// The version that it has now; nil where it was refused.
    public var version: Int?
    /// Why it was refused.
    public var problem: Refusal?
    /// What became of it when the change was undone.
    public var undone: Undone?

    /// Changed is put back.
    public struct Undone: Sendable, Hashable, Codable {
        public var result: Result
        /// Why it was left as it is.
        public var problem: Refusal?

        public init(_ result: Result, problem: Refusal? = nil) {
            self.result = result
            self.problem = problem
        }
    }

    /// What became of one ticket.
    public enum Result: String, Sendable, Codable, CaseIterable {
        /// It is as the change wants it, and was not before.
        case changed
        /// It stood so already.
        case unchanged
        /// Its own rules or rights did not allow the change.
        case refused
        /// It could have been changed, but another was refused, and it was all or nothing.
        case rolledBack
    }

    /// The error that the same change of this one ticket would have met.
    public struct Refusal: Sendable, Hashable, Codable {
        public var code: ErrorCode
        public var detail: String
        public var errors: [FieldProblem]

        public init(_ error: ITSMError) {
            code = error.code
            detail = error.detail
            errors = error.problems
        }
    }

    public init(key: String, id: ID<Ticket>?, number: TicketNumber?, result: Result, version: Int? = nil, problem: Refusal? = nil) {
        self.key = key
        self.id = id
        self.number = number
        self.result = result
        self.version = version
        self.problem = problem
    }

    init(_ key: String, _ ticket: Ticket, _ result: Result) {
        self.init(key: key, id: ticket.id, number: ticket.number, result: result, version: ticket.version)
    }

    init(_ key: String, _ ticket: Ticket?, refused error: ITSMError) {
        self.init(key: key, id: ticket?.id, number: ticket?.number, result: .refused, problem: Refusal(error))
    }
}
