/// A point of a clock that has passed: its breach, or the threshold of a rule.
public struct SLAPoint: Sendable, Hashable {
    public var timer: SLACycle.Name
    public var what: What
    /// When it was passed, however late that was noticed.
    public var at: Instant
    /// What the clock ran under.
    public var term: SLATerm

    /// Whether the goal was exceeded or a rule's threshold reached.
    public enum What: Sendable, Hashable {
        /// The time used exceeded the goal.
        case breach
        /// The clock came to where this rule fires.
        case threshold(EscalationRule)
    }
}

extension TicketClocks {
    /// Takes note of every point that has passed until `now`, each once however often it is asked. A threshold is taken while its clock runs; one that was
    /// passed before its rule was last saved is noted, and not told.
    ///
    /// - Returns: the points in order of time.
    mutating func take(until now: Instant, under definitions: some SLADefinitions) throws -> [SLAPoint] {
        guard let facts else { return [] }
        var points: [SLAPoint] = []
        for index in cycles.indices where cycles[index].nextFireAt.map({ $0 <= now }) ?? false {
            let (name, term) = (cycles[index].name, cycles[index].ledger.term)
            if !cycles[index].isBreachRecorded, let at = cycles[index].reading.breachesAt, at <= now {
                cycles[index].isBreachRecorded = true
                points.append(SLAPoint(timer: name, what: .breach, at: at, term: term))
            }
            for rule in definitions.rules where cycles[index].watches(rule, facts, definitions) {
                guard let at = try cycles[index].ledger.instant(of: rule.threshold, definitions.clock), at <= now else { continue }
                cycles[index].fired.insert(rule.id)
                if at >= rule.updatedAt { points.append(SLAPoint(timer: name, what: .threshold(rule), at: at, term: term)) }
            }
            try cycles[index].settle(facts, under: definitions)
        }
        return points.sorted { $0.at < $1.at }
    }

    /// Takes note of what has passed and nobody will act upon.
    ///
    /// - Returns: the breaches among it.
    mutating func pass(until now: Instant, under definitions: some SLADefinitions) throws -> [Activity] {
        try take(until: now, under: definitions).filter { $0.what == .breach }.map { $0.breached(ticket) }
    }
}

extension SLAPoint {
    /// What the record says of a breach: at its true instant.
    func breached(_ ticket: ID<Ticket>) -> Activity {
        Activity(.slaBreached, on: .init(.ticket, ticket), ticket: ticket, isRestricted: true, payload: .object(facts), occurredAt: at)
    }

    var facts: [String: JSONValue] {
        [
            "timer": .string(timer.description), "policy": .string(term.agreement.id.description),
            "policyVersion": .integer(Int64(term.agreement.version)),
            "priority": .string(term.priority.rawValue), "goalSeconds": .integer(term.seconds),
        ]
    }
}
