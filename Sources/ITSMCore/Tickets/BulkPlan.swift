/// A bulk change that has passed every check that needs no database.
///
/// Who may: up to `Limits.bulkTicketsByHand` tickets, what a person picks on a page, need no more than the right to each single change on each ticket. More
/// than that needs `tickets:bulk` as well, on each of them. Nobody who may change no ticket at all gets any further.
public struct BulkPlan: Sendable {
    /// Empty where a filter says which.
    let rows: [BulkEdit.Row]
    /// How many tickets it is for.
    let count: Int
    let changes: BulkEdit.Changes
    public let isAtomic: Bool
    public let isDryRun: Bool
    private let addedTags: [String]
    private let removedTags: Set<String>
    /// The people whom custom fields name, by field.
    let fieldPeople: [String: RefInput<User>]

    /// True when `tickets:bulk` is asked on each ticket.
    var needsBulkRight: Bool { count > Limits.bulkTicketsByHand }

    /// The rows that share a transaction.
    var chunks: [Range<Int>] {
        if isAtomic { return [rows.indices] }
        return stride(from: 0, to: rows.count, by: Limits.bulkChunk).map { $0..<min($0 + Limits.bulkChunk, rows.count) }
    }

    /// True when it is one transaction in any case.
    public var isOneTransaction: Bool { chunks.count == 1 }

    /// Few tickets are done as soon as a single one would be.
    public var lane: WorkLane { rows.count > Limits.bulkChunk ? .long : .request }

    /// - Throws: `forbidden` for who may not do such a thing at all, else 422 with every fault that is not one ticket's alone.
    init(_ edit: BulkEdit, desk: DeskSnapshot, as caller: Principal) throws {
        guard [.updateTickets, .assignTickets, .transitionTickets, .overridePriority].contains(where: { caller.holds($0) }) else {
            throw ITSMError.forbidden("You may not change tickets.")
        }
        var problems = ProblemList()
        rows = edit.tickets ?? []
        changes = edit.changes ?? BulkEdit.Changes()
        isAtomic = edit.atomic ?? false
        isDryRun = edit.dryRun ?? false
        count = edit.isByFilter ? edit.expectedCount ?? 0 : rows.count
        if edit.isByFilter { problems.checkFilter(of: edit) } else { problems.checkTickets(rows) }
        if changes == BulkEdit.Changes() { problems.add("/changes", .required, "Say what shall change.") }
        addedTags = problems.checkedTags(changes.addTags ?? [], "/changes/addTags")
        removedTags = Set(problems.checkedTags(changes.removeTags ?? [], "/changes/removeTags"))
        if changes.status == nil, changes.reason != nil || changes.pendingUntil != nil || changes.resolution != nil {
            problems.add("/changes/status", .required, "A reason, an end of a wait and a resolution belong to a change of status; send status too.")
        }
        do {
            fieldPeople = try TicketEdit(changes.patch, desk: desk, seesHidden: caller.seesHiddenFields).customFields.people
        } catch let error as ITSMError {
            fieldPeople = [:]
            problems.add(contentsOf: error.withinChanges.problems)
        }
        try problems.throwIfAny()
        if needsBulkRight, !caller.holds(.bulkTickets) {
            throw ITSMError.forbidden(
                "More than \(Limits.bulkTicketsByHand) tickets at once need the permission \(Permission.bulkTickets.rawValue); these are \(count)."
            )
        }
    }

    /// Authorises and decides the change of one ticket that is locked.
    ///
    /// - Throws: what the same changes, made one by one, would be refused with; pointers lead into `changes`.
    func apply(
        to record: inout TicketRecord, expecting expected: Int?, _ names: BulkNames, in service: TicketService, at now: Instant,
        as caller: Principal
    ) throws -> [Activity] {
        if needsBulkRight { try caller.require(.bulkTickets, on: record.audience(for: caller), to: "change it in bulk") }
        do {
            try record.ticket.expect(version: expected)
            var activity: [Activity] = []
            let patch = patch(for: record.ticket)
            if patch != TicketPatch() {
                activity = try service.edit(&record, patch, at: now, as: caller) { edit in
                    var problems = ProblemList()
                    edit.customFields = edit.customFields.resolved(in: names.people, &problems)
                    try problems.throwIfAny()
                    return TicketEditNames(assignee: names.assignee)
                }
            }
            if let status = changes.status, status != record.ticket.status {
                let request = TicketTransition(
                    to: status, reason: changes.reason, pendingUntil: changes.pendingUntil, resolution: changes.resolution)
                activity += try service.move(&record, request, at: now, as: caller) { (nil, nil) }
            }
            return activity
        } catch let error as ITSMError {
            throw error.withinChanges
        }
    }

    /// The edit that this is for one ticket: tags are added to those it has.
    private func patch(for ticket: Ticket) -> TicketPatch {
        var patch = changes.patch
        let tags = Set(ticket.tags).subtracting(removedTags).union(addedTags).sorted()
        if tags != ticket.tags { patch.tags = .value(tags) }
        return patch
    }
}

/// The people whom a bulk change names, found.
struct BulkNames: Sendable {
    var assignee: Patch<Ref<User>>
    /// Those whom custom fields name.
    var people: RefLookup<User>
}

extension ProblemList {
    fileprivate mutating func checkTickets(_ rows: [BulkEdit.Row]) {
        if rows.isEmpty { add("/tickets", .required, "Name at least one ticket, by its number or id; or say which with filter and expectedCount.") }
        if rows.count > Limits.bulkTickets {
            add(
                "/tickets", .tooLong,
                "These are \(rows.count) tickets; one bulk change names at most \(Limits.bulkTickets). Send them in several, or as a filter.")
        }
    }

    fileprivate mutating func checkFilter(of edit: BulkEdit) {
        if edit.tickets != nil { add("/tickets", "Name the tickets, or say which with a filter; not both.") }
        if edit.source == nil { add("/filter", .required, "Say which tickets, with filter or query.") }
        if edit.atomic == true { add("/atomic", "All or nothing is for tickets that are named; a change by filter is made in many steps.") }
        switch edit.expectedCount {
        case nil: add("/expectedCount", .required, "Say how many tickets the filter must find; GET /tickets with count=exact counts them.")
        case let count? where count < 1: add("/expectedCount", "It must be at least 1.")
        case let count? where count > Limits.bulkTicketsByFilter:
            add("/expectedCount", "One bulk change takes at most \(Limits.bulkTicketsByFilter) tickets. Narrow the filter.")
        default: break
        }
    }
}

extension BulkEdit.Changes {
    /// What all tickets have in common: everything but status and tags.
    fileprivate var patch: TicketPatch {
        var patch = TicketPatch()
        patch.assignee = assignee
        patch.group = group
        patch.priority = priority
        if let priorityReason { patch.priorityReason = .value(priorityReason) }
        patch.customFields = customFields
        return patch
    }
}

extension ITSMError {
    /// The same with pointers as the sender of a bulk change knows the fields.
    fileprivate var withinChanges: ITSMError {
        var error = self
        error.problems = problems.map { problem in
            let name = ["/to": "/status", "/tags": "/addTags"][problem.pointer] ?? problem.pointer
            return FieldProblem("/changes" + name, problem.code, problem.message)
        }
        return error
    }
}
