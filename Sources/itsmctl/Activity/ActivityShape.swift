import ITSMCore

/// How what happened looks: a ticket's timeline, the audit trail.
enum ActivityShape {
    static let activity = RecordShape(
        name: "id",
        columns: [
            Column("TIME", "occurredAt", .time), Column("WHO", "principal"), Column("WHAT", "kind"), Column("RECORD", "record.type"),
            Column("CHANGES", "changes", flexible: true), Column("ADDRESS", "address", wide: true), Column("REQUEST", "requestId", wide: true),
            Column("ID", "id", wide: true),
        ])
}
