import ITSMCore

/// The standing lists of the queue.
enum QueueTab: String, CaseIterable, Sendable, QueryValue {
    case mine, groups, unassigned, open, resolved, all

    /// How far back "recently resolved" looks, in days.
    static let recentDays: Int64 = 7
    /// Beyond so many a tab only says that there are more.
    static let countCap = 999

    var title: String {
        switch self {
        case .mine: "My open"
        case .groups: "My groups' open"
        case .unassigned: "Unassigned"
        case .open: "All open"
        case .resolved: "Recently resolved"
        case .all: "All tickets"
        }
    }

    /// How it is sorted unless the address says otherwise: what to work on first, or what happened last.
    var sort: TicketQuery.Sort {
        switch self {
        case .mine, .groups, .unassigned, .open: .init(.priority)
        case .resolved, .all: .init(.updatedAt, descending: true)
        }
    }

    /// The filter that the tab itself is, so that no other can be set beside it.
    var fixedFilter: String? {
        switch self {
        case .mine, .unassigned: TicketListQuery.assignee.name
        case .groups: TicketListQuery.group.name
        case .open, .resolved, .all: nil
        }
    }

    /// What the tab lists for `caller`, without any filter.
    func query(for caller: Principal, at now: Instant) -> TicketQuery {
        var query = TicketQuery()
        query.sort = sort
        switch self {
        case .mine: query.assignee = .person(caller.id)
        case .groups: query.group = .anyOf(caller.groups.sorted())
        case .unassigned: query.assignee = .nobody
        case .open, .all: break
        case .resolved:
            let start = now.adding(seconds: -Self.recentDays * 86_400)
            query.resolved.from = start
            // Follows from the line above; by this one there is an index.
            query.updated.from = start
        }
        query.categories = categories
        return query
    }

    /// `asked`, within what the tab lists.
    ///
    /// - Throws: 400 where a filter asks for what the tab can never hold.
    func narrow(_ asked: TicketQuery, for caller: Principal, at now: Instant) throws -> TicketQuery {
        let own = query(for: caller, at: now)
        var query = asked
        if let assignee = own.assignee { query.assignee = assignee }
        if let group = own.group { query.group = group }
        query.resolved.from = [own.resolved.from, asked.resolved.from].compactMap(\.self).max()
        query.updated.from = [own.updated.from, asked.updated.from].compactMap(\.self).max()
        if asked.categories.isEmpty {
            query.categories = own.categories
        } else if !own.categories.isEmpty {
            query.categories = asked.categories.filter(own.categories.contains)
            guard !query.categories.isEmpty else {
                throw ITSMError.badRequest([
                    FieldProblem("?\(TicketListQuery.statusCategory.name)", .invalidValue, "The list \(title.quotedForPeople) holds no such tickets.")
                ])
            }
        }
        return query
    }

    private var categories: [StatusCategory] {
        switch self {
        case .mine, .groups, .unassigned, .open: [.open, .pending]
        case .resolved: [.resolved, .closed]
        case .all: []
        }
    }
}

typealias QueueGrouping = TicketGrouping

extension TicketGrouping {
    var title: String { rawValue.asWords.lowercased() }
}
