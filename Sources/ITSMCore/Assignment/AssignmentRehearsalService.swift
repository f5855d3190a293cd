/// Tries assignment rules on the past.
public struct AssignmentRehearsalService: Sendable {
    /// Tickets that one rehearsal looks at; days with more are refused rather than cut.
    public static let mostTickets = 20_000
    public static let days = 1...90
    static let standardDays = 30
    /// Tickets that are read at a time.
    private static let batch = Limits.pageMaximum

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
        let days = request.days ?? Self.standardDays
        guard Self.days.contains(days) else {
            throw ITSMError.invalid("/days", "Days must be from \(Self.days.lowerBound) to \(Self.days.upperBound).")
        }
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
        query.created = .init(from: now.adding(seconds: -Int64(days) * 86_400))
        var rehearsal = AssignmentRehearsal()
        var page: PageRequest? = PageRequest(limit: Self.batch)
        while let asked = page {
            try Task.checkCancellation()
            let found = try await database.read(on: .long) { [query] tx in try tx.tickets.list(query, page: asked, count: nil, visibleTo: caller) }
                .value
            for record in found.items { rehearsal.add(record, rule, condition, desk: desk, at: now) }
            guard rehearsal.tickets <= Self.mostTickets else {
                throw ITSMError(.tooLarge, "More than \(Self.mostTickets) tickets were raised in these days. Choose fewer.")
            }
            page = found.next.flatMap { PageRequest(limit: Self.batch, after: $0) }
        }
        return rehearsal
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
