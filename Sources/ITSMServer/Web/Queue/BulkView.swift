import ITSMCore

/// What the page of a bulk change shows.
struct BulkView: Sendable {
    let id: String
    let title: String
    /// Such as `38 changed, 2 refused`, or what is being done.
    let summary: String
    /// What says which tickets; nil where they were named.
    let filter: String?
    let made: ScreenTime.Moment
    let state: String
    let failure: String?
    /// Nil when it is over.
    let progress: Progress?
    /// Where undoing is asked for; nil where it cannot be, or was.
    let undoAddress: String?
    /// What became of the undoing.
    let undone: String?
    /// Lists of tickets, where there are several.
    let tabs: [Tab]
    let hasTabs: Bool
    let caption: String
    let rows: [Row]
    let next: String?
    let first: String?

    /// Which tickets the page lists.
    enum List: String, CaseIterable, Sendable, QueryValue {
        case all, refused, kept

        /// What is worth looking at most.
        init(for operation: BulkOperation) {
            if let undo = operation.undo, undo.counts.refused > 0 {
                self = .kept
            } else {
                self = operation.filter == nil ? .all : .refused
            }
        }

        var filter: BulkRowFilter {
            switch self {
            case .all: .all
            case .refused: .result(.refused)
            case .kept: .undone(.refused)
            }
        }

        var words: String {
            switch self {
            case .all: "Every ticket"
            case .refused: "Refused"
            case .kept: "Not put back"
            }
        }
    }

    struct Tab: Sendable {
        let address: String
        let label: String
        let isCurrent: Bool
    }

    struct Progress: Sendable {
        let done: Int
        let total: Int
        /// Such as `1200 of 5000`.
        let words: String
        let cancelAddress: String

        init(_ counts: BulkOperation.Counts, of total: Int, at address: String) {
            done = counts.all
            self.total = total
            words = "\(counts.all) of \(total)"
            cancelAddress = address + "/cancel"
        }
    }

    struct Row: Sendable {
        let number: String
        /// Nil for what could not be found.
        let address: String?
        let result: String
        let icon: String
        /// Why it was refused, or left as it is.
        let reason: String?
    }

    init(
        _ operation: BulkOperation, _ list: List, _ outcomes: [BulkOutcome], next: String?, first: String?, time: ScreenTime
    ) {
        let address = operation.id.map { "/bulk/\($0)" } ?? ""
        id = operation.id?.description ?? ""
        title = operation.dryRun ? "Trial of a bulk change" : "Bulk change"
        filter = operation.filter.map { $0.isEmpty ? "every ticket" : $0 }
        made = time(operation.createdAt)
        let counts = operation.counts
        if operation.isRunning {
            summary = "\(operation.dryRun ? "Trying a change of" : "Changing") \(Self.count(operation.total))"
            progress = Progress(counts, of: operation.total, at: address)
        } else if let undo = operation.undo, operation.isBeingUndone {
            summary = "Putting \(Self.count(undo.total)) back"
            progress = Progress(undo.counts, of: undo.total, at: address)
        } else {
            summary = Self.summary(of: operation)
            progress = nil
        }
        failure = operation.failure.map(\.detail)
        let canBeUndone =
            progress == nil && operation.undoneAt == nil && counts.changed > 0 && operation.undoUntil.map { time.now < $0 } ?? false
        undoAddress = canBeUndone ? address + "/undo" : nil
        state = Self.state(of: operation, canBeUndone: canBeUndone, time)
        undone = operation.undo.flatMap { undo in
            operation.isBeingUndone
                ? nil : "\(Self.count(undo.counts.changed)) put back" + (undo.counts.refused > 0 ? ", \(undo.counts.refused) could not be." : ".")
        }
        var lists: [List] = operation.dryRun ? [.refused] : [.all, .refused]
        if let undo = operation.undo, undo.counts.refused > 0 { lists.append(.kept) }
        let isPlain = operation.filter == nil && lists.count == 2
        tabs = isPlain || lists.count == 1 ? [] : lists.map { Tab(address: "\(address)?show=\($0.rawValue)", label: $0.words, isCurrent: $0 == list) }
        hasTabs = !tabs.isEmpty
        caption = list.words
        rows = outcomes.map { Row($0, isUndone: list == .kept) }
        self.next = next
        self.first = first
    }

    private static func summary(of operation: BulkOperation) -> String {
        let counts = operation.counts
        let parts = [
            (counts.changed, operation.dryRun ? "would be changed" : "changed"),
            (counts.unchanged, operation.dryRun ? "stand so already" : "stood so already"),
            (counts.refused, operation.dryRun ? "would be refused" : "refused"), (counts.rolledBack, "left as they were"),
            (operation.total - counts.all, "not begun"),
        ]
        return parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    private static func state(of operation: BulkOperation, canBeUndone: Bool, _ time: ScreenTime) -> String {
        switch operation.status {
        case .queued, .running:
            if operation.dryRun { return "Nothing is changed by it." }
            return "Tickets that somebody changes before their turn are refused."
        case .cancelled where !canBeUndone: return "It was cancelled. What was changed stays, the rest was not begun."
        case .succeeded where operation.dryRun: return "Nothing was changed."
        default: break
        }
        if let undone = operation.undoneAt { return "Undone \(time(undone).full)." }
        let cancelled = operation.status == .cancelled ? "It was cancelled. What was changed stays, the rest was not begun. " : ""
        guard canBeUndone, let until = operation.undoUntil else { return cancelled + "It cannot be undone any more." }
        return cancelled + "It can be undone until \(time(until).full); tickets that changed since are left as they are."
    }

    /// `1 ticket`, `38 tickets`.
    static func count(_ number: Int) -> String { number == 1 ? "1 ticket" : "\(number) tickets" }
}

extension BulkView.Row {
    /// - Parameter isUndone: whether it tells what became of the undoing.
    init(_ outcome: BulkOutcome, isUndone: Bool) {
        number = outcome.number?.description ?? outcome.key
        address = outcome.number.map { "/tickets/\($0)" }
        let told = isUndone ? outcome.undone?.result ?? outcome.result : outcome.result
        (result, icon) =
            switch told {
            case .changed: (outcome.undone?.result == .changed ? "Changed, and put back" : "Changed", "check")
            case .unchanged: ("Stood so already", "s-open")
            case .refused: (isUndone ? "Not put back" : "Refused", "alert")
            case .rolledBack: ("Left as it was", "refresh")
            }
        reason = (isUndone ? outcome.undone?.problem : outcome.problem).map { problem in
            let more = problem.errors.map(\.message).filter { $0 != problem.detail }
            return ([problem.detail] + more).joined(separator: " ")
        }
    }
}
