import Hummingbird
import ITSMCore

/// How somebody wants the queue's table: the columns that they left out, and how high its rows are. Kept in a cookie of the browser, as the theme is.
struct QueueLayout: Sendable, Hashable {
    typealias Column = TicketColumn

    var hidden: Set<Column> = []
    var isCompact = false
    /// Whether a view says which columns there are.
    private(set) var isOfView = false

    static let cookieName = "itsm_queue"
    private static let compact = "compact"

    init() {}

    /// - Parameter text: as `text` wrote it; what means nothing is left out.
    init(_ text: String) {
        let words = text.split(separator: ".").map(String.init)
        hidden = Set(words.compactMap(Column.init))
        isCompact = words.contains(Self.compact)
    }

    /// What the browser remembers.
    init(of request: Request) { self.init(request.cookie(Self.cookieName) ?? "") }

    /// What the form asks for: it names the columns that stay.
    ///
    /// - Parameter old: whose columns it keeps where the form says so, because the list is a view with columns of its own.
    init(_ form: Form, since old: QueueLayout = QueueLayout()) {
        hidden = form.has("keepColumns") ? old.hidden : Set(Column.allCases).subtracting(form.all("column").compactMap(Column.init))
        isCompact = form["rows"] == Self.compact
    }

    /// As a view shows the list: its columns, if it names any; the height of rows is the reader's own.
    func showing(_ view: SavedView?) -> QueueLayout {
        guard let view, !view.columns.isEmpty else { return self }
        var layout = self
        layout.hidden = Set(Column.allCases).subtracting(view.columns.compactMap(Column.init))
        layout.isOfView = true
        return layout
    }

    /// As a cookie holds it; empty for what is so anyway.
    var text: String {
        (Column.allCases.filter(hidden.contains).map(\.rawValue) + (isCompact ? [Self.compact] : [])).joined(separator: ".")
    }

    func cookie(secure: Bool) -> SetCookie {
        SetCookie(name: Self.cookieName, value: text, secure: secure, maxAgeSeconds: text.isEmpty ? 0 : 31_536_000)
    }

    /// As the queue's template shows it.
    var view: View {
        View(
            style: (["grid"] + Column.allCases.filter(hidden.contains).map { "no-\($0.style)" } + (isCompact ? [Self.compact] : []))
                .joined(separator: " "),
            columns: Column.allCases.map { Choice(value: $0.rawValue, label: $0.rawValue.asWords, isChosen: !hidden.contains($0)) },
            isCompact: isCompact, isOfView: isOfView)
    }

    struct View: Sendable {
        /// Classes of the table.
        let style: String
        let columns: [Choice]
        let isCompact: Bool
        /// The columns belong to the view and are not chosen here.
        let isOfView: Bool
    }
}

extension TicketColumn {
    /// Of its cells.
    var style: String {
        switch self {
        case .priority: "c-pr"
        case .status: "c-st"
        case .requester: "c-rq"
        case .service: "c-sv"
        case .assignee: "c-as"
        case .timeLeft: "c-sl"
        case .updated: "c-up"
        }
    }
}
