import ITSMCore

/// The form in which a requester asks for something.
struct PortalNewForm: Sendable {
    let kinds: [Choice]
    let fields: [FormField]
    let faults: FormFaults?

    init(_ desk: DeskSnapshot, form: Form? = nil, error: ITSMError? = nil) {
        let faults = error.map { FormFaults($0) }
        self.faults = faults
        let chosen = form.map { Self.kind($0) } ?? .incident
        kinds = [TicketKind.incident, .request].map { Choice(value: $0.rawValue, label: $0.wordForRequester, isChosen: $0 == chosen) }
        fields = Self.fields(desk).map { blank in
            var field = blank
            if let form { field.value = blank.typed(in: form) }
            field.fault = faults?[field.name]
            return field.view
        }
    }

    private static func fields(_ desk: DeskSnapshot) -> [TicketField] {
        let choices = TicketChoices(desk: desk)
        var title = TicketField("title", "Title", .line, "")
        (title.help, title.isRequired) = ("In a few words: what is it about?", true)
        var description = TicketField("description", "Description", .text, "")
        description.help = "What happened, since when, and what you have tried. You can use Markdown: **bold**, - lists, `code`."
        var urgency = TicketField("urgency", "How urgent is it?", .choice, desk.settings.defaultUrgency.rawValue)
        (urgency.choices, urgency.isRequired) = (Urgency.allCases.map { ($0.rawValue, $0.wordForRequester) }, true)
        var category = TicketField("category", "Category", .choice, "")
        category.choices = [("", "I do not know")] + choices.categories.dropFirst()
        var service = TicketField("service", "Service", .choice, "")
        service.choices = [("", "I do not know")] + choices.services.dropFirst()
        return [title, description, urgency] + [category, service].filter { $0.choices.count > 1 }
            + desk.customFields.inputs(for: [.incident, .request], seesHidden: false)
    }

    /// What the form asks for.
    static func draft(_ form: Form, desk: DeskSnapshot) -> TicketDraft {
        var draft = TicketDraft(
            kind: kind(form), title: form.text("title"), description: form.exact("description").nilIfEmpty,
            urgency: Urgency(rawValue: form["urgency"]))
        draft.category = form.text("category")
        draft.service = form.text("service").map { RefInput($0) }
        draft.customFields = desk.customFields.values(typed: form, for: kind(form), seesHidden: false)
        return draft
    }

    /// The other kinds of work are the desk's own.
    private static func kind(_ form: Form) -> TicketKind { form["kind"] == TicketKind.request.rawValue ? .request : .incident }
}

extension Urgency {
    fileprivate var wordForRequester: String {
        switch self {
        case .high: "I cannot work"
        case .medium: "I can work, but it is hard"
        case .low: "It can wait"
        }
    }
}

extension PortalPages {
    func addRaising(to table: inout RouteTable) {
        let (tickets, desk) = (tickets, desk)
        table.page("/portal/new", "Ask for help") { call in
            try Self.authoriseRaising(call)
            return Self.page(PortalNewForm(desk()))
        }
        table.form("/portal/new", "Ask for help") { call, form in
            try Self.authoriseRaising(call)
            do {
                let draft = PortalNewForm.draft(form, desk: desk())
                let ticket = try await tickets.create(draft, kind: draft.kind ?? .incident, as: call.principal)
                return .seeOther("/portal/tickets/\(ticket.number)", notice: "We have it: your ticket is \(ticket.number).")
            } catch let error as ITSMError where error.isForForm {
                var page = Self.page(PortalNewForm(desk(), form: form, error: error))
                page.status = error.status
                return .page(page)
            }
        }
    }

    private static func authoriseRaising(_ call: Call) throws {
        guard call.principal.holds(.createTickets) else { throw ITSMError.forbidden("You may not raise tickets.") }
    }

    private static func page(_ form: PortalNewForm) -> WebPage {
        WebPage(title: "Ask for help", template: "portal-new", view: form, place: "portal:new")
    }
}
