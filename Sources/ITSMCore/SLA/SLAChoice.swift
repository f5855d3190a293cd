/// One agreement that was asked whether it gives a ticket's clock, and what it said: why this promise and no other.
public struct SLAChoice: Sendable, Hashable {
    public var agreement: Ref<ServiceLevelAgreement>
    public var version: Int
    public var answer: Answer
    /// What its condition came to, part by part; nil where it has none, or was not asked.
    public var condition: JSONValue?

    /// What an agreement said.
    public enum Answer: String, Sendable, Codable, CaseIterable {
        /// It gives the clock; no agreement behind it was asked.
        case chosen
        /// The ticket is not among the kinds, priorities, categories, groups or services that it covers.
        case notCovered
        /// Its condition does not hold, or has no answer.
        case conditionFails
        /// It covers the ticket, and has no goal for this metric and priority.
        case noGoal
    }

    /// Agreements that are told; those before the one that was chosen.
    static let most = 50
}

extension SLADefinitions {
    /// The agreements in the order in which they are asked for a clock of a ticket, up to the one that gives it.
    func choices(for metric: SLAMetric, _ facts: TicketFacts) -> [SLAChoice] {
        var choices: [SLAChoice] = []
        for agreement in agreements.prefix(SLAChoice.most) {
            var choice = SLAChoice(agreement: agreement.ref, version: agreement.version, answer: .chosen)
            if !agreement.coverage.covers(facts, in: categories) {
                choice.answer = .notCovered
            } else {
                if let text = agreement.condition {
                    do {
                        choice.condition = try conditions.condition(text, .agreement).explain(facts, ConditionNames(names)).json
                    } catch {
                        choice.condition = ["condition": .string(text), "error": .string("\(error)")]
                    }
                }
                if !covers(agreement, facts) {
                    choice.answer = .conditionFails
                } else if term(for: metric, facts.priority, of: agreement, calendars: [:]) == nil {
                    choice.answer = .noGoal
                }
            }
            choices.append(choice)
            if choice.answer == .chosen { break }
        }
        return choices
    }
}
