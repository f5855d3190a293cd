import ITSMCore

/// How many tickets the lists of the queue hold for its reader: the standing ones, and the views among the tabs.
struct QueueCounts: Sendable {
    /// In the order of the tabs.
    var views: [SavedView] = []
    private var counts: [QueueList: String] = [:]

    /// Views among the tabs; all others stand on their page.
    static let viewsShown = 12

    init() {}

    /// One statement for the views, then all lists counted in one round trip, each up to a bound. A view that its reader cannot be shown has no number.
    init(of tickets: TicketService, _ views: ViewService, in tx: any Transaction, as caller: Principal) throws {
        self.views = try views.pinned(limit: Self.viewsShown, in: tx, as: caller)
        let standing = QueueTab.allCases.filter { $0 != .all }.map { (QueueList.tab($0), $0.query(for: caller, at: tx.now)) }
        let saved = self.views.compactMap { view -> (QueueList, TicketQuery)? in
            guard let condition = try? views.condition(of: view, at: "", as: caller) as Condition?? else { return nil }
            var query = TicketQuery()
            query.condition = condition
            return (.saved(view.id), query)
        }
        let lists = standing + saved
        let found = try tickets.counts(of: lists.map(\.1), cappedAt: QueueTab.countCap, in: tx, as: caller)
        for (list, count) in zip(lists, found) { counts[list.0] = count.isExact ? "\(count.value)" : "\(count.value)+" }
    }

    /// Empty where nobody counted.
    subscript(list: QueueList) -> String { counts[list] ?? "" }

    /// By the names of the lists.
    var json: JSONValue {
        .object(
            Dictionary(
                uniqueKeysWithValues: counts.map { list, count -> (String, JSONValue) in
                    switch list {
                    case .tab(let tab): (tab.rawValue, .string(count))
                    case .saved(let id): (id.description, .string(count))
                    }
                }))
    }
}
