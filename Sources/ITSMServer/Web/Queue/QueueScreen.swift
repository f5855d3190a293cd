import ITSMCore

/// The page of the queue as its template shows it.
struct QueueScreen: Sendable {
    let title: String
    /// What the table holds, for who does not see it.
    let caption: String
    let tabs: [Tab]
    let filters: QueueFilters
    let search: Search
    let columns: [Column]
    let groupings: [Choice]
    let grouping: String
    /// The queue's own address, as scripts and forms send it back.
    let query: String
    /// The same tickets as a query of the API's lists.
    let matching: String
    let list: QueueRows
    let changes: QueueChanges
    let canRaise: Bool
    let sections: [QueueChange.Section]
    /// Whether custom fields are among them.
    let hasFieldChanges: Bool
    /// Whether some of them ask for a value of their own.
    let hasTypedChanges: Bool
    let codes: [Choice]
    let layout: QueueLayout.View
    /// Where the list is had as a file; nil for who may not.
    let export: String?
    let save: Save
    let condition: Condition

    /// What makes a view of the list, and where the one that is shown is changed.
    struct Save: Sendable {
        let address: String
        /// Nil where there is none that the reader may change.
        let view: String?
    }

    /// The form of the condition, and what else the address says.
    struct Condition: Sendable {
        let field: FormField
        let fields: [QueueAddress.Filter]
    }

    struct Tab: Sendable {
        let name: String
        let label: String
        let address: String
        /// `42`, `999+`; empty where nobody counts.
        let count: String
        let isCurrent: Bool
    }

    struct Search: Sendable {
        let text: String
        /// What else the address says.
        let fields: [QueueAddress.Filter]
    }

    /// A heading of the table; one that sorts has an address.
    struct Column: Sendable {
        let style: String
        let label: String
        let isHidden: Bool
        let sorting: Sorting?

        struct Sorting: Sendable {
            let address: String
            /// `ascending` or `descending` where the list is sorted by it.
            let order: String?
            let isDescending: Bool
        }
    }

    struct Choice: Sendable {
        let label: String
        let value: String
        let isCurrent: Bool
    }

    init(
        _ address: QueueAddress, list: QueueRows, filters: QueueFilters, counts: QueueCounts, condition: FormField, layout: QueueLayout,
        matching: String, fields: CustomFieldList, for caller: Principal
    ) {
        export = caller.holds(.exportTickets) ? "\(QueueAddress.path)/export?\(address.query)" : nil
        title = address.title
        let standing = QueueTab.allCases.map { tab in
            Tab(
                name: tab.rawValue, label: tab.title, address: address.moved(to: tab).address, count: counts[.tab(tab)],
                isCurrent: address.viewID == nil && tab == address.tab)
        }
        tabs =
            standing
            + Self.views(address, counts).map { view in
                Tab(
                    name: view.id.description, label: view.name, address: QueueAddress(view).address, count: counts[.saved(view.id)],
                    isCurrent: view.id == address.viewID)
            }
        save = Save(
            address: "\(ViewPages.list)/new?from=\(address.query.percentEncoded)",
            view: address.view.flatMap { $0.isEditable(by: caller) ? "\(ViewPages.list)/\($0.id)" : nil })
        self.condition = Condition(field: condition, fields: address.pairs.filter { $0.name != TicketListQuery.filter.name })
        self.filters = filters
        search = Search(text: address.text ?? "", fields: address.pairs.filter { $0.name != TicketListQuery.text.name })
        columns = Self.columns(address)
        let ways = QueueGrouping.allCases.map { way in
            Choice(label: way.title, value: address.grouped(by: way).address, isCurrent: address.grouping == way)
        }
        groupings = [Choice(label: "nothing", value: address.grouped(by: nil).address, isCurrent: address.grouping == nil)] + ways
        grouping = address.grouping?.title ?? "nothing"
        query = address.query
        self.matching = matching
        self.list = list
        changes = QueueChanges(caller)
        self.layout = layout.view
        canRaise = caller.holds(.createTickets)
        let sort = address.effectiveSort
        caption = "\(address.title), sorted by \(Self.words(of: sort))\(address.grouping.map { ", grouped by \($0.title)" } ?? "")"
        sections = QueueChange.sections(for: caller, fields)
        hasFieldChanges = sections.contains { $0.name.hasPrefix(CustomField.changeName("")) }
        hasTypedChanges = sections.contains { $0.changes.contains { $0.needs == "value" } }
        codes = Ticket.Resolution.Code.allowed(for: .incident).map { Choice(label: $0.rawValue.asWords, value: $0.rawValue, isCurrent: false) }
    }

    /// Those that stand among the tabs, and the one that is open.
    private static func views(_ address: QueueAddress, _ counts: QueueCounts) -> [SavedView] {
        guard let open = address.view, !counts.views.contains(where: { $0.id == open.id }) else { return counts.views }
        return counts.views + [open]
    }

    private static func columns(_ address: QueueAddress) -> [Column] {
        let sort = address.effectiveSort
        func column(_ style: String, _ label: String, _ key: TicketQuery.Sort.Key?, isHidden: Bool = false) -> Column {
            let sorting = key.map { key in
                Column.Sorting(
                    address: address.sorted(by: key).address,
                    order: sort.plainKey == key ? (sort.isDescending ? "descending" : "ascending") : nil, isDescending: sort.isDescending)
            }
            return Column(style: style, label: label, isHidden: isHidden, sorting: sorting)
        }
        let fields = address.fields.map { field in
            let name = CustomField.changeName(field.name), isSorted = sort.customField == field.name
            let next = TicketSort(isSorted && !sort.isDescending ? "-\(name)" : name)!
            return Column(
                style: "c-cf", label: field.label, isHidden: false,
                // By their ids, which say nothing.
                sorting: field.kind == .user
                    ? nil
                    : Column.Sorting(
                        address: address.sorted(next).address, order: isSorted ? (sort.isDescending ? "descending" : "ascending") : nil,
                        isDescending: sort.isDescending))
        }
        return [
            column("c-pr", "Priority", .priority, isHidden: true), column("c-id", "Ticket", .number), column("c-sj", "Subject", .title),
            column("c-st", "Status", .status), column("c-rq", "Requester", nil), column("c-sv", "Service", nil),
        ] + fields + [
            column("c-as", "Assignee", .assignee, isHidden: true), column("c-sl", "Time left", .dueAt), column("c-up", "Updated", .updatedAt),
        ]
    }

    private static func words(of sort: TicketSort) -> String {
        switch sort.plainKey {
        case .number, .priority, .status, .title, .assignee, .customField, nil: sort.name
        case .createdAt, .relevance: "when they were raised"
        case .updatedAt: "when they changed last"
        case .dueAt: "time left"
        }
    }
}
