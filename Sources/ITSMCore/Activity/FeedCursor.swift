/// A place in the feed, and the name of the one activity that stands there.
///
/// Activities are ordered by (epoch, transaction, id): by id alone, a reader would pass by a row whose transaction commits after one with a higher id
/// (store.md, 6). As text `1-7423-991`; callers treat it as opaque.
public struct FeedCursor: Sendable, Hashable, Comparable, Codable, LosslessStringConvertible {
    /// Rises when transaction ids may have begun anew: after a restore or a promotion.
    public var epoch: Int16
    public var transaction: UInt64
    public var id: Int64

    public init(epoch: Int16, transaction: UInt64, id: Int64) {
        self.epoch = epoch
        self.transaction = transaction
        self.id = id
    }

    /// Before all activity.
    public static let start = FeedCursor(epoch: 0, transaction: 0, id: 0)

    public var description: String { "\(epoch)-\(transaction)-\(id)" }

    public init?(_ description: String) {
        let parts = description.split(separator: "-", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let epoch = Int16(parts[0]), let transaction = UInt64(parts[1]), let id = Int64(parts[2]), epoch >= 0, id >= 0 else {
            return nil
        }
        self.init(epoch: epoch, transaction: transaction, id: id)
    }

    public static func < (a: Self, b: Self) -> Bool { (a.epoch, a.transaction, a.id) < (b.epoch, b.transaction, b.id) }

    public init(from decoder: any Decoder) throws {
        guard let cursor = Self(try decoder.singleValueContainer().decode(String.self)) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "is not a place in the feed"))
        }
        self = cursor
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
