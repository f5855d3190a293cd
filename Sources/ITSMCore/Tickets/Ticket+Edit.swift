/// A patch that has passed every check that needs no database, with its names resolved.
struct TicketEdit: Sendable {
    var patch: TicketPatch
    var tags: [String]?
    var category: Patch<ID<Category>>
    var group: Patch<ID<SupportGroup>>
    var service: Patch<ID<BusinessService>>
    var customFields: TicketFieldValues
    /// The custom fields that requesters do not see.
    let hiddenFields: Set<String>

    /// - Parameters:
    ///   - ticket: what is edited; nil where that is not known yet.
    ///   - seesHidden: whether the caller sees the custom fields that requesters do not.
    /// - Throws: 422 with every fault.
    init(_ patch: TicketPatch, desk: DeskSnapshot, on ticket: Ticket? = nil, seesHidden: Bool = false) throws {
        var problems = ProblemList()
        func checkRequired<Value>(_ field: Patch<Value>, _ pointer: String) {
            if case .null = field { problems.add(pointer, .required, "\(ProblemList.name(pointer)) cannot be cleared.") }
        }
        checkRequired(patch.title, "/title")
        checkRequired(patch.impact, "/impact")
        checkRequired(patch.urgency, "/urgency")
        checkRequired(patch.requester, "/requester")
        checkRequired(patch.major, "/major")
        checkRequired(patch.confidential, "/confidential")
        problems.check(text: patch.title.set, "/title", limit: Limits.title, optional: patch.title.set == nil)
        problems.check(text: patch.description.set, "/description", limit: Limits.longText, optional: true, multiline: true)
        if patch.priority.set != nil {
            problems.check(text: patch.priorityReason.set, "/priorityReason", limit: Limits.reason, multiline: true)
        } else if patch.priorityReason.set != nil {
            problems.add("/priorityReason", "A reason belongs to a priority that overrides the matrix; send priority too.")
        }
        tags = patch.tags.isAbsent ? nil : problems.checkedTags(patch.tags.set ?? [])
        category = Self.resolved(patch.category, problems.resolveCategory(patch.category.set, in: desk))
        group = Self.resolved(patch.group, problems.resolveGroup(patch.group.set, in: desk))
        service = Self.resolved(patch.service, problems.resolveService(patch.service.set, in: desk))
        customFields = TicketFieldValues(
            editing: patch.customFields, of: ticket?.kind, standing: ticket?.customFields ?? [:], in: desk.customFields, seesHidden: seesHidden,
            &problems)
        hiddenFields = desk.customFields.hiddenNames
        self.patch = patch
        try problems.throwIfAny()
    }

    private static func resolved<Input, Output>(_ input: Patch<Input>, _ output: Output?) -> Patch<Output> {
        switch input {
        case .absent: .absent
        case .null: .null
        case .value: output.map(Patch.value) ?? .absent
        }
    }
}

extension TicketPatch {
    /// The rights that the fields of this patch need, by pointer.
    func forbiddenFields(for caller: Principal, on ticket: TicketAudience) -> [FieldProblem] {
        var found: [FieldProblem] = []
        func need(_ pointer: String, _ isAbsent: Bool, _ permission: Permission) {
            if !isAbsent, !caller.may(permission, on: ticket) {
                found.append(FieldProblem(pointer, .forbidden, "Changing this needs the permission \(permission.rawValue)."))
            }
        }
        for (pointer, isAbsent) in [
            ("/title", title.isAbsent), ("/description", description.isAbsent), ("/impact", impact.isAbsent),
            ("/urgency", urgency.isAbsent), ("/category", category.isAbsent), ("/service", service.isAbsent), ("/tags", tags.isAbsent),
            ("/parent", parent.isAbsent), ("/confidential", confidential.isAbsent), ("/pendingUntil", pendingUntil.isAbsent),
        ] {
            need(pointer, isAbsent, .updateTickets)
        }
        for name in customFields.keys.sorted() { need("/customFields".appending(pointerToken: name), false, .updateTickets) }
        need("/requester", requester.isAbsent, .createTicketsForOthers)
        need("/assignee", assignee.isAbsent, .assignTickets)
        need("/group", group.isAbsent, .assignTickets)
        need("/priority", priority.isAbsent, .overridePriority)
        need("/priorityReason", priorityReason.isAbsent, .overridePriority)
        need("/major", major.isAbsent, .overridePriority)
        return found
    }
}

extension Ticket {
    /// Decides what an edit changes; `people` and `parent` are what its references turned out to be. Bumps the version if anything changed.
    ///
    /// - Throws: 422 where the edit contradicts the ticket's state.
    mutating func apply(
        _ edit: TicketEdit, requester newRequester: ID<User>?, assignee newAssignee: Patch<ID<User>>, parent newParent: Patch<ID<Ticket>>,
        matrix: PriorityMatrix, at now: Instant
    ) throws -> [Activity] {
        let before = self
        let patch = edit.patch
        if let value = patch.title.set { title = value }
        description = patch.description.applied(to: description)
        if let value = patch.impact.set { impact = value }
        if let value = patch.urgency.set { urgency = value }
        applyPriority(patch, matrix: matrix)
        if let value = patch.major.set { major = value }
        if let value = patch.confidential.set { confidential = value }
        if let value = newRequester { requester = value }
        category = edit.category.applied(to: category)
        service = edit.service.applied(to: service)
        group = edit.group.applied(to: group)
        assignee = newAssignee.applied(to: assignee)
        parent = newParent.applied(to: parent)
        if let value = edit.tags { tags = value }
        customFields = edit.customFields.applied(to: customFields)
        if !patch.pendingUntil.isAbsent {
            guard status.isWait else {
                throw ITSMError.invalid("/pendingUntil", "Only a ticket that waits has an end of its wait; this one is \(status.rawValue).")
            }
            if let until = patch.pendingUntil.set, until <= now {
                throw ITSMError.invalid("/pendingUntil", "The end of a wait lies in the future; it is now \(now).")
            }
            pendingUntil = patch.pendingUntil.applied(to: pendingUntil)
        }
        if parent == id { throw ITSMError.invalid("/parent", "A ticket cannot be its own parent.") }
        if kind == .incident, status == .new, assignee != nil { status = .assigned }
        return changed(since: before, hiding: edit.hiddenFields, at: now)
    }

    private mutating func applyPriority(_ patch: TicketPatch, matrix: PriorityMatrix) {
        if let value = patch.priority.set {
            priority = value
            priorityReason = patch.priorityReason.set
        } else if case .null = patch.priority {
            priorityReason = nil
        }
        // An override stays when impact or urgency changes.
        if priorityReason == nil { priority = matrix[impact, urgency] }
    }

    /// The activity that says how `self` differs from `before`, and the rise of the version that goes with it.
    ///
    /// - Parameter hidden: the custom fields that requesters do not see; their changes stand apart. None where no custom field can have changed.
    mutating func changed(since before: Ticket, reason: String? = nil, hiding hidden: Set<String> = [], at now: Instant) -> [Activity] {
        guard self != before else { return [] }
        version = before.version + 1
        updatedAt = max(now, before.updatedAt)
        var assignment = FieldChanges()
        assignment.note("assignee", from: .optional(before.assignee?.description), to: .optional(assignee?.description))
        assignment.note("group", from: .optional(before.group?.description), to: .optional(group?.description))
        var status = FieldChanges()
        status.note("status", from: .string(before.status.rawValue), to: .string(self.status.rawValue))
        var fields = fieldChanges(since: before)
        if !status.isEmpty {
            // What a change of state brings along stands with it.
            status.note("pendingUntil", from: .optional(before.pendingUntil?.description), to: .optional(pendingUntil?.description))
            status.note("resolution", from: .optional(before.resolution?.code?.rawValue), to: .optional(resolution?.code?.rawValue))
            if let reason { status.note("reason", from: .null, to: .string(reason)) }
        } else {
            fields.note("pendingUntil", from: .optional(before.pendingUntil?.description), to: .optional(pendingUntil?.description))
        }
        fields.noteCustomFields(from: before.customFields, to: customFields) { !hidden.contains($0) }
        var concealed = FieldChanges()
        concealed.noteCustomFields(from: before.customFields, to: customFields, where: hidden.contains)
        return [
            (Activity.Kind.ticketUpdated, fields, false), (.ticketUpdated, concealed, true), (.ticketAssigned, assignment, false),
            (.ticketStatusChanged, status, false),
        ]
        .filter { !$0.1.isEmpty }
        .map { Activity($0.0, on: .init(.ticket, id), ticket: id, isRestricted: $0.2, payload: $0.1.payload, occurredAt: updatedAt) }
    }

    private func fieldChanges(since before: Ticket) -> FieldChanges {
        var changes = FieldChanges()
        changes.note("title", from: .string(before.title), to: .string(title))
        changes.note("description", from: .optional(before.description), to: .optional(description))
        changes.note("impact", from: .string(before.impact.rawValue), to: .string(impact.rawValue))
        changes.note("urgency", from: .string(before.urgency.rawValue), to: .string(urgency.rawValue))
        changes.note("priority", from: .string(before.priority.rawValue), to: .string(priority.rawValue))
        changes.note("priorityReason", from: .optional(before.priorityReason), to: .optional(priorityReason))
        changes.note("major", from: .bool(before.major), to: .bool(major))
        changes.note("confidential", from: .bool(before.confidential), to: .bool(confidential))
        changes.note("category", from: .optional(before.category?.description), to: .optional(category?.description))
        changes.note("requester", from: .string(before.requester.description), to: .string(requester.description))
        changes.note("service", from: .optional(before.service?.description), to: .optional(service?.description))
        changes.note("parent", from: .optional(before.parent?.description), to: .optional(parent?.description))
        changes.note("tags", from: .array(before.tags.map(JSONValue.string)), to: .array(tags.map(JSONValue.string)))
        return changes
    }
}
