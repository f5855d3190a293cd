import ITSMCore

/// One of the addresses under which tickets are reached: all of them, or one kind.
struct TicketCollection: Sendable {
    let path: String
    /// Nil for all kinds.
    let kind: TicketKind?
    let tag: String

    static let all = [
        TicketCollection(path: "tickets", kind: nil, tag: "Tickets"),
        TicketCollection(path: "incidents", kind: .incident, tag: "Incidents"),
        TicketCollection(path: "requests", kind: .request, tag: "Service requests"),
        TicketCollection(path: "problems", kind: .problem, tag: "Problems"),
        TicketCollection(path: "changes", kind: .change, tag: "Changes"),
        TicketCollection(path: "work-orders", kind: .workOrder, tag: "Work orders"),
    ]

    /// The ticket that the path names; one of another kind is not in this collection.
    func key(of call: Call) throws -> TicketKey {
        guard let key = TicketKey(try call.parameter("key")) else { throw ITSMError.notFound("ticket") }
        if case .number(let number) = key, let kind, number.kind != kind { throw ITSMError.notFound("ticket") }
        return key
    }

    func check(_ view: TicketView) throws -> TicketView {
        if let kind, view.kind != kind { throw ITSMError.notFound("ticket") }
        return view
    }
}

/// Tickets themselves: list, raise, read, edit, move.
struct TicketRoutes {
    let tickets: TicketService
    let views: ViewService
    let desk: @Sendable () -> DeskSnapshot

    private static let expand = Query<TicketExpansion>("expand", "Lists to answer together with the ticket.", isRepeatable: true)

    func add(to table: inout RouteTable) {
        for collection in TicketCollection.all {
            addReading(collection, to: &table)
            addWriting(collection, to: &table)
        }
    }

    private func addReading(_ collection: TicketCollection, to table: inout RouteTable) {
        let (tickets, views, desk) = (tickets, views, desk)
        table.list(
            collection.path, "List \(collection.tag.lowercased())",
            "Pages over a moving key (updatedAt, priority, status) may repeat or miss what moved meanwhile.", tag: collection.tag,
            query: TicketListQuery.parameters(kind: collection.kind == nil) + [TicketListQuery.view], counts: true, of: TicketView.self
        ) { call, page in
            var query = try await TicketListQuery.query(call, desk: desk())
            try await TicketListQuery.narrow(&query, to: views, call, desk: desk())
            query.kinds = collection.kind.map { [$0] } ?? call.all(TicketListQuery.kind)
            return try await tickets.list(query, page: page, count: call.countMode, as: call.principal)
        }
        table.raw(
            "\(collection.path)/export", "Export \(collection.tag.lowercased()) as a file",
            "The list whole, page by page, of those tickets that the right to export reaches; with the custom fields that the caller sees.",
            tag: collection.tag, query: TicketListQuery.parameters(kind: collection.kind == nil) + [TicketListQuery.view, TicketExport.format],
            mediaType: "text/csv", alternative: "application/x-ndjson"
        ) { call in
            var query = try await TicketListQuery.query(call, desk: desk())
            try await TicketListQuery.narrow(&query, to: views, call, desk: desk())
            query.kinds = collection.kind.map { [$0] } ?? call.all(TicketListQuery.kind)
            return try await TicketExport(
                format: call[TicketExport.format] ?? .csv, tickets: tickets, query: query, fields: desk().customFields, caller: call.principal
            ).response()
        }
        table.get(
            "\(collection.path)/{key}", "Read one, by id or number",
            "`expand` adds what hangs on it, each list with its first \(Limits.pageMaximum) entries.", tag: collection.tag, query: [Self.expand],
            answer: .ok(TicketDetail.self)
        ) { call in
            let detail = try await tickets.detail(collection.key(of: call), expanding: Set(call.all(Self.expand)), as: call.principal)
            _ = try collection.check(detail.ticket)
            return .ok(detail, version: detail.ticket.version)
        }
    }

    private func addWriting(_ collection: TicketCollection, to table: inout RouteTable) {
        let tickets = tickets
        table.post(
            collection.path, "Raise one", tag: collection.tag, needs: .permission(.createTickets), body: TicketDraft.self,
            answer: .created(TicketView.self)
        ) { call, draft in
            let kind = try collection.kind(for: draft)
            let plan = try tickets.plan(draft, kind: kind, as: call.principal)
            return try await call.write(plan.needsLookUp ? .alone : .grouped) { tx in
                try tickets.create(plan, in: tx, as: call.principal)
            } answer: { view in
                .created(view, at: "tickets/\(view.number)", version: view.version)
            }
        }
        table.patch(
            "\(collection.path)/{key}", "Edit one", "Status, number and times cannot be set: status changes by transitions.",
            tag: collection.tag, body: TicketPatch.self, answer: .ok(TicketView.self)
        ) { call, patch in
            let key = try collection.key(of: call)
            let expected = try call.expectedVersion
            return try await call.write { tx in
                try collection.check(
                    tickets.view(tickets.update(key, patch, expecting: expected, in: tx, as: call.principal), in: tx, as: call.principal))
            } answer: {
                .ok($0, version: $0.version)
            }
        }
        table.post(
            "\(collection.path)/{key}/transitions", "Move one to another state", tag: collection.tag, body: TicketTransition.self,
            answer: .ok(TicketView.self), ifMatch: true
        ) { call, transition in
            let key = try collection.key(of: call)
            let expected = try call.expectedVersion
            return try await call.write { tx in
                try collection.check(
                    tickets.view(tickets.transition(key, transition, expecting: expected, in: tx, as: call.principal), in: tx, as: call.principal))
            } answer: {
                .ok($0, version: $0.version)
            }
        }
    }
}

extension TicketCollection {
    /// The kind to raise: the collection's own, or what the draft says.
    fileprivate func kind(for draft: TicketDraft) throws -> TicketKind {
        guard let kind else { return draft.kind ?? .incident }
        if let asked = draft.kind, asked != kind {
            throw ITSMError.invalid("/kind", "This address raises a \(kind.rawValue); send other kinds to /tickets.")
        }
        return kind
    }
}
