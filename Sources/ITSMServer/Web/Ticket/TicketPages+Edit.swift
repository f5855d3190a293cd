import ITSMCore

/// Editing without scripts: all fields of a ticket, and one comment.
extension TicketPages {
    func addEditing(to table: inout RouteTable) {
        let pages = self
        let tickets = tickets
        table.page("/tickets/{key}/edit", "Edit a ticket", query: [Self.from]) { call in
            let story = try await pages.story(call.ticketKey, ThreadWindow(limit: 1), call)
            guard story.rights.editsAnything else { throw ITSMError.forbidden("You may see this ticket, but not change it.") }
            return Self.edit(TicketEditForm(story))
        }
        table.form("/tickets/{key}/edit", "Edit a ticket", query: [Self.from]) { call, form in
            let story = try await pages.story(call.ticketKey, ThreadWindow(limit: 1), call)
            let patch = TicketEditForm.patch(story, form)
            guard patch != TicketPatch() else { return .seeOther(story.address + story.from, notice: "Nothing was changed.") }
            do {
                _ = try await tickets.update(.id(story.ticket.id), patch, expecting: Int(form["version"]), as: call.principal)
                return .seeOther(story.address + story.from, notice: "\(story.ticket.number) was changed.")
            } catch let error as ITSMError where error.isForForm {
                let now = try await pages.story(call.ticketKey, ThreadWindow(limit: 1), call)
                var page = Self.edit(TicketEditForm(now, form: form, error: error))
                page.status = error.status
                return .page(page)
            }
        }
        addComments(to: &table)
    }

    private static func edit(_ form: TicketEditForm) -> WebPage {
        WebPage(title: "Edit \(form.number)", template: "ticket-edit", view: form, place: "queue")
    }

    // MARK: Comments

    private func addComments(to table: inout RouteTable) {
        let pages = self
        let tickets = tickets
        table.page("/tickets/{key}/comments/{comment}", "Edit a reply or a work note", query: [Self.from]) { call in
            WebPage(title: "Edit a message", template: "comment-edit", view: try await pages.comment(call), place: "queue")
        }
        table.form("/tickets/{key}/comments/{comment}", "Edit a reply or a work note", query: [Self.from]) { call, form in
            let (key, id) = (try call.ticketKey, try call.id("comment", of: Comment.self, called: "comment"))
            do {
                _ = try await tickets.editComment(id, on: key, .init(body: form.exact("body")), as: call.principal)
                return .seeOther("/tickets/\(key)\(call.from)#c-\(id)", notice: "The message was changed.")
            } catch let error as ITSMError where error.isForForm {
                let view = try await pages.comment(call, typed: form.exact("body"), error: error)
                return .page(WebPage(title: "Edit a message", template: "comment-edit", view: view, place: "queue", status: error.status))
            }
        }
        table.form("/tickets/{key}/comments/{comment}/delete", "Delete the text of a reply or a work note", query: [Self.from]) { call, _ in
            let (key, id) = (try call.ticketKey, try call.id("comment", of: Comment.self, called: "comment"))
            try await tickets.deleteComment(id, on: key, as: call.principal)
            return .seeOther("/tickets/\(key)\(call.from)#c-\(id)", notice: "The text was deleted.")
        }
        let database = database
        table.form("/tickets/{key}/comments/{comment}/redact", "Take the text of a reply or a work note out for good", query: [Self.from]) {
            call, form in
            let (key, id, caller) = (try call.ticketKey, try call.id("comment", of: Comment.self, called: "comment"), call.principal)
            do {
                let reason = form.exact("reason")
                try await database.write { try tickets.redactComment(id, on: key, reason: reason, in: $0, as: caller) }
                return .seeOther("/tickets/\(key)\(call.from)#c-\(id)", notice: "The text was redacted.")
            } catch let error as ITSMError where error.isForForm {
                let view = try await pages.comment(call, redaction: error)
                return .page(WebPage(title: "Edit a message", template: "comment-edit", view: view, place: "queue", status: error.status))
            }
        }
    }

    private func comment(_ call: Call, typed: String? = nil, error: ITSMError? = nil, redaction: ITSMError? = nil) async throws -> CommentEditForm {
        let (key, id) = (try call.ticketKey, try call.id("comment", of: Comment.self, called: "comment"))
        let (tickets, sla, desk, caller, from) = (tickets, sla, desk(), call.principal, call.from)
        let (form, ticket) = try await database.read { tx in
            let story = try TicketStory(key, ThreadWindow(limit: 1), from: from, tickets: tickets, sla: sla, desk: desk, in: tx, as: caller)
            guard let found = try tx.comments.first(id, on: story.ticket.id), found.visibility == .public || story.rights.note else {
                throw ITSMError.notFound("comment")
            }
            let view = CommentView(found, on: TicketRef(id: story.ticket.id, number: story.ticket.number, title: story.ticket.title), authorName: "")
            guard story.rights.edit(view) != nil else { throw ITSMError.forbidden("You may read this message, but not change it.") }
            let form = CommentEditForm(
                number: story.ticket.number.description, address: story.address, from: story.from, id: id.description,
                isNote: found.visibility == .workNote,
                body: typed ?? found.body, fault: error?.detail, mayEdit: story.rights.mayEdit(view), mayDelete: story.rights.removeComments,
                mayRedact: caller.isSuperAdmin && (found.redactedAt == nil || redaction != nil), redactionFault: redaction?.detail)
            return (form, story.ticket)
        }
        try await tickets.reads.note([ticket], .ticket, as: caller)
        return form
    }
}

/// The page that edits one message.
struct CommentEditForm: Sendable {
    let number: String
    let address: String
    /// The list that the reader came from, with its question mark; or nothing.
    let from: String
    let id: String
    let isNote: Bool
    let body: String
    let fault: String?
    let mayEdit: Bool
    let mayDelete: Bool
    let mayRedact: Bool
    let redactionFault: String?
}
