import ITSMCore

/// What one reader may do with one ticket; the page shows no more than that.
struct TicketRights: Sendable {
    let caller: ID<User>
    let reply: Bool
    let note: Bool
    let update: Bool
    let assign: Bool
    let overridePriority: Bool
    let changeRequester: Bool
    let removeComments: Bool
    private let editOwn: Bool
    private let editAny: Bool
    private let number: TicketNumber
    /// Where the reader may move it.
    let moves: [TicketStatus]

    init(_ caller: Principal, on ticket: Ticket, watchers: Set<ID<User>>, settings: DeskSettings, at now: Instant) {
        let audience = TicketAudience(ticket, watchers: watchers)
        self.caller = caller.id
        number = ticket.number
        reply = caller.may(.reply, on: audience)
        note = caller.seesNotes(of: audience)
        update = caller.may(.updateTickets, on: audience)
        assign = caller.may(.assignTickets, on: audience)
        overridePriority = caller.may(.overridePriority, on: audience)
        changeRequester = caller.may(.createTicketsForOthers, on: audience)
        removeComments = caller.may(.deleteComments, on: audience)
        editOwn = caller.may(.editOwnComments, on: audience)
        editAny = caller.may(.editAnyComment, on: audience)
        moves = caller.may(.transitionTickets, on: audience) ? ticket.moves(settings, at: now) : []
    }

    /// Whether any field can be edited.
    var editsAnything: Bool { update || assign || overridePriority || changeRequester }

    func mayEdit(_ comment: CommentView) -> Bool {
        comment.deletedAt == nil && comment.redactedAt == nil && (editAny || editOwn && comment.author.id == caller)
    }

    /// The page that edits or removes a comment; nil where the reader may do neither.
    func edit(_ comment: CommentView) -> String? {
        guard comment.deletedAt == nil, mayEdit(comment) || removeComments else { return nil }
        return "/tickets/\(number)/comments/\(comment.id)"
    }

    func mayRemove(_ file: AttachmentView) -> Bool { removeComments || editOwn && file.addedBy.id == caller }
}
