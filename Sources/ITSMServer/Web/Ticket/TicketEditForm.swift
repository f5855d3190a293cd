import ITSMCore

/// The form that edits all fields of a ticket at once.
///
/// It carries what stood in each field when it was made. So it knows what was typed, and where somebody else has set another value meanwhile it shows both.
struct TicketEditForm: Sendable {
    let number: String
    let address: String
    /// The list that the reader came from, with its question mark; or nothing.
    let from: String
    let title: String
    let version: Int
    let fields: [FormField]
    let faults: FormFaults?
    let isConflict: Bool

    init(_ story: TicketStory, form: Form? = nil, error: ITSMError? = nil) {
        number = story.ticket.number.description
        address = story.address
        from = story.from
        title = story.ticket.title
        version = story.ticket.version
        isConflict = error?.code == .versionMismatch
        let faults = isConflict ? nil : error.map { FormFaults($0) }
        self.faults = faults
        fields = Self.fields(of: story).map { current in
            var field = current
            field.was = current.value
            field.fault = faults?[current.name]
            if let form {
                let (typed, was) = (current.typed(in: form), form.exact("was.\(current.name)"))
                if typed != was {
                    field.value = typed
                    if current.value != was, current.value != typed { field.now = Self.shown(current) }
                }
            }
            return field.view
        }
    }

    /// What the form changes, compared with what stood in it.
    static func patch(_ story: TicketStory, _ form: Form) -> TicketPatch {
        var patch = TicketPatch()
        for field in fields(of: story) {
            let text = field.typed(in: form)
            if text != form.exact("was.\(field.name)") { patch.set(field.name, text) }
        }
        for field in story.editableFields {
            let text = field.input(nil).typed(in: form)
            if text != form.exact("was.\(field.inputName)") { patch.customFields[field.name] = field.value(typed: text) }
        }
        // A priority by hand and its reason belong together.
        if patch.priorityReason.set != nil, patch.priority.isAbsent { patch.set("priority", form["priority"]) }
        if patch.priority.set != nil { patch.priorityReason = .value(form["priorityReason"]) } else { patch.priorityReason = .absent }
        return patch
    }

    private static func shown(_ field: TicketField) -> String {
        switch field.kind {
        case .check: field.value.isEmpty ? "no" : "yes"
        case .choice: field.choices.first { $0.value == field.value }?.label ?? field.value
        case .several: field.choices.filter { field.value.split(separator: "\n").contains($0.value[...]) }.map(\.label).joined(separator: ", ")
        case .line, .text, .entry, .person: field.value.isEmpty ? "nothing" : field.value
        }
    }

    /// Those that the reader may edit, with what stands in them now.
    private static func fields(of story: TicketStory) -> [TicketField] {
        let (ticket, rights, choices) = (story.ticket, story.rights, TicketChoices(desk: story.desk))
        var fields: [TicketField] = []
        func add(_ name: String, _ label: String, _ kind: TicketField.Kind, _ value: String?, _ more: [(String, String)] = [], help: String? = nil) {
            var field = TicketField(name, label, kind, value ?? "")
            field.isRequired = ["title", "requester", "impact", "urgency"].contains(name)
            field.help = help
            field.choices = more.map { (value: $0.0, label: $0.1) }
            // An archived one stays while it is not changed.
            if kind == .choice, let value, !more.contains(where: { $0.0 == value }) {
                field.choices.append((value, shownName(name, ticket) ?? value))
            }
            fields.append(field)
        }
        if rights.update {
            add("title", "Title", .line, ticket.title)
            add("description", "Description", .text, ticket.description, help: "Markdown.")
        }
        if rights.changeRequester { add("requester", "Requester", .person, ticket.requester.name, help: "Username, email or name.") }
        if rights.update {
            add("impact", "Impact", .choice, ticket.impact.rawValue, choices.impacts)
            add("urgency", "Urgency", .choice, ticket.urgency.rawValue, choices.urgencies)
        }
        if rights.overridePriority {
            add("priority", "Priority", .choice, ticket.priorityReason == nil ? "" : ticket.priority.rawValue, choices.priorities)
            add("priorityReason", "Reason for a priority set by hand", .line, ticket.priorityReason)
        }
        if rights.update {
            add("category", "Category", .choice, ticket.category ?? "", choices.categories)
            add("service", "Service", .choice, ticket.service?.id.description ?? "", choices.services)
        }
        if rights.assign {
            add("group", "Group", .choice, ticket.group?.id.description ?? "", choices.groups)
            add("assignee", "Assignee", .person, ticket.assignee?.name, help: "Username, email or name; empty for nobody.")
        }
        if rights.update {
            add("tags", "Tags", .line, ticket.tags.joined(separator: ", "), help: "With commas between them.")
            add("parent", "Parent", .line, ticket.parent?.number.description, help: "The number of the ticket that this is part of.")
            add("confidential", "Confidential", .check, ticket.confidential ? "true" : "")
        }
        if rights.overridePriority, ticket.kind == .incident { add("major", "Major incident", .check, ticket.major ? "true" : "") }
        return fields + story.editableFields.map { $0.input(ticket.customFields[$0.name], people: story.people) }
    }

    private static func shownName(_ field: String, _ ticket: TicketView) -> String? {
        switch field {
        case "group": ticket.group?.name
        case "service": ticket.service?.name
        default: nil
        }
    }
}

extension TicketPatch {
    /// Sets a field from what a form says; nothing where the text means nothing.
    fileprivate mutating func set(_ field: String, _ text: String) {
        let optional: Patch<String> = text.isEmpty ? .null : .value(text)
        switch field {
        case "title": title = .value(text)
        case "description": description = optional
        case "requester": requester = text.isEmpty ? .null : .value(RefInput(text))
        case "impact": impact = Impact(rawValue: text).map(Patch.value) ?? .null
        case "urgency": urgency = Urgency(rawValue: text).map(Patch.value) ?? .null
        case "priority": priority = Priority(rawValue: text).map(Patch.value) ?? .null
        case "priorityReason": priorityReason = optional
        case "category": category = optional
        case "service": service = optional.map { RefInput($0) }
        case "group": group = optional.map { RefInput($0) }
        case "assignee": assignee = optional.map { RefInput($0) }
        case "tags": tags = .value(TicketChoices.tags(text))
        // What is no number names no ticket.
        case "parent": parent = optional.map { TicketReference(TicketKey($0) ?? .number(TicketNumber(kind: .incident, value: 0))) }
        case "confidential": confidential = .value(!text.isEmpty)
        case "major": major = .value(!text.isEmpty)
        default: break
        }
    }
}
