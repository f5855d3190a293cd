/// Replies and work notes.
extension TicketService {
    /// Adds a public reply or a work note; a reply may end a wait, reopen, or begin a follow-up (`CommentView.ticket` names where it stands).
    public func addComment(_ draft: Comment.Draft, to key: TicketKey, as caller: Principal) async throws -> CommentView {
        let added = try await database.write { try addComment(draft, to: key, in: $0, as: caller) }
        return added.value
    }

    /// The same in a unit of work that the caller has open.
    public func addComment(_ draft: Comment.Draft, to key: TicketKey, in tx: any Transaction, as caller: Principal) throws -> Later<CommentView> {
        var record = try tx.tickets.lock(key, visibleTo: caller)
        let before = record.ticket
        let visibility = draft.visibility ?? .public
        try authorise(visibility, on: record, as: caller)
        try draft.check()
        let effect = record.ticket.receive(visibility, from: caller, settings: desk().settings, at: tx.now)
        guard case .received(let changes) = effect else { return try beginFollowUp(of: record, with: draft, in: tx, as: caller) }
        let comment = Comment(
            id: tx.newID(), ticket: record.ticket.id, author: caller.id, visibility: visibility, body: draft.body ?? "",
            channel: caller.origin.channel, createdAt: record.ticket.updatedAt)
        let side = before.side(of: caller)
        try followClocks(&record.ticket, since: before, visibility == .public ? side.event : .changed, in: tx)
        try tx.comments.insert(comment)
        try tx.drafts.delete(visibility, of: caller.id, on: record.ticket.id)
        try tx.tickets.update(record.ticket)
        try tx.activity.append([comment.added(by: side)] + changes, by: caller)
        return Later(CommentView(comment, on: TicketRef(record.ticket), authorName: caller.name))
    }

    /// True when the caller may write what will be seen so.
    func mayWrite(_ visibility: Comment.Visibility, on record: TicketRecord, as caller: Principal) -> Bool {
        (try? authorise(visibility, on: record, as: caller)) != nil
    }

    /// - Throws: `forbidden` unless the caller may write what will be seen so.
    func authorise(_ visibility: Comment.Visibility, on record: TicketRecord, as caller: Principal) throws {
        let audience = record.audience(for: caller)
        switch visibility {
        case .public: try caller.require(.reply, on: audience, to: "reply to it")
        case .workNote:
            guard caller.seesNotes(of: audience) else {
                throw ITSMError.forbidden(
                    "You may not write work notes on this ticket.",
                    problems: [
                        FieldProblem("/visibility", .forbidden, "Work notes need the permission \(Permission.note.rawValue) on this ticket.")
                    ])
            }
        }
    }

    /// A reply that comes after the reopen window: a new ticket, linked to the old one, with the reply as its first.
    private func beginFollowUp(
        of old: TicketRecord, with draft: Comment.Draft, in tx: any Transaction, as caller: Principal
    ) throws -> Later<CommentView> {
        let ticket = old.ticket.followUp(id: tx.newID(), by: caller, at: tx.now)
        let desk = desk()
        var record = TicketRecord(ticket: ticket, requesterName: old.requesterName, openedByName: caller.name)
        let assignment = try assign(&record, by: AssignmentPlan(.create, desk: desk), in: tx, as: caller)
        let clocks = try startClocks(of: &record.ticket, raisedAs: ticket, desk: desk, in: tx)
        let number = try tx.tickets.insert(record.ticket)
        let comment = Comment(
            id: tx.newID(), ticket: ticket.id, author: caller.id, visibility: .public, body: draft.body ?? "", channel: caller.origin.channel,
            createdAt: tx.now)
        try tx.comments.insert(comment)
        try tx.drafts.delete(.public, of: caller.id, on: old.ticket.id)
        let link = TicketLink(id: tx.newID(), type: .relates, from: ticket.id, to: old.ticket.id, createdBy: caller.id, createdAt: tx.now)
        _ = try tx.links.insert(link)
        try tx.sla.insert(clocks.cycles)
        try tx.activity.append(ticket.created(hiding: []) + [comment.added(by: ticket.side(of: caller))] + link.added(), by: caller)
        try assignment.announce(in: tx)
        let title = ticket.title, id = ticket.id
        return number.map { number in
            CommentView(comment, on: TicketRef(id: id, number: number, title: title), authorName: caller.name)
        }
    }

    /// The ticket's comments that the caller may read, oldest first.
    ///
    /// - Parameter condition: what must hold besides; of the scope `comments`.
    public func comments(
        on key: TicketKey, where condition: Condition? = nil, page: PageRequest = .first, as caller: Principal
    ) async throws -> Page<CommentView> {
        try await reading(key, as: caller) { try comments(on: $1, where: condition, page: page, in: $0, as: caller) }.value
    }

    private func comments(
        on record: TicketRecord, where condition: Condition?, page: PageRequest, in tx: any Transaction, as caller: Principal
    ) throws -> Later<Page<CommentView>> {
        let seesNotes = caller.seesNotes(of: record.audience(for: caller))
        let found = try tx.comments.list(on: record.ticket.id, includesNotes: seesNotes, where: condition, page: page, for: caller)
        let reference = TicketRef(record.ticket)
        return found.map { $0.map { CommentView($0.comment, on: reference, authorName: $0.authorName) } }
    }

    /// Replaces the text of a comment; the old text stays on record.
    public func editComment(_ id: ID<Comment>, on key: TicketKey, _ draft: Comment.Draft, as caller: Principal) async throws -> CommentView {
        try await database.write { try editComment(id, on: key, draft, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func editComment(
        _ id: ID<Comment>, on key: TicketKey, _ draft: Comment.Draft, in tx: any Transaction, as caller: Principal
    ) throws -> CommentView {
        var (record, comment, authorName) = try lockComment(id, on: key, in: tx, as: caller)
        let audience = record.audience(for: caller)
        guard comment.redactedAt == nil else { throw ITSMError.forbidden("This message was redacted; write another.") }
        guard caller.may(.editAnyComment, on: audience) || (comment.author == caller.id && caller.may(.editOwnComments, on: audience)) else {
            throw ITSMError.forbidden("You may not edit this comment.")
        }
        if let visibility = draft.visibility, visibility != comment.visibility {
            throw ITSMError.invalid("/visibility", "A comment stays what it was; delete it and write another.")
        }
        try draft.check()
        let activity = comment.edit(to: draft.body ?? "", at: tx.now)
        record.ticket.updatedAt = max(tx.now, record.ticket.updatedAt)
        try tx.comments.revise(comment, by: caller.id)
        try tx.tickets.touch(record.ticket.id, at: record.ticket.updatedAt)
        try tx.activity.append(activity, by: caller)
        return CommentView(comment, on: TicketRef(record.ticket), authorName: authorName)
    }

    /// Removes the text of a comment, and its files, and leaves a tombstone.
    public func deleteComment(_ id: ID<Comment>, on key: TicketKey, as caller: Principal) async throws {
        try await database.write { try deleteComment(id, on: key, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func deleteComment(_ id: ID<Comment>, on key: TicketKey, in tx: any Transaction, as caller: Principal) throws {
        var (record, comment, _) = try lockComment(id, on: key, in: tx, as: caller)
        try caller.require(.deleteComments, on: record.audience(for: caller), to: "delete its comments")
        let activity = comment.delete(by: caller.id, at: tx.now)
        record.ticket.updatedAt = max(tx.now, record.ticket.updatedAt)
        try tx.comments.delete(comment)
        try deleteAttachments(of: comment, at: record.ticket.updatedAt, in: tx, as: caller)
        try tx.tickets.touch(record.ticket.id, at: record.ticket.updatedAt)
        try tx.activity.append(activity, by: caller)
    }

    /// Takes the text of a comment out for good, in all its versions: for what should never have been written. That it was there, and this act, stay on
    /// record.
    ///
    /// - Throws: `forbidden` for everyone but a superAdmin; `notFound` for a deleted one, whose text is gone; `duplicate` when it was redacted before.
    public func redactComment(
        _ id: ID<Comment>, on key: TicketKey, reason: String?, in tx: any Transaction, as caller: Principal
    ) throws {
        guard caller.isSuperAdmin else { throw ITSMError.forbidden("Only a superAdmin may redact a message.") }
        var (record, comment, _) = try lockComment(id, on: key, in: tx, as: caller)
        let reason = try Redaction.checked(reason)
        guard comment.redactedAt == nil else { throw ITSMError(.duplicate, "This message was redacted before.") }
        let activity = comment.redact(because: reason, at: tx.now)
        record.ticket.updatedAt = max(tx.now, record.ticket.updatedAt)
        try tx.comments.redact(comment, by: caller.id)
        try tx.tickets.touch(record.ticket.id, at: record.ticket.updatedAt)
        try tx.activity.append(activity, by: caller)
    }

    private func lockComment(
        _ id: ID<Comment>, on key: TicketKey, in tx: any Transaction, as caller: Principal
    ) throws -> (TicketRecord, Comment, authorName: String) {
        let record = try tx.tickets.lock(key, visibleTo: caller)
        let (comment, authorName) = try tx.comments.lock(id, on: record.ticket.id)
        guard comment.visibility == .public || caller.seesNotes(of: record.audience(for: caller)), comment.deletedAt == nil else {
            throw ITSMError.notFound("comment")
        }
        return (record, comment, authorName)
    }
}

extension Comment {
    /// - Parameter side: whose words they are, which the ticket's clocks ask for.
    func added(by side: Side) -> Activity { activity(.ticketCommented, side: side, at: createdAt) }

    mutating func edit(to text: String, at now: Instant) -> Activity {
        body = text
        version += 1
        editedAt = now
        return activity(.commentEdited, at: now)
    }

    mutating func delete(by remover: ID<User>, at now: Instant) -> Activity {
        body = ""
        deletedAt = now
        deletedBy = remover
        return activity(.commentDeleted, at: now)
    }

    mutating func redact(because reason: String, at now: Instant) -> Activity {
        body = ""
        redactedAt = now
        return activity(.commentRedacted, reason: reason, at: now)
    }

    private func activity(_ kind: Activity.Kind, side: Side? = nil, reason: String? = nil, at instant: Instant) -> Activity {
        var payload: [String: JSONValue] = [
            "comment": .string(id.description), "visibility": .string(visibility.rawValue), "version": .integer(Int64(version)),
        ]
        if let side { payload["side"] = .string(side.rawValue) }
        if let reason { payload["reason"] = .string(reason) }
        return Activity(
            kind, on: .init(.ticket, ticket), ticket: ticket, isRestricted: visibility == .workNote, payload: .object(payload), occurredAt: instant)
    }
}
