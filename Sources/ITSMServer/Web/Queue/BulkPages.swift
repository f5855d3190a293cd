import ITSMCore

/// One bulk change and what became of each ticket, with the way back for as long as there is one.
struct BulkPages {
    let database: any Database
    let tickets: TicketService
    let desk: @Sendable () -> DeskSnapshot

    func add(to table: inout RouteTable) {
        let pages = self
        table.page("/bulk/{id}", "One bulk change, ticket by ticket") { call in
            let id: ID<BulkOperation> = try call.id(called: "bulk change")
            return try await pages.page(for: call.principal) { try tickets.bulkOperation(id, in: $0, as: call.principal) }
        }
        table.form("/bulk/{id}/undo", "Undo a bulk change") { call, _ in
            let id: ID<BulkOperation> = try call.id(called: "bulk change")
            let undone = try await tickets.undoBulk(id, as: call.principal)
            guard undone.counts.refused > 0 else {
                return .seeOther(
                    "/bulk/\(id)", notice: "All \(BulkView.count(undone.counts.changed)) are as they were before.")
            }
            return .page(try await pages.page(for: call.principal, undoing: id) { _ in undone })
        }
    }

    private func page(
        for caller: Principal, undoing id: ID<BulkOperation>? = nil, _ operation: @escaping @Sendable (any Transaction) throws -> BulkOperation
    ) async throws -> WebPage {
        let found = try await database.read { tx in (operation: try operation(tx), now: tx.now) }
        let time = ScreenTime(zones: [caller.timeZone, desk().settings.timeZone], now: found.now)
        let view = BulkView(found.operation, undoing: id, time: time)
        return WebPage(title: view.title, template: "bulk", view: view)
    }
}

/// What the page of a bulk change shows.
struct BulkView: Sendable {
    let title: String
    /// Such as `38 changed, 2 refused`.
    let summary: String
    let made: ScreenTime.Moment
    let state: String
    /// Where undoing is asked for; nil where it cannot be, or was.
    let undoAddress: String?
    let rows: [Row]

    struct Row: Sendable {
        let number: String
        /// Nil for what could not be found.
        let address: String?
        let result: String
        let icon: String
        /// Why it was refused.
        let reason: String?
    }

    /// - Parameter id: the change that `operation` undid, if it is what an undoing gave.
    init(_ operation: BulkOperation, undoing id: ID<BulkOperation>? = nil, time: ScreenTime) {
        title = id == nil ? "Bulk change" : "Undoing a bulk change"
        let counts = operation.counts
        summary = [
            (counts.changed, "changed"), (counts.unchanged, "stood so already"), (counts.refused, "refused"),
            (counts.rolledBack, "left as they were"),
        ]
        .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        made = time(operation.createdAt)
        let canBeUndone = id == nil && operation.undoneAt == nil && counts.changed > 0 && operation.undoUntil.map { time.now < $0 } ?? false
        undoAddress = canBeUndone ? operation.id.map { "/bulk/\($0)/undo" } : nil
        state =
            if id != nil {
                "Tickets that changed since were left as they are."
            } else if let undone = operation.undoneAt {
                "Undone \(time(undone).full)."
            } else if canBeUndone, let until = operation.undoUntil {
                "It can be undone until \(time(until).full); tickets that changed since are left as they are."
            } else {
                "It cannot be undone any more."
            }
        rows = operation.outcomes.map(Row.init)
    }

    /// `1 ticket`, `38 tickets`.
    static func count(_ number: Int) -> String { number == 1 ? "1 ticket" : "\(number) tickets" }
}

extension BulkView.Row {
    init(_ outcome: BulkOutcome) {
        number = outcome.number?.description ?? outcome.key
        address = outcome.number.map { "/tickets/\($0)" }
        (result, icon) =
            switch outcome.result {
            case .changed: ("Changed", "check")
            case .unchanged: ("Stood so already", "s-open")
            case .refused: ("Refused", "alert")
            case .rolledBack: ("Left as it was", "refresh")
            }
        reason = outcome.problem.map { problem in
            let more = problem.errors.map(\.message).filter { $0 != problem.detail }
            return ([problem.detail] + more).joined(separator: " ")
        }
    }
}
