import ITSMCore

/// What a query finds for a reader, as pieces of statements over `tickets AS t`.
struct TicketSelection {
    /// What is joined to the tickets.
    private let words: SQL
    private var source: SQL { "tickets t\(fragment: words)" }
    /// The filters, and the words.
    private var conditions: [SQL]
    /// What the reader may see: any one of these.
    private let reach: [SQL]
    private let isPlain: Bool

    /// - Parameter now: what `now` is in the query's condition.
    /// - Throws: `malformed` where its condition has a part that has no form in SQL.
    init(_ query: TicketQuery, visibleTo caller: Principal, at now: Instant) throws {
        words = query.text == nil ? "" : " JOIN ticket_search s ON s.ticket_id = t.id"
        conditions = Self.filters(query) + (query.text.map { [TicketSearch.condition($0, visibleTo: caller)] } ?? [])
        if let permission = query.permission { conditions.append(TicketVisibility.condition(for: caller, holding: permission)) }
        if let condition = query.condition { conditions.append(try ConditionSQL.filter(condition, for: caller, at: now)) }
        reach = TicketVisibility.parts(for: caller)
        isPlain = query.isPlain(for: caller)
    }

    mutating func narrow(to condition: SQL) { conditions.append(condition) }

    /// The first rows in an order behind a place.
    ///
    /// Where no single index leads to them, they are merged from disjoint parts that each have theirs: what is mine as requester, as opener, as watcher;
    /// the rest of a priority, and the priorities behind it.
    func first(_ limit: Int, select: SQL, in order: TicketOrder, after position: PagePosition? = nil) throws -> SQL {
        if let parts = try order.parts(after: position) { return merged(parts, limit, select: select, in: order) }
        let places = try position.map(order.conditions(after:)) ?? ["true"]
        let parts: [SQL] = reach(in: order).flatMap { reach in
            places.map { place in
                """
                FROM \(fragment: source)
                WHERE \(fragment: (conditions + [reach, place]).joined(separator: " AND "))
                ORDER BY \(fragment: order.clause)
                LIMIT \(limit: limit)
                """
            }
        }
        if parts.count == 1 { return planned("\(fragment: select) \(fragment: parts[0])") }
        let merged = parts.map { "(SELECT t.* \(fragment: $0))" }.joined(separator: " UNION ALL ")
        return planned("\(fragment: select) FROM (\(fragment: merged)) t ORDER BY \(fragment: order.clause) LIMIT \(limit: limit)")
    }

    private func merged(_ parts: [TicketOrder.Part], _ limit: Int, select: SQL, in order: TicketOrder) -> SQL {
        let visible = reach(in: order)
        let parts: [SQL] = parts.map { part in
            """
            (SELECT t.*, \(fragment: part.key) AS sort_key
            FROM \(fragment: part.source)\(fragment: words)
            WHERE \(fragment: (conditions + visible + [part.condition]).joined(separator: " AND "))
            ORDER BY \(fragment: part.clause)
            LIMIT \(limit: limit))
            """
        }
        let merged = parts.joined(separator: " UNION ALL ")
        return planned("\(fragment: select) FROM (\(fragment: merged)) t ORDER BY \(fragment: order.clause) LIMIT \(limit: limit)")
    }

    /// At most `limit` of them, in no order.
    func all(_ limit: Int, select: SQL) -> SQL {
        let visible: SQL = "(\(fragment: reach.joined(separator: " OR ")))"
        return planned(
            """
            \(fragment: select)
            FROM \(fragment: source)
            WHERE \(fragment: (conditions + [visible]).joined(separator: " AND "))
            LIMIT \(limit: limit)
            """)
    }

    /// How many there are; counting stops at `most`.
    func count(upTo most: Int?) -> SQL {
        let end: SQL = most.map { "LIMIT \(limit: $0)" } ?? ""
        let visible: SQL = "(\(fragment: reach.joined(separator: " OR ")))"
        return planned(
            """
            SELECT count(*)
            FROM (SELECT FROM \(fragment: source) WHERE \(fragment: (conditions + [visible]).joined(separator: " AND ")) \(fragment: end)) found
            """)
    }

    /// The parts have indexes by time alone. For other orders they are found first: they are not many.
    private func reach(in order: TicketOrder) -> [SQL] {
        if reach.count == 1 || order.sort.key == .createdAt { return reach }
        return ["t.id = ANY(ARRAY(\(fragment: reach.map { "SELECT t.id FROM tickets t WHERE \(fragment: $0)" }.joined(separator: " UNION ALL "))))"]
    }

    private func planned(_ statement: SQL) -> SQL { isPlain ? statement : statement.plannedPerExecution }

    private static func filters(_ query: TicketQuery) -> [SQL] {
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
        found += range(query.created, "t.created_at") + range(query.updated, "t.updated_at") + range(query.resolved, "t.resolved_at")
        return found
    }

    private static func range(_ range: TicketQuery.TimeRange, _ column: SQL) -> [SQL] {
        var found: [SQL] = []
        if let from = range.from { found.append("\(fragment: column) >= \(from)") }
        if let before = range.before { found.append("\(fragment: column) < \(before)") }
        return found
    }
}
