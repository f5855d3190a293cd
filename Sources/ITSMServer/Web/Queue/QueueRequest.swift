import ITSMCore

/// A call for the queue, understood.
struct QueueRequest: Sendable {
    let caller: Principal
    let address: QueueAddress
    let page: PageRequest
    /// Why its view cannot be shown; nil where it can.
    let fault: ITSMError?
    private let asked: TicketQuery
    /// Of the view.
    private let condition: Condition?
    private let cursors: CursorSigner

    /// - Throws: `forbidden` for who has no queue; 400 with everything that the address says wrong.
    init(_ call: Call, desk: DeskSnapshot) async throws {
        let caller = call.principal
        self.caller = caller
        try Self.authorise(caller)
        var address = try QueueAddress(call.query)
        var (condition, fault): (Condition?, ITSMError?)
        if let id = address.viewID {
            let views = ViewService(database: call.environment.database, desk: { desk })
            let view = try await views.find(.id(id), as: caller)
            address.view = view
            address.fields = view.columns.compactMap(SavedView.customField).compactMap {
                desk.customFields.find($0, seesHidden: caller.seesHiddenFields)
            }
            do {
                condition = try views.condition(of: view, at: "?view", as: caller)
            } catch let error as ITSMError {
                fault = error
            }
        }
        (self.address, self.condition, self.fault) = (address, condition, fault)
        var query = try await TicketListQuery.query(call, desk: desk)
        query.kinds = call.all(TicketListQuery.kind)
        // An unknown field was refused with the rest of the query.
        if let sort = address.effectiveSort.sort(desk, for: caller) { query.sort = sort }
        asked = query
        cursors = call.environment.cursors
        let binding = address.cursorBinding(for: caller)
        let after = try call[StandardQueries.cursor].map { try call.environment.cursors.position(in: $0, for: binding) }
        guard let page = PageRequest(limit: call[StandardQueries.limit] ?? Limits.pageDefault, after: after) else {
            throw ITSMError.badRequest([.init("?limit", .invalidValue, "limit is from 1 to \(Limits.pageMaximum).")])
        }
        self.page = page
    }

    /// - Throws: `forbidden` for who reads only their own tickets.
    static func authorise(_ caller: Principal) throws {
        guard caller.holds(.readTickets, atLeast: .group) else {
            throw ITSMError.forbidden("The queue is for those who work the tickets of others. Your own are on the start page.")
        }
    }

    /// Whom the address speaks of.
    var people: Set<RefInput<User>> { QueueFilters.people(in: address) }

    /// - Throws: what is wrong with the view, so that nobody takes another list for it.
    func query(at now: Instant) throws -> TicketQuery {
        if let fault { throw fault }
        var query = try address.tab.narrow(asked, for: caller, at: now)
        query.condition = try Condition.all(condition, query.condition)
        return query
    }

    /// The list as a condition, so that it can be kept as a view.
    func conditionRows(at now: Instant, desk: DeskSnapshot) throws -> ConditionRows {
        let narrowed = try address.tab.narrow(asked, for: caller, at: now)
        var query = asked
        (query.assignee, query.group, query.categories) = (narrowed.assignee, narrowed.group, narrowed.categories)
        var rows = query.conditionRows(for: caller, desk: desk)
        if address.tab == .resolved {
            rows.parts.insert(.row(ConditionRow("ticket.resolvedAt", .inTheLast, ["\(QueueTab.recentDays * 24)h"])), at: 0)
        }
        var ofView = TicketQuery()
        ofView.condition = condition
        rows.parts = ofView.conditionRows(for: caller, desk: desk).parts + rows.parts
        return rows
    }

    func rows(_ found: QueueFound, time: ScreenTime) -> QueueRows {
        let next = found.page.next.map { cursors.sign($0, for: address.cursorBinding(for: caller)) }
        return QueueRows(found, at: address, next: next, isContinued: self.page.after != nil, for: caller, time: time)
    }
}
