/// What a check of the record found.
public struct RecordReport: Sendable, Hashable, Codable {
    /// Seals that were checked.
    public var sealed: Int64 = 0
    /// Rows behind the last seal: nothing protects them yet.
    public var unsealed: Int64 = 0
    /// Rows whose payload was taken out, by a redaction that is on record.
    public var redacted: Int64 = 0
    /// Rows whose payload this reader may not see: what else they say was checked.
    public var withheld: Int64 = 0
    /// Checkpoints that agree with the record.
    public var checkpoints: Int = 0
    /// The last of them.
    public var lastCheckpoint: Int64?
    /// What is wrong, the first `mostFindings` in the order of the record.
    public var findings: [RecordFinding] = []
    /// How much is wrong in all.
    public var findingCount = 0

    public init() {}

    public static let mostFindings = 20

    public var isIntact: Bool { findingCount == 0 }

    mutating func add(_ finding: RecordFinding) {
        findingCount += 1
        let place = findings.firstIndex { $0.position > finding.position } ?? findings.endIndex
        findings.insert(finding, at: place)
        if findings.count > Self.mostFindings { findings.removeLast() }
    }
}

/// One thing that is wrong with the record.
public struct RecordFinding: Sendable, Hashable, Codable {
    public var kind: Kind
    /// Where: at this seal, or right before it.
    public var position: Int64
    /// The row, as the database numbers it; nil where it is not known.
    public var activity: Int64?
    /// In words, for people.
    public var detail: String

    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// The row says something else than when it was sealed, or its seal does.
        case changed
        /// The row is gone.
        case removed
        /// The row was slipped in among sealed ones.
        case inserted
        /// Seals are gone.
        case sealMissing
        /// The chain is broken: seals were changed or set in another order.
        case chainBroken
        /// A payload was taken out, and no redaction is on record.
        case redactedUnrecorded
        /// The seals agree with each other, but not with a checkpoint: all was written anew.
        case rewritten
        /// A checkpoint knew more rows than there are.
        case truncated
        /// A checkpoint that the desk's key did not sign.
        case checkpointForged
    }

    public init(_ kind: Kind, at position: Int64, activity: Int64? = nil, _ detail: String) {
        self.kind = kind
        self.position = position
        self.activity = activity
        self.detail = detail
    }
}
