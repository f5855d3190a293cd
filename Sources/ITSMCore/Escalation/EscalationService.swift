/// Acts when a clock passes a point: records breaches, fires rules. Any number of servers may run it; what has fired stands in the clock, in the transaction
/// that acted, so each fires once whatever happens (sla.md, 3).
public struct EscalationService: Sendable {
    private let database: any Database
    private let tickets: TicketService
    private let notices: NoticeService
    private let desk: @Sendable () -> DeskSnapshot

    /// - Parameter desk: the definitions as they are now; asked anew for each call.
    public init(
        database: any Database, tickets: TicketService, notices: NoticeService, desk: @escaping @Sendable () -> DeskSnapshot
    ) {
        self.database = database
        self.tickets = tickets
        self.notices = notices
        self.desk = desk
    }

    /// Acts on what is due now, on at most `limit` tickets.
    ///
    /// - Returns: how many tickets it looked at; call again while that is `limit`.
    public func fireDue(limit: Int = 100) async throws -> Int {
        try await database.write(.alone, on: .long) { try fireDue(limit: limit, in: $0) }
    }

    /// The same in a unit of work that the caller has open.
    public func fireDue(limit: Int, in tx: any Transaction) throws -> Int {
        let due = try tx.sla.lockDue(until: tx.now, limit: limit)
        for ticket in due { try fire(ticket, in: tx) }
        return due.count
    }

    /// When something is due next, as far as is known now.
    public func nextFire() async throws -> Instant? { try await database.read { try $0.sla.nextFire() } }

    /// Asks the ticket's clocks again, under its lock, and does what follows.
    private func fire(_ ticket: Ticket, in tx: any Transaction) throws {
        let definitions = DeskDefinitions(desk: desk(), tx: tx)
        let old = TicketClocks(ticket: ticket.id, cycles: try tx.sla.lock(of: ticket.id), facts: TicketFacts(ticket))
        var clocks = old
        let points = try clocks.take(until: tx.now, under: definitions)
        try tx.sla.save(clocks, since: old)
        for point in points {
            guard case .threshold(let rule) = point.what else {
                try tx.activity.append(point.breached(ticket.id), by: .automation())
                continue
            }
            try act(on: point, rule, isHighest: isHighest(point, among: points), of: ticket, in: tx)
        }
    }

    /// Of several thresholds that one clock passed at once, only the highest tells people.
    private func isHighest(_ point: SLAPoint, among points: [SLAPoint]) -> Bool {
        let goal = point.term.goal
        return !points.contains { other in
            guard other.timer == point.timer, case .threshold(let rule) = point.what, case .threshold(let higher) = other.what else { return false }
            return (higher.threshold.elapsed(ofGoal: goal), higher.id) > (rule.threshold.elapsed(ofGoal: goal), rule.id)
        }
    }

    /// What a rule's condition says of the ticket, part by part, with its answer; nil for a rule without one.
    private func ask(_ rule: EscalationRule, of id: ID<Ticket>, in tx: any Transaction) throws -> (holds: Bool, parts: JSONValue)? {
        guard let text = rule.condition else { return nil }
        let (ticket, desk) = (try tx.tickets.find(.id(id), visibleTo: .automation()).ticket, desk())
        do {
            let condition = try desk.conditions.condition(text, .escalation)
            let names = try tx.names(for: [condition], of: ticket, desk: desk)
            let explanation = condition.explain(ConditionSubject(ticket, caller: .automation(), now: tx.now, names: names))
            return (explanation.outcome == .value(.bool(true)), explanation.json)
        } catch let faults as CELFaults {
            return (false, ["condition": .string(text), "error": .string(faults.description)])
        }
    }

    /// Does what a rule says; an action that cannot be done is undone by itself and stands on record, and the rule has fired all the same.
    private func act(on point: SLAPoint, _ rule: EscalationRule, isHighest: Bool, of ticket: Ticket, in tx: any Transaction) throws {
        let caller = Principal.automation(cause: "rule:\(rule.id)", depth: 1)
        let asked = try ask(rule, of: ticket.id, in: tx)
        var outcomes: [JSONValue] = []
        for action in asked?.holds == false ? [] : rule.actions {
            var outcome: [String: JSONValue] = ["action": .string(action.kind.rawValue)]
            if case .notify = action, !isHighest {
                outcome["result"] = "leftToAHigherRule"
            } else {
                do {
                    let done = try tx.savepoint { try perform(action, of: rule, at: point, on: ticket.id, in: tx, as: caller) }.get()
                    outcome["result"] = .string(done)
                } catch let error as ITSMError where error.isRefusal {
                    outcome["result"] = "refused"
                    outcome["reason"] = .string(error.detail)
                }
            }
            outcomes.append(.object(outcome))
        }
        var payload = point.facts
        payload["rule"] = ["id": .string(rule.id.description), "name": .string(rule.name), "version": .integer(Int64(rule.version))]
        payload["reachedAt"] = .string(point.at.description)
        payload["actions"] = .array(outcomes)
        if let asked { payload["condition"] = asked.parts }
        try tx.activity.append(
            Activity(
                asked?.holds == false ? .escalationPassedOver : .escalationFired, on: .init(.ticket, ticket.id), ticket: ticket.id,
                isRestricted: true, payload: .object(payload), occurredAt: tx.now),
            by: caller)
    }

    // MARK: Actions

    /// - Returns: what was done, in a word.
    private func perform(
        _ action: EscalationAction, of rule: EscalationRule, at point: SLAPoint, on id: ID<Ticket>, in tx: any Transaction, as caller: Principal
    ) throws -> String {
        let key = TicketKey.id(id)
        let ticket = try tx.tickets.find(key, visibleTo: caller).ticket
        switch action {
        case .notify(let recipients):
            return try notify(try people(recipients, of: ticket, in: tx), of: rule, at: point, on: ticket, in: tx, as: caller)
        case .escalate:
            return try escalate(ticket, rule, point, in: tx, as: caller)
        case .assign(let group, let assignee):
            var patch = TicketPatch()
            if let group, group != ticket.group { patch.group = .value(.id(group)) }
            if let assignee, assignee != ticket.assignee { patch.assignee = .value(.id(assignee)) }
            if patch == TicketPatch() { return "unchanged" }
            _ = try tickets.update(key, patch, in: tx, as: caller)
            return "done"
        case .raisePriority:
            guard let higher = Priority(level: ticket.priority.level - 1) else { return "unchanged" }
            var patch = TicketPatch()
            patch.priority = .value(higher)
            patch.priorityReason = .value("Raised by the escalation rule \(rule.name).")
            _ = try tickets.update(key, patch, in: tx, as: caller)
            return "done"
        case .addWatcher(let person):
            return try watch(person, ticket.id, in: tx, as: caller)
        case .comment(let visibility, let body):
            _ = try tickets.addComment(.init(body: body, visibility: visibility), to: key, in: tx, as: caller)
            return "done"
        }
    }

    /// Hierarchical escalation (ITIL): the level rises, the group's manager watches and is told; the assignee stays.
    private func escalate(_ ticket: Ticket, _ rule: EscalationRule, _ point: SLAPoint, in tx: any Transaction, as caller: Principal) throws -> String
    {
        let raised = try tickets.raiseEscalationLevel(of: ticket.id, in: tx, as: caller)
        if let manager = ticket.group.flatMap({ desk().groups[$0]?.manager }) {
            _ = try watch(manager, ticket.id, in: tx, as: caller)
        }
        _ = try notify(
            try people([.groupManager], of: ticket, in: tx), .escalated, of: rule, at: point, on: raised, in: tx, as: caller)
        return "level \(raised.escalationLevel)"
    }

    private func watch(_ person: ID<User>, _ ticket: ID<Ticket>, in tx: any Transaction, as caller: Principal) throws -> String {
        do {
            _ = try tickets.addWatcher(.init(user: .id(person)), to: .id(ticket), in: tx, as: caller)
            return "done"
        } catch let error as ITSMError where error.code == .duplicate {
            return "unchanged"
        }
    }

    private func notify(
        _ people: [ID<User>], _ kind: Notice.Kind? = nil, of rule: EscalationRule, at point: SLAPoint, on ticket: Ticket, in tx: any Transaction,
        as caller: Principal
    ) throws -> String {
        let isOver = point.term.goal <= rule.threshold.elapsed(ofGoal: point.term.goal)
        let kind = kind ?? (isOver ? .slaBreached : .slaWarning)
        let drafts = people.map {
            NoticeDraft(
                to: $0, kind, on: ticket.id, subject: Self.subject(kind, rule.threshold, point.timer.metric, ticket),
                cause: "sla:\(ticket.id):\(point.timer):\(rule.id):\(kind.rawValue)")
        }
        let sent = try notices.send(drafts, in: tx, as: caller)
        return sent.count == 1 ? "1 person told" : "\(sent.count) people told"
    }

    private static func subject(_ kind: Notice.Kind, _ threshold: EscalationRule.Threshold, _ metric: SLAMetric, _ ticket: Ticket) -> String {
        let what = "\(ticket.number) \(metric.words)"
        if kind == .escalated { return "\(ticket.number) was escalated to level \(ticket.escalationLevel): \(metric.words)" }
        return switch threshold {
        case .percent(100): "\(what): the target is reached"
        case .percent(let percent): "\(what): \(percent) % of the time is used"
        case .beforeDue(let seconds): "\(what): due in \(WorkingTime.text(seconds)) of working time"
        case .afterDue(let seconds): "\(what): \(WorkingTime.text(seconds)) over the target"
        }
    }

    /// Those who are meant, each once, in order.
    private func people(_ recipients: Set<EscalationAction.Recipient>, of ticket: Ticket, in tx: any Transaction) throws -> [ID<User>] {
        var people: Set<ID<User>> = []
        for recipient in recipients {
            switch recipient {
            case .assignee: if let assignee = ticket.assignee { people.insert(assignee) }
            case .person(let person): people.insert(person)
            case .groupManager:
                if let manager = ticket.group.flatMap({ desk().groups[$0]?.manager }) {
                    people.insert(manager)
                } else {
                    people.formUnion(try members(of: ticket.group, in: tx))
                }
            case .group: people.formUnion(try members(of: ticket.group, in: tx))
            }
        }
        return people.sorted()
    }

    private func members(of group: ID<SupportGroup>?, in tx: any Transaction) throws -> [ID<User>] {
        try group.map { try tx.groups.members(of: $0, limit: Limits.noticesPerEscalation).map(\.id) } ?? []
    }
}

extension SLAMetric {
    /// As sentences say it.
    public var words: String {
        switch self {
        case .firstResponse: "first response"
        case .nextResponse: "next response"
        case .resolution: "resolution"
        case .ola: "time in the group"
        }
    }
}

extension ITSMError {
    /// True for what trying again does not change: a rule of the desk, a record that is gone.
    fileprivate var isRefusal: Bool {
        switch code {
        case .unavailable, .outcomeUnknown, .rateLimited, .internal: false
        default: true
        }
    }
}
