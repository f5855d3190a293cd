import ITSMCore

/// The rows of a queue as its page and its fragments show them: in groups, then where it goes on, or why there is nothing.
struct QueueRows: Sendable {
    let groups: [Group]
    /// Nil at the end of the list.
    let more: More?
    /// What was looked for instead, where the words as typed found nothing.
    let corrected: String?
    let state: State?

    /// Rows that stand together; a list that is not grouped is one group without a heading.
    struct Group: Sendable {
        let key: String
        let heading: Heading?
        let rows: [TicketRow]
    }

    struct Heading: Sendable {
        let mark: Mark
        let isPriority: Bool
        /// How many columns it goes over.
        let span: Int
    }

    struct More: Sendable {
        /// The page that goes on where this one ends.
        let address: String
        /// The same as a fragment.
        let fragment: String
        let span: Int
    }

    /// Without the custom fields.
    private static let standardColumns = 10

    /// Why a list is empty, and what to do about it.
    struct State: Sendable {
        let icon: String
        let title: String
        let detail: String
        let action: Action?

        struct Action: Sendable {
            let label: String
            let address: String
        }
    }

    /// - Parameters:
    ///   - next: the signed place where the list goes on.
    ///   - isContinued: whether the page begins somewhere behind the first row.
    init(
        _ found: QueueFound, at address: QueueAddress, next: String?, isContinued: Bool, for caller: Principal, time: ScreenTime
    ) {
        let page = found.page
        let (encoded, isSelectable) = (address.query.percentEncoded, QueueChanges(caller).isAny)
        let span = Self.standardColumns + address.fields.count
        groups = Self.grouped(page.items, by: address.grouping, span: span, time: time) { ticket in
            TicketRow(ticket, in: found, at: address, encodedQuery: encoded, time: time, isSelectable: isSelectable)
        }
        more = next.map { More(address: "\(address.address)&cursor=\($0)", fragment: "/queue/rows?\(address.query)&cursor=\($0)", span: span) }
        corrected = page.correctedQuery
        self.state = page.items.isEmpty ? Self.state(of: address, isContinued: isContinued, for: caller) : nil
    }

    /// No rows, and why.
    init(_ state: State) {
        (groups, more, corrected, self.state) = ([], nil, nil, state)
    }

    private static func grouped(
        _ tickets: [TicketView], by grouping: QueueGrouping?, span: Int, time: ScreenTime, row: (TicketView) -> TicketRow
    ) -> [Group] {
        guard let grouping else { return tickets.isEmpty ? [] : [Group(key: "", heading: nil, rows: tickets.map(row))] }
        var groups: [Group] = []
        for part in tickets.chunked(by: { grouping.key(of: $0, time) }) {
            let heading = Heading(mark: grouping.mark(of: part[0], time), isPriority: grouping == .priority, span: span)
            groups.append(Group(key: grouping.key(of: part[0], time), heading: heading, rows: part.map(row)))
        }
        return groups
    }

    private static func state(of address: QueueAddress, isContinued: Bool, for caller: Principal) -> State {
        if isContinued {
            return State(
                icon: "s-done", title: "That is all", detail: "The list ends here.", action: .init(label: "Back to the top", address: address.address)
            )
        }
        if address.isFiltered {
            return State(
                icon: "filter", title: "No tickets match", detail: "Nothing in \(address.title) fits these filters.",
                action: .init(label: "Clear the filters", address: address.withoutFilters.address))
        }
        if let view = address.view {
            return State(
                icon: "queue", title: "Nothing in \(view.name) now", detail: "Tickets that fit the view stand here as soon as there are any.",
                action: .init(label: QueueTab.open.title, address: QueueAddress(.open).address))
        }
        func tab(_ tab: QueueTab) -> State.Action { .init(label: tab.title, address: QueueAddress(tab).address) }
        let new = caller.holds(.createTickets) ? State.Action(label: "New ticket", address: "/tickets/new") : nil
        return switch address.tab {
        case .mine:
            State(
                icon: "user", title: "Nothing is assigned to you", detail: "Tickets that you take or are given stand here.", action: tab(.unassigned))
        case .groups where caller.groups.isEmpty:
            State(icon: "inbox", title: "You are in no support group", detail: "Tickets of your groups would stand here.", action: tab(.open))
        case .groups:
            State(icon: "inbox", title: "Your groups have nothing open", detail: "Tickets that are routed to them stand here.", action: tab(.open))
        case .unassigned:
            State(
                icon: "s-done", title: "Every open ticket has an assignee", detail: "New tickets stand here until somebody takes them.",
                action: tab(.open))
        case .open:
            State(icon: "queue", title: "There is no open ticket", detail: "What people raise stands here until it is resolved.", action: new)
        case .resolved:
            State(
                icon: "s-done", title: "Nothing was resolved in the last \(QueueTab.recentDays) days",
                detail: "What is resolved stands here for a week.",
                action: tab(.open))
        case .all:
            State(icon: "queue", title: "There is no ticket yet", detail: "Everything that people raise stands here.", action: new)
        }
    }
}

extension QueueGrouping {
    fileprivate func key(of ticket: TicketView, _ time: ScreenTime) -> String {
        switch self {
        case .status: ticket.status.rawValue
        case .priority: ticket.priority.rawValue
        case .assignee: ticket.assignee?.id.description ?? "none"
        case .timeLeft: DueGroup(ticket.dueAt, time).rawValue
        }
    }

    fileprivate func mark(of ticket: TicketView, _ time: ScreenTime) -> Mark {
        switch self {
        case .status: ticket.status.mark
        case .priority: ticket.priority.mark
        case .assignee: Mark(word: ticket.assignee?.name ?? "Nobody", icon: "user", style: "user")
        case .timeLeft: DueGroup(ticket.dueAt, time).mark
        }
    }
}

/// When a ticket's next target is, as far as it can be told from its place in the list: what waits and what nothing is promised for stand together.
private enum DueGroup: String {
    case past, hour, today, later, none

    init(_ due: Instant?, _ time: ScreenTime) {
        guard let due else {
            self = .none
            return
        }
        let day = (due: time.zone.localTime(at: due).date, now: time.zone.localTime(at: time.now).date)
        self = due < time.now ? .past : due <= time.now.adding(seconds: 3_600) ? .hour : day.due == day.now ? .today : .later
    }

    var mark: Mark {
        switch self {
        case .past: Mark(word: "Past due", icon: "alert", style: "late")
        case .hour: Mark(word: "Due within the hour", icon: "clock", style: "soon")
        case .today: Mark(word: "Due today", icon: "clock", style: rawValue)
        case .later: Mark(word: "Due later", icon: "clock", style: rawValue)
        case .none: Mark(word: "No target running", icon: "s-wait", style: rawValue)
        }
    }
}

extension Array {
    /// Cut wherever `key` changes from one element to the next.
    fileprivate func chunked(by key: (Element) -> String) -> [[Element]] {
        var chunks: [[Element]] = []
        for element in self {
            if let last = chunks.last?.last, key(last) == key(element) { chunks[chunks.count - 1].append(element) } else { chunks.append([element]) }
        }
        return chunks
    }
}

/// What a caller may change on at least some tickets; the service says on which.
struct QueueChanges: Sendable {
    let canAssign: Bool
    let canMove: Bool
    let canOverride: Bool
    let canTag: Bool
    let isAny: Bool

    init(_ caller: Principal) {
        canAssign = caller.holds(.assignTickets)
        canMove = caller.holds(.transitionTickets)
        canOverride = caller.holds(.overridePriority)
        canTag = caller.holds(.updateTickets)
        isAny = canAssign || canMove || canOverride || canTag
    }
}
