/// Replies and work notes that are being written. They touch neither ticket nor record, and go when what they became is posted.
extension TicketService {
    /// The caller's own drafts on a ticket, of the kinds that they may write there.
    public func drafts(on key: TicketKey, as caller: Principal) async throws -> [SavedDraft] {
        try await database.read { tx in
            let record = try tx.tickets.find(key, visibleTo: caller)
            return try tx.drafts.list(of: caller.id, on: record.ticket.id).filter { mayWrite($0.visibility, on: record, as: caller) }
        }
    }

    /// - Throws: `notFound` where there is none; `forbidden` where the caller may not write such a comment.
    public func draft(_ visibility: Comment.Visibility, on key: TicketKey, as caller: Principal) async throws -> SavedDraft {
        try await database.read { tx in
            let record = try tx.tickets.find(key, visibleTo: caller)
            try authorise(visibility, on: record, as: caller)
            guard let draft = try tx.drafts.list(of: caller.id, on: record.ticket.id).first(where: { $0.visibility == visibility }) else {
                throw ITSMError.notFound("draft")
            }
            return draft
        }
    }

    /// Keeps what is being written in place of what was; an empty text removes it.
    public func saveDraft(
        _ text: SavedDraft.Text, _ visibility: Comment.Visibility, on key: TicketKey, as caller: Principal
    ) async throws -> SavedDraft {
        try await database.write { try saveDraft(text, visibility, on: key, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func saveDraft(
        _ text: SavedDraft.Text, _ visibility: Comment.Visibility, on key: TicketKey, in tx: any Transaction, as caller: Principal
    ) throws -> SavedDraft {
        let record = try tx.tickets.find(key, visibleTo: caller)
        try authorise(visibility, on: record, as: caller)
        let draft = SavedDraft(visibility: visibility, body: try text.check(), updatedAt: tx.now)
        if draft.body.isEmpty {
            try tx.drafts.delete(visibility, of: caller.id, on: record.ticket.id)
        } else {
            try tx.drafts.put(draft, of: caller.id, on: record.ticket.id)
        }
        return draft
    }

    /// Removes the caller's draft, if there is one.
    public func deleteDraft(_ visibility: Comment.Visibility, on key: TicketKey, as caller: Principal) async throws {
        try await database.write { try deleteDraft(visibility, on: key, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func deleteDraft(_ visibility: Comment.Visibility, on key: TicketKey, in tx: any Transaction, as caller: Principal) throws {
        let record = try tx.tickets.find(key, visibleTo: caller)
        try tx.drafts.delete(visibility, of: caller.id, on: record.ticket.id)
    }
}
