import ITSMCore

/// What the address of a queue says: the list, its filters, order and grouping, and the words that are looked for. Filters are those of the API's lists, by
/// the same names.
struct QueueAddress: Sendable, Hashable {
    struct Filter: Sendable, Hashable {
        let name: String
        let value: String
    }

    var tab = QueueTab.open
    /// In the order of `filterNames`; a name stands once for each of its values.
    private(set) var filters: [Filter] = []
    /// Nil for the tab's own.
    var sort: TicketSort?
    var grouping: QueueGrouping?
    var text: String?

    static let path = "/queue"
    static let view = Query<QueueTab>("view", "Which of the standing lists; open when absent.")
    static let grouping = Query<QueueGrouping>("by", "Rows with the same one stand together.")
    /// All that stands in an address of the queue, but where the page begins.
    static let parameters: [any QueryParameter] = [view, grouping] + TicketListQuery.parameters(kind: true)

    private static let filterParameters = TicketListQuery.parameters(kind: true).filter {
        ![TicketListQuery.text.name, TicketListQuery.sort.name].contains($0.name)
    }
    static let filterNames = filterParameters.map(\.name)
    /// Filters that can have several values at once.
    static let repeatable = Set(filterParameters.filter(\.isRepeatable).map(\.name))

    init(_ tab: QueueTab = .open) { self.tab = tab }

    /// - Throws: 400 for a filter that the tab itself is already.
    init(_ values: QueryValues) throws {
        func first<Value>(_ parameter: Query<Value>) -> Value? { values.values[parameter.name]?.first.flatMap(Value.init(query:)) }
        tab = first(Self.view) ?? .open
        grouping = first(Self.grouping)
        sort = first(TicketListQuery.sort)
        text = first(TicketListQuery.text).flatMap { $0.trimmed.isEmpty ? nil : $0.trimmed }
        for name in Self.filterNames { filters += (values.values[name] ?? []).map { Filter(name: name, value: $0) } }
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
        var pairs = [Filter(name: Self.view.name, value: tab.rawValue)] + filters
        if let text { pairs.append(Filter(name: TicketListQuery.text.name, value: text)) }
        if let sort { pairs.append(Filter(name: TicketListQuery.sort.name, value: sort.text)) }
        if let grouping { pairs.append(Filter(name: Self.grouping.name, value: grouping.rawValue)) }
        return pairs
    }

    /// What a cursor of this list holds for.
    func cursorBinding(for caller: Principal) -> String { "queue\u{2}\(caller.id)\u{2}\(query)" }

    // MARK: What it means

    var isFiltered: Bool { !filters.isEmpty || text != nil }

    /// How the list is sorted: by what it is grouped by, if it is; then as the address says; then by how well words fit; then as the tab is.
    var effectiveSort: TicketSort {
        if let grouping { return sort?.plainKey == grouping.key ? sort! : TicketSort(grouping.key) }
        return sort ?? TicketSort(text == nil ? tab.sort : .init(.createdAt, descending: true))
    }

    func values(of name: String) -> [String] { filters.filter { $0.name == name }.map(\.value) }

    // MARK: Others like it

    /// Another tab with the same filters, as far as they go together.
    func moved(to tab: QueueTab) -> QueueAddress {
        var other = self
        other.tab = tab
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
        let isDescending = current.plainKey == key ? !current.isDescending : [.updatedAt, .createdAt].contains(key)
        other.sort = TicketSort(.init(key, descending: isDescending))
        if grouping?.key != key { other.grouping = nil }
        return other
    }

    func grouped(by grouping: QueueGrouping?) -> QueueAddress {
        var other = self
        other.grouping = grouping
        other.sort = nil
        return other
    }
}
