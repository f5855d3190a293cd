/// How the desk's background work stands.
public struct JobCounts: Sendable, Hashable {
    public var byStatus: [Job.Status: Int]
    /// When the job that has waited longest of those due was due; nil when none is due.
    public var oldestDue: Instant?

    public init(byStatus: [Job.Status: Int], oldestDue: Instant?) {
        self.byStatus = byStatus
        self.oldestDue = oldestDue
    }
}
