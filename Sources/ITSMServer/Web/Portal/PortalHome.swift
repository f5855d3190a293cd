import ITSMCore

/// The tickets of one person, in two lists: what is open, and what came to an end.
struct PortalHome: Sendable {
    let text: String
    let sections: [PortalSection]
    /// What was looked for instead, where the words as typed found nothing.
    let corrected: String?
    let canRaise: Bool
    let canSearch: Bool
    /// Why there is nothing to show.
    let state: State?

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

    init(_ sections: [PortalSection], text: String?, isContinued: Bool, corrected: String?, for caller: Principal) {
        self.text = text ?? ""
        self.sections = sections
        self.corrected = corrected
        canRaise = caller.holds(.createTickets)
        canSearch = text != nil || !sections.isEmpty
        guard sections.isEmpty else {
            state = nil
            return
        }
        if let text {
            state = State(
                icon: "search", title: "Nothing found", detail: "None of your tickets holds “\(text)”.",
                action: .init(label: "Show all my tickets", address: "/portal"))
        } else if isContinued {
            state = State(
                icon: "s-done", title: "That is all", detail: "The list ends here.", action: .init(label: "Back to the top", address: "/portal"))
        } else {
            state = State(
                icon: "chat", title: "You have not asked for anything yet",
                detail: canRaise
                    ? "Tell us what is broken or what you need, and follow here what becomes of it." : "What you take part in will stand here.",
                action: canRaise ? .init(label: "Ask for help", address: "/portal/new") : nil)
        }
    }
}

/// One of the portal's lists.
struct PortalSection: Sendable {
    let name: String
    let title: String
    let rows: [PortalRow]
    /// Nil at the end of the list.
    let more: More?

    struct More: Sendable {
        /// The page that goes on where this one ends.
        let address: String
        /// The same as a fragment.
        let fragment: String
    }

    enum Kind: String, CaseIterable, Sendable, QueryValue, WireType {
        case open, done

        var title: String { self == .open ? "Open" : "Resolved and closed" }

        /// Newest first: only by the time of raising do indexes lead to what is one's own.
        func query(_ text: String?, for caller: Principal) -> TicketQuery {
            var query = TicketQuery()
            query.categories = self == .open ? [.open, .pending] : [.resolved, .closed]
            query.text = text
            // Who reads tickets of others finds those in the queue.
            if caller.holds(.readTickets, atLeast: .group) { query.requester = caller.id }
            return query
        }
    }

    /// How many of each list the first page shows.
    static let firstRows = 20

    /// Nil where there is nothing.
    init?(_ kind: Kind, _ page: Page<TicketView>, text: String?, next: String?, time: ScreenTime) {
        guard !page.items.isEmpty else { return nil }
        name = kind.rawValue
        title = kind.title
        rows = page.items.map { PortalRow($0, time: time) }
        more = next.map { next in
            let query = "?show=\(kind.rawValue)\(text.map { "&q=\($0.percentEncoded)" } ?? "")&cursor=\(next)"
            return More(address: "/portal\(query)", fragment: "/portal/rows\(query)")
        }
    }
}

/// One ticket in the portal's lists.
struct PortalRow: Sendable {
    let number: String
    let address: String
    let title: String
    let status: Mark
    /// Whether it waits for the requester.
    let isWaiting: Bool
    let updated: ScreenTime.Moment

    init(_ ticket: TicketView, time: ScreenTime) {
        number = ticket.number.description
        address = "/portal/tickets/\(ticket.number)"
        title = ticket.title
        status = ticket.status.markForRequester
        isWaiting = ticket.status == .pendingRequester
        updated = time(ticket.updatedAt)
    }
}
