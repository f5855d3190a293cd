import ITSMCore

/// A ticket beside the queue: what it is, and what was said last.
struct QueuePreview: Sendable {
    let number: String
    let title: String
    let address: String
    let status: Mark
    let priority: Mark
    let timer: TimerChip?
    let facts: [Fact]
    let said: Said?
    /// The version that was read; nil where the reader cannot take the ticket.
    let take: Take?

    struct Fact: Sendable {
        let name: String
        let value: String
    }

    struct Said: Sendable {
        let by: String
        let at: ScreenTime.Moment
        let text: String
    }

    struct Take: Sendable {
        let version: Int
    }

    /// As much of a text as a preview shows, in characters.
    private static let textShown = 1_200

    init(_ detail: TicketDetail, timer: SLATimer?, from query: String, for caller: Principal, time: ScreenTime) {
        let ticket = detail.ticket
        number = ticket.number.description
        title = ticket.title
        address = "/tickets/\(number)" + (query.isEmpty ? "" : "?from=\(query.percentEncoded)")
        status = ticket.status.mark
        priority = ticket.priority.mark
        self.timer = timer.map { TimerChip($0, time: time) }
        let facts: [(String, String?)] = [
            ("Due", timer.flatMap { timer in timer.dueAt.map { "\(time($0).full), \(timer.metric.words)" } }),
            ("Requester", ticket.requester.name), ("Assignee", ticket.assignee?.name ?? "Nobody"), ("Group", ticket.group?.name),
            ("Service", ticket.service?.name), ("Category", ticket.category), ("Raised", time(ticket.createdAt).full),
            ("Updated", time(ticket.updatedAt).full), ("Tags", ticket.tags.isEmpty ? nil : ticket.tags.joined(separator: ", ")),
        ]
        self.facts = facts.compactMap { name, value in value.map { Fact(name: name, value: $0) } }
        let last = detail.comments?.last { $0.visibility == .public && $0.deletedAt == nil }
        if let last {
            said = Said(by: last.author.name, at: time(last.createdAt), text: Self.shortened(last.body))
        } else {
            said = ticket.description.map { Said(by: ticket.requester.name, at: time(ticket.createdAt), text: Self.shortened($0)) }
        }
        take = caller.holds(.assignTickets) && ticket.assignee?.id != caller.id ? Take(version: ticket.version) : nil
    }

    private static func shortened(_ text: String) -> String { text.count > textShown ? text.prefix(textShown) + "…" : text }
}
