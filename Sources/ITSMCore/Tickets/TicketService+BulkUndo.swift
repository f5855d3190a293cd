/// What became of bulk changes, and their undoing.
extension TicketService {
    /// A bulk change of the caller's own, as long as it is kept.
    ///
    /// - Throws: `notFound` for one that is absent, over, or another's.
    public func bulkOperation(_ id: ID<BulkOperation>, as caller: Principal) async throws -> BulkOperation {
        try await database.read { try self.bulkOperation(id, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func bulkOperation(_ id: ID<BulkOperation>, in tx: any Transaction, as caller: Principal) throws -> BulkOperation {
        let operation = try follow(tx.bulk.find(id, of: caller.id, locking: false), in: tx)
        guard operation.filter == nil else { return operation }
        var named = operation
        named.add(try tx.bulk.rows(of: id, .all, after: -1, limit: Limits.bulkTickets).map(\.outcome))
        return named
    }

    /// Outcomes of a bulk change of the caller's own, in the order of its tickets; of a dry run those that were refused.
    ///
    /// - Throws: as `bulkOperation`.
    public func bulkOutcomes(
        of id: ID<BulkOperation>, _ which: BulkRowFilter = .all, where condition: Condition? = nil, page: PageRequest = .first,
        as caller: Principal
    ) async throws -> Page<BulkOutcome> {
        try await database.read { try self.bulkOutcomes(of: id, which, where: condition, page: page, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func bulkOutcomes(
        of id: ID<BulkOperation>, _ which: BulkRowFilter = .all, where condition: Condition? = nil, page: PageRequest = .first,
        in tx: any Transaction, as caller: Principal
    ) throws -> Page<BulkOutcome> {
        _ = try tx.bulk.find(id, of: caller.id, locking: false)
        let after = page.after.flatMap { Int($0.id) } ?? -1
        let rows = try tx.bulk.rows(of: id, which, where: condition, after: after, limit: page.limit + 1, for: caller)
        let shown = rows.prefix(page.limit)
        let next = rows.count > shown.count ? shown.last.map { PagePosition(key: nil, id: "\($0.place)") } : nil
        return Page(items: shown.map(\.outcome), next: next)
    }

    /// What is kept, with how its jobs are getting on.
    private func follow(_ record: BulkRecord, in tx: any Transaction) throws -> BulkOperation {
        var operation = record.operation
        if let id = operation.id, operation.filter != nil, let job = try tx.jobs.first(id.retyped()) {
            let refused = try tx.bulk.rows(of: id, .result(.refused), after: -1, limit: Limits.bulkRefusalsShown)
            try operation.follow(job, refusals: refused.map(\.outcome))
        }
        if let id = record.undoJob, let job = try tx.jobs.first(id) {
            let counts = try job.cursor?.decode(BulkMark.self).counts ?? BulkOperation.Counts()
            operation.undo = .init(job: id, status: job.status, total: job.progress.total, counts: counts)
        } else if let counts = record.undoCounts {
            operation.undo = .init(status: .succeeded, total: counts.all, counts: counts)
        }
        return operation
    }

    // MARK: Undoing

    /// Puts every ticket that the caller's bulk change had changed back to where it stood, by an ordinary write of the caller's. Tickets that were changed
    /// since, or on which the caller no longer has the rights, are refused.
    ///
    /// - Returns: the operation with the outcomes of the undoing. Beyond `Limits.bulkTickets` tickets it is only begun, as a job that `undo` names, and the
    ///   outcomes are those of the change.
    /// - Throws: `notFound` for one that is absent, over, or another's; `illegalTransition` when it was undone before, or nothing was changed; `inProgress`
    ///   while it is made or undone.
    public func undoBulk(_ id: ID<BulkOperation>, as caller: Principal) async throws -> BulkOperation {
        try await database.write(.alone, on: .long) { try undoBulk(id, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func undoBulk(_ id: ID<BulkOperation>, in tx: any Transaction, as caller: Principal) throws -> BulkOperation {
        let operation = try follow(tx.bulk.find(id, of: caller.id, locking: true), in: tx)
        if let moment = operation.undoneAt { throw ITSMError(.illegalTransition, "This bulk change was undone at \(moment) already.") }
        if operation.isRunning { throw ITSMError(.inProgress, "This bulk change is still being made; cancel it first, or wait for its end.") }
        if operation.isBeingUndone { throw ITSMError(.inProgress, "This bulk change is being undone already.") }
        let rows = try tx.bulk.rows(of: id, .toUndo, after: -1, limit: Limits.bulkTickets + 1)
        guard !rows.isEmpty else { throw ITSMError(.illegalTransition, "This bulk change changed nothing; there is nothing to undo.") }
        guard rows.count <= Limits.bulkTickets else { return try beginUndo(of: operation, in: tx, as: caller) }
        let undone = try undo(rows, of: id, in: tx, as: caller)
        let after = BulkOperation(id: id, atomic: operation.atomic, createdAt: operation.createdAt, outcomes: undone.map(\.outcome))
        return try finishUndo(of: after, in: tx)
    }

    private func finishUndo(of operation: BulkOperation, in tx: any Transaction) throws -> BulkOperation {
        var undone = operation
        guard let id = operation.id else { return operation }
        undone.undoneAt = operation.counts.changed > 0 ? tx.now : nil
        undone.undo = .init(status: .succeeded, total: operation.counts.all, counts: operation.counts)
        try tx.bulk.recordUndo(operation.counts, of: id, at: undone.undoneAt)
        return undone
    }

    /// Puts a block of tickets back.
    func undo(_ rows: [BulkRow], of id: ID<BulkOperation>, in tx: any Transaction, as caller: Principal) throws -> [BulkRow] {
        let steps: [BulkStep<(before: TicketStanding, after: Int?)>] = rows.compactMap { row in
            guard let ticket = row.outcome.id, let before = row.before else { return nil }
            return BulkStep(place: row.place, key: .id(ticket), row: (before, row.outcome.version))
        }
        let people = try tx.users.resolve(Set(steps.compactMap { $0.row.before.assignee.map(RefInput.id) }), visibleTo: caller)
        let undone = try change(steps, in: tx, as: caller) { record, row in
            try undo(&record, to: row.before, expecting: row.after, people, at: tx.now, as: caller)
        }
        try tx.bulk.recordUndone(undone, of: id)
        return undone
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
        let fields = desk().customFields
        if let values = standing.customFields, !caller.seesNotes(of: audience),
            fields.hiddenNames.contains(where: { values[$0] != record.ticket.customFields[$0] })
        {
            throw ITSMError.forbidden("You may no longer see the custom fields that this would put back.")
        }
        var problems = ProblemList()
        if standing.assignee != present.assignee { _ = problems.person(standing.assignee.map(RefInput.id), "/assignee", in: people) }
        if standing.group != present.group { _ = problems.resolveGroup(standing.group.map(RefInput.id), in: desk()) }
        try problems.throwIfAny()
        return record.ticket.restore(standing, in: fields, at: now)
    }
}
