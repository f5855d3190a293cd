import ITSMCore

extension PostgresTickets {
    /// One statement for a page; another for a count, if one is asked for. No offset, no query per row.
    func list(_ query: TicketQuery, page: PageRequest, count: CountMode?, visibleTo caller: Principal) throws -> Later<Page<TicketRecord>> {
        let found = try self.page(of: query, page: page, count: count, visibleTo: caller)
        guard let text = query.text else { return found }
        try connection.flush()
        guard found.value.items.isEmpty, page.after == nil, let corrected = try corrected(text) else { return found }
        var again = query
        again.text = corrected
        let better = try self.page(of: again, page: page, count: count, visibleTo: caller)
        try connection.flush()
        return better.value.items.isEmpty ? found : better.map { $0.corrected(to: corrected) }
    }

    private func page(of query: TicketQuery, page: PageRequest, count: CountMode?, visibleTo caller: Principal) throws -> Later<Page<TicketRecord>> {
        let selection = try selection(query, visibleTo: caller)
        let order = TicketOrder(query.sort, for: caller)
        let statement = try selection.first(
            page.limit + 1, select: query.withTexts ? TicketRecord.select(for: caller) : TicketRecord.selectBriefly(for: caller), in: order,
            after: page.after)
        let rows = try connection.later(statement) { rows in
            Page(try rows.all(TicketRecord.init(row:)), limit: page.limit) { order.position(of: $0.ticket) }
        }
        guard let count else { return rows }
        let total = try connection.later(selection.count(upTo: count == .exact ? nil : Limits.cappedCount + 1), as: Int.self)
        return total.map { rows.value.counted($0, count) }
    }

    /// What `query` finds. For a search it first asks how common the words are.
    func selection(_ query: TicketQuery, visibleTo caller: Principal) throws -> TicketSelection {
        var selection = try TicketSelection(query, visibleTo: caller, at: now)
        if let text = query.text, let few = try fewHolding(text, visibleTo: caller) { selection.narrow(to: few) }
        return selection
    }
}

extension Page {
    fileprivate func counted(_ total: Int, _ mode: CountMode) -> Page {
        var page = self
        page.count = mode == .exact ? Count(value: total, isExact: true) : Count(counted: total, cap: Limits.cappedCount)
        return page
    }

    fileprivate func corrected(to query: String) -> Page {
        var page = self
        page.correctedQuery = query
        return page
    }
}
