/// The same change to many tickets, each by the rules of the single change.
extension TicketService {
    /// Checks what needs no database.
    ///
    /// - Throws: `forbidden` for who may not do such a thing at all, else 422 with every fault that is not one ticket's alone.
    public func planBulk(_ edit: BulkEdit, as caller: Principal) throws -> BulkPlan { try BulkPlan(edit, desk: desk(), as: caller) }

    /// Changes many tickets, `Limits.bulkChunk` to a transaction unless it is all or nothing. Where a later transaction fails, the rest is refused with its error.
    public func bulk(_ edit: BulkEdit, as caller: Principal) async throws -> BulkOperation { try await bulk(planBulk(edit, as: caller), as: caller) }

    /// The same of a plan that was checked before.
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
        let names = try bulkNames(of: plan, in: tx, as: caller)
        let rows = try allOrEach(plan, in: tx) {
            let steps = places.map { BulkStep(place: $0, key: plan.rows[$0].ticket, row: plan.rows[$0]) }
            return try change(steps, isDryRun: plan.isDryRun, in: tx, as: caller) {
                try plan.apply(to: &$0, expecting: $1.version, names, in: self, at: tx.now, as: caller)
            }
        }
        if let id = operation.id {
            if done == nil { try tx.bulk.insert(operation, by: caller.id) }
            try tx.bulk.insert(rows, of: id)
        }
        operation.add(rows.map(\.outcome))
        return operation
    }

    /// The people whom the change names.
    func bulkNames(of plan: BulkPlan, in tx: any Transaction, as caller: Principal) throws -> BulkNames {
        let named = Set([plan.changes.assignee.set].compactMap(\.self)).union(plan.fieldPeople.values)
        let people = try tx.users.resolve(named, visibleTo: caller)
        var problems = ProblemList()
        let assignee = plan.changes.assignee.compactMap { problems.person($0, "/changes/assignee", in: people) }
        for (name, input) in plan.fieldPeople.sorted(by: { $0.key < $1.key }) {
            _ = problems.person(input, "/changes/customFields/\(name)", in: people)
        }
        try problems.throwIfAny()
        return BulkNames(assignee: assignee, people: people)
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
                return BulkRow(row.place, outcome)
            }
        }
    }
}

/// Ends a savepoint of which one row was refused.
private struct RolledBack: Error {
    let rows: [BulkRow]
}
