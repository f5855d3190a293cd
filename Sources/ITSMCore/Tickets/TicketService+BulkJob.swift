/// Bulk changes by a filter: which tickets it finds is fixed when the change is begun; the change itself is a job.
extension TicketService {
    /// Begins a bulk change of all tickets that the filter finds now. Each is fixed with its version: what somebody else changes before its turn is refused.
    ///
    /// - Parameter query: what `edit.query` means, without its filter's condition.
    /// - Returns: the operation as it waits.
    /// - Throws: as `planBulk`; `countMismatch` where there are more or fewer tickets than expected, and nothing is begun; 422 for a filter with faults.
    public func beginBulk(
        _ edit: BulkEdit, of query: TicketQuery = TicketQuery(), in tx: any Transaction, as caller: Principal
    ) throws -> BulkOperation {
        let plan = try planBulk(edit, as: caller)
        let query = try filtered(query, by: edit, as: caller)
        let id: ID<BulkOperation> = tx.newID()
        let operation = BulkOperation(id: id, filter: edit.source ?? "", total: plan.count, dryRun: plan.isDryRun, createdAt: tx.now)
        try tx.bulk.insert(operation, by: caller.id)
        let found = try tx.bulk.fixTargets(of: id, to: query, limit: plan.count + 1, visibleTo: caller)
        if found != plan.count { throw try countMismatch(plan.count, query, in: tx, as: caller) }
        try startJob(.bulkChange, id: id.retyped(), BulkOrder(edit, of: id, as: caller), total: plan.count, in: tx, as: caller)
        return operation
    }

    /// The same in a unit of work of its own.
    public func beginBulk(_ edit: BulkEdit, of query: TicketQuery = TicketQuery(), as caller: Principal) async throws -> BulkOperation {
        try await database.write(.alone, on: .long) { try beginBulk(edit, of: query, in: $0, as: caller) }
    }

    /// Tells what would become of a bulk change by a filter of at most `Limits.bulkTickets` tickets, and changes nothing.
    ///
    /// - Throws: as `beginBulk`.
    public func rehearseBulk(_ edit: BulkEdit, of query: TicketQuery = TicketQuery(), as caller: Principal) async throws -> BulkOperation {
        let expected = try planBulk(edit, as: caller).count
        let query = try filtered(query, by: edit, as: caller)
        let rows = try await database.read(on: .long) { tx in
            let rows = try tx.bulk.find(query, limit: expected + 1, visibleTo: caller)
            if rows.count != expected { throw try countMismatch(expected, query, in: tx, as: caller) }
            return rows
        }
        let told = try await bulk(BulkEdit(rows, edit.changes ?? BulkEdit.Changes(), dryRun: true), as: caller)
        return told.byFilter(edit.source ?? "")
    }

    private func filtered(_ query: TicketQuery, by edit: BulkEdit, as caller: Principal) throws -> TicketQuery {
        guard let filter = edit.filter else { return query }
        guard query.condition == nil else { throw ITSMError.invalid("/filter", "The query has a filter already; say it once.") }
        do {
            var filtered = query
            filtered.condition = try Condition(filter, in: desk().conditions.listEnvironment(for: caller))
            return filtered
        } catch let faults as CELFaults {
            throw ITSMError.invalid(faults.problems(at: "/filter"))
        }
    }

    private func countMismatch(_ expected: Int, _ query: TicketQuery, in tx: any Transaction, as caller: Principal) throws -> ITSMError {
        let found = try tx.tickets.counts(of: [query], upTo: Int(Int32.max), visibleTo: caller)[0]
        let detail = "This finds \(found) tickets, not \(expected). Nothing was changed; look again, and send the new count."
        return ITSMError(.countMismatch, detail, problems: [FieldProblem("/expectedCount", .countMismatch, detail)])
    }

    func beginUndo(of operation: BulkOperation, in tx: any Transaction, as caller: Principal) throws -> BulkOperation {
        guard let id = operation.id else { return operation }
        let job: ID<Job> = tx.newID()
        let put = operation.undo?.counts.changed ?? 0
        try startJob(.bulkUndo, id: job, BulkOrder(undoing: id, as: caller), total: operation.counts.changed - put, in: tx, as: caller)
        try tx.bulk.setUndoJob(job, of: id)
        var begun = operation
        begun.undo = .init(job: job, status: .queued, total: operation.counts.changed - put, counts: .init())
        return begun
    }

    private func startJob(
        _ kind: Job.Kind, id: ID<Job>, _ order: BulkOrder, total: Int, in tx: any Transaction, as caller: Principal
    ) throws {
        let job = Job(
            id: id, kind: kind, payload: try JSONValue(encoding: order), progress: .init(total: total), dueAt: tx.now, createdBy: caller.id,
            createdAt: tx.now)
        _ = try tx.jobs.insert(job)
    }

    // MARK: Doing it

    /// Makes a bulk change from where an earlier run of its job left off, `Limits.bulkChunk` tickets to a transaction, with the rights that whoever asked has by
    /// then. Where they have lost them, the rest is refused.
    ///
    /// - Throws: `JobInterrupted` when it was cancelled, or another worker took it.
    public func runBulk(_ job: Job, lease: ID<Job.Lease>) async throws -> BulkOperation.Counts {
        try await steps(of: job, lease: lease) { order, mark, service, tx in try service.change(order, after: mark, of: job, in: tx) }
    }

    /// Undoes a bulk change, likewise.
    ///
    /// - Throws: as `runBulk`; `forbidden` where whoever asked may no longer sign in.
    public func runBulkUndo(_ job: Job, lease: ID<Job.Lease>) async throws -> BulkOperation.Counts {
        try await steps(of: job, lease: lease) { order, mark, service, tx in try service.putBack(order, after: mark, of: job, in: tx) }
    }

    /// Queues what goes with the end of an undoing.
    public func finishBulkUndo(_ job: Job, in tx: any Transaction) throws {
        let order = try job.payload.decode(BulkOrder.self)
        let counts = try job.cursor?.decode(BulkMark.self).counts ?? BulkOperation.Counts()
        try tx.bulk.recordUndo(counts, of: order.operation, at: counts.changed > 0 ? tx.now : nil)
    }

    private func steps(
        of job: Job, lease: ID<Job.Lease>, _ step: @escaping @Sendable (BulkOrder, BulkMark, TicketService, any Transaction) throws -> BulkMark
    ) async throws -> BulkOperation.Counts {
        let order = try job.payload.decode(BulkOrder.self)
        var mark = try job.cursor?.decode(BulkMark.self) ?? BulkMark()
        // The order may be younger than what this server remembers of the desk.
        let fresh = try await database.read { (desk: try $0.desk.load(), until: $0.now.adding(seconds: 10)) }
        while !mark.isDone {
            try Task.checkCancellation()
            mark = try await database.write(.alone, on: .long) { [mark] tx in
                try tx.require(job.id, lease: lease)
                let known = tx.now < fresh.until ? fresh.desk : desk()
                let next = try step(order, mark, TicketService(database: database, desk: { known }), tx)
                try tx.jobs.save(.init(done: next.counts.all, total: job.progress.total), cursor: JSONValue(encoding: next), of: job.id)
                return next
            }
        }
        return mark.counts
    }

    private func change(_ order: BulkOrder, after mark: BulkMark, of job: Job, in tx: any Transaction) throws -> BulkMark {
        let targets = try tx.bulk.targets(of: order.operation, after: mark.place, limit: Limits.bulkChunk)
        var next = mark
        guard let last = targets.last else {
            next.isDone = true
            return next
        }
        let numbers = Dictionary(uniqueKeysWithValues: targets.map { ($0.place, $0.number) })
        do {
            let caller = try order.caller(job, in: tx)
            let plan = try planBulk(order.edit, as: caller)
            let names = try bulkNames(of: plan, in: tx, as: caller)
            let steps = targets.map { BulkStep(place: $0.place, key: .id($0.ticket), row: $0.version) }
            var rows = try change(steps, isDryRun: plan.isDryRun, in: tx, as: caller) {
                try plan.apply(to: &$0, expecting: $1, names, in: self, at: tx.now, as: caller)
            }
            for index in rows.indices {
                rows[index].outcome.key = numbers[rows[index].place]?.description ?? rows[index].outcome.key
                next.counts.add(rows[index].outcome)
            }
            // Of what was only tried nothing else is worth keeping.
            try tx.bulk.insert(plan.isDryRun ? rows.filter { $0.outcome.result == .refused } : rows, of: order.operation)
            next.place = last.place
        } catch let error as ITSMError where error.endsBulk {
            next.counts.refused += try tx.bulk.refuseTargets(of: order.operation, after: mark.place, because: .init(error))
            next.isDone = true
        }
        return next
    }

    private func putBack(_ order: BulkOrder, after mark: BulkMark, of job: Job, in tx: any Transaction) throws -> BulkMark {
        let rows = try tx.bulk.rows(of: order.operation, .toUndo, after: mark.place, limit: Limits.bulkChunk)
        var next = mark
        guard let last = rows.last else {
            next.isDone = true
            return next
        }
        for row in try undo(rows, of: order.operation, in: tx, as: order.caller(job, in: tx)) { next.counts.add(row.outcome) }
        next.place = last.place
        return next
    }
}

extension BulkOperation {
    /// As the answer about a change by a filter.
    fileprivate func byFilter(_ filter: String) -> BulkOperation {
        var told = self
        told.filter = filter
        told.keepRefusals(atMost: Limits.bulkRefusalsShown)
        return told
    }
}

extension ITSMError {
    /// True for what another try would meet again: whoever asked lost their rights, or what they asked for is no longer possible.
    fileprivate var endsBulk: Bool {
        switch code {
        case .unavailable, .outcomeUnknown, .rateLimited, .internal: false
        default: true
        }
    }
}
