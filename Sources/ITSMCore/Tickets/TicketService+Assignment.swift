/// Assignment rules act within the transaction that raises a ticket, or changes what it is about.
extension TicketService {
    /// What the rules made of a ticket, to be announced once the ticket is saved.
    struct Assignment {
        /// How the ticket differs by it.
        var changes: [Activity] = []
        /// The record of what was asked; nil where there was nothing to ask.
        fileprivate var decided: Activity?
        fileprivate var automation = Principal.automation()

        func announce(in tx: any Transaction) throws {
            try tx.activity.append(changes + (decided.map { [$0] } ?? []), by: automation)
        }
    }

    /// Asks the rules about a ticket that is about to be raised, and follows them. Reads nothing unless a rule chooses within a group, or names a person
    /// of a custom field that the ticket has.
    func assign(_ record: inout TicketRecord, by plan: AssignmentPlan, in tx: any Transaction, as caller: Principal) throws -> Assignment {
        guard !plan.rules.isEmpty else { return Assignment() }
        let ticket = record.ticket
        var names = ConditionNames(plan.desk, people: record.peopleNames, parent: record.parent)
        if plan.namesPerson(of: ticket) {
            names.people.merge(try tx.names(for: plan.conditions, of: ticket, desk: plan.desk).people) { known, _ in known }
        }
        let subject = ConditionSubject(ticket, caller: caller, now: ticket.createdAt, names: names)
        let assignment = try follow(plan, subject, .init(group: ticket.group == nil, assignee: ticket.assignee == nil), &record, in: tx)
        // Nobody has read it before, so this is its first version.
        record.ticket.version = ticket.version
        return assignment
    }

    /// Asks the rules again about a ticket, under its lock, that has another category or service than before; saves and announces what they change.
    ///
    /// What a person chose stays; what a rule had set, and what is open, may change.
    ///
    /// - Parameter patch: the edit that made it so, which is saved already.
    func reassign(
        _ record: inout TicketRecord, since before: TicketRecord, by patch: TicketPatch, in tx: any Transaction, as caller: Principal
    ) throws {
        let (old, ticket) = (before.ticket, record.ticket)
        let isAtWork = ticket.status.category == .open || ticket.status.category == .pending
        guard old.category != ticket.category || old.service != ticket.service, isAtWork else { return }
        let plan = AssignmentPlan(.recategorise, desk: desk())
        guard !plan.rules.isEmpty, caller.origin.depth < Limits.causationDepth else { return }
        let origins = try tx.assignmentRules.origins(of: ticket.id)
        let freedom = AssignmentPlan.Freedom(
            group: patch.group.set == nil && (ticket.group == nil || origins.group?.isRule ?? false),
            assignee: patch.assignee.set == nil && (ticket.assignee == nil || origins.assignee?.isRule ?? false))
        var names = try tx.names(for: plan.conditions, of: ticket, previous: old, desk: plan.desk)
        names.people.merge(before.peopleNames.merging(record.peopleNames) { $1 }) { $1 }
        names.parent = record.parent
        let subject = ConditionSubject(ticket, previous: old, caller: caller, now: ticket.updatedAt, names: names)
        let assignment = try follow(plan, subject, freedom, &record, in: tx)
        if !assignment.changes.isEmpty {
            try followClocks(&record.ticket, since: ticket, .changed, in: tx)
            try tx.tickets.update(record.ticket)
        }
        try assignment.announce(in: tx)
    }

    private func follow(
        _ plan: AssignmentPlan, _ subject: ConditionSubject, _ freedom: AssignmentPlan.Freedom, _ record: inout TicketRecord, in tx: any Transaction
    ) throws -> Assignment {
        let decision = try plan.decide(subject, freedom: freedom) { rule, group in
            try tx.assignmentRules.lockPool(rule.id, of: group, weights: rule.choice.asksLoad ? Priority.weights : nil)
        }
        let id = record.ticket.id
        for answer in decision.asked {
            if let person = answer.setAssignee, answer.choice?.asksGroup ?? false { try tx.assignmentRules.takeTurn(person.id, of: answer.rule.id) }
            guard answer.outcome == .failed, let message = answer.error else { continue }
            try tx.assignmentRules.insert(
                AssignmentFault(rule: answer.rule.id, version: answer.version, ticket: id, message: message, at: subject.now))
        }
        var automation = Principal.automation(
            cause: decision.decisive.map { "\(AssignmentRule.causePrefix)\($0.rule.id)" }, depth: subject.caller.origin.depth + 1)
        automation.origin.requestID = subject.caller.origin.requestID
        let changes = record.ticket.follow(decision, at: subject.now)
        record.assigneeName = decision.assignee?.name
        let decided = Activity(
            .assignmentDecided, on: .init(.ticket, id), ticket: id, isRestricted: true, payload: decision.json, occurredAt: record.ticket.updatedAt)
        return Assignment(changes: changes, decided: decided, automation: automation)
    }

    // MARK: Why me?

    /// The decisions that are told of one ticket.
    private static let decisionsShown = PageRequest(limit: 20)!

    /// What the rules decided about a ticket, the newest first, and by whose hand it is where it is.
    ///
    /// - Throws: `notFound` where the caller may not see the ticket; `forbidden` for those who see no work notes of it.
    public func assignmentStory(of key: TicketKey, as caller: Principal) async throws -> AssignmentStory {
        try await database.read { try assignmentStory(of: key, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func assignmentStory(of key: TicketKey, in tx: any Transaction, as caller: Principal) throws -> AssignmentStory {
        let record = try tx.tickets.find(key, visibleTo: caller)
        let ticket = record.ticket
        guard caller.seesNotes(of: record.audience(for: caller)) else {
            throw ITSMError.forbidden("You may see this ticket, but not why it went where it is.")
        }
        var filter = ActivityFilter()
        filter.kinds = [.assignmentDecided]
        filter.ticket = .id(ticket.id)
        let entries = try tx.activity.list(filter, page: Self.decisionsShown, for: caller).items
        let origins = try tx.assignmentRules.origins(of: ticket.id)
        let desk = desk()
        return AssignmentStory(
            ticket: TicketRef(ticket), group: ticket.group.flatMap { desk.ref(of: $0) },
            assignee: ticket.assignee.map { Ref(id: $0, name: record.assigneeName ?? "") }, groupSet: ticket.group == nil ? nil : origins.group,
            assigneeSet: ticket.assignee == nil ? nil : origins.assignee,
            decisions: entries.compactMap { entry in
                // What was redacted is gone.
                guard let decision = try? entry.changes?.value.decode(AssignmentDecision.self) else { return nil }
                return .init(at: entry.occurredAt, decision: decision)
            })
    }
}

/// Why a ticket is where it is.
public struct AssignmentStory: Sendable, Hashable {
    public var ticket: TicketRef
    public var group: Ref<SupportGroup>?
    public var assignee: Ref<User>?
    /// By whose hand the group is what it is; nil where there is none.
    public var groupSet: AssignmentOrigins.Origin?
    public var assigneeSet: AssignmentOrigins.Origin?
    /// What the rules decided, the newest first.
    public var decisions: [Made]

    /// A decision, and when it was made.
    public struct Made: Sendable, Hashable {
        public var at: Instant
        public var decision: AssignmentDecision
    }
}

extension Ticket {
    /// Goes where the rules say.
    fileprivate mutating func follow(_ decision: AssignmentDecision, at now: Instant) -> [Activity] {
        let before = self
        group = decision.group
        assignee = decision.assignee?.id
        if kind == .incident, status == .new, assignee != nil { status = .assigned }
        return changed(since: before, at: now)
    }
}

extension Priority {
    /// From priority 1 on.
    static let weights = allCases.map(\.weight)
}
