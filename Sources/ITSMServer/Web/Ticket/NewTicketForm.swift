import ITSMCore

/// The form in which an agent raises a ticket.
struct NewTicketForm: Sendable {
    let fields: [FormField]
    let faults: FormFaults?
    /// `high/low:medium`, one for each cell of the desk's matrix.
    let matrix: String
    /// What impact and urgency make of it as they stand.
    let priority: Mark

    init(_ caller: Principal, desk: DeskSnapshot, form: Form? = nil, error: ITSMError? = nil) {
        let faults = error.map { FormFaults($0) }
        self.faults = faults
        var values: [String: String] = [:]
        fields = Self.fields(for: caller, desk: desk).map { blank in
            var field = blank
            if let form { field.value = blank.typed(in: form) }
            field.fault = faults?[blank.name]
            values[field.name] = field.value
            return field.view
        }
        matrix = Impact.allCases.flatMap { impact in
            Urgency.allCases.map { "\(impact.rawValue)/\($0.rawValue):\(desk.matrix[impact, $0].rawValue)" }
        }.joined(separator: " ")
        let impact = values["impact"].flatMap(Impact.init) ?? desk.settings.defaultImpact
        let urgency = values["urgency"].flatMap(Urgency.init) ?? desk.settings.defaultUrgency
        priority = (values["priority"].flatMap(Priority.init) ?? desk.matrix[impact, urgency]).mark
    }

    private static func fields(for caller: Principal, desk: DeskSnapshot) -> [TicketField] {
        let choices = TicketChoices(desk: desk)
        var fields: [TicketField] = []
        func add(
            _ name: String, _ label: String, _ kind: TicketField.Kind, _ value: String = "", _ more: [(value: String, label: String)] = [],
            help: String? = nil, isRequired: Bool = false
        ) {
            var field = TicketField(name, label, kind, value)
            (field.choices, field.help, field.isRequired) = (more, help, isRequired)
            fields.append(field)
        }
        add("kind", "Kind", .choice, TicketKind.incident.rawValue, TicketKind.allCases.map { ($0.rawValue, $0.word) }, isRequired: true)
        add("title", "Title", .line, isRequired: true)
        if caller.holds(.createTicketsForOthers) {
            add("requester", "Requester", .person, help: "Username, email or name. Empty means you yourself.")
            let channels: [(Channel, String)] = [(.web, "On the web"), (.phone, "By phone"), (.inPerson, "In person"), (.email, "By email")]
            add("channel", "How it came in", .choice, Channel.web.rawValue, channels.map { ($0.0.rawValue, $0.1) }, isRequired: true)
        }
        add("description", "Description", .text, help: "Markdown: **bold**, - lists, `code`.")
        add(
            "impact", "Impact", .choice, desk.settings.defaultImpact.rawValue, choices.impacts, help: "How much of the business it touches.",
            isRequired: true)
        add(
            "urgency", "Urgency", .choice, desk.settings.defaultUrgency.rawValue, choices.urgencies, help: "How soon it must be solved.",
            isRequired: true)
        if caller.holds(.overridePriority) {
            add("priority", "Priority", .choice, "", choices.priorities)
            add("priorityReason", "Reason for a priority set by hand", .line)
        }
        add("service", "Service", .choice, "", choices.services)
        add("category", "Category", .choice, "", choices.categories)
        if caller.holds(.assignTickets) {
            add("group", "Group", .choice, "", choices.groups)
            add("assignee", "Assignee", .person, help: "Username, email or name.")
        }
        add("tags", "Tags", .line, help: "With commas between them.")
        add("confidential", "Confidential", .check, help: "Only requester, group, assignee and watchers see it.")
        return fields + desk.customFields.inputs(for: TicketKind.allCases, seesHidden: caller.seesHiddenFields)
    }

    /// What the form asks for.
    static func draft(_ form: Form, by caller: Principal, desk: DeskSnapshot) -> TicketDraft {
        var draft = TicketDraft(
            kind: TicketKind(rawValue: form["kind"]), title: form.text("title"), description: form.exact("description").nilIfEmpty,
            impact: Impact(rawValue: form["impact"]), urgency: Urgency(rawValue: form["urgency"]))
        draft.priority = Priority(rawValue: form["priority"])
        draft.priorityReason = draft.priority == nil ? nil : form.text("priorityReason")
        draft.requester = form.text("requester").map { RefInput($0) }
        draft.channel = Channel(rawValue: form["channel"])
        draft.service = form.text("service").map { RefInput($0) }
        draft.category = form.text("category")
        draft.group = form.text("group").map { RefInput($0) }
        draft.assignee = form.text("assignee").map { RefInput($0) }
        let tags = TicketChoices.tags(form["tags"])
        draft.tags = tags.isEmpty ? nil : tags
        draft.confidential = form.isChecked("confidential") ? true : nil
        draft.customFields = desk.customFields.values(typed: form, for: draft.kind ?? .incident, seesHidden: caller.seesHiddenFields)
        return draft
    }
}
