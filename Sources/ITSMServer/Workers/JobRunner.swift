import ITSMCore
import Logging
import ServiceLifecycle

/// Takes jobs that are due, one at a time, and does them. Any number of servers may run it: each job is done by one, and taken over by another when
/// that one says nothing for a while.
struct JobRunner: Service {
    /// How often it looks for jobs of other servers, and for those whose pause is over.
    private static let interval = Duration.seconds(2)

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
            switch try await JobRun(job, lease: lease, handler: handler, database: database).perform() {
            case .lost: logger.warning("another server has taken a job over", metadata: ["job": "\(job.id)"])
            case .settled(_, because: let error?) where !(error is JobInterrupted || error is CancellationError):
                logger.error("a job failed", metadata: ["job": "\(job.id)", "kind": "\(job.kind.rawValue)", "error": "\(error)"])
            case .settled: break
            }
        } catch {
            // The lease runs out, and the job is taken up again.
            logger.error("the end of a job could not be written", metadata: ["job": "\(job.id)", "error": "\(error)"])
        }
    }
}
