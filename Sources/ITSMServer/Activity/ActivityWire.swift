import ITSMCore

// What the record of what happened looks like on the wire.

extension Activity.Kind: WireType, QueryValue {}
extension Activity.RecordType: WireType, QueryValue {}

extension FeedCursor: WireType, QueryValue {
    static var schema: Schema { .text(60).described("A place in the feed, such as 1-7423-991; opaque.") }

    init?(query text: String) { self.init(text) }
}

extension TicketKey: WireType, QueryValue {
    static var schema: Schema { .text(36).described("A ticket's id or number, such as INC0000042.") }

    init?(query text: String) { self.init(text) }
}

extension StoredJSON: WireType {
    static var schema: Schema { .any }
}

extension Activity.Record: WireType {
    static var schema: Schema {
        .object("RecordReference", "Which record of which kind.", [.required("type", Activity.RecordType.self), .required("id", ID<AnyRecord>.self)])
    }
}

extension ActivityEntry: WireType {
    static var schema: Schema {
        .object(
            "Activity", "Something that happened: to what, by whose hand, when and why.",
            [
                .required("id", FeedCursor.self, "Its place in the feed."), .required("kind", Activity.Kind.self),
                .required("record", Activity.Record.self),
                .optional("ticket", ID<Ticket>.self, "The ticket in whose timeline it stands."),
                .required("restricted", Bool.self, "True when only those who see the ticket's work notes see this."),
                .required("occurredAt", Instant.self), .required("recordedAt", Instant.self, "Later than occurredAt for imported history."),
                .required("principal", Ref<User>.self), .optional("onBehalfOf", Ref<User>.self), .required("channel", Channel.self),
                .optional("changes", StoredJSON.self, "Old and new values by field; absent where the reader may not see them, and once redacted."),
                .required("redacted", Bool.self), .optional("cause", String.self, "What made an automation act: activity:… or import:…"),
                .required("depth", Int.self, "How many causes stand in a row."), .optional("requestId", String.self, "In the audit trail."),
                .optional("address", String.self, "In the audit trail."),
            ])
    }
}

extension CloudEvent: WireType {
    static var schema: Schema {
        .object(
            "Event", "CloudEvents 1.0, JSON format.",
            [
                .required("specversion", String.self), .required("id", FeedCursor.self, "Its place in the feed; `after` takes it."),
                .required("source", String.self), .required("type", Activity.Kind.self), .required("subject", String.self, "Such as ticket/<id>."),
                .required("time", Instant.self), .required("datacontenttype", String.self), .required("data", ActivityEntry.self),
            ])
    }
}

/// A page of events.
struct EventList: WireOutput {
    var items: [CloudEvent]
    /// Absent at the feed's present end.
    var next: FeedCursor?
    var position: FeedCursor

    init(_ page: EventPage) {
        items = page.events.map(CloudEvent.init)
        next = page.isCaughtUp ? nil : page.next
        position = page.next
    }

    static var schema: Schema {
        .object(
            "EventList", nil,
            [
                .required("items", [CloudEvent].self, "May be empty before the end: what the caller may not see is passed over."),
                .optional("next", FeedCursor.self, "The `cursor` of the page that follows; absent at the present end of the feed."),
                .required("position", FeedCursor.self, "Where to go on later, as `after`: nothing will ever appear before it."),
            ])
    }
}

extension EventList: ListLike {}

/// Why values are taken out of the record.
struct RedactionOrder: Codable, Sendable, WireType {
    var reason: String

    static var schema: Schema {
        .object("Redaction", "Why the values are taken out; it stays on record.", [.required("reason", .text(Limits.reason))])
    }
}
