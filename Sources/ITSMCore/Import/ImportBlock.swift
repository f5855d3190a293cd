/// One block of an import: some tickets that are written together.
struct ImportBlock: Sendable {
    let job: ID<Job>
    let items: [ImportReading.Batch.Item]
    let tickets: TicketService
    let makers: ImportMakers
    let desk: DeskSnapshot

    /// What became of it.
    struct Result: Sendable {
        var created = 0
        var updated = 0
        var unchanged = 0
        var names: ImportedNames
        var notes: [(ticket: String, notes: [ImportNote])] = []
    }

    /// Counts what would be created, updated or left alone.
    func rehearse(_ names: ImportedNames, in tx: any Transaction) throws -> Result {
        var result = Result(names: names)
        for source in Set(found.map(\.externalRef.source)) {
            let known = try tx.imports.known(found.map(\.externalRef.id), of: source)
            for ticket in found {
                switch known[ticket.externalRef.id] {
                case nil: result.created += 1
                case let known? where known.digest == ticket.digest.bytes: result.unchanged += 1
                case _?: result.updated += 1
                }
                note(ticket, &result)
            }
        }
        return result
    }

    /// Writes the block.
    ///
    /// - Parameter names: what the import knows so far; what it learns here is in the result, and counts once the transaction is committed.
    func write(_ names: ImportedNames, in tx: any Transaction, as caller: Principal) throws -> Result {
        var result = Result(names: names)
        guard let source = found.first?.externalRef.source else { return result }
        let known = try tx.imports.known(found.map(\.externalRef.id), of: source)
        let changed = found.filter { known[$0.externalRef.id]?.digest != $0.digest.bytes || known[$0.externalRef.id] == nil }
        result.unchanged = found.count - changed.count
        try result.names.add(of: changed, with: makers, naming: desk.customFields, in: tx, as: caller)
        var sources: [TicketSource] = []
        for ticket in changed {
            let id: ID<Ticket>
            if let known = known[ticket.externalRef.id] {
                id = known.ticket
                if try update(ticket, known, result.names, in: tx, as: caller) { noteDiffering(ticket, &result) }
                result.updated += 1
            } else {
                id = tx.newID()
                let base = ticket.base(id: id, names: result.names, desk: desk)
                let history = TicketHistory(
                    steps: ticket.steps(upon: base, names: result.names, desk: desk), hiddenFields: desk.customFields.hiddenNames)
                _ = try tickets.importHistory(history, of: job.description, in: tx, as: caller)
                result.created += 1
            }
            sources.append(
                TicketSource(ticket: id, importID: job, digest: ticket.digest.bytes, events: ticket.history.count, data: ticket.sourceData))
        }
        try tx.imports.put(sources)
        for ticket in found { note(ticket, &result) }
        return result
    }

    private var found: [ImportedTicket] { items.compactMap(\.outcome.ticket) }

    /// Lays the source's news over the ticket that stands here.
    ///
    /// - Returns: true when the ticket, or its past in the source, is not what the last import left.
    private func update(
        _ ticket: ImportedTicket, _ known: KnownImport, _ names: ImportedNames, in tx: any Transaction, as caller: Principal
    ) throws -> Bool {
        let here = try tx.tickets.lock(.id(known.ticket), visibleTo: caller).ticket
        var steps = ticket.steps(upon: here, names: names, desk: desk)
        steps[steps.count - 1].ticket.version = here.version + 1
        steps[steps.count - 1].ticket.updatedAt = max(ticket.updatedAt, here.updatedAt)
        let hidden = desk.customFields.hiddenNames
        let isContinued = known.events > 0 && known.events <= steps.count && steps[known.events - 1].ticket.isAlike(here)
        if isContinued {
            try tickets.importHistory(TicketHistory(steps: steps, hiddenFields: hidden), from: known.events, of: job.description, in: tx, as: caller)
            return false
        }
        let last = steps[steps.count - 1]
        let overlay = TicketHistory(
            steps: [
                .init(at: here.updatedAt, by: last.by, ticket: here), .init(at: last.ticket.updatedAt, by: last.by, ticket: last.ticket),
            ], hiddenFields: hidden)
        try tickets.importHistory(overlay, from: 1, of: job.description, in: tx, as: caller)
        return true
    }

    private func note(_ ticket: ImportedTicket, _ result: inout Result) {
        guard let item = items.first(where: { $0.outcome.ticket?.externalRef == ticket.externalRef }) else { return }
        var notes = item.outcome.notes
        if ticket.overridesPriority(desk), let row = item.group.rows.last {
            let priority = ticket.state.priority?.rawValue ?? ""
            notes.append(
                ImportNote(warning: .priorityOverridden, row: row.number, detail: "It is \(priority) in the source, which the matrix does not say."))
        }
        if !notes.isEmpty { result.notes.append((ticket.externalRef.id, notes)) }
    }

    private func noteDiffering(_ ticket: ImportedTicket, _ result: inout Result) {
        guard let row = items.first(where: { $0.outcome.ticket?.externalRef == ticket.externalRef })?.group.rows.last else { return }
        let note = ImportNote(warning: .historyDiffers, row: row.number, detail: "The ticket, or its past, is not as the last import left it.")
        result.notes.append((ticket.externalRef.id, [note]))
    }
}

extension Ticket {
    /// True when it differs from `other` only in what comes of later events.
    fileprivate func isAlike(_ other: Ticket) -> Bool {
        var copy = self
        copy.resolvedAt = other.resolvedAt
        copy.closedAt = other.closedAt
        copy.resolution = other.resolution
        copy.reopenCount = other.reopenCount
        copy.dueAt = other.dueAt
        copy.updatedAt = other.updatedAt
        copy.version = other.version
        return copy == other
    }
}
