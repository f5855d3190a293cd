/// Background work as its owners see it.
public struct JobService: Sendable {
    private let database: any Database

    public init(database: any Database) { self.database = database }

    /// A job of the caller's; who may import sees those of others too.
    ///
    /// - Throws: `notFound`.
    public func find(_ id: ID<Job>, as caller: Principal) async throws -> JobView {
        try await database.read { JobView(try self.visible(id, in: $0, as: caller)) }
    }

    /// The newest first.
    public func list(_ filter: JobFilter = JobFilter(), page: PageRequest, as caller: Principal) async throws -> Page<JobView> {
        try await database.read { try $0.jobs.list(of: caller.seesAllJobs ? nil : caller.id, filter, page: page, for: caller).map(JobView.init) }
    }

    /// Asks a job to end: at once when it waits, soon when it runs. What it has done stays done.
    ///
    /// - Throws: `notFound`; `illegalTransition` when it is over.
    public func cancel(_ id: ID<Job>, as caller: Principal) async throws -> JobView {
        try await database.write { tx in
            let job = try self.visible(id, in: tx, as: caller)
            guard job.status == .queued || job.status == .running, let after = try tx.jobs.cancel(id) else {
                throw ITSMError(.illegalTransition, "The job is over already: \(job.status.rawValue).")
            }
            return JobView(after)
        }
    }

    private func visible(_ id: ID<Job>, in tx: any Transaction, as caller: Principal) throws -> Job {
        guard let job = try tx.jobs.first(id), job.createdBy == caller.id || caller.seesAllJobs else { throw ITSMError.notFound("job") }
        return job
    }
}

extension Principal {
    fileprivate var seesAllJobs: Bool { holds(.importTickets, atLeast: .all) }
}
