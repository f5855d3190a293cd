/// The same change to many tickets, each by the rules of the single change.
extension TicketService {
    /// Checks what needs no database.
    ///
    /// - Throws: `forbidden` for who may not do such a thing at all, else 422 with every fault that is not one ticket's alone.
    public func planBulk(_ edit: BulkEdit, as caller: Principal) throws -> BulkPlan { try BulkPlan(edit, desk: desk(), as: caller) }

    /// Changes many tickets, `Limits.bulkChunk` to a transaction unless it is all or nothing. Where a later transaction fails, the rest is refused with its error.
    public func bulk(_ edit: BulkEdit, as caller: Principal) async throws -> BulkOperation { try await bulk(planBulk(edit, as: caller), as: caller) }

    public func bulk(_ plan: BulkPlan, as caller: Principal) async throws -> BulkOperation {
        var done: BulkOperation?
        for places in plan.chunks {
            do {
                done = try await database.write(.alone, on: plan.lane) { [done] tx in try bulk(plan, places, after: done, in: tx, as: caller) }
            } catch let error as ITSMError {
                guard var done else { throw error }
                done.add(plan.rows[places.lowerBound...].map { BulkOutcome($0.ticket.description, nil, refused: error) })
                return done
            }
        }
        guard let done else { preconditionFailure("a plan has at least one row") }
        return done
    }

    /// The whole in one transaction.
    public func bulk(_ plan: BulkPlan, in tx: any Transaction, as caller: Principal) throws -> BulkOperation {
        try bulk(plan, plan.rows.indices, after: nil, in: tx, as: caller)
    }

    private func bulk(
        _ plan: BulkPlan, _ places: Range<Int>, after done: BulkOperation?, in tx: any Transaction, as caller: Principal
    ) throws -> BulkOperation {
        var operation = done ?? BulkOperation(id: plan.isDryRun ? nil : tx.newID(), atomic: plan.isAtomic, createdAt: tx.now)
        let people = try tx.users.resolve(Set([plan.changes.assignee.set].compactMap(\.self)), visibleTo: caller)
        var problems = ProblemList()
        let assignee = plan.changes.assignee.compactMap { problems.person($0, "/changes/assignee", in: people) }
        try problems.throwIfAny()
        let rows = try allOrEach(plan, in: tx) {
            try change(plan.rows[places].map { ($0.ticket, $0) }, isDryRun: plan.isDryRun, in: tx, as: caller) { record, row in
                try plan.apply(to: &record, expecting: row.version, assignee: assignee, in: self, at: tx.now, as: caller)
            }
        }
        if let id = operation.id {
            if done == nil { try tx.bulk.insert(id, by: caller.id, atomic: plan.isAtomic, at: tx.now) }
            try tx.bulk.insert(rows, of: id, from: places.lowerBound)
        }
        operation.add(rows.map(\.outcome))
        return operation
    }

    /// Where it is all or nothing, and one row is refused, no row stays changed.
    private func allOrEach(_ plan: BulkPlan, in tx: any Transaction, _ body: () throws -> [BulkRow]) throws -> [BulkRow] {
        guard plan.isAtomic else { return try body() }
        do {
            return try tx.savepoint {
                let rows = try body()
                if rows.contains(where: { $0.outcome.result == .refused }) { throw RolledBack(rows: rows) }
                return rows
            }.get()
        } catch let end as RolledBack {
            return end.rows.map { row in
                var outcome = row.outcome
                if outcome.result == .changed { (outcome.result, outcome.version) = (.rolledBack, nil) }
                return BulkRow(outcome)
            }
        }
    }

    /// Locks the tickets at once, and changes each by itself, so that one that is refused does not spoil another.
    func change<Row>(
        _ rows: [(key: TicketKey, row: Row)], isDryRun: Bool = false, in tx: any Transaction, as caller: Principal,
        _ decide: (inout TicketRecord, Row) throws -> [Activity]
    ) throws -> [BulkRow] {
        let locked = try tx.tickets.lock(rows.map(\.key), visibleTo: caller)
        var records = Dictionary(uniqueKeysWithValues: locked.map { ($0.ticket.id, $0) })
        let ids = Dictionary(uniqueKeysWithValues: locked.map { (TicketKey.number($0.ticket.number), $0.ticket.id) })
        return try rows.map { key, row in
            let name = key.description
            let id: ID<Ticket>? = if case .id(let id) = key { id } else { ids[key] }
            guard let id, var record = records[id] else { return BulkRow(BulkOutcome(name, nil, refused: .notFound("ticket"))) }
            let before = record.ticket
            do {
                let activity = try decide(&record, row)
                guard !activity.isEmpty else { return BulkRow(BulkOutcome(name, before, .unchanged)) }
                try save(&record.ticket, since: before, activity, isDryRun: isDryRun, in: tx, as: caller)
            } catch let error as ITSMError {
                return BulkRow(BulkOutcome(name, before, refused: error))
            }
            records[id] = record
            return BulkRow(BulkOutcome(name, record.ticket, .changed), before: TicketStanding(before))
        }
    }

    private func save(
        _ ticket: inout Ticket, since before: Ticket, _ activity: [Activity], isDryRun: Bool, in tx: any Transaction, as caller: Principal
    ) throws {
        do {
            try tx.savepoint {
                try save(&ticket, since: before, activity, in: tx, as: caller)
                guard isDryRun else { return }
                try tx.flush()
                throw Rehearsed()
            }.get()
        } catch is Rehearsed { /* The database took it, and has forgotten it. */  }
    }
}

/// Ends a savepoint that was for trial only.
private struct Rehearsed: Error {}

/// Ends a savepoint of which one row was refused.
private struct RolledBack: Error {
    let rows: [BulkRow]
}
