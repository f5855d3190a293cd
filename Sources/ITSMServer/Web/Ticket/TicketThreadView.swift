import ITSMCore

/// The thread of a ticket, in order of time.
struct TicketThreadView: Sendable {
    let entries: [Entry]
    /// The page that shows what came before; nil where this is the beginning.
    let earlier: Earlier?
    let all: Int
    let replies: Int
    let notes: Int
    let events: Int
    /// From when on the next look must look again, for those that came meanwhile.
    let asOf: String

    struct Earlier: Sendable {
        let address: String
        let fragment: String
    }

    struct Entry: Sendable {
        /// `k-msg`, `k-note` or `k-ev`.
        let style: String
        let anchor: String
        /// In the order of time, as scripts put what comes later in its place.
        let at: String
        let message: TicketMessage?
        let event: Event?
    }

    struct Event: Sendable {
        let icon: String
        let style: String
        let who: String
        let words: String
        let link: TicketEvent.Link?
        let time: ScreenTime.Moment
    }

    /// - Parameters:
    ///   - isWhole: true for the page, which begins with the description; false for what came after a moment.
    init(_ story: TicketStory, _ thread: TicketThread, isWhole: Bool) {
        let (ticket, time) = (story.ticket, story.time)
        let words = EventWords(
            thread: thread, desk: story.desk, time: time,
            files: Dictionary(story.files.map { ($0.id, $0.address) }, uniquingKeysWith: { first, _ in first }))
        var all: [(at: Instant, rank: Int, entry: Entry)] = []
        let description = isWhole && thread.earlier == nil ? TicketMessage(descriptionOf: ticket, time: time) : nil
        if let description { all.append((ticket.createdAt, 0, Entry(description, at: ticket.createdAt))) }
        for comment in thread.comments {
            let message = TicketMessage(
                comment, files: story.files(of: comment.id), requester: ticket.requester.id,
                edit: story.rights.edit(comment).map { $0 + story.from }, time: time)
            all.append((comment.createdAt, 1, Entry(message, at: comment.createdAt)))
        }
        for activity in thread.activity {
            // The description says who raised it.
            if activity.kind == .ticketCreated, ticket.description?.isEmpty == false { continue }
            guard let event = words.event(activity) else { continue }
            all.append((activity.occurredAt, 2, Entry(event, activity, time: time)))
        }
        entries = all.enumerated().sorted { ($0.element.at, $0.element.rank, $0.offset) < ($1.element.at, $1.element.rank, $1.offset) }.map(
            \.element.entry)
        earlier = thread.earlier.map {
            let before = (story.from.isEmpty ? "?" : story.from + "&") + "before=\($0.description.percentEncoded)"
            return Earlier(address: story.address + before, fragment: "\(story.address)/thread\(before)")
        }
        self.all = entries.count
        replies = entries.count { $0.style == "k-msg" }
        notes = entries.count { $0.style == "k-note" }
        events = entries.count { $0.style == "k-ev" }
        asOf = time.now.adding(seconds: -Self.overlapSeconds).description
    }

    /// What is being committed while a page is made may bear a time before it.
    static let overlapSeconds: Int64 = 15
}

extension TicketThreadView.Entry {
    init(_ message: TicketMessage, at instant: Instant) {
        self.init(style: message.isNote ? "k-note" : "k-msg", anchor: message.anchor, at: instant.description, message: message, event: nil)
    }

    init(_ event: TicketEvent, _ activity: ActivityEntry, time: ScreenTime) {
        self.init(
            style: "k-ev", anchor: "e-\(activity.id)", at: activity.occurredAt.description, message: nil,
            event: .init(
                icon: event.icon, style: event.style, who: activity.principal.name, words: event.words, link: event.link,
                time: time(activity.occurredAt)))
    }
}
