import ITSMCore

struct PostgresComments: CommentStore {
    let connection: Connection
    let now: Instant

    func insert(_ comment: Comment) throws {
        try connection.execute(
            """
            INSERT INTO comments (id, ticket_id, author_id, visibility, version, channel, created_at)
            VALUES (\(comment.id), \(comment.ticket), \(comment.author), \(comment.visibility), \(comment.version), \(comment.channel),
                \(comment.createdAt))
            """)
        try insertVersion(of: comment, by: comment.author, at: comment.createdAt)
    }

    func revise(_ comment: Comment, by editor: ID<User>) throws {
        try connection.execute(
            "UPDATE comments SET version = \(comment.version), edited_at = \(comment.editedAt) WHERE id = \(comment.id)")
        try insertVersion(of: comment, by: editor, at: comment.editedAt ?? comment.createdAt)
    }

    private func insertVersion(of comment: Comment, by writer: ID<User>, at now: Instant) throws {
        try connection.execute(
            """
            INSERT INTO comment_versions (comment_id, version, body, written_by_id, written_at)
            VALUES (\(comment.id), \(comment.version), \(comment.body), \(writer), \(now))
            """)
    }

    func delete(_ comment: Comment) throws {
        try connection.execute(
            "UPDATE comments SET deleted_at = \(comment.deletedAt), deleted_by_id = \(comment.deletedBy) WHERE id = \(comment.id)")
        try connection.execute("UPDATE comment_versions SET body = NULL WHERE comment_id = \(comment.id)")
    }

    func redact(_ comment: Comment, by redactor: ID<User>) throws {
        try connection.execute("UPDATE comments SET redacted_at = \(comment.redactedAt), redacted_by_id = \(redactor) WHERE id = \(comment.id)")
        try connection.execute("UPDATE comment_versions SET body = NULL WHERE comment_id = \(comment.id)")
    }

    func first(_ id: ID<Comment>, on ticket: ID<Ticket>) throws -> Comment? {
        try connection.first(named(id, on: ticket), as: NamedComment.self)?.comment
    }

    func lock(_ id: ID<Comment>, on ticket: ID<Ticket>) throws -> (comment: Comment, authorName: String) {
        let found: NamedComment? = try connection.first("\(fragment: named(id, on: ticket)) FOR NO KEY UPDATE OF c")
        guard let found else { throw ITSMError.notFound("comment") }
        return (found.comment, found.authorName)
    }

    private func named(_ id: ID<Comment>, on ticket: ID<Ticket>) -> SQL {
        """
        SELECT \(fragment: Self.columns), u.name
        FROM comments c
        JOIN comment_versions v ON v.comment_id = c.id AND v.version = c.version
        JOIN users u ON u.id = c.author_id
        WHERE c.id = \(id) AND c.ticket_id = \(ticket)
        """
    }

    func list(
        on ticket: ID<Ticket>, includesNotes: Bool, where condition: Condition?, page: PageRequest, for reader: Principal
    ) throws -> Later<Page<(comment: Comment, authorName: String)>> {
        let visibility: SQL = includesNotes ? "" : "AND c.visibility = 'public'"
        var after: SQL = ""
        if let position = page.after {
            guard let id = ID<Comment>(position.id), let key = position.key.flatMap(Int64.init) else {
                throw ITSMError(.malformed, "The cursor does not belong to this list; begin again without it.")
            }
            after = "AND (c.created_at, c.id) > (\(Instant(microseconds: key)), \(id))"
        }
        let filter: SQL = try condition.map { "AND \(fragment: try ConditionSQL.filter($0, for: reader, at: now))" } ?? ""
        let statement: SQL = """
            SELECT \(fragment: Self.columns), u.name
            FROM comments c
            JOIN comment_versions v ON v.comment_id = c.id AND v.version = c.version
            JOIN users u ON u.id = c.author_id
            WHERE c.ticket_id = \(ticket) \(fragment: visibility) \(fragment: after) \(fragment: filter)
            ORDER BY c.created_at, c.id
            LIMIT \(limit: page.limit + 1)
            """
        let found = try connection.later(all: statement.planned(for: condition), as: NamedComment.self)
        return found.map { found in
            Page(found, limit: page.limit) { PagePosition(key: String($0.comment.createdAt.microseconds), id: $0.comment.id.description) }
                .map { (comment: $0.comment, authorName: $0.authorName) }
        }
    }

    func list(on ticket: ID<Ticket>, includesNotes: Bool, window: ThreadWindow) throws -> [(comment: Comment, authorName: String)] {
        var conditions: [SQL] = ["c.ticket_id = \(ticket)"]
        if !includesNotes { conditions.append("c.visibility = 'public'") }
        if let after = window.after { conditions.append("(c.created_at > \(after) OR c.edited_at > \(after) OR c.deleted_at > \(after))") }
        if let before = window.before { conditions.append("c.created_at < \(before)") }
        let found: [NamedComment] = try connection.all(
            """
            SELECT \(fragment: Self.columns), u.name
            FROM comments c
            JOIN comment_versions v ON v.comment_id = c.id AND v.version = c.version
            JOIN users u ON u.id = c.author_id
            WHERE \(fragment: conditions.joined(separator: " AND "))
            ORDER BY c.created_at DESC, c.id DESC
            LIMIT \(window.limit)
            """)
        return found.reversed().map { ($0.comment, $0.authorName) }
    }

    static let columns: SQL = """
        c.id, c.ticket_id, c.author_id, c.visibility, COALESCE(v.body, ''), c.version, c.channel, c.created_at, c.edited_at, c.deleted_at,
        c.deleted_by_id, c.redacted_at
        """
}

extension Comment: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), ticket: try row.next(), author: try row.next(), visibility: try row.next(), body: try row.next(),
            version: try row.next(), channel: try row.next(), createdAt: try row.next(), editedAt: try row.next(), deletedAt: try row.next(),
            deletedBy: try row.next(), redactedAt: try row.next())
    }
}

private struct NamedComment: RowDecodable {
    var comment: Comment
    var authorName: String

    init(row: inout Row) throws {
        comment = try Comment(row: &row)
        authorName = try row.next()
    }
}
