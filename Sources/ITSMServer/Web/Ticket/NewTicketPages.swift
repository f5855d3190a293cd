import ITSMCore

/// Raising a ticket, for who works tickets; all others do so in the portal.
struct NewTicketPages {
    let tickets: TicketService
    let desk: @Sendable () -> DeskSnapshot

    func add(to table: inout RouteTable) {
        let (tickets, desk) = (tickets, desk)
        table.page("/tickets/new", "Raise a ticket") { call in
            guard call.principal.isAgent else { return .seeOther("/portal/new") }
            try Self.authorise(call)
            return .page(Self.page(NewTicketForm(call.principal, desk: desk())))
        }
        table.form("/tickets/new", "Raise a ticket") { call, form in
            try Self.authorise(call)
            do {
                let draft = NewTicketForm.draft(form, by: call.principal, desk: desk())
                let ticket = try await tickets.create(draft, kind: draft.kind ?? .incident, as: call.principal)
                return .seeOther("/tickets/\(ticket.number)", notice: "\(ticket.number) was raised.")
            } catch let error as ITSMError where error.isForForm {
                var page = Self.page(NewTicketForm(call.principal, desk: desk(), form: form, error: error))
                page.status = error.status
                return .page(page)
            }
        }
    }

    private static func authorise(_ call: Call) throws {
        guard call.principal.isAgent, call.principal.holds(.createTickets) else { throw ITSMError.forbidden("You may not raise tickets here.") }
    }

    private static func page(_ form: NewTicketForm) -> WebPage {
        WebPage(title: "New ticket", template: "new-ticket", view: form, place: "tickets:new")
    }
}
