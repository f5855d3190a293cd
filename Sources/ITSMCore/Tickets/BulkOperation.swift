/// What became of a bulk change, ticket by ticket. Kept for a day, during which its author may undo it.
public struct BulkOperation: Sendable, Hashable, Codable {
    /// Nil for a dry run, of which nothing is kept.
    public var id: ID<BulkOperation>?
    public var atomic: Bool
    public var dryRun: Bool
    public var createdAt: Instant
    /// Nil for a dry run.
    public var undoUntil: Instant?
    public var undoneAt: Instant?
    public private(set) var counts = Counts()
    /// In the order in which the tickets were named.
    public private(set) var outcomes: [BulkOutcome] = []

    /// How long it is kept, in seconds.
    public static let lifetimeSeconds: Int64 = 86_400

    public struct Counts: Sendable, Hashable, Codable {
        public var changed = 0
        public var unchanged = 0
        public var refused = 0
        public var rolledBack = 0

        public init() {}
    }

    /// - Parameter id: nil for a dry run.
    public init(id: ID<BulkOperation>?, atomic: Bool, createdAt: Instant, undoneAt: Instant? = nil, outcomes: [BulkOutcome] = []) {
        self.id = id
        self.atomic = atomic
        dryRun = id == nil
        self.createdAt = createdAt
        undoUntil = id == nil ? nil : createdAt.adding(seconds: Self.lifetimeSeconds)
        self.undoneAt = undoneAt
        add(outcomes)
    }

    public mutating func add(_ more: [BulkOutcome]) {
        outcomes += more
        for outcome in more {
            switch outcome.result {
            case .changed: counts.changed += 1
            case .unchanged: counts.unchanged += 1
            case .refused: counts.refused += 1
            case .rolledBack: counts.rolledBack += 1
            }
        }
    }
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

    public enum Result: String, Sendable, Codable, CaseIterable {
        case changed
        /// It stood so already.
        case unchanged
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

/// An outcome with what is needed to undo it.
public struct BulkRow: Sendable, Hashable {
    public var outcome: BulkOutcome
    /// Nil unless the ticket was changed.
    public var before: TicketStanding?

    public init(_ outcome: BulkOutcome, before: TicketStanding? = nil) {
        self.outcome = outcome
        self.before = before
    }
}

/// Where bulk changes are kept, for a day.
public protocol BulkStore {
    /// Queues the operation without its rows.
    func insert(_ id: ID<BulkOperation>, by author: ID<User>, atomic: Bool, at now: Instant) throws
    /// Queues rows; the first has the given place.
    func insert(_ rows: [BulkRow], of id: ID<BulkOperation>, from place: Int) throws
    /// An operation of `author` that is still kept, with its rows in order, for undoing under a lock.
    /// - Throws: `notFound` when it is absent, over, or another's.
    func find(_ id: ID<BulkOperation>, of author: ID<User>, locking: Bool) throws -> (operation: BulkOperation, rows: [BulkRow])
    func markUndone(_ id: ID<BulkOperation>, at now: Instant) throws
    /// Removes operations that are no longer kept, at most `limit`; how many it were.
    func removeOver(atMost limit: Int) throws -> Int
}
