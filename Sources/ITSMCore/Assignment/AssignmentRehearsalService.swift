/// Tries assignment rules on the past.
public struct AssignmentRehearsalService: Sendable {
    private let database: any Database
    private let rules: AssignmentRuleService
    private let desk: @Sendable () -> DeskSnapshot

    public init(database: any Database, rules: AssignmentRuleService, desk: @escaping @Sendable () -> DeskSnapshot) {
        self.database = database
        self.rules = rules
        self.desk = desk
    }

    /// What is tried, and on which tickets.
    public struct Request: Sendable, Hashable, Codable {
        public var rule: AssignmentRule.Draft
        /// Tickets that were raised in so many days up to now; 30 when absent.
        public var days: Int?

        public init(rule: AssignmentRule.Draft, days: Int? = nil) {
            self.rule = rule
            self.days = days
        }
    }

    /// Tickets that the caller may not read are not looked at.
    ///
    /// - Throws: `forbidden` without `rules:manage`; `invalid` with every fault of the draft below `/rule`, and of the days; `tooLarge` where they hold
    ///   too many tickets.
    public func rehearse(_ request: Request, as caller: Principal) async throws -> AssignmentRehearsal {
        try caller.require(.manageRules)
        let (rule, now) = try await database.read { tx in
            do {
                return (try rules.drafted(request.rule, in: tx, as: caller), tx.now)
            } catch let error as ITSMError where !error.problems.isEmpty {
                throw ITSMError.invalid(error.problems.map { FieldProblem("/rule\($0.pointer)", $0.code, $0.message) })
            }
        }
        let desk = desk()
        let condition = try rule.condition.map { try Condition($0, in: desk.conditions.environment(.change)) }
        if let unknown = condition?.reads.lazy.compactMap(\.unknownInThePast).first {
            throw ITSMError.invalid("/rule/condition", "This cannot be tried on the past: \(unknown) of that moment is not kept.")
        }
        var query = TicketQuery()
        query.withTexts = true
        query.created = try Rehearsal.tickets(ofDays: request.days, upTo: now)
        return try await Rehearsal.over(query, in: database, as: caller, from: AssignmentRehearsal()) { rehearsal, records, _ in
            for record in records { rehearsal.add(record, rule, condition, desk: desk, at: now) }
        }
    }
}

extension ConditionEnvironment.Slot {
    /// What no ticket tells of the time when it was raised, by its name.
    fileprivate var unknownInThePast: String? {
        switch self {
        case .principal(.username): "principal.username"
        case .principal(.groups): "principal.groups"
        case .ticket(.watchers): "ticket.watchers"
        default: nil
        }
    }
}
