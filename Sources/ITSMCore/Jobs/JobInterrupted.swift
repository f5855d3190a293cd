/// Ends the run of a job that is no longer wanted here: it was cancelled, or another worker has taken it.
public struct JobInterrupted: Error, Sendable, Hashable {
    public let hold: JobHold

    public init(_ hold: JobHold) { self.hold = hold }
}

extension Transaction {
    /// Holds the job to the end of this transaction.
    ///
    /// - Throws: `JobInterrupted` when it is no longer this worker's, or is to end.
    public func require(_ job: ID<Job>, lease: ID<Job.Lease>) throws {
        let hold = try jobs.hold(job, lease: lease)
        if hold != .held { throw JobInterrupted(hold) }
    }
}
