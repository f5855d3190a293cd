import ITSMCore
import Logging
import ServiceLifecycle

/// Takes jobs that are due, one at a time, and does them. Any number of servers may run it: each job is done by one, and taken over by another when
/// that one says nothing for a while.
struct JobRunner: Service {
    /// How often it looks for jobs of other servers, and for those whose pause is over.
    private static let interval = Duration.seconds(2)
    private static let heartbeat = Duration.seconds(10)

    let database: any Database
    let handlers: [any JobHandler]
    /// Signalled when a job was made here.
    let wakeUp: WakeUp
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    repeat { wakeUp.signal() } while (try? await Task.sleep(for: Self.interval)) != nil
                }
                group.addTask {
                    for await _ in wakeUp.signals {
                        while !Task.isCancelled, await runNext() {}
                    }
                }
            }
        }
    }

    /// - Returns: false when no job is due.
    func runNext() async -> Bool {
        do {
            guard let (job, lease) = try await claim(), let handler = handlers.first(where: { $0.kind == job.kind }) else { return false }
            await perform(job, lease, handler)
            return true
        } catch {
            if !Task.isCancelled { logger.warning("the job table could not be asked", metadata: ["error": "\(error)"]) }
            return false
        }
    }

    private func claim() async throws -> (Job, ID<Job.Lease>)? {
        let kinds = handlers.map(\.kind)
        return try await database.write(.alone, on: .long) { tx in
            let lease = Job.Lease(id: tx.newID(), until: tx.now.adding(seconds: Job.leaseSeconds))
            return try tx.jobs.claim(kinds, lease: lease).map { ($0, lease.id) }
        }
    }

    private func perform(_ job: Job, _ lease: ID<Job.Lease>, _ handler: any JobHandler) async {
        do {
            guard job.attempts <= Job.mostAttempts else {
                throw ITSMError(.internal, "The job was begun \(Job.mostAttempts) times and never came any further.")
            }
            let result = try await withHeartbeat(job, lease) { try await handler.run(job, lease: lease) }
            try await settle(job, lease) { job, tx in
                job.status = .succeeded
                job.result = result
                job.failure = nil
                job.finishedAt = tx.now
                try handler.finish(job, result, in: tx)
            }
            await handler.cleanUp(job)
        } catch {
            await end(job, lease, handler, because: error)
        }
    }

    /// Runs `body`, and prolongs the lease meanwhile; `body` is cancelled when the lease is lost or somebody wants the job to end.
    private func withHeartbeat<Value: Sendable>(
        _ job: Job, _ lease: ID<Job.Lease>, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
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

    private func end(_ job: Job, _ lease: ID<Job.Lease>, _ handler: any JobHandler, because error: any Error) async {
        // The server may be shutting down, and this task be cancelled; what is written now is written all the same.
        await Task {
            do {
                switch error {
                case let interrupted as JobInterrupted where interrupted.hold == .lost:
                    logger.warning("another server has taken a job over", metadata: ["job": "\(job.id)"])
                case is JobInterrupted:
                    try await settle(job, lease) { job, tx in
                        job.status = .cancelled
                        job.finishedAt = tx.now
                    }
                    await handler.cleanUp(job)
                case is CancellationError:
                    try await settle(job, lease) { job, tx in
                        job.status = .queued
                        job.dueAt = tx.now
                    }
                default:
                    logger.error("a job failed", metadata: ["job": "\(job.id)", "kind": "\(job.kind.rawValue)", "error": "\(error)"])
                    let failure = error as? ITSMError ?? ITSMError(.internal, "The job met a fault of the server; its log says more.")
                    let after = try await settle(job, lease) { job, tx in job.fail(failure, at: tx.now) }
                    if after?.status == .failed { await handler.cleanUp(job) }
                }
            } catch {
                // The lease runs out, and the job is taken up again.
                logger.error("the end of a job could not be written", metadata: ["job": "\(job.id)", "error": "\(error)"])
            }
        }.value
    }

    /// Writes what became of the job, if it is still ours.
    @discardableResult
    private func settle(
        _ job: Job, _ lease: ID<Job.Lease>, _ change: @escaping @Sendable (inout Job, any Transaction) throws -> Void
    ) async throws -> Job? {
        try await database.write(.alone, on: .long) { tx in
            guard try tx.jobs.hold(job.id, lease: lease) != .lost, var after = try tx.jobs.first(job.id) else { return nil }
            try change(&after, tx)
            try tx.jobs.settle(after)
            return after
        }
    }
}
