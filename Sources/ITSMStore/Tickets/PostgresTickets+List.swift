import ITSMCore

extension PostgresTickets {
    /// One statement for a page; another for a count, if one is asked for. No offset, no query per row.
    func list(_ query: TicketQuery, page: PageRequest, count: CountMode?, visibleTo caller: Principal) throws -> Page<TicketRecord> {
        let found = try self.page(of: query, page: page, count: count, visibleTo: caller)
        guard let text = query.text, found.items.isEmpty, page.after == nil, let corrected = try corrected(text) else {
            return found
        }
        var again = query
        again.text = corrected
        var better = try self.page(of: again, page: page, count: count, visibleTo: caller)
        better.correctedQuery = corrected
        return better.items.isEmpty ? found : better
    }

    private func page(of query: TicketQuery, page: PageRequest, count: CountMode?, visibleTo caller: Principal) throws -> Page<TicketRecord> {
        let conditions = conditions(query, visibleTo: caller)
        let order = TicketOrder(query.sort, createdAt: try timeColumn(searching: query.text))
        var paged = conditions
        if let after = page.after { paged.append(try order.condition(after: after)) }
        let statement: SQL = """
            \(fragment: TicketRecord.select(withTexts: false, for: caller))
            \(fragment: TicketRecord.from(for: caller))
            \(fragment: Self.searchSource(query))
            WHERE \(fragment: paged.joined(separator: " AND "))
            ORDER BY \(fragment: order.clause)
            LIMIT \(limit: page.limit + 1)
            """
        let rows = try connection.later(all: query.isPlain ? statement : statement.plannedPerExecution, as: TicketRecord.self)
        let total = try count.map { try self.count(query, conditions, upTo: $0 == .exact ? nil : Limits.cappedCount + 1) }
        try connection.flush()
        var items = rows.value
        var next: PagePosition?
        if items.count > page.limit {
            items.removeLast()
            next = items.last.map { order.position(of: $0.ticket) }
        }
        return Page(
            items: items, next: next,
            count: total.map { total in
                count == .exact
                    ? .init(value: total.value, isExact: true)
                    : .init(value: min(total.value, Limits.cappedCount), isExact: total.value <= Limits.cappedCount)
            })
    }

    /// Every condition of the query, the reader's rights last.
    func conditions(_ query: TicketQuery, visibleTo caller: Principal) -> [SQL] {
        var found: [SQL] = []
        func oneOf<Value: SQLEnum & CaseIterable & RawRepresentable>(_ values: [Value], _ column: SQL) where Value.RawValue == String {
            if values.count == 1 { found.append("\(fragment: column) = \(literal: values[0])") }
            if values.count > 1 { found.append("\(fragment: column) IN (\(fragment: values.map { "\(literal: $0)" }.joined(separator: ", ")))") }
        }
        if let ids = query.ids { found.append("t.id = ANY(\(ids))") }
        oneOf(query.kinds, "t.kind")
        oneOf(query.statuses, "t.status")
        // States imply their category, which is what partial indexes speak of.
        oneOf(
            query.statuses.isEmpty
                ? query.categories
                : StatusCategory.allCases.filter { category in
                    query.statuses.contains { $0.category == category } && (query.categories.isEmpty || query.categories.contains(category))
                }, "t.status_category")
        if !query.statuses.isEmpty, !query.categories.isEmpty, !query.statuses.contains(where: { query.categories.contains($0.category) }) {
            found.append("false")
        }
        oneOf(query.impacts, "t.impact")
        oneOf(query.urgencies, "t.urgency")
        if query.priorities.count == 1 { found.append("t.priority = \(query.priorities[0])") }
        if query.priorities.count > 1 { found.append("t.priority = ANY(\(query.priorities))") }
        switch query.assignee {
        case nil: break
        case .nobody: found.append("t.assignee_id IS NULL")
        case .person(let id): found.append("t.assignee_id = \(id)")
        }
        switch query.group {
        case nil: break
        case .some(.none): found.append("t.group_id IS NULL")
        case .anyOf(let ids) where ids.count == 1: found.append("t.group_id = \(ids[0])")
        case .anyOf(let ids): found.append("t.group_id = ANY(\(ids))")
        }
        if let id = query.requester { found.append("t.requester_id = \(id)") }
        if let id = query.openedBy { found.append("t.opened_by_id = \(id)") }
        if let id = query.watcher { found.append("t.id = ANY(ARRAY(SELECT w.ticket_id FROM ticket_watchers w WHERE w.user_id = \(id)))") }
        if let id = query.service { found.append("t.service_id = \(id)") }
        if let ids = query.ticketCategories { found.append("t.category_id = ANY(\(ids))") }
        if !query.tags.isEmpty { found.append("t.tags @> \(query.tags) AND t.tags <> '{}'") }
        if let major = query.major { found.append(major ? "t.major" : "NOT t.major") }
        if let channel = query.channel { found.append("t.channel = \(channel)") }
        if let id = query.parent { found.append("t.parent_id = \(id)") }
        if let source = query.externalSource { found.append("t.external_source = \(source)") }
        if let id = query.externalID { found.append("t.external_id = \(id)") }
        found += Self.range(query.created, "t.created_at") + Self.range(query.updated, "t.updated_at") + Self.range(query.resolved, "t.resolved_at")
        if let text = query.text { found.append(TicketSearch.condition(text, visibleTo: caller)) }
        return found + [TicketVisibility.condition(for: caller)]
    }

    private static func range(_ range: TicketQuery.TimeRange, _ column: SQL) -> [SQL] {
        var found: [SQL] = []
        if let from = range.from { found.append("\(fragment: column) >= \(from)") }
        if let before = range.before { found.append("\(fragment: column) < \(before)") }
        return found
    }
}

extension TicketQuery {
    /// True where one plan serves all values, so that the statement may stay prepared.
    var isPlain: Bool {
        !isLong && ids == nil && ticketCategories == nil && created == TimeRange() && updated == TimeRange() && resolved == TimeRange() && watcher == nil
    }
}
