import ITSMCore

// What hangs on a ticket, and what people have of their own.

extension ConditionTerm {
    init(_ field: CommentField) {
        switch field {
        case .id: self = .id("c.id")
        case .author: self = .person("c.author_id", isOptional: false)
        case .visibility: self = .column(.string, "c.visibility")
        case .body: self = .column(.string, "COALESCE(v.body, '')")
        case .version: self = .column(.int, "c.version")
        case .channel: self = .column(.string, "c.channel")
        case .createdAt: self = .column(.timestamp, "c.created_at")
        case .editedAt: self = .column(.timestamp, "c.edited_at", mayBeNull: true)
        case .deletedAt: self = .column(.timestamp, "c.deleted_at", mayBeNull: true)
        }
    }

    init(_ field: AttachmentField) {
        switch field {
        case .id: self = .id("a.id")
        case .fileName: self = .column(.string, "a.file_name")
        case .mediaType: self = .column(.string, "a.media_type")
        case .size: self = .column(.int, "a.size")
        case .sha256: self = .column(.string, "encode(a.digest, 'hex')")
        case .visibility: self = .column(.string, "a.visibility")
        case .comment: self = .optionalID("a.comment_id")
        case .addedBy: self = .person("a.added_by_id", isOptional: false)
        case .addedAt: self = .column(.timestamp, "a.added_at")
        }
    }

    init(_ field: OutcomeField) {
        switch field {
        case .key: self = .column(.string, "o.key")
        case .id: self = .optionalID("o.ticket_id")
        case .number: self = .column(.string, "o.number", mayBeNull: true)
        case .result: self = .column(.string, "o.result")
        case .version: self = .column(.int, "o.version", mayBeNull: true)
        case .problemCode: self = .column(.string, "(o.problem ->> 'code')", mayBeNull: true)
        case .problemDetail: self = .column(.string, "(o.problem ->> 'detail')", mayBeNull: true)
        case .undoneResult: self = .column(.string, "o.undo_result", mayBeNull: true)
        }
    }

    init(_ field: NoticeField) {
        switch field {
        case .id: self = .id("n.id")
        case .kind: self = .column(.string, "n.kind")
        case .ticketID: self = .id("n.ticket_id")
        case .ticketNumber: self = .column(.string, "t.number")
        case .ticketTitle: self = .column(.string, "t.title")
        case .subject: self = .column(.string, "n.subject")
        case .body: self = .column(.string, "n.body", mayBeNull: true)
        case .createdAt: self = .column(.timestamp, "n.created_at")
        case .readAt: self = .column(.timestamp, "n.read_at", mayBeNull: true)
        }
    }

    init(_ field: JobField) {
        switch field {
        case .id: self = .id("j.id")
        case .kind: self = .column(.string, "j.kind")
        case .status: self = .column(.string, "j.status")
        case .done: self = .column(.int, "j.progress_done")
        case .total: self = .column(.int, "j.progress_total")
        case .errorCode: self = .column(.string, "(j.failure ->> 'code')", mayBeNull: true)
        case .errorDetail: self = .column(.string, "(j.failure ->> 'detail')", mayBeNull: true)
        case .createdAt: self = .column(.timestamp, "j.created_at")
        case .startedAt: self = .column(.timestamp, "j.started_at", mayBeNull: true)
        case .finishedAt: self = .column(.timestamp, "j.finished_at", mayBeNull: true)
        }
    }

    init(_ field: ViewField) {
        switch field {
        case .id: self = .id("v.id")
        case .name: self = .column(.string, "v.name")
        case .owner: self = .person("v.owner_id", isOptional: false)
        case .sharing: self = .column(.string, "v.sharing")
        case .groups: self = .objects("SELECT s.group_id FROM saved_view_groups s WHERE s.view_id = v.id") { .group($0, isOptional: false) }
        case .grouping: self = .column(.string, "v.grouping", mayBeNull: true)
        case .pinned: self = .column(.bool, "v.pinned")
        case .order: self = .column(.int, "v.place")
        case .version: self = .column(.int, "v.version")
        case .createdAt: self = .column(.timestamp, "v.created_at")
        case .updatedAt: self = .column(.timestamp, "v.updated_at")
        }
    }
}
