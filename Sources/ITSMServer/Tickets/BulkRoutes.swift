import ITSMCore

/// The same change to many tickets, and its undoing.
struct BulkRoutes {
    let tickets: TicketService
    let desk: @Sendable () -> DeskSnapshot
    /// Signalled when there is a new job.
    let wakeUp: WakeUp

    private static let result = Query<BulkOutcome.Result>("result", "Only tickets with this result.")
    private static let undone = Query<BulkOutcome.Result>(
        "undone", "Only tickets of which this became when the change was undone: changed, put back; refused.")

    func add(to table: inout RouteTable) {
        addChanging(to: &table)
        addReading(to: &table)
        addUndoing(to: &table)
    }

    private func addChanging(to table: inout RouteTable) {
        let (tickets, routes) = (tickets, self)
        table.post(
            "tickets/bulk", "Change many tickets at once",
            """
            Each ticket is changed, left as it is, or refused by itself, under the rules of the single change; with `atomic` nothing is changed if one is \
            refused. More than \(Limits.bulkTicketsByHand) tickets need `\(Permission.bulkTickets.rawValue)`. Without `atomic` and without an \
            Idempotency-Key, each \(Limits.bulkChunk) tickets are a transaction of their own. The operation is kept for a day.

            With `filter` or `query`, and `expectedCount`, instead of `tickets` it is made as a job of the operation's id (202). The tickets are fixed, each \
            with its version, when it is begun; one that somebody else changes before its turn is refused. Where the filter finds another number of tickets, \
            nothing is done (409 `countMismatch`). A dry run of at most \(Limits.bulkTickets) tickets is answered at once.
            """, tag: "Tickets", body: BulkEdit.self, answer: .ok(BulkOperation.self), mayBeAccepted: true
        ) { call, edit in
            let plan = try tickets.planBulk(edit, as: call.principal)
            if edit.isByFilter { return try await routes.begin(edit, call) }
            // The answer is kept in the transaction of the change.
            guard plan.isOneTransaction || call.request.headers[.idempotencyKey] != nil else {
                return .ok(try await tickets.bulk(plan, as: call.principal))
            }
            return try await call.write(on: plan.lane) { tx in
                try tickets.bulk(plan, in: tx, as: call.principal)
            } answer: {
                .ok($0)
            }
        }
    }

    private func begin(_ edit: BulkEdit, _ call: Call) async throws -> Answer<BulkOperation> {
        let tickets = tickets
        let query = try await TicketListQuery.query(edit.query, of: call, desk: desk())
        if edit.dryRun == true, let expected = edit.expectedCount, expected <= Limits.bulkTickets {
            return .ok(try await tickets.rehearseBulk(edit, of: query, as: call.principal))
        }
        let answer: Answer<BulkOperation> = try await call.write(on: .long) { tx in
            try tickets.beginBulk(edit, of: query, in: tx, as: call.principal)
        } answer: {
            .accepted($0, at: "jobs/\($0.id?.description ?? "")")
        }
        wakeUp.signal()
        return answer
    }

    private func addReading(to table: inout RouteTable) {
        let tickets = tickets
        table.get(
            "tickets/bulk/{id}", "What became of a bulk change of your own, or how far it is", tag: "Tickets", answer: .ok(BulkOperation.self)
        ) { call in
            .ok(try await tickets.bulkOperation(call.id(called: "bulk change"), as: call.principal))
        }
        table.list(
            "tickets/bulk/{id}/outcomes", "What became of each ticket of a bulk change of your own", "Of a dry run only those that would be refused.",
            tag: "Tickets", query: [Self.result, Self.undone, FilterQuery.outcomes.parameter], of: BulkOutcome.self
        ) { call, page in
            let which: BulkRowFilter = call[Self.undone].map(BulkRowFilter.undone) ?? call[Self.result].map(BulkRowFilter.result) ?? .all
            return try await tickets.bulkOutcomes(
                of: call.id(called: "bulk change"), which, where: FilterQuery.outcomes.condition(call), page: page, as: call.principal)
        }
    }

    private func addUndoing(to table: inout RouteTable) {
        let (tickets, wakeUp) = (tickets, wakeUp)
        table.post(
            "tickets/bulk/{id}/undo", "Undo a bulk change of your own",
            """
            Puts every ticket that it had changed back to where it stood, its status too, by an ordinary write. Tickets that were changed since are refused \
            and listed. Once, and within a day. More than \(Limits.bulkTickets) tickets are put back by a job (202).
            """, tag: "Tickets", answer: .ok(BulkOperation.self), mayBeAccepted: true
        ) { call in
            let id = try call.id(of: BulkOperation.self, called: "bulk change")
            let answer: Answer<BulkOperation> = try await call.write(on: .long) { tx in
                try tickets.undoBulk(id, in: tx, as: call.principal)
            } answer: { operation in
                guard operation.isBeingUndone, let job = operation.undo?.job else { return .ok(operation) }
                return .accepted(operation, at: "jobs/\(job)")
            }
            if answer.status == .accepted { wakeUp.signal() }
            return answer
        }
    }
}

extension TicketListQuery {
    /// What the query of a list says that stands in a body as text, such as `status=new&group=mine`.
    ///
    /// - Throws: 422 with every value that means nothing.
    static func query(_ text: String?, of call: Call, desk: DeskSnapshot) async throws -> TicketQuery {
        guard let text else { return TicketQuery() }
        do {
            let asked = call.asking(try QueryValues(text[...], parameters: parameters(kind: true)))
            var query = try await query(asked, desk: desk)
            query.kinds = asked.all(kind)
            return query
        } catch let error as ITSMError where !error.problems.isEmpty {
            throw ITSMError.invalid(error.problems.map { FieldProblem("/query", $0.code, "\($0.pointer.dropFirst()): \($0.message)") })
        }
    }
}
