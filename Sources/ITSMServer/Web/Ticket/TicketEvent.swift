import ITSMCore

/// One thing that happened to a ticket, in plain words: who, then what they did.
struct TicketEvent: Sendable, Hashable {
    let icon: String
    /// `warn` where it needs attention; empty otherwise.
    let style: String
    /// `set Pending requester: waiting for the invoice`.
    let words: String
    /// What the words speak of, where it has a page of its own.
    let link: Link?

    struct Link: Sendable, Hashable {
        let address: String
        let label: String
    }

    init(_ icon: String, _ words: String, link: Link? = nil, style: String = "") {
        self.icon = icon
        self.style = style
        self.words = words
        self.link = link
    }
}

/// Turns activity into words; nil for what the thread shows in another way, and for what speaks of a ticket that the reader may not see.
struct EventWords: Sendable {
    let thread: TicketThread
    let desk: DeskSnapshot
    let time: ScreenTime
    /// Of the files that are still there, by id.
    let files: [String: String]

    func event(_ entry: ActivityEntry) -> TicketEvent? {
        guard !entry.redacted, let values = entry.changes?.value else { return redacted(entry) }
        switch entry.kind {
        case .ticketCreated: return TicketEvent("plus", entry.channel == .import ? "raised it elsewhere" : "raised it")
        case .ticketUpdated: return updated(values)
        case .ticketAssigned: return assigned(values, by: entry.principal.id)
        case .ticketStatusChanged: return moved(values)
        case .attachmentAdded: return values["comment"]?.string == nil ? file(values, "added") : nil
        case .attachmentDeleted: return TicketEvent("clip", "removed the file \(values["fileName"]?.string ?? "")")
        case .attachmentRedacted: return TicketEvent("lock", "redacted a file: \(values["reason"]?.string ?? "")")
        case .linkAdded: return linked(values, added: true)
        case .linkRemoved: return linked(values, added: false)
        case .watcherAdded: return watched(values, by: entry.principal.id, begins: true)
        case .watcherRemoved: return watched(values, by: entry.principal.id, begins: false)
        case .activityRedacted: return TicketEvent("lock", "took the values out of an earlier entry")
        case .slaBreached: return breached(values)
        case .escalationFired: return escalated(values)
        case .escalationPassedOver: return passedOver(values)
        // Messages bear their own marks.
        default: return nil
        }
    }

    /// That it happened is still told.
    private func redacted(_ entry: ActivityEntry) -> TicketEvent? {
        switch entry.kind {
        case .ticketCommented, .commentEdited, .commentDeleted, .commentRedacted: nil
        default: TicketEvent("lock", "did something whose values were taken out (\(entry.kind.rawValue))")
        }
    }

    // MARK: Fields

    private func updated(_ values: JSONValue) -> TicketEvent? {
        guard case .object(let fields) = values else { return nil }
        if let major = fields["major"], fields.count == 1 {
            return major["new"] == true
                ? TicketEvent("alert", "declared a major incident", style: "warn") : TicketEvent("alert", "ended the major incident")
        }
        let custom = desk.customFields.all.compactMap { field in
            fields[CustomField.changeName(field.name)].map { change(field, $0["old"] ?? .null, $0["new"] ?? .null) }
        }
        let phrases =
            Self.order.compactMap { name in fields[name].flatMap { phrase(name, $0["old"] ?? .null, $0["new"] ?? .null, fields) } } + custom
        return phrases.isEmpty ? nil : TicketEvent(fields["priority"] == nil ? "sliders" : "flag", phrases.joined(separator: "; "))
    }

    private static let order = [
        "title", "description", "priority", "priorityReason", "impact", "urgency", "major", "category", "service", "requester", "parent", "tags",
        "confidential", "pendingUntil",
    ]

    private func phrase(_ field: String, _ old: JSONValue, _ new: JSONValue, _ all: [String: JSONValue]) -> String? {
        switch field {
        case "title": return "renamed it from “\(old.string ?? "")” to “\(new.string ?? "")”"
        case "description": return "changed the description"
        case "priority":
            let reason = all["priorityReason"]?["new"]?.string.map { ": \($0)" } ?? ""
            return change("priority", old.string?.asWords, new.string?.asWords) + reason
        case "priorityReason":
            if all["priority"] != nil { return nil }
            return new.string.map { "gave the priority a reason: \($0)" } ?? "left the priority to impact and urgency"
        case "impact", "urgency": return change(field, old.string?.asWords, new.string?.asWords)
        case "major": return new == true ? "declared a major incident" : "ended the major incident"
        case "category": return change(field, path(old), path(new))
        case "service": return change(field, service(old), service(new))
        case "requester": return change(field, person(old), person(new))
        case "parent": return change(field, ticket(old), ticket(new))
        case "tags": return tags(from: Self.texts(old), to: Self.texts(new))
        case "confidential": return new == true ? "made it confidential" : "made it open to all who may read tickets"
        case "pendingUntil":
            return new.string.flatMap(Instant.init).map { "set the end of the wait to \(time($0).full)" } ?? "took the end of the wait away"
        default: return nil
        }
    }

    private func change(_ field: CustomField, _ old: JSONValue, _ new: JSONValue) -> String {
        func words(_ value: JSONValue) -> String? { value == .null ? nil : field.shown(value, people: thread.people) }
        return change(field.label, words(old), words(new))
    }

    private func change(_ field: String, _ old: String?, _ new: String?) -> String {
        switch (old, new) {
        case (let old?, let new?): "changed the \(field) from \(old) to \(new)"
        case (nil, let new?): "set the \(field) to \(new)"
        case (let old?, nil): "took the \(field) \(old) away"
        case (nil, nil): "changed the \(field)"
        }
    }

    private func tags(from old: [String], to new: [String]) -> String {
        let (added, removed) = (new.filter { !old.contains($0) }, old.filter { !new.contains($0) })
        let parts = [added.isEmpty ? nil : "added \(Self.named("tag", added))", removed.isEmpty ? nil : "removed \(Self.named("tag", removed))"]
        return parts.compactMap(\.self).joined(separator: " and ")
    }

    // MARK: Hands and states

    private func assigned(_ values: JSONValue, by author: ID<User>) -> TicketEvent? {
        var phrases: [String] = []
        if let change = values["assignee"] {
            let id = change["new"]?.string.flatMap { ID<User>($0) }
            switch id {
            case author?: phrases.append("took it")
            case .some: phrases.append("assigned it to \(person(change["new"] ?? .null) ?? "somebody")")
            case nil: phrases.append("took it from \(person(change["old"] ?? .null) ?? "its assignee")")
            }
        }
        if let change = values["group"] {
            phrases.append(group(change["new"] ?? .null).map { "sent it to \($0)" } ?? "took it from \(group(change["old"] ?? .null) ?? "its group")")
        }
        return phrases.isEmpty ? nil : TicketEvent("userplus", phrases.joined(separator: " and "))
    }

    private func moved(_ values: JSONValue) -> TicketEvent? {
        guard let status = values["status"]?["new"]?.string.flatMap(TicketStatus.init) else { return nil }
        var words = "set \(status.word)"
        if let code = values["resolution"]?["new"]?.string { words += " (\(code.asWords.lowercased()))" }
        if let until = values["pendingUntil"]?["new"]?.string.flatMap(Instant.init) { words += " until \(time(until).full)" }
        if let reason = values["reason"]?["new"]?.string { words += ": \(reason)" }
        return TicketEvent(status.mark.icon, words)
    }

    // MARK: What hangs on it

    private func file(_ values: JSONValue, _ verb: String) -> TicketEvent {
        let name = values["fileName"]?.string ?? ""
        guard let address = values["attachment"]?.string.flatMap({ files[$0] }) else { return TicketEvent("clip", "\(verb) the file \(name)") }
        return TicketEvent("clip", "\(verb) the file", link: .init(address: address, label: name))
    }

    private func linked(_ values: JSONValue, added: Bool) -> TicketEvent? {
        guard let other = values["ticket"]?.string.flatMap({ ID<Ticket>($0) }).flatMap({ thread.tickets[$0] }),
            let type = values["type"]?.string.flatMap(TicketLink.Kind.init),
            let direction = values["direction"]?.string.flatMap(TicketLink.Direction.init)
        else { return nil }
        let words = added ? "linked it, as it \(type.words(direction))" : "removed the link, by which it \(type.words(direction))"
        return TicketEvent("link", words, link: .init(address: "/tickets/\(other.number)", label: "\(other.number)"))
    }

    private func watched(_ values: JSONValue, by author: ID<User>, begins: Bool) -> TicketEvent {
        let id = values["user"]?.string.flatMap { ID<User>($0) }
        if id == author { return TicketEvent("eye", begins ? "began to watch" : "stopped watching") }
        let name = person(values["user"] ?? .null) ?? "somebody"
        return TicketEvent("eye", begins ? "made \(name) a watcher" : "took \(name) from the watchers")
    }

    // MARK: Promises

    private func breached(_ values: JSONValue) -> TicketEvent {
        TicketEvent("clock", "noted that the \(Self.clock(values)) passed its target\(Self.goal(values))", style: "warn")
    }

    private func escalated(_ values: JSONValue) -> TicketEvent {
        var done: [String] = []
        if case .array(let actions) = values["actions"] { done = actions.compactMap(Self.outcome) }
        let name = values["rule"]?["name"]?.string ?? ""
        return TicketEvent(
            "bell", "followed the escalation rule \(name) for the \(Self.clock(values))\(done.isEmpty ? "" : ": \(done.joined(separator: ", "))")",
            style: "warn")
    }

    private func passedOver(_ values: JSONValue) -> TicketEvent {
        let parts = values["condition"].map(ConditionWords.parts) ?? []
        return TicketEvent(
            "bell",
            "left the escalation rule \(values["rule"]?["name"]?.string ?? "") for the \(Self.clock(values)) alone, as its condition did not hold"
                + (parts.isEmpty ? "" : " (\(parts.dropFirst(parts.count > 1 ? 1 : 0).joined(separator: "; ")))"))
    }

    private static func clock(_ values: JSONValue) -> String {
        values["timer"]?.string.flatMap(SLACycle.Name.init)?.metric.words ?? "clock"
    }

    private static func goal(_ values: JSONValue) -> String {
        if case .integer(let seconds) = values["goalSeconds"] { " of \(WorkingTime.text(seconds))" } else { "" }
    }

    /// What an action of a rule did; nil where it found nothing to do.
    private static func outcome(_ value: JSONValue) -> String? {
        let result = value["result"]?.string ?? ""
        switch (value["action"]?.string ?? "", result) {
        case (_, "unchanged"): return nil
        case (let action, "refused"): return "could not \(action.asWords.lowercased())\(value["reason"]?.string.map { ": \($0)" } ?? "")"
        case (_, "leftToAHigherRule"): return "left telling people to a later rule"
        case ("notify", _): return result
        case ("escalate", _): return "raised it to \(result)"
        case ("assign", _): return "assigned it"
        case ("raisePriority", _): return "raised the priority"
        case ("addWatcher", _): return "added a watcher"
        case ("comment", _): return "wrote to the thread"
        default: return nil
        }
    }

    // MARK: Names

    private func person(_ value: JSONValue) -> String? { value.string.flatMap { ID<User>($0) }.map { thread.people[$0] ?? "somebody" } }
    private func group(_ value: JSONValue) -> String? { value.string.flatMap { ID<SupportGroup>($0) }.flatMap { desk.groups[$0]?.name } }
    private func service(_ value: JSONValue) -> String? { value.string.flatMap { ID<BusinessService>($0) }.flatMap { desk.services[$0]?.name } }
    private func path(_ value: JSONValue) -> String? { value.string.flatMap { ID<ITSMCore.Category>($0) }.flatMap { desk.path(of: $0) } }

    private func ticket(_ value: JSONValue) -> String? {
        value.string.flatMap { ID<Ticket>($0) }.map { thread.tickets[$0]?.number.description ?? "another ticket" }
    }

    private static func texts(_ value: JSONValue) -> [String] { if case .array(let values) = value { values.compactMap(\.string) } else { [] } }
    private static func named(_ noun: String, _ names: [String]) -> String {
        "the \(noun)\(names.count == 1 ? "" : "s") \(names.joined(separator: ", "))"
    }
}

extension TicketLink.Kind {
    /// The link as read from one of its ends: this ticket … the other.
    func words(_ direction: TicketLink.Direction) -> String {
        switch (self, direction) {
        case (.relates, _): "relates to"
        case (.duplicates, .outward): "duplicates"
        case (.duplicates, .inward): "is duplicated by"
        case (.causes, .outward): "causes"
        case (.causes, .inward): "is caused by"
        case (.resolvedBy, .outward): "is resolved by"
        case (.resolvedBy, .inward): "resolves"
        case (.blocks, .outward): "blocks"
        case (.blocks, .inward): "is blocked by"
        }
    }
}
