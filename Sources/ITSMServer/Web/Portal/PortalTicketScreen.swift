import ITSMCore

/// What the requester's page of a ticket shows.
struct PortalTicketScreen: Sendable {
    let id: String
    let number: String
    let address: String
    let version: Int
    let title: String
    let status: Mark
    /// `Something is broken`.
    let kind: String
    /// Who raised it and for whom, where the reader is not both.
    let people: String?
    let created: ScreenTime.Moment
    let nextStep: String
    /// By when they can expect an answer and an end; nil where no clock runs for them.
    let promise: String?
    let outcome: Outcome?
    let fields: [PortalStory.Field]
    let hasFields: Bool
    let files: [TicketFile]
    let hasFiles: Bool
    let thread: PortalThread
    let reply: PortalReply?
    let canSolve: Bool
    let cancel: Cancel?
    /// The same ticket as those who work on it see it; nil for requesters.
    let desk: String?

    struct Outcome: Sendable {
        let notesHTML: String
    }

    struct Cancel: Sendable {
        let reason: String
        let fault: String?
    }

    init(_ story: PortalStory, reply: PortalReply? = nil, cancel: Cancel? = nil, isWhole: Bool = true, for caller: Principal) {
        let (ticket, time) = (story.ticket, story.time)
        id = ticket.id.description
        number = ticket.number.description
        address = story.address
        version = ticket.version
        title = ticket.title
        status = ticket.status.markForRequester
        kind = ticket.kind.wordForRequester
        people = Self.people(of: ticket, reader: caller.id)
        created = time(ticket.createdAt)
        nextStep = ticket.nextStep(story.settings, isRequester: story.isRequester, time: time)
        promise = SLATimer.promise(of: story.timers, time: time)
        outcome = ticket.resolution?.notes.map { Outcome(notesHTML: Markdown.html($0)) }
        fields = story.fields
        hasFields = !story.fields.isEmpty
        files = story.files
        hasFiles = !story.files.isEmpty
        thread = PortalThread(story, isWhole: isWhole)
        self.reply = story.rights.reply ? reply ?? PortalReply(story) : nil
        canSolve = story.solution != nil
        self.cancel = story.canCancel ? cancel ?? Cancel(reason: "", fault: nil) : nil
        desk = caller.holds(.readTickets, atLeast: .group) ? "/tickets/\(ticket.number)" : nil
    }

    private static func people(of ticket: TicketView, reader: ID<User>) -> String? {
        let (requester, opener) = (ticket.requester, ticket.openedBy)
        if requester.id == opener.id { return requester.id == reader ? nil : "by \(requester.name)" }
        return "by \(opener.id == reader ? "you" : opener.name) for \(requester.id == reader ? "you" : requester.name)"
    }
}

/// Where one answers, and what that will do.
struct PortalReply: Sendable {
    let body: String
    let fault: String?
    let notice: String?
    let button: String

    init(_ story: PortalStory, form: Form? = nil, error: ITSMError? = nil) {
        body = form?.exact("reply") ?? story.draft
        fault = error.map { $0.problems.map(\.message).joined(separator: " ").nilIfEmpty ?? $0.detail }
        notice = story.effect.notice
        button = story.effect.button
    }
}

/// What was written for the requester, and the few events that matter to them.
struct PortalThread: Sendable {
    let entries: [TicketThreadView.Entry]
    /// The page that shows what came before; nil where this is the beginning.
    let earlier: TicketThreadView.Earlier?
    /// From when on the next look must look again, for those that came meanwhile.
    let asOf: String

    /// - Parameter isWhole: true for the page, which begins with the description; false for what came after a moment.
    init(_ story: PortalStory, isWhole: Bool) {
        let (ticket, thread, time) = (story.ticket, story.thread, story.time)
        var all: [(at: Instant, rank: Int, entry: TicketThreadView.Entry)] = []
        let description = isWhole && thread.earlier == nil ? TicketMessage(descriptionOf: ticket, time: time) : nil
        if let description { all.append((ticket.createdAt, 0, .init(description, at: ticket.createdAt))) }
        for comment in thread.comments {
            let message = TicketMessage(
                comment, files: story.files(of: comment.id), requester: ticket.requester.id, edit: nil, time: time)
            all.append((comment.createdAt, 1, .init(message, at: comment.createdAt)))
        }
        for activity in thread.activity {
            // The description says who raised it.
            if activity.kind == .ticketCreated, ticket.description?.isEmpty == false { continue }
            if let event = PortalEvent.event(activity) { all.append((activity.occurredAt, 2, .init(event, activity, time: time))) }
        }
        entries = all.enumerated().sorted { ($0.element.at, $0.element.rank, $0.offset) < ($1.element.at, $1.element.rank, $1.offset) }.map(
            \.element.entry)
        earlier = thread.earlier.map {
            let before = "before=\($0.description.percentEncoded)"
            return .init(address: "\(story.address)?\(before)", fragment: "\(story.address)/thread?\(before)")
        }
        asOf = time.now.adding(seconds: -TicketThreadView.overlapSeconds).description
    }
}
