import ITSMCore

/// Does recomputes of running clocks.
struct SLARecomputeJob: JobHandler {
    let kind = Job.Kind.slaRecompute
    let canBeTakenOver = true
    let recompute: SLARecomputeService

    func run(_ job: Job, lease: ID<Job.Lease>) async throws -> JSONValue { try JSONValue(encoding: try await recompute.run(job, lease: lease)) }

    func finish(_ job: Job, _ result: JSONValue, in tx: any Transaction) throws {}

    func cleanUp(_ job: Job) async {}
}
