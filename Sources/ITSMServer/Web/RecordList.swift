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
        let query: String
        let placeholder: String
        var selects: [Select] = []
        /// Whether anything is left out.
        let isActive: Bool
        /// Nil for lists that are asked for no condition.
        var asked: Where?
        /// Whether the condition is wrong, so that nothing is shown.
        var hasFault = false

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
        guard rows.isEmpty else { return }
        empty = none
        if let filter, filter.isActive {
            let (heading, words) =
                filter.hasFault
                ? ("Nothing is shown", "The condition is wrong; its field tells where.")
                : ("Nothing matches", "No entry of this list fits the filter.")
            empty = Empty(
                icon: "filter", heading: heading, words: words,
                action: Link(address: filter.address, words: "Clear the filter"))
        }
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
