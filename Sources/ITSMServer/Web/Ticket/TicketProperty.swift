import ITSMCore

/// A field of a ticket as the panel shows it.
struct TicketProperty: Sendable {
    let name: String
    let label: String
    /// Where it is edited without scripts; nil where the reader may not.
    let edit: String?
    /// What the API has for it; scripts show it as chosen.
    let value: String
    var isStatus = false
    var isPriority = false
    var mark: Mark?
    var person: Shell.Person?
    var text: String?
    /// What stands for nothing: `Unassigned`.
    var none: String?
    /// `set by hand`.
    var hint: String?
    var tags: [String] = []
    /// Where it leads.
    var link: String?
    /// Where it is explained how it came to this; nil where there is nothing to explain, or not to this reader.
    var why: Why?

    struct Why: Sendable {
        let address: String
        let words: String
        /// For readers who do not see where it stands.
        let of: String
    }

    static func all(of story: TicketStory) -> [TicketProperty] {
        let (ticket, rights) = (story.ticket, story.rights)
        func edit(_ field: String, _ mayEdit: Bool) -> String? { mayEdit ? story.edit(field) : nil }
        func plain(_ name: String, _ label: String, _ value: String?, _ text: String?, none: String, _ mayEdit: Bool) -> TicketProperty {
            TicketProperty(name: name, label: label, edit: edit(name, mayEdit), value: value ?? "", text: text, none: text == nil ? none : nil)
        }
        var all = [
            TicketProperty(
                name: "status", label: "Status", edit: rights.moves.isEmpty ? nil : "#move", value: ticket.status.rawValue, isStatus: true,
                mark: ticket.status.mark),
            TicketProperty(
                name: "priority", label: "Priority", edit: edit("priority", rights.overridePriority), value: ticket.priority.rawValue,
                isPriority: true, mark: ticket.priority.mark, hint: ticket.priorityReason == nil ? nil : "set by hand"),
            TicketProperty(
                name: "assignee", label: "Assignee", edit: edit("assignee", rights.assign), value: ticket.assignee?.id.description ?? "",
                person: ticket.assignee.map(Shell.Person.init), none: ticket.assignee == nil ? "Unassigned" : nil),
            plain("group", "Group", ticket.group?.id.description, ticket.group?.name, none: "No group", rights.assign),
            plain("service", "Service", ticket.service?.id.description, ticket.service?.name, none: "No service", rights.update),
            plain("category", "Category", ticket.category, ticket.category, none: "No category", rights.update),
            plain("impact", "Impact", ticket.impact.rawValue, ticket.impact.rawValue.asWords, none: "", rights.update),
            plain("urgency", "Urgency", ticket.urgency.rawValue, ticket.urgency.rawValue.asWords, none: "", rights.update),
            TicketProperty(
                name: "tags", label: "Tags", edit: edit("tags", rights.update), value: ticket.tags.joined(separator: ", "),
                none: ticket.tags.isEmpty ? "No tags" : nil, tags: ticket.tags),
        ]
        if rights.note {
            let address = "/tickets/\(ticket.number)/assignment\(story.from)"
            for (name, holder) in [("assignee", ticket.assignee?.name), ("group", ticket.group?.name)] {
                guard let holder, let place = all.firstIndex(where: { $0.name == name }) else { continue }
                let isMe = name == "assignee" && ticket.assignee?.id == rights.caller
                all[place].why = .init(address: address, words: isMe ? "Why me?" : "Why?", of: "How it came to \(holder)")
            }
        }
        if let reason = ticket.pendingReason {
            all.insert(TicketProperty(name: "reason", label: "Waits for", edit: nil, value: "", text: reason), at: 1)
        }
        if let until = ticket.pendingUntil {
            all.insert(TicketProperty(name: "pendingUntil", label: "Until", edit: nil, value: "", text: story.time(until).full), at: 2)
        }
        if let reason = ticket.priorityReason {
            let place = all.firstIndex { $0.name == "assignee" } ?? all.endIndex
            all.insert(TicketProperty(name: "priorityReason", label: "Reason", edit: nil, value: "", text: reason), at: place)
        }
        if ticket.kind == .incident, rights.overridePriority || ticket.major {
            all.append(
                plain("major", "Major", ticket.major ? "true" : "false", ticket.major ? "Major incident" : "No", none: "", rights.overridePriority))
        }
        if let parent = ticket.parent {
            all.append(plain("parent", "Parent", parent.number.description, parent.number.description, none: "", rights.update))
        }
        return all + story.customFields.map { custom($0, story) }
    }

    private static func custom(_ field: CustomField, _ story: TicketStory) -> TicketProperty {
        let value = story.ticket.customFields[field.name] ?? .null
        let isEditable = story.editableFields.contains(field)
        var property = TicketProperty(
            name: field.inputName, label: field.label, edit: isEditable ? story.edit(field.inputName) : nil,
            value: value == .null ? "" : String(decoding: value.utf8, as: UTF8.self))
        switch (field.kind, value) {
        case (_, .null): property.none = "Not set"
        case (.multiChoice, .array(let values)): property.tags = values.map(field.words)
        case (.user, .string(let id)):
            property.person = ID<User>(id).map { Shell.Person(id: $0, name: field.shown(value, people: story.people)) }
        case (.url, .string(let address)): (property.text, property.link) = (address, address)
        default: property.text = field.shown(value, people: story.people)
        }
        return property
    }
}
