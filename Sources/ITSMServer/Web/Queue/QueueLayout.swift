import Hummingbird
import ITSMCore

/// How somebody wants the queue's table: the columns that they left out, and how high its rows are. Kept in a cookie of the browser, as the theme is.
struct QueueLayout: Sendable, Hashable {
    /// A column that can be left out; number and subject always stand.
    enum Column: String, CaseIterable, Sendable {
        case priority, status, requester, service, assignee, timeLeft, updated

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

    var hidden: Set<Column> = []
    var isCompact = false

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
    init(_ form: Form) {
        hidden = Set(Column.allCases).subtracting(form.all("column").compactMap(Column.init))
        isCompact = form["rows"] == Self.compact
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
            isCompact: isCompact)
    }

    struct View: Sendable {
        /// Classes of the table.
        let style: String
        let columns: [Choice]
        let isCompact: Bool
    }
}
