import HTTPTypes
import ITSMCore

/// The desk's feed: in order, without gaps, each reader's own part of it.
struct EventRoutes: Sendable {
    let activity: ActivityService
    let live: LiveFeed

    private static let after = Query<String>(
        "after", "An event's id, or a position: what follows it. \"now\": nothing yet, but the place to go on from.")
    private static let cursor = Query<FeedCursor>("cursor", "`next` of the page before.")

    func add(to table: inout RouteTable) {
        let (activity, live) = (activity, live)
        table.get(
            "events", "Events, oldest first",
            "Without `after` from the beginning. What follows a place never changes its order, and nothing appears before it.", tag: "Events",
            query: [Self.after, Self.cursor, StandardQueries.limit], answer: .ok(EventList.self)
        ) { call in
            guard let page = PageRequest(limit: call[StandardQueries.limit] ?? Limits.pageDefault) else {
                throw ITSMError.badRequest([.init("?limit", .invalidValue, "limit is from 1 to \(Limits.pageMaximum).")])
            }
            let place: FeedCursor
            switch call[Self.after] {
            case _ where call[Self.cursor] != nil: place = call[Self.cursor]!
            case nil: place = .start
            case "now"?: place = try await activity.end()
            case let text?:
                guard let cursor = FeedCursor(text) else {
                    throw ITSMError.badRequest([.init("?after", .invalidValue, "after is an event's id, a position that an answer gave, or now.")])
                }
                place = cursor
            }
            return .ok(EventList(try await activity.events(after: place, limit: page.limit, as: call.principal)))
        }
        table.raw(
            "events/stream", "Events as they happen",
            """
            Server-sent events, each a CloudEvents object whose id is its place in the feed. Begins with what happens from now on; with Last-Event-ID, \
            after that place. Ends with the sign-in or token it was opened with, and when the client reads too slowly: come back with Last-Event-ID.
            """, tag: "Events", mediaType: "text/event-stream"
        ) { call in
            var place = live.position
            if let text = call.request.headers[.lastEventID] {
                guard let cursor = FeedCursor(text) else {
                    throw ITSMError(.malformed, "Last-Event-ID must be the id of an event as the stream gave it.")
                }
                place = cursor
            }
            return call.eventStream(CallerEvents(after: place, activity: activity, live: live) { try await call.currentPrincipal() })
        }
    }
}

extension HTTPField.Name {
    static let lastEventID = HTTPField.Name("Last-Event-ID")!
}
