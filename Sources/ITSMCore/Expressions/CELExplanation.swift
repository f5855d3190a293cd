/// What came of an expression and of each of its parts at one evaluation.
public struct CELExplanation: Sendable, Equatable {
    /// What a part came to.
    public enum Outcome: Sendable, Equatable {
        /// What the part is.
        case value(CELValue)
        /// The part failed, or one of its parts did; the place is where the error arose.
        case error(CELError)
        /// The answer was clear before: what follows `false &&`, the other branch of a conditional, the body of a macro over nothing.
        case notReached
    }

    /// The part as text of the language.
    public let text: String
    public let position: CELPosition
    /// In the body of a macro that of its last step, which for `exists` and `all` is the one that decided.
    public let outcome: Outcome
    /// The parts, in the order of the text.
    public let parts: [CELExplanation]
}

extension CELExplanation {
    /// What the recorded outcomes tell of a part; those of `traces` are the places of parts among the outcomes.
    init(_ syntax: CELSyntax, _ outcome: Outcome, _ outcomes: [Outcome], _ traces: [ObjectIdentifier: Int]) {
        text = syntax.description
        position = syntax.position
        self.outcome = outcome
        parts = Self.parts(of: syntax, outcome, outcomes, traces)
    }

    private static func parts(
        of syntax: CELSyntax, _ outcome: Outcome, _ outcomes: [Outcome], _ traces: [ObjectIdentifier: Int]
    ) -> [CELExplanation] {
        syntax.children.flatMap { child -> [CELExplanation] in
            // What was not compiled by itself, such as the name of a macro's variable, has no outcome; what stands in it may have.
            guard let slot = traces[ObjectIdentifier(child)] else { return parts(of: child, outcome, outcomes, traces) }
            var own = outcomes[slot]
            if case .literal(let value) = child.form, outcome != .notReached, syntax.evaluatesAll { own = .value(value) }
            return [CELExplanation(child, own, outcomes, traces)]
        }
    }
}

extension CELSyntax {
    /// Whether an evaluation of this part reaches all of its parts, unless one of them fails.
    fileprivate var evaluatesAll: Bool {
        switch form {
        case .binary, .unary, .index: true
        case .call(nil, _, _, let arguments): arguments.count == 1
        case .call(_, let name, _, _): name == "matches"
        default: false
        }
    }
}
