import ITSMCore

/// The timeline of a ticket and the audit trail.
struct ActivityRoutes: Sendable {
    let activity: ActivityService

    private static let principal = Query<String>("principal", "Who did it: an id, a username, or me.", maximum: Limits.username)
    private static let kind = Query<Activity.Kind>("kind", "What happened, such as user.roleGranted.", isRepeatable: true)
    private static let recordType = Query<Activity.RecordType>("recordType", "The kind of record, such as user.")
    private static let record = Query<ID<AnyRecord>>("record", "The id of the record.")
    private static let ticket = Query<TicketKey>("ticket", "A ticket and what hangs on it, by id or number.")
    private static let from = Query<Instant>("from", "Recorded at this time or later.")
    private static let to = Query<Instant>("to", "Recorded before this time.")

    func add(to table: inout RouteTable) {
        let activity = activity
        for collection in TicketCollection.all {
            table.list(
                "\(collection.path)/{key}/timeline", "What happened to it, oldest first", "What concerns work notes only for those who see them.",
                tag: collection.tag, query: [FilterQuery.timeline.parameter], of: ActivityEntry.self
            ) { call, page in
                try await activity.timeline(
                    of: collection.key(of: call), kind: collection.kind, where: FilterQuery.timeline.condition(call), page: page, as: call.principal)
            }
        }
        table.list(
            "audit", "Who did what, newest first",
            "That something happened, by whom, when and of which kind, for all records; old and new values only of those that the reader may read.",
            tag: "Audit", needs: .permission(.readAudit),
            query: [Self.principal, Self.kind, Self.recordType, Self.record, Self.ticket, Self.from, Self.to, FilterQuery.activity.parameter],
            of: ActivityEntry.self
        ) { call, page in
            try await activity.audit(try Self.filter(call), page: page, as: call.principal)
        }
        table.post(
            "audit/{id}/redact", "Take the values out of one entry",
            "For what should never have been written. Only for superAdmins; that it was done stays on record.", tag: "Audit",
            body: RedactionOrder.self,
            answer: .noContent
        ) { call, redaction in
            guard let id = FeedCursor(try call.parameter("id")) else { throw ITSMError.notFound("activity") }
            let caller = call.principal
            return try await call.write { tx in
                try activity.redact(id, reason: redaction.reason, in: tx, as: caller)
            } answer: { _ in
                .noContent
            }
        }
    }

    private static func filter(_ call: Call) throws -> ActivityFilter {
        var filter = ActivityFilter()
        filter.principal = call[principal].map { $0 == "me" ? .id(call.principal.id) : RefInput($0) }
        filter.kinds = call.all(kind)
        filter.recordType = call[recordType]
        filter.record = call[record]
        filter.ticket = call[ticket]
        filter.from = call[from]
        filter.before = call[to]
        filter.condition = try FilterQuery.activity.condition(call)
        return filter
    }
}
