import ITSMCore

/// A reply, a work note, or the description as the first words of a ticket.
struct TicketMessage: Sendable {
    /// `c-` and the comment's id; `description` for the first words.
    let anchor: String
    let author: Shell.Person
    let isByRequester: Bool
    let isNote: Bool
    /// What the message is called where it is not seen: `Reply from Ines Duarte, 21 Nov 2026 08:12`.
    let label: String
    /// How it came, where not by the pages; `mail`, `By email`.
    let channel: Channel?
    let time: ScreenTime.Moment
    let bodyHTML: String
    let files: [TicketFile]
    /// Whether there are any: a section over a list would repeat what surrounds it.
    let hasFiles: Bool
    let edited: ScreenTime.Moment?
    let isDeleted: Bool
    let isRedacted: Bool
    /// Where its writer can change it; nil where the reader may not.
    let edit: String?

    struct Channel: Sendable {
        let icon: String
        let label: String
    }

    init(_ comment: CommentView, files: [TicketFile], requester: ID<User>, edit: String?, time: ScreenTime) {
        anchor = "c-\(comment.id)"
        author = Shell.Person(comment.author)
        isByRequester = comment.author.id == requester
        isNote = comment.visibility == .workNote
        self.time = time(comment.createdAt)
        label = "\(isNote ? "Work note" : "Reply") from \(author.name), \(self.time.full)"
        channel = Self.channel(comment.channel)
        isDeleted = comment.deletedAt != nil
        isRedacted = !isDeleted && comment.redactedAt != nil
        bodyHTML = isDeleted ? "" : Markdown.html(comment.body)
        self.files = isDeleted ? [] : files
        hasFiles = !self.files.isEmpty
        edited = isDeleted ? nil : comment.editedAt.map { time($0) }
        self.edit = isDeleted ? nil : edit
    }

    /// Nil for a ticket without a description.
    init?(descriptionOf ticket: TicketView, time: ScreenTime) {
        guard let text = ticket.description, !text.isEmpty else { return nil }
        anchor = "description"
        author = Shell.Person(ticket.openedBy)
        isByRequester = ticket.openedBy.id == ticket.requester.id
        isNote = false
        self.time = time(ticket.createdAt)
        label = "Description by \(author.name), \(self.time.full)"
        channel = Self.channel(ticket.channel)
        bodyHTML = Markdown.html(text)
        files = []
        hasFiles = false
        edited = nil
        isDeleted = false
        isRedacted = false
        edit = nil
    }

    private static func channel(_ channel: ITSMCore.Channel) -> Channel? {
        switch channel {
        case .web: nil
        case .email: Channel(icon: "mail", label: "By email")
        case .phone: Channel(icon: "phone", label: "By phone")
        case .inPerson: Channel(icon: "user", label: "In person")
        case .api, .cli: Channel(icon: "code", label: channel == .api ? "By the API" : "By the command line")
        case .monitoring: Channel(icon: "chart", label: "By monitoring")
        case .import: Channel(icon: "inbox", label: "Imported")
        case .automation: Channel(icon: "flow", label: "By the desk itself")
        }
    }
}
