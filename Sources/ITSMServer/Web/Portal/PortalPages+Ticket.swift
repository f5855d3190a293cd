import ITSMCore

/// The requester's page of a ticket: follow, reply, reopen, and end it where they may.
extension PortalPages {
    func addFollowing(to table: inout RouteTable) {
        let pages = self
        table.page("/portal/tickets/{key}", "A ticket for its requester", query: [TicketPages.before]) { call in
            try await pages.screen(try call.ticketKey, call)
        }
        let parts: [any QueryParameter] = [TicketPages.before, TicketPages.after]
        table.fragment("/portal/tickets/{key}/thread", "What is new on it, or what is older", query: parts) { call in
            let window = ThreadWindow(after: call[TicketPages.after], before: call[TicketPages.before])
            let story = try await pages.story(try call.ticketKey, window, call)
            let screen = PortalTicketScreen(story, isWhole: call[TicketPages.after] == nil, for: call.principal)
            return WebPage(title: "", template: "portal-update", view: screen)
        }
        addReplying(to: &table)
        addEnding(to: &table)
        AttachmentForm(tickets: tickets, files: files).add(to: &table, at: "/portal/tickets/{key}/files") { key, _ in "/portal/tickets/\(key)" }
    }

    // MARK: The page

    private func screen(
        _ key: TicketKey, _ call: Call, reply: ((PortalStory) -> PortalReply)? = nil, cancel: PortalTicketScreen.Cancel? = nil
    ) async throws -> WebPage {
        let story = try await story(key, ThreadWindow(before: call[TicketPages.before]), call)
        let screen = PortalTicketScreen(story, reply: reply?(story), cancel: cancel, for: call.principal)
        return WebPage(title: "\(story.ticket.number) \(story.ticket.title)", template: "portal-ticket", view: screen, place: "portal")
    }

    private func story(_ key: TicketKey, _ window: ThreadWindow, _ call: Call) async throws -> PortalStory {
        let (tickets, sla, desk, caller) = (tickets, sla, desk(), call.principal)
        let story = try await database.read {
            try PortalStory(
                key, window, tickets: tickets, sla: sla, settings: desk.settings, fields: desk.customFields, in: $0, as: caller)
        }
        try await tickets.reads.note([story.ticket], .ticket, as: caller)
        return story
    }

    // MARK: Writing

    private func addReplying(to table: inout RouteTable) {
        let (pages, tickets) = (self, tickets)
        table.form("/portal/tickets/{key}/replies", "Reply to a ticket") { call, form in
            let key = try call.ticketKey
            do {
                let comment = try await tickets.addComment(.init(body: form.exact("reply"), visibility: .public), to: key, as: call.principal)
                let number = comment.ticket.number
                let isFollowUp = key != .number(number) && key != .id(comment.ticket.id)
                let notice = isFollowUp ? "Your reply began a new ticket: \(number)." : "Your reply was sent."
                return .seeOther("/portal/tickets/\(number)#c-\(comment.id)", notice: notice)
            } catch let error as ITSMError where error.isForForm {
                var page = try await pages.screen(key, call, reply: { PortalReply($0, form: form, error: error) })
                page.status = error.status
                return .page(page)
            }
        }
    }

    private func addEnding(to table: inout RouteTable) {
        let (pages, tickets) = (self, tickets)
        table.form("/portal/tickets/{key}/solve", "Say that it is solved") { call, _ in
            let key = try call.ticketKey
            let story = try await pages.story(key, ThreadWindow(limit: 1), call)
            guard let target = story.solution else { throw ITSMError.forbidden("You may see this ticket, but not resolve it.") }
            let resolution = Ticket.Resolution(code: .fixed, notes: "\(call.principal.name) says that it is solved.")
            let ticket = try await tickets.transition(key, .init(to: target, resolution: resolution), as: call.principal)
            return .seeOther("/portal/tickets/\(ticket.number)", notice: "Thank you: \(ticket.number) is resolved.")
        }
        table.form("/portal/tickets/{key}/cancel", "Cancel a ticket that is no longer needed") { call, form in
            let key = try call.ticketKey
            do {
                let ticket = try await tickets.transition(key, .init(to: .cancelled, reason: form.text("reason")), as: call.principal)
                return .seeOther("/portal/tickets/\(ticket.number)", notice: "\(ticket.number) was cancelled.")
            } catch let error as ITSMError where error.isForForm && error.code != .forbidden {
                let fault = error.problems.map(\.message).joined(separator: " ").nilIfEmpty ?? error.detail
                var page = try await pages.screen(key, call, cancel: .init(reason: form["reason"], fault: fault))
                page.status = error.status
                return .page(page)
            }
        }
    }
}

extension PortalStory {
    /// Where the reader may move it who says that it is solved; nil where it is not theirs to say.
    var solution: TicketStatus? { isRequester ? rights.moves.first { $0 == .resolved || $0 == .fulfilled } : nil }

    var canCancel: Bool { isRequester && rights.moves.contains(.cancelled) }
}
