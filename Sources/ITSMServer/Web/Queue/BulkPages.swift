import ITSMCore

/// One bulk change: how far it is, what became of each ticket, and the way back for as long as there is one.
struct BulkPages {
    let database: any Database
    let tickets: TicketService
    let jobs: JobService
    let desk: @Sendable () -> DeskSnapshot
    /// Signalled when there is a new job.
    let wakeUp: WakeUp

    private static let show = Query<BulkView.List>("show", "Which tickets: all, refused, or kept, which are those that could not be put back.")

    func add(to table: inout RouteTable) {
        let pages = self
        table.page("/bulk/{id}", "One bulk change, ticket by ticket", query: [Self.show, StandardQueries.cursor]) { call in
            try await pages.page(call)
        }
        table.form("/bulk/{id}/undo", "Undo a bulk change") { call, _ in
            let id: ID<BulkOperation> = try call.id(called: "bulk change")
            let undone: BulkOperation
            do {
                undone = try await tickets.undoBulk(id, as: call.principal)
            } catch let error as ITSMError where [.illegalTransition, .inProgress].contains(error.code) {
                return .seeOther("/bulk/\(id)", notice: error.detail)
            }
            if undone.isBeingUndone {
                pages.wakeUp.signal()
                return .seeOther("/bulk/\(id)")
            }
            let all = "All \(BulkView.count(undone.counts.changed)) are as they were before."
            return .seeOther("/bulk/\(id)", notice: undone.counts.refused > 0 ? nil : all)
        }
        table.form("/bulk/{id}/cancel", "End a bulk change, or its undoing") { call, _ in
            let id: ID<BulkOperation> = try call.id(called: "bulk change")
            let operation = try await tickets.bulkOperation(id, as: call.principal)
            do {
                _ = try await pages.jobs.cancel(operation.undo?.job ?? id.retyped(), as: call.principal)
            } catch let error as ITSMError where [.illegalTransition, .notFound].contains(error.code) {
                return .seeOther("/bulk/\(id)", notice: "It was over already.")
            }
            return .seeOther("/bulk/\(id)", notice: "It ends. What is changed stays, the rest is not begun.")
        }
    }

    private func page(_ call: Call) async throws -> WebPage {
        let id: ID<BulkOperation> = try call.id(called: "bulk change")
        let caller = call.principal, asked = call[Self.show], request = try call.pageRequest()
        let found = try await database.read { tx in
            let operation = try tickets.bulkOperation(id, in: tx, as: caller)
            let list = asked ?? BulkView.List(for: operation)
            return (operation, list, try tickets.bulkOutcomes(of: id, list.filter, page: request, in: tx, as: caller), now: tx.now)
        }
        let time = ScreenTime(zones: [caller.timeZone, desk().settings.timeZone], now: found.now)
        let view = BulkView(found.0, found.1, found.2.items, next: call.next(after: found.2), first: call.first, time: time)
        return WebPage(title: view.title, template: "bulk", view: view)
    }
}
