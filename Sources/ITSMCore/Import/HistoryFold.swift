/// Folds the rows of one ticket into the ticket and its history.
struct HistoryFold {
    private var reader: RowReader

    init(_ plan: ImportPlan) { reader = RowReader(plan) }

    /// What became of one ticket's rows.
    struct Outcome: Sendable {
        /// Nil when the ticket is rejected; then there are faults.
        var ticket: ImportedTicket?
        var faults: [ImportFault]
        var notes: [ImportNote]
    }

    private var plan: ImportPlan { reader.plan }

    mutating func fold(_ group: TicketRows.Group) -> Outcome {
        guard let externalID = group.externalID else {
            for row in group.rows { reader.fault(row, nil, nil, .required, "The row has no number of a ticket.") }
            return Outcome(ticket: nil, faults: reader.takeFaults(), notes: [])
        }
        _ = reader.text(.externalId, in: group.rows[0], limit: Limits.name)
        var read = group.rows.map { reader.read($0) }
        // Sorting is stable, so that the file's order decides between equals.
        if plan.isEventLog { read.sort { $0.order < $1.order } }
        let ticket = ticket(read, externalID: externalID, digest: group.digest)
        let faults = reader.takeFaults()
        return Outcome(
            ticket: faults.isEmpty ? ticket : nil, faults: faults.sorted { ($0.row, $0.column ?? 0) < ($1.row, $1.column ?? 0) },
            notes: reader.takeNotes())
    }

    private mutating func ticket(_ rows: [ReadRow], externalID: String, digest: ContentDigest) -> ImportedTicket? {
        guard let first = rows.first, let last = rows.last else { return nil }
        // The source repeats these on every row; the last row has their final values.
        guard let createdAt = reader.time(.createdAt, in: last.row) ?? first.at else {
            if reader.faults.isEmpty { reader.fault(last.row, nil, nil, .required, "The ticket does not say when it was opened.") }
            return nil
        }
        let openedBy = reader.text(.openedBy, in: last.row, limit: ImportedTicket.longestPersonID)
        let states = states(of: rows, externalID: externalID)
        var history = [birth(states[0], at: createdAt, by: openedBy)]
        for (row, state) in zip(rows, states) { append(state, row, to: &history) }
        note(history, rows)

        var resolvedAt = reader.time(.resolvedAt, in: last.row)
        var closedAt = reader.time(.closedAt, in: last.row)
        let updatedAt = max(history[history.count - 1].at, last.at ?? createdAt)
        settle(&resolvedAt, &closedAt, history: &history, updatedAt: updatedAt, last)
        let final = history[history.count - 1].state
        if final.requester == nil { reader.note(.requesterUnknown, last.row, "The source does not say who called.") }
        return ImportedTicket(
            externalRef: .init(source: plan.map.source, id: externalID), kind: plan.map.kind, history: history, resolvedAt: resolvedAt,
            closedAt: closedAt,
            resolution: resolution(of: final, last), reopenCount: reader.count(.reopenCount, in: last.row), updatedAt: updatedAt,
            sourceData: sourceData(last.row), digest: digest)
    }

    /// The state after each row: where a row keeps the state, the one of the row before.
    private mutating func states(of rows: [ReadRow], externalID: String) -> [ImportedTicket.State] {
        var states: [ImportedTicket.State] = []
        for row in rows {
            var state = row.state
            if row.status == nil, let before = states.last {
                state.status = before.status
                state.pendingReason = before.pendingReason
            }
            if state.title.isEmpty {
                state.title = externalID
                if row.row.number == rows[rows.count - 1].row.number {
                    reader.note(.titleMissing, row.row, "Nothing in the row makes a title; the number was taken.")
                }
            }
            states.append(state)
        }
        return states
    }

    /// The ticket as it was opened: with what its first row knows, in the state in which every ticket of its kind begins.
    private func birth(_ state: ImportedTicket.State, at: Instant, by person: String?) -> ImportedTicket.Event {
        var state = state
        state.status = plan.map.kind.lifecycle.initial
        state.pendingReason = nil
        return ImportedTicket.Event(at: at, by: person, state: state)
    }

    private mutating func append(_ state: ImportedTicket.State, _ row: ReadRow, to history: inout [ImportedTicket.Event]) {
        let before = history[history.count - 1]
        var at = row.at ?? before.at
        if at < before.at {
            reader.note(.timeWentBack, row.row, "The update is dated \(at), the one before it \(before.at).")
            at = before.at
        }
        if state != before.state { history.append(.init(at: at, by: row.by, state: state)) }
    }

    private mutating func note(_ history: [ImportedTicket.Event], _ rows: [ReadRow]) {
        let lifecycle = plan.map.kind.lifecycle
        for (before, after) in zip(history, history.dropFirst()) {
            let (from, to) = (before.state.status, after.state.status)
            guard from != to, !lifecycle.allows(from, to: to) else { continue }
            reader.note(.transitionRefused, rows[rows.count - 1].row, "\(from.rawValue) to \(to.rawValue)")
        }
    }

    /// Completes the times of a finished ticket, and takes them from one that is at work.
    private mutating func settle(
        _ resolvedAt: inout Instant?, _ closedAt: inout Instant?, history: inout [ImportedTicket.Event], updatedAt: Instant, _ last: ReadRow
    ) {
        let status = history[history.count - 1].state.status
        let createdAt = history[0].at
        guard status.category == .resolved || status.category == .closed else {
            (resolvedAt, closedAt) = (nil, nil)
            return
        }
        if status.category == .resolved { closedAt = nil }
        if status.category == .closed, closedAt == nil {
            closedAt = updatedAt
            reader.note(.closedAtMissing, last.row, "Its last update, \(updatedAt), was taken.")
        }
        let isAbandoned = status == .cancelled || status == .rejected
        if resolvedAt == nil, !isAbandoned {
            let event = history.first { $0.state.status.category == .resolved }
            resolvedAt = event?.at ?? closedAt ?? updatedAt
            reader.note(.resolvedAtMissing, last.row, event == nil ? "Its closing was taken." : "Its first resolved event was taken.")
        }
        // A row that stands for the whole ticket shows only the end; what came before it is told by its times.
        if !plan.isEventLog, history.count == 2 { splitEnd(&history, resolvedAt: resolvedAt, closedAt: closedAt) }
        keepOrder(&resolvedAt, notBefore: createdAt, "resolution", last)
        keepOrder(&closedAt, notBefore: resolvedAt ?? createdAt, "closing", last)
    }

    private mutating func keepOrder(_ time: inout Instant?, notBefore earliest: Instant, _ name: String, _ last: ReadRow) {
        guard let found = time, found < earliest else { return }
        reader.note(.timeWentBack, last.row, "The \(name) is dated \(found), what comes before it \(earliest).")
        time = earliest
    }

    private func splitEnd(_ history: inout [ImportedTicket.Event], resolvedAt: Instant?, closedAt: Instant?) {
        let end = history.removeLast()
        let resolvedStatus = plan.map.kind.lifecycle.states.first { $0.category == .resolved }
        if let resolvedAt, let resolvedStatus {
            var resolved = end
            resolved.at = max(resolvedAt, history[0].at)
            resolved.state.status = resolvedStatus
            history.append(resolved)
        }
        guard end.state.status.category == .closed else { return }
        var closed = end
        closed.at = max(closedAt ?? end.at, history[history.count - 1].at)
        history.append(closed)
    }

    private mutating func resolution(of state: ImportedTicket.State, _ last: ReadRow) -> Ticket.Resolution? {
        guard state.status.category == .resolved || state.status.category == .closed else { return nil }
        let notes = reader.text(.resolutionNotes, in: last.row, limit: Limits.longText, isMultiline: true)
        let isAbandoned = state.status == .cancelled || state.status == .rejected
        let code: Ticket.Resolution.Code? = isAbandoned ? nil : reader.word(.resolutionCode, in: last.row)
        return code == nil && notes == nil ? nil : Ticket.Resolution(code: code, notes: notes)
    }

    private func sourceData(_ row: CSVRow) -> [String: String] {
        var data: [String: String] = [:]
        for (column, name) in plan.kept {
            guard let value = plan.value(in: row, column) else { continue }
            // A name that stands several times in the header has several values.
            data[name] = data[name].map { $0 + "\n" + value } ?? value
        }
        return data
    }
}
