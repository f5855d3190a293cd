/// What the queues have done, for metrics.
public struct DatabaseStatistics: Sendable {
    /// The lane of what people wait for.
    public var request: QueueStatistics
    /// The lane of what takes longer.
    public var long: QueueStatistics
}

/// What one queue has done since it was made, for metrics.
public struct QueueStatistics: Sendable {
    /// Units that wait now.
    public internal(set) var waiting = 0
    /// Those of them that wait for the next common commit.
    public internal(set) var waitingGrouped = 0
    /// How long the unit has waited that waits longest.
    public internal(set) var longestWait = Duration.zero
    /// Threads that have a connection now.
    public internal(set) var connections = 0
    /// Units that were taken out to be run.
    public internal(set) var units = 0
    /// How long they had waited, added up.
    public internal(set) var waited = Duration.zero
    /// Units that were refused: the queue was full, or the database away for too long.
    public internal(set) var refused = 0
    /// Units whose callers gave up while they waited.
    public internal(set) var cancelled = 0
    /// Commits shared by grouped units, and how many units shared them.
    public internal(set) var groups = 0
    /// Units that shared one of `groups`.
    public internal(set) var groupedUnits = 0
    /// Units that were run again.
    public internal(set) var repeated = 0
    /// Units that went on to the long queue, for a lock or for time.
    public internal(set) var moved = 0

    public init() {}
}
