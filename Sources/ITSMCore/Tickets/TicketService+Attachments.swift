/// Files on tickets: who may add, see and remove them. Their bytes are received and kept elsewhere.
extension TicketService {
    /// The largest file that may be added at present, in bytes.
    public var attachmentLimit: Int64 { desk().settings.attachmentLimitBytes }

    /// Refuses what `addAttachment` would refuse, before the bytes are taken in.
    public func checkAttachment(_ draft: Attachment.Draft, to key: TicketKey, as caller: Principal) async throws {
        try await database.read { tx in
            let record = try tx.tickets.find(key, visibleTo: caller)
            _ = try visibility(of: draft, on: record, in: tx, as: caller)
            _ = try draft.checkedMediaType()
            try checkRoom(on: record.ticket.id, in: tx)
        }
    }

    /// Adds a file whose bytes are in place.
    public func addAttachment(
        _ draft: Attachment.Draft, _ blob: Blob, to key: TicketKey, in tx: any Transaction, as caller: Principal
    ) throws -> AttachmentView {
        var record = try tx.tickets.lock(key, visibleTo: caller)
        let visibility = try visibility(of: draft, on: record, in: tx, as: caller)
        let mediaType = try draft.checkedMediaType()
        try checkRoom(on: record.ticket.id, in: tx)
        record.ticket.updatedAt = max(tx.now, record.ticket.updatedAt)
        let attachment = Attachment(
            id: tx.newID(), ticket: record.ticket.id, comment: draft.comment, visibility: visibility, fileName: draft.fileName, mediaType: mediaType,
            blob: blob, addedBy: caller.id, addedAt: record.ticket.updatedAt)
        try tx.attachments.insert(attachment)
        try tx.tickets.touch(record.ticket.id, at: record.ticket.updatedAt)
        try tx.activity.append(attachment.added(), by: caller)
        return AttachmentView(attachment, addedByName: caller.name)
    }

    /// Who will see the file: those who see its comment, or those it is meant for.
    ///
    /// - Throws: `forbidden` where the caller may not write so there; 422 for a comment that is not there for the caller, or is of another visibility.
    private func visibility(
        of draft: Attachment.Draft, on record: TicketRecord, in tx: any Transaction, as caller: Principal
    ) throws -> Comment.Visibility {
        guard let id = draft.comment else {
            let visibility = draft.visibility ?? .public
            try authorise(visibility, on: record, as: caller)
            return visibility
        }
        let audience = record.audience(for: caller)
        guard let comment = try tx.comments.first(id, on: record.ticket.id), comment.deletedAt == nil,
            comment.visibility == .public || caller.seesNotes(of: audience)
        else { throw ITSMError.invalid("/comment", "There is no such comment on this ticket.") }
        try authorise(comment.visibility, on: record, as: caller)
        guard comment.author == caller.id || caller.may(.editAnyComment, on: audience) else {
            throw ITSMError.forbidden(
                "You may not add a file to this comment.",
                problems: [
                    FieldProblem("/comment", .forbidden, "This is somebody else's comment; files hang on one's own.")
                ])
        }
        if let asked = draft.visibility, asked != comment.visibility {
            throw ITSMError.invalid("/visibility", "A file on a comment is seen by those who see the comment; leave visibility out.")
        }
        return comment.visibility
    }

    private func checkRoom(on ticket: ID<Ticket>, in tx: any Transaction) throws {
        guard try tx.attachments.count(on: ticket) < Limits.attachmentsPerTicket else {
            throw ITSMError.invalid("/file", .tooLong, "A ticket has at most \(Limits.attachmentsPerTicket) files; delete one first.")
        }
    }

    // MARK: Read

    /// The ticket's files that the caller may see, oldest first.
    ///
    /// - Parameter condition: what must hold besides; of the scope `attachments`.
    public func attachments(
        on key: TicketKey, where condition: Condition? = nil, page: PageRequest = .first, as caller: Principal
    ) async throws -> Page<AttachmentView> {
        let found = try await reading(key, as: caller) { tx, record in
            let seesNotes = caller.seesNotes(of: record.audience(for: caller))
            return try tx.attachments.list(on: record.ticket.id, includesNotes: seesNotes, where: condition, page: page, for: caller)
        }
        return found.value.map { AttachmentView($0.attachment, addedByName: $0.addedByName) }
    }

    /// One file; `AttachmentView.blob` leads to its bytes.
    ///
    /// - Throws: `notFound` when it is absent, deleted or hidden.
    public func attachment(_ id: ID<Attachment>, on key: TicketKey, as caller: Principal) async throws -> AttachmentView {
        try await reading(key, .attachment(id), as: caller) { tx, record in
            let (attachment, name) = try find(id, on: record, in: tx, as: caller)
            return AttachmentView(attachment, addedByName: name)
        }
    }

    private func find(
        _ id: ID<Attachment>, on record: TicketRecord, in tx: any Transaction, as caller: Principal
    ) throws -> (attachment: Attachment, addedByName: String) {
        guard let found = try tx.attachments.first(id, on: record.ticket.id),
            found.attachment.visibility == .public || caller.seesNotes(of: record.audience(for: caller))
        else { throw ITSMError.notFound("attachment") }
        return found
    }

    // MARK: Delete

    /// Removes a file: one's own, as one's own comment may be edited, or any with the right to delete comments. A tombstone stays.
    public func deleteAttachment(_ id: ID<Attachment>, on key: TicketKey, in tx: any Transaction, as caller: Principal) throws {
        let record = try tx.tickets.lock(key, visibleTo: caller)
        let audience = record.audience(for: caller)
        let attachment = try find(id, on: record, in: tx, as: caller).attachment
        guard caller.may(.deleteComments, on: audience) || (attachment.addedBy == caller.id && caller.may(.editOwnComments, on: audience)) else {
            throw ITSMError.forbidden("You may not delete this file.")
        }
        let now = max(tx.now, record.ticket.updatedAt)
        try delete([attachment], at: now, in: tx, as: caller)
        try tx.tickets.touch(record.ticket.id, at: now)
    }

    /// Takes a file out for good: its bytes within the hour, its name, and what the record says of it. That there was one, and this act, stay on record.
    ///
    /// - Throws: `forbidden` for everyone but a superAdmin; `inUse` while the same bytes hang elsewhere too, which would keep them.
    public func redactAttachment(
        _ id: ID<Attachment>, on key: TicketKey, reason: String?, in tx: any Transaction, as caller: Principal
    ) throws {
        guard caller.isSuperAdmin else { throw ITSMError.forbidden("Only a superAdmin may redact a file.") }
        let record = try tx.tickets.lock(key, visibleTo: caller)
        var attachment = try find(id, on: record, in: tx, as: caller).attachment
        let reason = try Redaction.checked(reason)
        let others = try tx.attachments.others(with: attachment.blob.digest, than: id)
        guard others == 0 else {
            throw ITSMError(.inUse, "The same file hangs in \(others) other \(others == 1 ? "place" : "places") too. Delete it there first.")
        }
        let now = max(tx.now, record.ticket.updatedAt)
        let activity = attachment.redact(by: caller.id, because: reason, at: now)
        try tx.attachments.redact(attachment)
        try tx.tickets.touch(record.ticket.id, at: now)
        let told = try tx.activity.entries(telling: id, on: record.ticket.id)
        try tx.activity.append(activity, by: caller)
        try Redaction.redact(told, because: reason, in: tx, as: caller)
    }

    /// Removes the files of a comment that goes.
    func deleteAttachments(of comment: Comment, at now: Instant, in tx: any Transaction, as caller: Principal) throws {
        try delete(tx.attachments.all(on: comment.id), at: now, in: tx, as: caller)
    }

    private func delete(_ attachments: [Attachment], at now: Instant, in tx: any Transaction, as caller: Principal) throws {
        for var attachment in attachments {
            let activity = attachment.delete(by: caller.id, at: now)
            try tx.attachments.delete(attachment)
            try tx.activity.append(activity, by: caller)
        }
    }
}

extension Attachment {
    func added() -> Activity { activity(.attachmentAdded, at: addedAt) }

    mutating func delete(by remover: ID<User>, at now: Instant) -> Activity {
        deletedAt = now
        deletedBy = remover
        return activity(.attachmentDeleted, at: now)
    }

    mutating func redact(by remover: ID<User>, because reason: String, at now: Instant) -> Activity {
        deletedAt = now
        deletedBy = remover
        return Activity(
            .attachmentRedacted, on: .init(.ticket, ticket), ticket: ticket, isRestricted: visibility == .workNote,
            payload: ["attachment": .string(id.description), "visibility": .string(visibility.rawValue), "reason": .string(reason)], occurredAt: now)
    }

    private func activity(_ kind: Activity.Kind, at instant: Instant) -> Activity {
        Activity(
            kind, on: .init(.ticket, ticket), ticket: ticket, isRestricted: visibility == .workNote,
            payload: [
                "attachment": .string(id.description), "fileName": .string(fileName.description), "size": .integer(blob.size),
                "sha256": .string(blob.digest.description), "visibility": .string(visibility.rawValue), "comment": .optional(comment?.description),
            ], occurredAt: instant)
    }
}
