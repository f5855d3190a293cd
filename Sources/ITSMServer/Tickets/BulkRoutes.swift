import ITSMCore

/// The same change to many tickets, and its undoing.
struct BulkRoutes {
    let tickets: TicketService

    func add(to table: inout RouteTable) {
        let tickets = tickets
        table.post(
            "tickets/bulk", "Change many tickets at once",
            """
            Each ticket is changed, left as it is, or refused by itself, under the rules of the single change; with `atomic` nothing is changed if one is \
            refused. More than \(Limits.bulkTicketsByHand) tickets need `\(Permission.bulkTickets.rawValue)`. Without `atomic` and without an \
            Idempotency-Key, each \(Limits.bulkChunk) tickets are a transaction of their own. The operation is kept for a day.
            """, tag: "Tickets", body: BulkEdit.self, answer: .ok(BulkOperation.self)
        ) { call, edit in
            let plan = try tickets.planBulk(edit, as: call.principal)
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
        table.get("tickets/bulk/{id}", "What became of a bulk change of your own", tag: "Tickets", answer: .ok(BulkOperation.self)) { call in
            .ok(try await tickets.bulkOperation(call.id(called: "bulk change"), as: call.principal))
        }
        table.post(
            "tickets/bulk/{id}/undo", "Undo a bulk change of your own",
            """
            Puts every ticket that it had changed back to where it stood, its status too, by an ordinary write. Tickets that were changed since are refused \
            and listed. Once, and within a day.
            """, tag: "Tickets", answer: .ok(BulkOperation.self)
        ) { call in
            let id = try call.id(of: BulkOperation.self, called: "bulk change")
            return try await call.write(on: .long) { tx in
                try tickets.undoBulk(id, in: tx, as: call.principal)
            } answer: {
                .ok($0)
            }
        }
    }
}
