import ITSMCore

/// A list of records as the template `records` shows it: a filter, a table, the way to the next page, and what to say when there is nothing.
struct RecordList: Sendable {
    let title: String
    var create: Link?
    var filter: Filter?
    let columns: [Column]
    let rows: [Row]
    /// Where the list goes on; nil on its last page.
    var next: String?
    /// Back to the beginning; nil on the first page.
    var first: String?
    /// Nil where there are rows.
    var empty: Empty?
    /// The lists that stand beside it; nil where it is alone.
    var tabs: Tabs?

    struct Tabs: Sendable {
        let label: String
        let items: [Item]

        struct Item: Sendable {
            let address: String
            let words: String
            let isCurrent: Bool
        }
    }

    struct Link: Sendable {
        let address: String
        let words: String
    }

    struct Filter: Sendable {
        let address: String
        /// Nil for lists that are not searched by words.
        let search: Search?
        let selects: [Select]
        /// What the form says again beside what is asked in it.
        let kept: [Kept]
        /// The list without the filter.
        let clear: String
        /// Whether anything is left out.
        private(set) var isActive: Bool
        /// Nil for lists that are asked for no condition.
        private(set) var asked: Where?
        /// Whether the condition is wrong, so that nothing is shown.
        private(set) var hasFault = false

        struct Search: Sendable {
            let query: String
            let placeholder: String
        }

        struct Kept: Sendable {
            let name: String
            let value: String
        }

        init(address: String, query: String, placeholder: String, selects: [Select] = [], isActive: Bool) {
            self.address = address
            search = Search(query: query, placeholder: placeholder)
            self.selects = selects
            kept = []
            clear = address
            self.isActive = isActive
        }

        /// Of a list that is asked for nothing but a condition.
        init(address: String, keeping kept: [Kept] = [], _ filter: PageFilter, help: String) {
            self.address = address
            search = nil
            selects = []
            self.kept = kept
            clear = kept.isEmpty ? address : address + "?" + kept.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
            isActive = filter.isActive
            asked = .init(field: filter.field(help: help), isOpen: filter.isActive)
            hasFault = filter.error != nil
        }

        /// With a condition beside the other filters.
        func adding(_ filter: PageFilter, help: String) -> Self {
            var list = self
            list.isActive = isActive || filter.isActive
            list.asked = .init(field: filter.field(help: help), isOpen: filter.isActive)
            list.hasFault = filter.error != nil
            return list
        }

        struct Select: Sendable {
            let name: String
            let words: String
            let options: [FormField.Option]

            /// - Parameter options: value and words; the first is what stands there when nothing was chosen.
            init(_ name: String, _ words: String, chosen: String?, _ options: [(String, String)]) {
                self.name = name
                self.words = words
                self.options = options.map { .init(value: $0.0, words: $0.1, isChosen: $0.0 == chosen ?? options[0].0) }
            }
        }
    }

    struct Column: Sendable {
        let words: String
    }

    struct Row: Sendable {
        let address: String
        let name: String
        var person: Shell.Person?
        var detail: String?
        var badges: [Badge] = []
        var cells: [Cell] = []
        /// How far it is set in below others, `d1` to `d6`; nil in lists that are no tree.
        var depth: String?
    }

    struct Badge: Sendable {
        let words: String
        /// `ok`, `warn`, `danger`, `info`, or nothing.
        var tone = ""
    }

    struct Cell: Sendable {
        /// Of its column, for screens too small for columns.
        let column: String
        let words: String
    }

    struct Empty: Sendable {
        let icon: String
        let heading: String
        let words: String
        var action: Link?
    }

    /// - Parameters:
    ///   - rows: each row's cells in the order of `columns`.
    ///   - none: what to say where there is nothing at all; a filter that leaves nothing has words of its own.
    init(
        _ title: String, create: Link? = nil, filter: Filter? = nil, columns: [String], rows: [Row], none: Empty, next: String? = nil,
        first: String? = nil
    ) {
        self.title = title
        self.create = create
        self.filter = filter
        self.columns = columns.map(Column.init)
        self.rows = rows
        self.next = next
        self.first = first
        if rows.isEmpty { empty = none.under(filter) }
    }
}

extension RecordList.Empty {
    /// What to say where nothing is shown: this, or that the filter leaves nothing.
    func under(_ filter: RecordList.Filter?) -> Self {
        guard let filter, filter.isActive else { return self }
        let (heading, words) =
            filter.hasFault
            ? ("Nothing is shown", "The condition is wrong; its field tells where.")
            : ("Nothing matches", "No entry of this list fits the filter.")
        return Self(icon: "filter", heading: heading, words: words, action: .init(address: filter.clear, words: "Clear the filter"))
    }
}

extension RecordList.Row {
    /// - Parameter cells: by column; what is absent is a dash.
    init(
        at address: String, _ name: String, person: Shell.Person? = nil, detail: String? = nil, badges: [RecordList.Badge] = [],
        _ cells: KeyValuePairs<String, String?>
    ) {
        self.init(
            address: address, name: name, person: person, detail: detail, badges: badges,
            cells: cells.map { .init(column: $0.key, words: $0.value ?? "–") })
    }
}

extension Call {
    /// The address of the page that follows `page`.
    func next<Item>(after page: Page<Item>) -> String? {
        page.next.map { address(withCursor: environment.cursors.sign($0, for: cursorBinding)) }
    }

    /// The address of the list's first page; nil where this is it.
    var first: String? {
        guard self[StandardQueries.cursor] != nil else { return nil }
        let kept = (request.head.query ?? "").split(separator: "&").filter { !$0.hasPrefix("cursor=") }
        return request.uri.path + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
    }
}
