import ITSMCore

/// What the address of a queue says: the list, its filters, order and grouping, and the words that are looked for. Filters are those of the API's lists, by
/// the same names.
struct QueueAddress: Sendable, Hashable {
    struct Filter: Sendable, Hashable {
        let name: String
        let value: String
    }

    /// One of the standing lists; all tickets where a view is asked for.
    var tab = QueueTab.open
    /// The saved view that is asked for; nil for a standing list.
    private(set) var viewID: ID<SavedView>?
    /// What that view says, once it was read.
    var view: SavedView?
    /// The custom fields among its columns, as far as the reader sees them.
    var fields: [CustomField] = []
    /// In the order of `filterNames`; a name stands once for each of its values.
    private(set) var filters: [Filter] = []
    /// Nil for the list's own.
    var sort: TicketSort?
    /// Nil for the list's own.
    private var ways: QueueGroupingChoice?
    var text: String?

    static let path = "/queue"
    /// Characters of an address that another one carries: a condition in it may be long.
    static let longest = 4 * Limits.condition
    static let list = Query<QueueList>("view", "Which of the standing lists, or the id of a view; open when absent.")
    static let grouping = Query<QueueGroupingChoice>("by", "Rows with the same one stand together; nothing for a view without its grouping.")
    /// All that stands in an address of the queue, but where the page begins.
    static let parameters: [any QueryParameter] = [list, grouping] + TicketListQuery.parameters(kind: true)

    private static let filterParameters = TicketListQuery.parameters(kind: true).filter {
        ![TicketListQuery.text.name, TicketListQuery.sort.name].contains($0.name)
    }
    static let filterNames = filterParameters.map(\.name)
    /// Filters that can have several values at once.
    static let repeatable = Set(filterParameters.filter(\.isRepeatable).map(\.name))

    init(_ tab: QueueTab = .open) { self.tab = tab }

    init(_ view: SavedView) {
        tab = .all
        viewID = view.id
        self.view = view
    }

    /// - Throws: 400 for a filter that the tab itself is already.
    init(_ values: QueryValues) throws {
        func first<Value>(_ parameter: Query<Value>) -> Value? { values.values[parameter.name]?.first.flatMap(Value.init(query:)) }
        switch first(Self.list) ?? .tab(.open) {
        case .tab(let tab): self.tab = tab
        case .saved(let id): (tab, viewID) = (.all, id)
        }
        ways = first(Self.grouping)
        sort = first(TicketListQuery.sort)
        text = first(TicketListQuery.text).flatMap { $0.trimmed.isEmpty ? nil : $0.trimmed }
        for name in Self.filterNames { filters += (values.values[name] ?? []).map { Filter(name: name, value: $0) } }
        filters.removeAll { $0.name == TicketListQuery.filter.name && $0.value.trimmed.isEmpty }
        if let name = tab.fixedFilter, filters.contains(where: { $0.name == name }) {
            throw ITSMError.badRequest([
                FieldProblem(
                    "?\(name)", .invalidValue, "The list \(tab.title.quotedForPeople) says itself what the \(name) is; take view=open for another.")
            ])
        }
    }

    /// As it stands behind a `?` of the product's own pages.
    ///
    /// - Throws: what is wrong with it.
    init(query: String) throws { try self.init(QueryValues(query[...], parameters: Self.parameters)) }

    // MARK: The text

    /// Without the `?`; the same for two addresses that mean the same.
    var query: String { pairs.map { "\($0.name)=\($0.value.percentEncoded)" }.joined(separator: "&") }

    var address: String { "\(Self.path)?\(query)" }

    /// Everything that the address says, as fields of a form.
    var pairs: [Filter] {
        var pairs = [Filter(name: Self.list.name, value: listName)] + filters
        if let text { pairs.append(Filter(name: TicketListQuery.text.name, value: text)) }
        if let sort { pairs.append(Filter(name: TicketListQuery.sort.name, value: sort.text)) }
        if let ways { pairs.append(Filter(name: Self.grouping.name, value: ways.text)) }
        return pairs
    }

    /// The list as an address names it.
    var listName: String { viewID?.description ?? tab.rawValue }

    /// What a cursor of this list holds for: a view that was changed begins anew.
    func cursorBinding(for caller: Principal) -> String { "queue\u{2}\(caller.id)\u{2}\(query)\u{2}\(view?.version ?? 0)" }

    // MARK: What it means

    var isFiltered: Bool { !filters.isEmpty || text != nil }

    var title: String { view?.name ?? tab.title }

    /// As the address says; then as the view does.
    var grouping: QueueGrouping? { ways.map(\.grouping) ?? view?.grouping }

    /// How the list is sorted: by what it is grouped by, if it is; then as the address says; then by how well words fit; then as the view or the tab is.
    var effectiveSort: TicketSort {
        let own = sort ?? view?.sort
        if let grouping { return own?.plainKey == grouping.key ? own! : TicketSort(grouping.key) }
        return sort ?? (text == nil ? own ?? TicketSort(tab.sort) : TicketSort(.init(.createdAt, descending: true)))
    }

    /// The condition that is typed into it beside the other filters.
    var condition: String { values(of: TicketListQuery.filter.name).first ?? "" }

    func values(of name: String) -> [String] { filters.filter { $0.name == name }.map(\.value) }

    // MARK: Others like it

    /// Another tab with the same filters, as far as they go together.
    func moved(to tab: QueueTab) -> QueueAddress {
        var other = self
        other.tab = tab
        other.viewID = nil
        other.view = nil
        other.fields = []
        other.filters.removeAll { $0.name == tab.fixedFilter || $0.name == TicketListQuery.statusCategory.name }
        return other
    }

    /// Without the filters of this name.
    func without(_ name: String) -> QueueAddress {
        var other = self
        other.filters.removeAll { $0.name == name }
        return other
    }

    var withoutFilters: QueueAddress {
        var other = self
        other.filters = []
        other.text = nil
        return other
    }

    /// With one more filter; a name that stands once takes the new value.
    func adding(_ name: String, _ value: String) -> QueueAddress {
        guard let place = Self.filterNames.firstIndex(of: name), name != tab.fixedFilter else { return self }
        var other = Self.repeatable.contains(name) ? self : without(name)
        let filter = Filter(name: name, value: value)
        guard !other.filters.contains(filter) else { return other }
        let next = other.filters.firstIndex { (Self.filterNames.firstIndex(of: $0.name) ?? 0) > place }
        other.filters.insert(filter, at: next ?? other.filters.endIndex)
        return other
    }

    /// Sorted by a column: the other way round if it is already. Ends a grouping by something else.
    func sorted(by key: TicketQuery.Sort.Key) -> QueueAddress {
        var other = self
        let current = effectiveSort
        let begin = TicketQuery.Sort(key, descending: [.updatedAt, .createdAt].contains(key))
        other.sort = TicketSort(current.plainKey == key ? .init(key, descending: !current.isDescending) : begin)
        if grouping?.key != key { other.group(by: nil) }
        return other
    }

    /// In this order, of one field of the desk's own; ends a grouping, which goes by something else.
    func sorted(_ sort: TicketSort) -> QueueAddress {
        var other = grouped(by: nil)
        other.sort = sort
        return other
    }

    func grouped(by grouping: QueueGrouping?) -> QueueAddress {
        var other = self
        other.group(by: grouping)
        other.sort = nil
        return other
    }

    /// Says no more than it must: what the view is grouped by anyway needs no word.
    private mutating func group(by grouping: QueueGrouping?) { ways = grouping == view?.grouping ? nil : QueueGroupingChoice(grouping) }
}

/// Which list of the queue an address names.
enum QueueList: QueryValue, Hashable {
    case tab(QueueTab), saved(ID<SavedView>)

    init?(query text: String) {
        if let tab = QueueTab(rawValue: text) {
            self = .tab(tab)
        } else if let id = ID<SavedView>(text) {
            self = .saved(id)
        } else {
            return nil
        }
    }

    static var schema: Schema { .oneOf([QueueTab.schema, ID<SavedView>.schema]) }
}

/// By what an address groups a list; by nothing is a choice too, where a view has a grouping of its own.
struct QueueGroupingChoice: QueryValue, Hashable {
    let grouping: QueueGrouping?

    private static let nothing = "nothing"

    init(_ grouping: QueueGrouping?) { self.grouping = grouping }

    init?(query text: String) {
        grouping = QueueGrouping(rawValue: text)
        if grouping == nil, text != Self.nothing { return nil }
    }

    var text: String { grouping?.rawValue ?? Self.nothing }

    static var schema: Schema { .words(nil, QueueGrouping.allCases.map(\.rawValue) + [nothing]) }
}
