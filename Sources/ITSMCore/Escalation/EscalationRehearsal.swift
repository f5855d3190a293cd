/// For which clocks of the last days a rule would have fired (rules.md, Rehearse). Nothing is changed by it.
///
/// Its condition is asked of each ticket as it stands now.
public struct EscalationRehearsal: Sendable, Hashable, Codable {
    /// Tickets that were looked at.
    public internal(set) var tickets = 0
    /// Clocks that came to the rule's point.
    public internal(set) var reached = 0
    /// Of these, those for which it would have fired.
    public internal(set) var fired = 0
    /// Of these, those for which the condition had no answer.
    public internal(set) var failed = 0
    /// Why, of the first of them.
    public internal(set) var failure: String?
    /// Those for which it would have fired, the newest tickets first; no more than `mostRows` of them.
    public internal(set) var rows: [Row] = []

    /// How many clocks are told one by one.
    public static let mostRows = 500

    /// A clock for which the rule would have fired, and when.
    public struct Row: Sendable, Hashable, Codable {
        public var ticket: TicketRef
        /// The clock's name, such as `resolution`.
        public var timer: String
        public var reachedAt: Instant
    }

    public init() {}

    /// Takes one more ticket into account.
    mutating func add(
        _ record: TicketRecord, _ cycles: [SLACycle], _ rule: EscalationRule, _ condition: Condition?, under definitions: DeskDefinitions,
        at now: Instant
    ) throws {
        tickets += 1
        let ticket = record.ticket
        guard rule.coverage.covers(TicketFacts(ticket), in: definitions.categories) else { return }
        for cycle in cycles where cycle.cancelledAt == nil && rule.watchesClocks(like: cycle) {
            guard let at = try cycle.ledger.instant(of: rule.threshold, definitions.clock), at <= now else { continue }
            reached += 1
            do {
                let names = ConditionNames(definitions.desk, people: record.peopleNames, parent: record.parent)
                let subject = ConditionSubject(ticket, caller: .automation(), now: at, names: names)
                guard try condition?.matches(subject) ?? true else { continue }
            } catch let error as CELError {
                failed += 1
                if failure == nil { failure = "\(ticket.number): \(error)" }
                continue
            }
            fired += 1
            if rows.count < Self.mostRows { rows.append(Row(ticket: TicketRef(ticket), timer: cycle.name.description, reachedAt: at)) }
        }
    }
}

extension EscalationRule {
    /// True when it is about clocks of this metric and agreement.
    func watchesClocks(like cycle: SLACycle) -> Bool {
        (metrics.isEmpty || metrics.contains(cycle.metric)) && (agreement == nil || agreement == cycle.ledger.term.agreement.id)
    }
}

/// Tries escalation rules on the past.
public struct EscalationRehearsalService: Sendable {
    private let database: any Database
    private let desk: @Sendable () -> DeskSnapshot

    public init(database: any Database, desk: @escaping @Sendable () -> DeskSnapshot) {
        self.database = database
        self.desk = desk
    }

    /// What is tried, and on which tickets.
    public struct Request: Sendable, Equatable, Codable {
        public var rule: EscalationRule.Draft
        /// Tickets that were raised in so many days up to now; 30 when absent.
        public var days: Int?

        public init(rule: EscalationRule.Draft, days: Int? = nil) {
            self.rule = rule
            self.days = days
        }
    }

    /// - Throws: `forbidden` without `sla:manage`; `invalid` with every fault of the draft below `/rule`, and of the days; `tooLarge` where they hold too
    ///   many tickets. Tickets that the caller may not read are not looked at.
    public func rehearse(_ request: Request, as caller: Principal) async throws -> EscalationRehearsal {
        try caller.require(.manageSLA)
        let (rule, now) = try await database.read { tx in (try drafted(request.rule, in: tx, as: caller), tx.now) }
        let condition = try rule.condition.map { try Condition($0, in: desk().conditions.environment(.escalation)) }
        var query = TicketQuery()
        query.created = try Rehearsal.tickets(ofDays: request.days, upTo: now)
        query.withTexts = true
        return try await Rehearsal.over(query, in: database, as: caller, from: EscalationRehearsal()) { [desk] rehearsal, records, tx in
            let cycles = try tx.sla.cycles(of: records.map(\.ticket.id))
            try tx.flush()
            let byTicket = Dictionary(grouping: cycles.value, by: \.ticket)
            let definitions = DeskDefinitions(desk: desk(), tx: tx)
            for record in records {
                try rehearsal.add(record, byTicket[record.ticket.id] ?? [], rule, condition, under: definitions, at: tx.now)
            }
        }
    }

    private func drafted(_ draft: EscalationRule.Draft, in tx: any Transaction, as caller: Principal) throws -> EscalationRule {
        do {
            let picks = try SLAPicks(groups: draft.groups, people: draft.people, in: tx, as: caller)
            return try EscalationRule(draft, id: tx.newID(), picks: picks, at: tx.now)
        } catch let error as ITSMError where !error.problems.isEmpty {
            throw ITSMError.invalid(error.problems.map { FieldProblem("/rule\($0.pointer)", $0.code, $0.message) })
        }
    }
}
