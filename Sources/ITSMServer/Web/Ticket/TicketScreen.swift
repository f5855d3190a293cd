import ITSMCore

/// What the page of a ticket shows.
struct TicketScreen: Sendable {
    let id: String
    let number: String
    let address: String
    let version: Int
    let title: String
    let kind: Mark
    let status: Mark
    let priority: Mark
    let assignee: Shell.Person?
    /// `opened by Ines Duarte`, and for whom where that is another.
    let opener: String
    let requesterName: String
    let isForAnother: Bool
    let channel: String
    let created: ScreenTime.Moment
    let banner: Banner?
    let isConfidential: Bool
    let resolution: Resolution?
    /// Nil for a ticket that nothing is promised for.
    let serviceLevel: ServiceLevelCard?
    let list: ListPlace
    let watch: Watch?
    /// The states that the ticket can go to; nil for who may not move it, or where it is at its end.
    let move: MoveForm?
    /// Where one press resolves it, whatever the kind calls that.
    let resolve: TicketMove?
    /// `Resolve`, `Fulfil`, `Finish`, `Close`.
    let endVerb: String
    let edit: String?
    let properties: [TicketProperty]
    let panel: TicketPanel
    let thread: TicketThreadView
    let composer: ComposerForm?

    struct Banner: Sendable {
        /// `3 tickets are linked to it.`
        let linked: String
    }

    struct Resolution: Sendable {
        let code: String?
        let notesHTML: String?
        let time: ScreenTime.Moment?
    }

    struct Watch: Sendable {
        let isWatching: Bool
        /// `Watching, 4 people` or `Watch; 3 people do`.
        let label: String
    }

    /// - Parameter isWhole: false where only what came after a moment is shown.
    init(_ story: TicketStory, list: ListPlace, move: MoveForm? = nil, composer: ComposerForm? = nil, isWhole: Bool = true) {
        let (ticket, time) = (story.ticket, story.time)
        id = ticket.id.description
        number = ticket.number.description
        address = story.address
        version = ticket.version
        title = ticket.title
        kind = ticket.kind.mark
        status = ticket.status.mark
        priority = ticket.priority.mark
        assignee = ticket.assignee.map(Shell.Person.init)
        opener = ticket.openedBy.name
        requesterName = ticket.requester.name
        isForAnother = ticket.openedBy.id != ticket.requester.id
        channel = Self.words(ticket.channel)
        created = time(ticket.createdAt)
        banner = ticket.major ? Banner(linked: Self.linked(story.links.count)) : nil
        isConfidential = ticket.confidential
        let ended = ticket.resolvedAt ?? ticket.closedAt
        resolution = ticket.resolution.map {
            Resolution(code: $0.code?.rawValue.asWords, notesHTML: $0.notes.map(Markdown.html), time: ended.map { time($0) })
        }
        serviceLevel = ServiceLevelCard(story.courses, address: story.address, from: story.from, time: time)
        self.list = list
        watch = story.rights.reply || story.isWatching ? Watch(isWatching: story.isWatching, label: Self.watching(story)) : nil
        let form = move ?? MoveForm(story)
        self.move = form.moves.isEmpty ? nil : form
        resolve = form.moves.first { $0.isEnd }
        endVerb =
            switch ticket.kind {
            case .incident, .problem: "Resolve"
            case .request: "Fulfil"
            case .change: "Close"
            case .workOrder: "Finish"
            }
        edit = story.rights.editsAnything ? story.edit() : nil
        properties = TicketProperty.all(of: story)
        panel = TicketPanel(story)
        thread = TicketThreadView(story, story.thread, isWhole: isWhole)
        self.composer = composer ?? ComposerForm(story)
    }

    private static func watching(_ story: TicketStory) -> String {
        let others = story.watchers.count - (story.isWatching ? 1 : 0)
        let people = others == 1 ? "1 other does" : "\(others) others do"
        return (story.isWatching ? "Watching" : "Watch") + (others == 0 ? "" : "; \(people)")
    }

    private static func linked(_ count: Int) -> String {
        switch count {
        case 0: "No ticket is linked to it."
        case 1: "1 ticket is linked to it."
        default: "\(count) tickets are linked to it."
        }
    }

    private static func words(_ channel: Channel) -> String {
        switch channel {
        case .web: "on the web"
        case .email: "by email"
        case .phone: "by phone"
        case .inPerson: "in person"
        case .api: "by the API"
        case .cli: "on the command line"
        case .monitoring: "by monitoring"
        case .import: "elsewhere, and imported"
        case .automation: "by the desk itself"
        }
    }
}
