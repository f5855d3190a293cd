/// A piece of work that nobody waits for with an open connection: any server of the desk does it when it can, and another goes on when that one dies.
public struct Job: Sendable, Hashable {
    public let id: ID<Job>
    public let kind: Kind
    public var status: Status
    /// While it waits or runs, no second job of the kind has the same key.
    public var uniqueKey: String?
    /// What is to be done, in words of the kind.
    public var payload: JSONValue
    /// How far it has come, in words of the kind; written in the same transaction as the work itself.
    public var cursor: JSONValue?
    /// How far it has come, for people.
    public var progress: Progress
    /// What came of it, once it succeeded.
    public var result: JSONValue?
    /// What went wrong last; still there while it waits for another try.
    public var failure: Failure?
    /// How often it was begun since it last made progress.
    public var attempts: Int
    /// When it may begin.
    public var dueAt: Instant
    /// Whose it is.
    public let createdBy: ID<User>
    public let createdAt: Instant
    /// When it was begun first.
    public var startedAt: Instant?
    /// When it came to one of the final states.
    public var finishedAt: Instant?

    /// What is to be done. Open, because a newer server of the desk may have made jobs of kinds that this one can only show.
    public struct Kind: RawRepresentable, Sendable, Hashable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        public static let ticketImport = Kind(rawValue: "ticketImport")
        public static let slaRecompute = Kind(rawValue: "slaRecompute")
        public static let bulkChange = Kind(rawValue: "bulkChange")
        public static let bulkUndo = Kind(rawValue: "bulkUndo")
        public static let recordCheck = Kind(rawValue: "recordCheck")
    }

    /// How far it is; the last three are final.
    public enum Status: String, Sendable, Codable, CaseIterable {
        case queued, running, succeeded, failed, cancelled
    }

    /// In units of the kind, such as rows; a total of 0 is not known yet.
    public struct Progress: Sendable, Hashable, Codable {
        public var done: Int
        public var total: Int

        public init(done: Int = 0, total: Int = 0) {
            self.done = done
            self.total = total
        }
    }

    /// Why a job failed, as its owner is told.
    public struct Failure: Sendable, Hashable, Codable {
        public var code: ErrorCode
        public var detail: String
        public var errors: [FieldProblem]

        public init(_ error: ITSMError) {
            code = error.code
            detail = error.detail
            errors = error.problems
        }

        /// A code that only a newer server knows is read as `internal`, and its faults are left out; the detail says what happened in any case.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            code = ErrorCode(rawValue: try container.decode(String.self, forKey: .code)) ?? .internal
            detail = try container.decode(String.self, forKey: .detail)
            errors = (try? container.decode([FieldProblem].self, forKey: .errors)) ?? []
        }
    }

    /// The right to work on a job, until another takes it over.
    public struct Lease: Sendable, Hashable {
        public let id: ID<Lease>
        /// When another server may take it up.
        public let until: Instant

        public init(id: ID<Lease>, until: Instant) {
            self.id = id
            self.until = until
        }
    }

    /// Without progress it is begun this often; then it fails for good, with its last error.
    public static let mostAttempts = 5
    /// Who says nothing for this long has lost the job.
    public static let leaseSeconds: Int64 = 30

    public init(
        id: ID<Job>, kind: Kind, status: Status = .queued, uniqueKey: String? = nil, payload: JSONValue, cursor: JSONValue? = nil,
        progress: Progress = .init(), result: JSONValue? = nil, failure: Failure? = nil, attempts: Int = 0, dueAt: Instant, createdBy: ID<User>,
        createdAt: Instant, startedAt: Instant? = nil, finishedAt: Instant? = nil
    ) {
        self.id = id
        self.kind = kind
        self.status = status
        self.uniqueKey = uniqueKey
        self.payload = payload
        self.cursor = cursor
        self.progress = progress
        self.result = result
        self.failure = failure
        self.attempts = attempts
        self.dueAt = dueAt
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }

    /// Decides what becomes of a job whose run ended in `error`: what may pass is tried again, later each time; the rest fails for good.
    ///
    /// - Parameter forGood: true where nobody will try it again.
    public mutating func fail(_ error: ITSMError, forGood: Bool = false, at now: Instant) {
        failure = Failure(error)
        let mayPass = !forGood && [.unavailable, .outcomeUnknown, .rateLimited, .internal].contains(error.code)
        if mayPass, attempts < Self.mostAttempts {
            status = .queued
            dueAt = now.adding(seconds: min(300, 2 << Int64(attempts * 2)))
        } else {
            status = .failed
            finishedAt = now
        }
    }
}

extension ITSMError {
    /// The error that a job met.
    public init(_ failure: Job.Failure) { self.init(failure.code, failure.detail, problems: failure.errors) }
}

/// A job as its owner sees it.
public struct JobView: Sendable, Hashable, Codable {
    public var id: ID<Job>
    public var kind: Job.Kind
    public var status: Job.Status
    public var progress: Job.Progress
    public var result: JSONValue?
    public var error: Job.Failure?
    public var createdAt: Instant
    public var startedAt: Instant?
    public var finishedAt: Instant?

    public init(_ job: Job) {
        id = job.id
        kind = job.kind
        status = job.status
        progress = job.progress
        result = job.result
        error = job.failure
        createdAt = job.createdAt
        startedAt = job.startedAt
        finishedAt = job.finishedAt
    }
}
