/// Does the jobs of one kind.
public protocol JobHandler: Sendable {
    /// The jobs that it does.
    var kind: Job.Kind { get }
    /// Whether another process can go on where this one leaves off. A job that only its own process can do ends with it.
    var canBeTakenOver: Bool { get }

    /// Does the job from where its cursor says an earlier run left off.
    ///
    /// - Returns: its result.
    /// - Throws: `JobInterrupted` when it is no longer to be done here; anything else fails the job or has it tried again.
    func run(_ job: Job, lease: ID<Job.Lease>) async throws -> JSONValue

    /// Queues what goes with the job's success, in the transaction that settles it.
    func finish(_ job: Job, _ result: JSONValue, in tx: any Transaction) throws

    /// After the job is over, well or not: takes away what only it needed.
    func cleanUp(_ job: Job) async
}
