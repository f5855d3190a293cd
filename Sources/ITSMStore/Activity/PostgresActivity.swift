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

    func redact(_ id: FeedCursor, by redactor: ID<User>) throws -> Bool {
        try connection.first("SELECT redact_activity(\(id.id), \(redactor))") ?? false
    }
}

extension Activity.Kind: SQLEnum {}
extension Activity.RecordType: SQLEnum {}
