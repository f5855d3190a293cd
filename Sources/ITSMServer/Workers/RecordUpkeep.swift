import ITSMCore
import ITSMStore
import ServiceLifecycle

/// Seals the record behind the commit, and brings the checkpoint file up to date. Any number of servers may run it: one seals at a time, and each keeps a
/// file that is whole.
struct RecordUpkeep: Service {
    /// Any number of commits within it are sealed together.
    private static let pause = Duration.milliseconds(200)

    let sealer: RecordSealer
    let file: CheckpointFile
    let database: any Database
    /// Woken by whatever happens.
    let sealing: Rounds
    let filing: Rounds

    func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask {
                await sealing.run {
                    while try await sealer.sealNext() == RecordSealer.batch {}
                    // Cut short when the server ends.
                    try? await Task.sleep(for: Self.pause)
                }
            }
            group.addTask {
                await filing.run {
                    if try await file.follow(database) > 0 { filing.logger.debug("checkpoints were appended to their file") }
                }
            }
        }
    }
}

/// Does checks of the whole record.
struct RecordCheckJob: JobHandler {
    let kind = Job.Kind.recordCheck
    let canBeTakenOver = true
    let record: RecordService

    func run(_ job: Job, lease: ID<Job.Lease>) async throws -> JSONValue { try JSONValue(encoding: try await record.run(job, lease: lease)) }

    func finish(_ job: Job, _ result: JSONValue, in tx: any Transaction) throws {}

    func cleanUp(_ job: Job) async {}
}
