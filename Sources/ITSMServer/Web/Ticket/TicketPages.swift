import ITSMCore
import ITSMStore

/// The page of a ticket, and its forms that work without scripts.
struct TicketPages {
    let database: any Database
    let tickets: TicketService
    let sla: SLAService
    let files: AttachmentFolder
    let desk: @Sendable () -> DeskSnapshot

    static let from = Query<String>("from", "The address of the queue that the reader came from, behind its question mark.", maximum: 4_000)
    static let before = Query<Instant>("before", "Shows the part of the thread that is older than this.")
    static let after = Query<Instant>("after", "Shows what came after this.")

    func add(to table: inout RouteTable) {
        let pages = self
        table.page("/tickets/{key}", "A ticket", query: [Self.from, Self.before]) { call in
            let key = try call.ticketKey
            guard call.principal.holds(.readTickets, atLeast: .group) else { return .seeOther("/portal/tickets/\(key)") }
            return .page(try await pages.screen(key, call))
        }
        table.fragment("/tickets/{key}/thread", "What is new on a ticket, or what is older", query: [Self.from, Self.before, Self.after]) { call in
            try await pages.update(try call.ticketKey, call)
        }
        addWriting(to: &table)
        addEditing(to: &table)
        addParts(to: &table)
        addClocks(to: &table)
        addAssignment(to: &table)
    }

    // MARK: The page

    func screen(_ key: TicketKey, _ call: Call, _ change: (TicketStory) -> (move: MoveForm?, composer: ComposerForm?) = { _ in (nil, nil) })
        async throws
        -> WebPage
    {
        let story = try await story(key, ThreadWindow(before: call[Self.before]), call)
        let (move, composer) = change(story)
        let list = try await ListPlace(story, from: call[Self.from], call, tickets: tickets)
        let screen = TicketScreen(story, list: list, move: move, composer: composer)
        return WebPage(
            title: "\(story.ticket.number) \(story.ticket.title)", template: "ticket", view: screen, place: "queue:\(story.ticket.kind.rawValue)")
    }

    private func update(_ key: TicketKey, _ call: Call) async throws -> WebPage {
        let story = try await story(key, ThreadWindow(after: call[Self.after], before: call[Self.before]), call)
        let list = try await ListPlace(story, from: call[Self.from], call, tickets: tickets)
        return WebPage(title: "", template: "ticket-update", view: TicketScreen(story, list: list, isWhole: call[Self.after] == nil))
    }

    func story(_ key: TicketKey, _ window: ThreadWindow, _ call: Call) async throws -> TicketStory {
        let (tickets, sla, desk, caller, from) = (tickets, sla, desk(), call.principal, call.from)
        let story = try await database.read { try TicketStory(key, window, from: from, tickets: tickets, sla: sla, desk: desk, in: $0, as: caller) }
        try await tickets.reads.note([story.ticket], .ticket, as: caller)
        return story
    }

    // MARK: Writing

    private func addWriting(to table: inout RouteTable) {
        let pages = self
        let (tickets, desk) = (tickets, desk)
        table.form("/tickets/{key}/comments", "Reply, or add a work note", query: [Self.from]) { call, form in
            let key = try call.ticketKey
            let visibility = Comment.Visibility(rawValue: form["visibility"]) ?? .public
            do {
                let draft = Comment.Draft(body: form.exact(visibility == .public ? "reply" : "note"), visibility: visibility)
                let comment = try await tickets.addComment(draft, to: key, as: call.principal)
                return .seeOther(
                    "/tickets/\(comment.ticket.number)\(call.from)#c-\(comment.id)",
                    notice: visibility == .public ? "The reply was sent." : "The note was added.")
            } catch let error as ITSMError where error.isForForm {
                var page = try await pages.screen(key, call) { (nil, ComposerForm($0, form: form, error: error)) }
                page.status = error.status
                return .page(page)
            }
        }
        table.form("/tickets/{key}/transitions", "Move a ticket to another state", query: [Self.from]) { call, form in
            let key = try call.ticketKey
            do {
                let time = ScreenTime(zones: [call.principal.timeZone, desk().settings.timeZone], now: Instant(seconds: 0))
                let moved = try await tickets.transition(
                    key, MoveForm.transition(form, time: time), expecting: Int(form["version"]), as: call.principal)
                return .seeOther("/tickets/\(moved.number)\(call.from)", notice: "\(moved.number) is now: \(moved.status.word).")
            } catch let error as ITSMError where error.isForForm {
                var page = try await pages.screen(key, call) { (MoveForm($0, form: form, error: error), nil) }
                page.status = error.status
                return .page(page)
            }
        }
    }
}

extension Call {
    /// The ticket that the path names.
    var ticketKey: TicketKey {
        get throws {
            guard let key = TicketKey(try parameter("key")) else { throw ITSMError.notFound("ticket") }
            return key
        }
    }

    /// The list that the reader came from, as the page's addresses hand it on; empty where there is none.
    var from: String { self[TicketPages.from].map { "?from=\($0.percentEncoded)" } ?? "" }
}
