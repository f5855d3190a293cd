/// What became of bulk changes, and their undoing.
extension TicketService {
    /// A bulk change of the caller's own, as long as it is kept.
    ///
    /// - Throws: `notFound` for one that is absent, over, or another's.
    public func bulkOperation(_ id: ID<BulkOperation>, as caller: Principal) async throws -> BulkOperation {
        try await database.read { try self.bulkOperation(id, in: $0, as: caller) }
    }

    public func bulkOperation(_ id: ID<BulkOperation>, in tx: any Transaction, as caller: Principal) throws -> BulkOperation {
        try tx.bulk.find(id, of: caller.id, locking: false).operation
    }

    /// Puts every ticket that the caller's bulk change had changed back to where it stood, by an ordinary write of the caller's. Tickets that were changed
    /// since, or on which the caller no longer has the rights, are refused.
    ///
    /// - Returns: the operation with the outcomes of the undoing.
    /// - Throws: `notFound` for one that is absent, over, or another's; `illegalTransition` when it was undone before, or nothing was changed.
    public func undoBulk(_ id: ID<BulkOperation>, as caller: Principal) async throws -> BulkOperation {
        try await database.write(.alone, on: .long) { try undoBulk(id, in: $0, as: caller) }
    }

    public func undoBulk(_ id: ID<BulkOperation>, in tx: any Transaction, as caller: Principal) throws -> BulkOperation {
        let (operation, rows) = try tx.bulk.find(id, of: caller.id, locking: true)
        if let moment = operation.undoneAt { throw ITSMError(.illegalTransition, "This bulk change was undone at \(moment) already.") }
        let changed = rows.compactMap { row in
            row.outcome.id.flatMap { id in row.before.map { (key: TicketKey.id(id), row: (before: $0, after: row.outcome.version)) } }
        }
        guard !changed.isEmpty else { throw ITSMError(.illegalTransition, "This bulk change changed nothing; there is nothing to undo.") }
        let people = try tx.users.resolve(Set(changed.compactMap { $0.row.before.assignee.map(RefInput.id) }), visibleTo: caller)
        let outcomes = try change(changed, in: tx, as: caller) { record, row in
            try undo(&record, to: row.before, expecting: row.after, people, at: tx.now, as: caller)
        }.map(\.outcome)
        let isUndone = outcomes.contains { $0.result == .changed }
        if isUndone { try tx.bulk.markUndone(id, at: tx.now) }
        return BulkOperation(
            id: id, atomic: operation.atomic, createdAt: operation.createdAt, undoneAt: isUndone ? tx.now : nil, outcomes: outcomes)
    }

    private func undo(
        _ record: inout TicketRecord, to standing: TicketStanding, expecting expected: Int?, _ people: RefLookup<User>, at now: Instant,
        as caller: Principal
    ) throws -> [Activity] {
        try record.ticket.expect(version: expected)
        let present = TicketStanding(record.ticket), audience = record.audience(for: caller)
        for permission in standing.permissions(from: present).sorted(by: { $0.rawValue < $1.rawValue }) {
            try caller.require(permission, on: audience, to: "undo this: it needs the permission \(permission.rawValue)")
        }
        var problems = ProblemList()
        if standing.assignee != present.assignee { _ = problems.person(standing.assignee.map(RefInput.id), "/assignee", in: people) }
        if standing.group != present.group { _ = problems.resolveGroup(standing.group.map(RefInput.id), in: desk()) }
        try problems.throwIfAny()
        return record.ticket.restore(standing, at: now)
    }
}
