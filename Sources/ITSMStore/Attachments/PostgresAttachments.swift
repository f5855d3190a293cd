import ITSMCore

struct PostgresAttachments: AttachmentStore {
    let connection: Connection
    let now: Instant

    func insert(_ attachment: Attachment) throws {
        try connection.execute(
            """
            INSERT INTO attachments (id, ticket_id, comment_id, visibility, file_name, media_type, digest, size, added_by_id, added_at)
            VALUES (
                \(attachment.id), \(attachment.ticket), \(attachment.comment), \(attachment.visibility), \(attachment.fileName.description),
                \(attachment.mediaType), \(attachment.blob.digest), \(attachment.blob.size), \(attachment.addedBy), \(attachment.addedAt))
            """)
        try connection.execute(
            "UPDATE blobs SET unused_since = NULL WHERE digest = \(attachment.blob.digest) AND removing_since IS NULL", expecting: 1)
    }

    func delete(_ attachment: Attachment) throws {
        try connection.execute(
            "UPDATE attachments SET deleted_at = \(attachment.deletedAt), deleted_by_id = \(attachment.deletedBy) WHERE id = \(attachment.id)")
        // Locked in a statement of its own, so that the next one sees whoever began to use the blob in the meantime.
        try connection.execute("SELECT 1 FROM blobs WHERE digest = \(attachment.blob.digest) FOR NO KEY UPDATE")
        try connection.execute(
            """
            UPDATE blobs b
            SET unused_since = \(attachment.deletedAt)
            WHERE b.digest = \(attachment.blob.digest)
                AND NOT EXISTS (SELECT FROM attachments a WHERE a.digest = b.digest AND a.deleted_at IS NULL)
            """)
    }

    func redact(_ attachment: Attachment) throws {
        try delete(attachment)
        try connection.execute("UPDATE attachments SET file_name = 'redacted' WHERE id = \(attachment.id)")
        // As if nothing had used them for long.
        let long = attachment.deletedAt?.adding(seconds: -Blob.keptUnusedSeconds - 1)
        try connection.execute("UPDATE blobs SET unused_since = \(long) WHERE digest = \(attachment.blob.digest) AND unused_since IS NOT NULL")
    }

    func others(with digest: Blob.Digest, than attachment: ID<Attachment>) throws -> Int {
        try connection.first("SELECT count(*) FROM attachments WHERE digest = \(digest) AND deleted_at IS NULL AND id <> \(attachment)") ?? 0
    }

    func first(_ id: ID<Attachment>, on ticket: ID<Ticket>) throws -> (attachment: Attachment, addedByName: String)? {
        try connection.first("\(fragment: Self.named) WHERE a.id = \(id) AND a.ticket_id = \(ticket) AND a.deleted_at IS NULL", decode: Self.decode)
    }

    func list(
        on ticket: ID<Ticket>, includesNotes: Bool, where condition: Condition?, page: PageRequest, for reader: Principal
    ) throws -> Later<Page<(attachment: Attachment, addedByName: String)>> {
        let visibility: SQL = includesNotes ? "" : "AND a.visibility = \(literal: Comment.Visibility.public)"
        var after: SQL = ""
        if let position = page.after {
            guard let id = ID<Attachment>(position.id), let key = position.key.flatMap(Int64.init) else {
                throw ITSMError(.malformed, "The cursor does not belong to this list; begin again without it.")
            }
            after = "AND (a.added_at, a.id) > (\(Instant(microseconds: key)), \(id))"
        }
        let filter: SQL = try condition.map { "AND \(fragment: try ConditionSQL.filter($0, for: reader, at: now))" } ?? ""
        let statement: SQL = """
            \(fragment: Self.named)
            WHERE a.ticket_id = \(ticket) AND a.deleted_at IS NULL \(fragment: visibility) \(fragment: after) \(fragment: filter)
            ORDER BY a.added_at, a.id
            LIMIT \(limit: page.limit + 1)
            """
        let found = try connection.later(statement.planned(for: condition)) { try $0.all(Self.decode) }
        return found.map { found in
            Page(found, limit: page.limit) { PagePosition(key: String($0.attachment.addedAt.microseconds), id: $0.attachment.id.description) }
        }
    }

    func all(on comment: ID<Comment>) throws -> [Attachment] {
        try connection.all("\(fragment: Self.named) WHERE a.comment_id = \(comment) AND a.deleted_at IS NULL ORDER BY a.digest", decode: Self.decode)
            .map(\.attachment)
    }

    func count(on ticket: ID<Ticket>) throws -> Int {
        try connection.first("SELECT count(*) FROM attachments WHERE ticket_id = \(ticket) AND deleted_at IS NULL") ?? 0
    }

    private static let named: SQL = """
        SELECT a.id, a.ticket_id, a.comment_id, a.visibility, a.file_name, a.media_type, a.digest, a.size, a.added_by_id, a.added_at, u.name
        FROM attachments a
        JOIN users u ON u.id = a.added_by_id
        """

    private static func decode(_ row: inout Row) throws -> (attachment: Attachment, addedByName: String) {
        let attachment = Attachment(
            id: try row.next(), ticket: try row.next(), comment: try row.next(), visibility: try row.next(),
            fileName: FileName(cleaning: try row.next(String.self)), mediaType: try row.next(),
            blob: Blob(digest: try row.next(), size: try row.next()), addedBy: try row.next(), addedAt: try row.next())
        return (attachment, try row.next())
    }
}

extension MediaType: SQLValue {}

/// A bytea of 32 bytes.
extension Blob.Digest: SQLEnum {
    package static var sqlType: SQLType { .bytea }
    package func write(to writer: inout BinaryWriter) -> Bool {
        writer.append(bytes: bytes)
        return true
    }
    package init(field: SQLField) throws {
        guard let digest = Self(bytes: Array(try field.bytes)) else { throw SQLField.Mismatch() }
        self = digest
    }
}
