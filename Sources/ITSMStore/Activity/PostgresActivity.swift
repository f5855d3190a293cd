import ITSMCore

struct PostgresActivity: ActivityStore {
    let connection: Connection
    let now: Instant

    /// One cheap INSERT a row: its text is the same for all, so it is prepared once, and it waits for nothing.
    func append(_ activities: [Activity], by caller: Principal) throws {
        let origin = caller.origin
        for activity in activities {
            try connection.execute(
                """
                INSERT INTO activity (occurred_at, recorded_at, principal_id, on_behalf_of, record_type, record_id, ticket_id, restricted, kind, payload,
                    request_id, channel, address, cause, depth)
                VALUES (\(activity.occurredAt), \(now), \(caller.id), \(origin.onBehalfOf), \(activity.record.type), \(activity.record.id),
                    \(activity.ticket), \(activity.isRestricted), \(activity.kind), \(JSONB(activity.payload.utf8)),
                    \(origin.requestID), \(origin.channel), \(origin.address), \(origin.cause), \(Int16(origin.depth)))
                """)
        }
    }

    func append(_ rows: [(activity: Activity, caller: Principal)]) throws {
        guard !rows.isEmpty else { return }
        let activities = rows.map(\.activity)
        let callers = rows.map(\.caller)
        try connection.execute(
            """
            INSERT INTO activity (occurred_at, recorded_at, principal_id, on_behalf_of, record_type, record_id, ticket_id, restricted, kind, payload,
                request_id, channel, address, cause, depth)
            SELECT r.occurred_at, \(now), r.principal_id, r.on_behalf_of, r.record_type, r.record_id, r.ticket_id, r.restricted, r.kind, r.payload,
                r.request_id, r.channel, r.address, r.cause, r.depth
            FROM unnest(
                \(activities.map(\.occurredAt)), \(callers.map(\.id)), \(callers.map(\.origin.onBehalfOf)), \(activities.map(\.record.type.rawValue)),
                \(activities.map(\.record.id)), \(activities.map(\.ticket)), \(activities.map(\.isRestricted)), \(activities.map(\.kind.rawValue)),
                \(activities.map { JSONB($0.payload.utf8) }), \(callers.map(\.origin.requestID)), \(callers.map(\.origin.channel.rawValue)),
                \(callers.map(\.origin.address)), \(callers.map(\.origin.cause)), \(callers.map { Int16($0.origin.depth) })
            ) WITH ORDINALITY AS r (occurred_at, principal_id, on_behalf_of, record_type, record_id, ticket_id, restricted, kind, payload, request_id,
                channel, address, cause, depth, place)
            ORDER BY r.place
            """)
    }

    func redact(_ id: FeedCursor, by redactor: ID<User>) throws -> Bool {
        try connection.first("SELECT redact_activity(\(id.id), \(redactor))") ?? false
    }
}

extension Activity.Kind: SQLEnum {}
extension Activity.RecordType: SQLEnum {}
