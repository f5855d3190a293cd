/// Where seals and checkpoints are kept, and what they are made of.
public protocol SealStore {
    /// The desk's own id, with which its chain begins.
    func desk() throws -> String
    /// How far the record is sealed; nil while nothing is.
    func head() throws -> SealHead?
    /// Rows after `cursor`, up to and with `end`, as they stand, in the feed's order.
    func rows(after cursor: FeedCursor, through end: FeedCursor, limit: Int) throws -> [RecordedActivity]
    /// Queues them. The caller holds the sealer's cursor.
    func insert(_ seals: [ActivitySeal]) throws
    /// Waits for whoever seals at this moment, and keeps others from it to the end of the transaction.
    func holdSealer() throws

    /// The newest.
    func lastCheckpoint() throws -> SealCheckpoint?
    func insert(_ checkpoint: SealCheckpoint) throws
    /// In the order of their positions.
    func checkpoints(after position: Int64, limit: Int) throws -> [SealCheckpoint]

    /// Up to `limit` lines of the record after `place`.
    func page(after place: RecordPlace, limit: Int) throws -> RecordPage
    /// What is not sealed yet.
    func lag() throws -> SealLag
}

/// Rows that no seal protects yet.
public struct SealLag: Sendable, Hashable, Codable {
    public var rows: Int64
    /// When the oldest of them was recorded; nil when there is none.
    public var oldest: Instant?

    public init(rows: Int64, oldest: Instant?) {
        self.rows = rows
        self.oldest = oldest
    }
}
