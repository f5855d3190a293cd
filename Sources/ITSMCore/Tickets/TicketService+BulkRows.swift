/// One ticket that a block changes.
struct BulkStep<Row> {
    var place: Int
    var key: TicketKey
    var row: Row
}

/// A block of tickets, changed by a handful of round trips.
extension TicketService {
    /// Locks the tickets and their clocks at once, decides the change of each, and sends all that is to be saved together. Where the database refuses that,
    /// each ticket is saved by itself, so that one that is refused does not spoil another.
    func change<Row>(
        _ steps: [BulkStep<Row>], isDryRun: Bool = false, in tx: any Transaction, as caller: Principal,
        _ decide: (inout TicketRecord, Row) throws -> [Activity]
    ) throws -> [BulkRow] {
        let block = try BulkBlock(steps, in: tx, as: caller)
        let together = try tried(isDryRun, in: tx) {
            var block = block
            return try block.rows(decide) { ticket, before, cycles, activity in
                try save(&ticket, since: before, activity, cycles: cycles, in: tx, as: caller)
                return nil
            }
        }
        if case .success(let rows) = together { return rows }
        var again = block
        return try again.rows(decide) { ticket, before, _, activity in
            switch try tried(isDryRun, in: tx, { try saved(ticket, since: before, activity, in: tx, as: caller) }) {
            case .success(let saved):
                ticket = saved
                return nil
            case .failure(let error): return error
            }
        }
    }

    private func saved(
        _ ticket: Ticket, since before: Ticket, _ activity: [Activity], in tx: any Transaction, as caller: Principal
    ) throws -> Ticket {
        var ticket = ticket
        try save(&ticket, since: before, activity, in: tx, as: caller)
        return ticket
    }

    /// Runs `body` so that its failure undoes only what it did, and as a trial so that its success does too.
    private func tried<Value: Sendable>(_ isTrial: Bool, in tx: any Transaction, _ body: () throws -> Value) throws -> Result<Value, ITSMError> {
        guard isTrial else { return try tx.savepoint(body) }
        do {
            return try tx.savepoint {
                let value = try body()
                try tx.flush()
                throw Rehearsed(value: value)
            }
        } catch let end as Rehearsed<Value> {
            // The database took it, and has forgotten it.
            return .success(end.value)
        }
    }
}

/// Ends a savepoint that was for trial only.
private struct Rehearsed<Value: Sendable>: Error {
    let value: Value
}

/// The tickets of a block, locked, with their clocks.
private struct BulkBlock<Row> {
    private let steps: [BulkStep<Row>]
    private let ids: [TicketKey: ID<Ticket>]
    private var records: [ID<Ticket>: TicketRecord]
    /// Of each ticket that is not changed yet; what a first change left is in the database.
    private var cycles: [ID<Ticket>: [SLACycle]]

    init(_ steps: [BulkStep<Row>], in tx: any Transaction, as caller: Principal) throws {
        self.steps = steps
        let locked = try tx.tickets.lock(steps.map(\.key), visibleTo: caller)
        records = Dictionary(uniqueKeysWithValues: locked.map { ($0.ticket.id, $0) })
        ids = Dictionary(uniqueKeysWithValues: locked.map { (TicketKey.number($0.ticket.number), $0.ticket.id) })
        cycles = Dictionary(uniqueKeysWithValues: locked.map { ($0.ticket.id, []) })
        for cycle in try tx.sla.lock(of: locked.map(\.ticket.id)) { cycles[cycle.ticket, default: []].append(cycle) }
    }

    /// - Parameter save: gives why the database refused it, if it was asked and did.
    mutating func rows(
        _ decide: (inout TicketRecord, Row) throws -> [Activity],
        save: (inout Ticket, Ticket, [SLACycle]?, [Activity]) throws -> ITSMError?
    ) throws -> [BulkRow] {
        try steps.map { step in
            let name = step.key.description
            let id: ID<Ticket>? = if case .id(let id) = step.key { id } else { ids[step.key] }
            guard let id, var record = records[id] else {
                return BulkRow(step.place, BulkOutcome(name, nil, refused: .notFound("ticket")))
            }
            let before = record.ticket
            let activity: [Activity]
            do {
                activity = try decide(&record, step.row)
            } catch let error as ITSMError {
                return BulkRow(step.place, BulkOutcome(name, before, refused: error))
            }
            guard !activity.isEmpty else { return BulkRow(step.place, BulkOutcome(name, before, .unchanged)) }
            if let error = try save(&record.ticket, before, cycles.removeValue(forKey: id), activity) {
                return BulkRow(step.place, BulkOutcome(name, before, refused: error))
            }
            records[id] = record
            var standing = TicketStanding(before)
            // They may be long, and are kept only where they must be put back.
            if record.ticket.customFields == before.customFields { standing.customFields = nil }
            return BulkRow(step.place, BulkOutcome(name, record.ticket, .changed), before: standing)
        }
    }
}
