/// Where jobs wait.
public protocol JobStore {
    /// Makes the job wait; with a lease it runs from the start, and belongs to whoever holds that.
    ///
    /// - Returns: false when another job of its kind and unique key waits or runs.
    func insert(_ job: Job, lease: Job.Lease?) throws -> Bool

    /// The running job of this kind and key whose lease is over, held to the end of the transaction.
    func abandoned(_ kind: Job.Kind, uniqueKey: String) throws -> Job?

    /// The job, whoever asked for it; nil when there is none.
    func first(_ id: ID<Job>) throws -> Job?

    /// The newest of its kind.
    func latest(_ kind: Job.Kind) throws -> Job?

    /// The newest first; those of everybody when `owner` is nil.
    func list(of owner: ID<User>?, _ filter: JobFilter, page: PageRequest, for reader: Principal) throws -> Page<Job>

    /// Takes over the job of these kinds that has been due longest, or whose lease is over; others that are being taken at this moment are passed by.
    /// It is running afterwards, begun once more.
    func claim(_ kinds: [Job.Kind], lease: Job.Lease) throws -> Job?

    /// Holds the job to the end of the transaction, so that what it writes counts only while the lease does.
    func hold(_ id: ID<Job>, lease: ID<Job.Lease>) throws -> JobHold

    /// Prolongs the lease.
    ///
    /// - Returns: whether it still holds, and whether somebody wants the job to end.
    func renew(_ id: ID<Job>, lease: Job.Lease) throws -> JobHold

    /// Queues how far it has come; the attempts begin anew. The caller holds the job.
    func save(_ progress: Job.Progress, cursor: JSONValue?, of id: ID<Job>) throws

    /// Queues what became of it: status, result, failure, when it is due again. The caller holds the job, which is then free.
    func settle(_ job: Job) throws

    /// Cancels a waiting job at once; a running one is asked to end.
    ///
    /// - Returns: the job as it is then; nil when there is none.
    func cancel(_ id: ID<Job>) throws -> Job?

    /// When the job that has waited longest of those due was due; nil when none is due.
    func oldestDue() throws -> Instant?

    /// How many jobs stand where.
    func counts() throws -> JobCounts
}

extension JobStore {
    /// Makes the job wait.
    ///
    /// - Returns: false when another job of its kind and unique key waits or runs.
    public func insert(_ job: Job) throws -> Bool { try insert(job, lease: nil) }
}

/// Which jobs are asked for; every condition that is set must be met.
public struct JobFilter: Sendable, Hashable {
    /// Any of these; all when empty.
    public var kinds: [Job.Kind]
    /// What must hold besides; of the scope `jobs`.
    public var condition: Condition?

    public init(kinds: [Job.Kind] = [], condition: Condition? = nil) {
        self.kinds = kinds
        self.condition = condition
    }
}

/// How a worker stands to the job it believes to have.
public enum JobHold: String, Sendable, Codable {
    /// It is this process's until the lease ends.
    case held
    /// Somebody asked it to end.
    case cancelled
    /// Another worker has it, or it is over.
    case lost
}
