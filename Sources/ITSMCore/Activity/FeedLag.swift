/// How far a reader of the feed is behind what is on record.
public struct FeedLag: Sendable, Hashable {
    /// Beyond this many events nobody counts.
    public static let cap = 10_000

    /// The handler's name, or `live` for the streams of the server that asks.
    public let reader: String
    /// At most `cap`.
    public let events: Int
    /// When the first of them was recorded; nil when there is none.
    public let since: Instant?

    public init(reader: String, events: Int, since: Instant?) {
        self.reader = reader
        self.events = events
        self.since = since
    }
}
