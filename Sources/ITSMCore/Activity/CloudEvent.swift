/// An activity as outside systems receive it: CloudEvents 1.0, JSON format. Feed, live stream and webhooks carry the same.
public struct CloudEvent: Sendable, Hashable, Codable {
    public var specversion: String
    /// The event's place in the feed, so unique and in order.
    public var id: FeedCursor
    public var source: String
    /// The kind, such as `ticket.created`.
    public var type: String
    /// What it is about, as `ticket/<id>`.
    public var subject: String
    public var time: Instant
    public var datacontenttype: String
    public var data: ActivityEntry

    public init(_ entry: ActivityEntry) {
        specversion = "1.0"
        id = entry.id
        source = "/api/v1/events"
        type = entry.kind.rawValue
        subject = "\(entry.record.type.rawValue)/\(entry.record.id)"
        time = entry.occurredAt
        datacontenttype = "application/json"
        data = entry
    }
}
