/// One turn at a job that this process has leased: does it, prolongs the lease meanwhile, and writes what became of it.
public struct JobRun: Sendable {
    /// How the turn ended.
    public enum Ending: Sendable {
        /// Written: the job as it is now, and what kept it from success.
        case settled(Job, because: (any Error)?)
        /// Another worker has the job, and nothing was written.
        case lost
    }

    private static let heartbeat = Duration.seconds(10)

    private let job: Job
    private let lease: ID<Job.Lease>
    private let handler: any JobHandler
    private let database: any Database

    public init(_ job: Job, lease: ID<Job.Lease>, handler: any JobHandler, database: any Database) {
        self.job = job
        self.lease = lease
        self.handler = handler
        self.database = database
    }

    /// Does the job to its end, or until its task is cancelled, the lease is lost or somebody wants it to end.
    ///
    /// - Throws: when the end could not be written; the lease runs out then, and the job is taken up again.
    public func perform() async throws -> Ending {
        do {
            guard job.attempts <= Job.mostAttempts else {
                throw ITSMError(.internal, "The job was begun \(Job.mostAttempts) times and never came any further.")
            }
            let result = try await withHeartbeat { try await handler.run(job, lease: lease) }
            return try await settle(because: nil) { job, tx in
                job.status = .succeeded
                job.result = result
                job.failure = nil
                job.finishedAt = tx.now
                try handler.finish(job, result, in: tx)
            }
        } catch {
            // The program may be ending, and this task be cancelled; what is written now is written all the same.
            return try await Task { try await end(because: error) }.value
        }
    }

    /// Runs `body`, and prolongs the lease meanwhile; `body` is cancelled when the lease is lost or somebody wants the job to end.
    private func withHeartbeat<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                while true {
                    try await Task.sleep(for: Self.heartbeat)
                    let hold = try await database.write(.alone, on: .request) { tx in
                        try tx.jobs.renew(job.id, lease: Job.Lease(id: lease, until: tx.now.adding(seconds: Job.leaseSeconds)))
                    }
                    if hold != .held { throw JobInterrupted(hold) }
                }
            }
            defer { group.cancelAll() }
            while let value = try await group.next() { if let value { return value } }
            throw CancellationError()
        }
    }

    private func end(because error: any Error) async throws -> Ending {
        if let interrupted = error as? JobInterrupted, interrupted.hold == .lost { return .lost }
        return try await settle(because: error) { job, tx in
            switch error {
            case is CancellationError where handler.canBeTakenOver:
                job.status = .queued
                job.dueAt = tx.now
            case is JobInterrupted, is CancellationError:
                job.status = .cancelled
                job.finishedAt = tx.now
            default:
                let failure = error as? ITSMError ?? ITSMError(.internal, "The job met a fault of the program; its log says more.")
                job.fail(failure, forGood: !handler.canBeTakenOver, at: tx.now)
            }
        }
    }

    /// Writes what became of the job, if it is still ours.
    private func settle(because error: (any Error)?, _ change: @escaping @Sendable (inout Job, any Transaction) throws -> Void) async throws -> Ending
    {
        let after: Job? = try await database.write(.alone, on: .long) { tx in
            guard try tx.jobs.hold(job.id, lease: lease) != .lost, var after = try tx.jobs.first(job.id) else { return nil }
            try change(&after, tx)
            try tx.jobs.settle(after)
            return after
        }
        guard let after else { return .lost }
        if after.status != .queued { await handler.cleanUp(job) }
        return .settled(after, because: error)
    }
}
