import ITSMCore

/// All that a ticket's page is made of, as of one moment, for one reader.
struct TicketStory: Sendable {
    let ticket: TicketView
    let rights: TicketRights
    let desk: DeskSnapshot
    let time: ScreenTime
    let files: [TicketFile]
    private let filesByComment: [ID<Comment>: [TicketFile]]
    let links: [TicketLinkView]
    let watchers: [Watcher]
    let thread: TicketThread
    /// As far as the reader may look at people.
    let requester: User.View?
    let drafts: [SavedDraft]
    let courses: [SLACourse]
    /// The names of the people in custom fields.
    let people: [ID<User>: String]
    /// The list that the reader came from, as addresses hand it on: with its question mark, or nothing.
    let from: String

    /// `/tickets/INC0000042`.
    var address: String { "/tickets/\(ticket.number)" }

    /// The page that edits the ticket, at one of its fields.
    func edit(_ field: String? = nil) -> String { "\(address)/edit\(from)\(field.map { "#\($0)" } ?? "")" }

    init(
        _ key: TicketKey, _ window: ThreadWindow, from: String, tickets: TicketService, sla: SLAService, desk: DeskSnapshot,
        in tx: any Transaction, as caller: Principal
    ) throws {
        let detail = try tickets.detail(key, expanding: [.attachments, .links, .watchers], in: tx, as: caller)
        let record = try tickets.find(key, in: tx, as: caller)
        let watchers = detail.watchers ?? []
        let rights = TicketRights(
            caller, on: record.ticket, watchers: Set(watchers.map(\.id)), settings: desk.settings, at: tx.now)
        let time = ScreenTime(zones: [caller.timeZone, desk.settings.timeZone], now: tx.now)
        let attachments = (detail.attachments ?? []).map { file in
            let number = detail.ticket.number.description
            return (
                file.comment, TicketFile(file, of: number, mayRemove: rights.mayRemove(file), mayRedact: caller.isSuperAdmin, time: time)
            )
        }
        ticket = detail.ticket
        self.from = from
        self.rights = rights
        self.desk = desk
        self.time = time
        files = attachments.map(\.1)
        filesByComment = Dictionary(grouping: attachments.filter { $0.0 != nil }, by: { $0.0! }).mapValues { $0.map(\.1) }
        links = detail.links ?? []
        self.watchers = watchers
        thread = try tickets.thread(of: .id(detail.ticket.id), window, in: tx, as: caller)
        requester = try tx.users.view(.id(detail.ticket.requester.id), visibleTo: caller)
        drafts = rights.reply || rights.note ? try tx.drafts.list(of: caller.id, on: detail.ticket.id) : []
        let named = desk.customFields.people(in: detail.ticket.customFields)
        people = try named.isEmpty ? [:] : tx.users.names(of: named)
        courses = try sla.courses(of: record, in: tx, as: caller)
    }

    func files(of comment: ID<Comment>) -> [TicketFile] { filesByComment[comment] ?? [] }

    /// The custom fields that the reader sees on this ticket: those that it can have, and those that it has.
    var customFields: [CustomField] {
        desk.customFields.all.filter { field in
            if ticket.customFields[field.name] != nil { return true }
            return !field.isArchived && field.applies(to: ticket.kind) && (field.visibleToRequesters || rights.note)
        }
    }

    /// Those of them that the reader may edit.
    var editableFields: [CustomField] { rights.update ? customFields.filter { !$0.isArchived && $0.applies(to: ticket.kind) } : [] }

    var isWatching: Bool { watchers.contains { $0.id == rights.caller } }
}
