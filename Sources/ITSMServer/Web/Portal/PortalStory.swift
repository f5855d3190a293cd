import ITSMCore

/// All that a requester's page of a ticket is made of, as of one moment: what whoever it is for may read, whoever looks.
struct PortalStory: Sendable {
    let ticket: TicketView
    let isRequester: Bool
    let rights: TicketRights
    let settings: DeskSettings
    let time: ScreenTime
    /// Those that hang on no reply.
    let files: [TicketFile]
    private let filesByComment: [ID<Comment>: [TicketFile]]
    let thread: TicketThread
    /// What a reply of the reader would do.
    let effect: ReplyEffect
    let draft: String
    /// What is promised to them; nothing of the promises between teams.
    let timers: [SLATimer]
    /// What requesters read of its custom fields.
    let fields: [Field]

    struct Field: Sendable {
        let label: String
        let words: String
        /// Where it leads.
        let link: String?
    }

    init(
        _ key: TicketKey, _ window: ThreadWindow, tickets: TicketService, sla: SLAService, settings: DeskSettings, fields: CustomFieldList,
        in tx: any Transaction, as caller: Principal
    ) throws {
        let detail = try tickets.detail(key, expanding: [.attachments], in: tx, as: caller)
        let record = try tickets.find(key, in: tx, as: caller)
        let time = ScreenTime(zones: [caller.timeZone, settings.timeZone], now: tx.now)
        let attachments = (detail.attachments ?? []).filter { $0.visibility == .public }.map { file in
            (file.comment, TicketFile(file, of: detail.ticket.number.description, mayRemove: false, time: time))
        }
        ticket = detail.ticket
        isRequester = caller.id == detail.ticket.requester.id
        rights = TicketRights(
            caller, on: record.ticket, watchers: record.isWatchedByReader ? [caller.id] : [], settings: settings, at: tx.now)
        self.settings = settings
        self.time = time
        files = attachments.filter { $0.0 == nil }.map(\.1)
        filesByComment = Dictionary(grouping: attachments.filter { $0.0 != nil }, by: { $0.0! }).mapValues { $0.map(\.1) }
        var thread = try tickets.thread(of: .id(detail.ticket.id), window, in: tx, as: caller)
        thread.comments.removeAll { $0.visibility != .public }
        self.thread = thread
        effect = record.ticket.effectOfReply(from: caller, settings: settings, at: tx.now)
        draft = rights.reply ? try tx.drafts.list(of: caller.id, on: detail.ticket.id).first { $0.visibility == .public }?.body ?? "" : ""
        timers = try sla.timers(of: .id(detail.ticket.id), in: tx, as: caller).filter { $0.metric != .ola }
        let values = fields.shown(of: detail.ticket.customFields, seesHidden: false)
        let named = fields.people(in: values)
        let people = try named.isEmpty ? [:] : tx.users.names(of: named)
        self.fields = fields.all.compactMap { field in
            values[field.name].map {
                Field(label: field.label, words: field.shown($0, people: people), link: field.kind == .url ? $0.string : nil)
            }
        }
    }

    func files(of comment: ID<Comment>) -> [TicketFile] { filesByComment[comment] ?? [] }

    /// `/portal/tickets/INC0000042`.
    var address: String { "/portal/tickets/\(ticket.number)" }
}
