/// A draft that has passed every check that needs no database: rights, texts, and all that the desk's snapshot knows.
public struct TicketPlan: Sendable {
    let kind: TicketKind
    let title: String
    let description: String?
    let impact: Impact
    let urgency: Urgency
    let priority: Priority
    let priorityReason: String?
    let major: Bool
    let category: ID<Category>?
    let group: ID<SupportGroup>?
    let service: ID<BusinessService>?
    let channel: Channel
    let tags: [String]
    let customFields: TicketFieldValues
    let confidential: Bool
    let externalRef: Ticket.ExternalRef?
    /// The caller, when nil.
    let requester: RefInput<User>?
    let assignee: RefInput<User>?
    let parent: TicketKey?
    /// The rules that will be asked where it goes.
    let assignment: AssignmentPlan
    /// True when one of them may choose among the people of a group.
    private(set) var asksGroup = false

    /// True when people or a parent are named that only the database knows.
    var namesOthers: Bool { requester != nil || assignee != nil || parent != nil || !customFields.people.isEmpty }

    /// True when only the database knows who is named, or to whom it goes.
    public var needsLookUp: Bool { namesOthers || asksGroup }

    /// - Throws: `forbidden` with the pointer of every field that the caller may not set, else 422 with every fault.
    init(_ draft: TicketDraft, kind: TicketKind, desk: DeskSnapshot, as caller: Principal) throws {
        guard caller.holds(.createTickets) else { throw ITSMError.forbidden("You may not raise tickets.") }
        let forbidden = Self.forbiddenFields(of: draft, kind: kind, for: caller)
        guard forbidden.isEmpty else {
            throw ITSMError.forbidden(
                "You may raise this ticket, but not set \(forbidden.count == 1 ? "this field" : "these fields").", problems: forbidden)
        }
        var problems = ProblemList()
        problems.check(text: draft.title, "/title", limit: Limits.title)
        problems.check(text: draft.description, "/description", limit: Limits.longText, optional: true, multiline: true)
        tags = problems.checkedTags(draft.tags ?? [])
        if draft.priority != nil { problems.check(text: draft.priorityReason, "/priorityReason", limit: Limits.reason, multiline: true) }
        if draft.priority == nil, draft.priorityReason != nil {
            problems.add("/priorityReason", "A reason belongs to a priority that overrides the matrix; send priority too.")
        }
        if let ref = draft.externalRef {
            problems.check(text: ref.source, "/externalRef/source", limit: Limits.name)
            problems.check(text: ref.id, "/externalRef/id", limit: Limits.name)
        }
        category = problems.resolveCategory(draft.category, in: desk)
        group = problems.resolveGroup(draft.group, in: desk)
        service = problems.resolveService(draft.service, in: desk)
        customFields = TicketFieldValues(
            raising: kind, draft.customFields ?? [:], in: desk.customFields, seesHidden: caller.seesHiddenFields, &problems)
        try problems.throwIfAny()

        self.kind = kind
        title = draft.title ?? ""
        description = draft.description
        impact = draft.impact ?? desk.settings.defaultImpact
        urgency = draft.urgency ?? desk.settings.defaultUrgency
        priority = draft.priority ?? desk.matrix[impact, urgency]
        priorityReason = draft.priority == nil ? nil : draft.priorityReason
        major = draft.major ?? false
        channel = draft.channel ?? caller.origin.channel
        confidential = draft.confidential ?? false
        externalRef = draft.externalRef
        requester = draft.requester
        assignee = draft.assignee
        parent = draft.parent?.key
        assignment = AssignmentPlan(.create, desk: desk)
        // One that names others runs by itself in any case.
        if !namesOthers, assignment.choosesInGroups { asksGroup = assignment.mayAskGroup(about: subject(desk, caller)) }
    }

    /// The ticket that it will be, but for its id, its number and its times.
    private func subject(_ desk: DeskSnapshot, _ caller: Principal) -> ConditionSubject {
        let now = Instant(seconds: 0)
        let names = TicketPlanNames(requester: Ref(id: caller.id, name: caller.name))
        let ticket = Ticket.raise(self, names: names, id: caller.id.retyped(), at: now, by: caller)
        return ConditionSubject(ticket, caller: caller, now: now, names: ConditionNames(desk, people: [caller.id: caller.name]))
    }

    /// A requester sets title, description, category, service and urgency; who works tickets sets the rest as far as their rights go.
    private static func forbiddenFields(of draft: TicketDraft, kind: TicketKind, for caller: Principal) -> [FieldProblem] {
        var found: [FieldProblem] = []
        func need(_ isSet: Bool, _ pointer: String, _ isAllowed: Bool, _ permission: Permission) {
            if isSet, !isAllowed { found.append(FieldProblem(pointer, .forbidden, "Setting this needs the permission \(permission.rawValue).")) }
        }
        let works = caller.isAgent
        need(kind != .incident && kind != .request, "/kind", works, .updateTickets)
        need(draft.impact != nil, "/impact", works, .updateTickets)
        need(draft.channel != nil, "/channel", works, .updateTickets)
        need(draft.tags != nil, "/tags", works, .updateTickets)
        need(draft.parent != nil, "/parent", works, .updateTickets)
        need(draft.confidential != nil, "/confidential", works, .updateTickets)
        need(draft.externalRef != nil, "/externalRef", works, .updateTickets)
        need(draft.priority != nil, "/priority", caller.holds(.overridePriority), .overridePriority)
        need(draft.priorityReason != nil, "/priorityReason", caller.holds(.overridePriority), .overridePriority)
        need(draft.major != nil, "/major", caller.holds(.overridePriority), .overridePriority)
        need(draft.requester != nil, "/requester", caller.holds(.createTicketsForOthers), .createTicketsForOthers)
        need(draft.assignee != nil, "/assignee", caller.holds(.assignTickets), .assignTickets)
        need(draft.group != nil, "/group", caller.holds(.assignTickets), .assignTickets)
        return found
    }
}

/// What a plan's people and parent turned out to be.
struct TicketPlanNames: Sendable {
    var requester: Ref<User>
    var assignee: Ref<User>?
    var parent: TicketRef?
    /// Values and people of custom fields; nil where they are the plan's.
    var customFields: TicketFieldValues?
}

extension Ticket {
    /// Decides what a new ticket is. Its number comes from the database.
    static func raise(_ plan: TicketPlan, names: TicketPlanNames, id: ID<Ticket>, at now: Instant, by caller: Principal) -> Ticket {
        var ticket = Ticket(
            id: id, number: TicketNumber(kind: plan.kind, value: 0), title: plan.title, description: plan.description,
            status: plan.kind.lifecycle.initial, impact: plan.impact, urgency: plan.urgency, priority: plan.priority,
            priorityReason: plan.priorityReason, major: plan.major, category: plan.category, requester: names.requester.id, openedBy: caller.id,
            assignee: names.assignee?.id, group: plan.group, service: plan.service, channel: plan.channel, tags: plan.tags,
            customFields: (names.customFields ?? plan.customFields).values, parent: names.parent?.id, confidential: plan.confidential,
            externalRef: plan.externalRef, createdAt: now, updatedAt: now)
        if ticket.kind == .incident, ticket.assignee != nil { ticket.status = .assigned }
        // Who takes a call has answered it.
        if caller.isAgent, caller.id != ticket.requester, plan.channel == .phone || plan.channel == .inPerson { ticket.firstRespondedAt = now }
        return ticket
    }

    /// What the record says of a ticket's birth; the SLA ledger begins from it.
    ///
    /// - Parameter hidden: the custom fields that requesters do not see; what they hold stands apart.
    func created(hiding hidden: Set<String>) -> [Activity] {
        var concealed = FieldChanges()
        concealed.noteCustomFields(from: [:], to: customFields, where: hidden.contains)
        let shown = customFields.filter { !hidden.contains($0.key) }
        let rest = Activity(
            .ticketUpdated, on: .init(.ticket, id), ticket: id, isRestricted: true, payload: concealed.payload, occurredAt: createdAt)
        return [created(with: shown)] + (concealed.isEmpty ? [] : [rest])
    }

    private func created(with customFields: [String: JSONValue]) -> Activity {
        var payload: [String: JSONValue] = [
            "kind": .string(kind.rawValue), "status": .string(status.rawValue), "impact": .string(impact.rawValue),
            "urgency": .string(urgency.rawValue), "priority": .string(priority.rawValue), "major": .bool(major),
            "category": .optional(category?.description), "requester": .string(requester.description),
            "assignee": .optional(assignee?.description),
            "group": .optional(group?.description), "service": .optional(service?.description), "channel": .string(channel.rawValue),
            "confidential": .bool(confidential), "tags": .array(tags.map(JSONValue.string)), "answered": .bool(firstRespondedAt == createdAt),
        ]
        if !customFields.isEmpty { payload["customFields"] = .object(customFields) }
        return Activity(.ticketCreated, on: .init(.ticket, id), ticket: id, payload: .object(payload), occurredAt: createdAt)
    }
}

extension ProblemList {
    /// Trimmed, lower case, sorted, each once.
    mutating func checkedTags(_ tags: [String], _ pointer: String = "/tags") -> [String] {
        if tags.count > Limits.tagsPerTicket {
            add(pointer, .tooLong, "A ticket has at most \(Limits.tagsPerTicket) tags; these are \(tags.count).")
        }
        for (place, tag) in tags.enumerated() {
            // A place alone tells a person nothing.
            let start = tag.prefix(20) + (tag.count > 20 ? "…" : "")
            check(text: tag, "\(pointer)/\(place)", name: "Tag \(place + 1), “\(start)”,", limit: Limits.tag)
        }
        return Set(tags.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased() }).sorted()
    }

    mutating func resolveCategory(_ path: String?, in desk: DeskSnapshot) -> ID<Category>? {
        guard let path else { return nil }
        if let id = desk.category(path: path) { return id }
        add("/category", "There is no category \(path.debugDescription); GET /categories lists them.")
        return nil
    }

    mutating func resolveGroup(_ input: RefInput<SupportGroup>?, in desk: DeskSnapshot) -> ID<SupportGroup>? {
        guard let input else { return nil }
        if let id = desk.resolve(group: input) { return id }
        add("/group", "There is no such group that can be picked; GET /groups lists them.")
        return nil
    }

    mutating func resolveService(_ input: RefInput<BusinessService>?, in desk: DeskSnapshot) -> ID<BusinessService>? {
        guard let input else { return nil }
        if let id = desk.resolve(service: input) { return id }
        add("/service", "There is no such service that can be picked; GET /services lists them.")
        return nil
    }
}
