import ITSMCore

/// Where one writes to a ticket: a reply, or a work note, each with its own draft.
struct ComposerForm: Sendable {
    let canReply: Bool
    let canNote: Bool
    let isNote: Bool
    let reply: String
    let note: String
    let requester: String
    /// `and 2 watchers`.
    let others: String?
    let fault: String?
    /// The wait for the requester that can follow a reply, and the end of work.
    let wait: TicketMove?
    let end: TicketMove?

    /// Nil for who may write nothing.
    init?(_ story: TicketStory, form: Form? = nil, error: ITSMError? = nil) {
        let rights = story.rights
        guard rights.reply || rights.note else { return nil }
        canReply = rights.reply
        canNote = rights.note
        func draft(_ visibility: Comment.Visibility) -> String { story.drafts.first { $0.visibility == visibility }?.body ?? "" }
        reply = form?.exact("reply") ?? draft(.public)
        note = form?.exact("note") ?? draft(.workNote)
        isNote = form.map { $0["visibility"] == Comment.Visibility.workNote.rawValue } ?? (!rights.reply || reply.isEmpty && !note.isEmpty)
        requester = story.ticket.requester.name
        let watchers = story.watchers.count { $0.id != story.ticket.requester.id && $0.id != rights.caller }
        others = watchers == 0 ? nil : watchers == 1 ? "and 1 watcher" : "and \(watchers) watchers"
        fault = error?.detail
        let moves = rights.moves.map { TicketMove($0, of: story.ticket.kind, isChosen: false) }
        wait = moves.first { $0.value == TicketStatus.pendingRequester.rawValue }
        end = moves.first { $0.isEnd }
    }
}
