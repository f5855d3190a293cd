/// A condition that has passed every check: it names what exists, its types are right, and its answer is true or false.
///
/// Immutable, compiled once; two are the same when their texts and what they may name are.
public struct Condition: Sendable {
    public let text: String
    public let environment: ConditionEnvironment
    public let expression: CELExpression

    /// - Throws: `CELFaults` with everything that is wrong, each with its place.
    public init(_ text: String, in environment: ConditionEnvironment) throws {
        self.text = text
        self.environment = environment
        expression = try CELExpression(checking: text, in: environment.language, as: .bool)
    }

    /// What it reads of a subject.
    public var reads: [ConditionEnvironment.Slot] { expression.reads.sorted().map(environment.slot) }

    /// The custom fields that it names.
    public var customFields: Set<String> {
        Set(
            reads.compactMap { slot in
                switch slot {
                case .customField(let name), .previousCustomField(let name): name
                default: nil
                }
            })
    }

    /// Whether the subject meets it.
    ///
    /// - Throws: `CELError` where it has no answer, such as a field of a null; whoever asks counts that as no, and tells who keeps the rule.
    public func matches(_ subject: ConditionSubject) throws -> Bool {
        try expression.matches(environment.values(of: subject, for: expression.reads))
    }

    /// The same of what clocks remember of a ticket; for conditions of the scope `agreement`.
    func matches(_ facts: TicketFacts, _ names: ConditionNames) throws -> Bool {
        try expression.matches(environment.values(of: facts, names, for: expression.reads))
    }

    /// What its parts come to for the subject.
    public func explain(_ subject: ConditionSubject) -> CELExplanation {
        expression.explain(environment.values(of: subject, for: expression.reads))
    }

    func explain(_ facts: TicketFacts, _ names: ConditionNames) -> CELExplanation {
        expression.explain(environment.values(of: facts, names, for: expression.reads))
    }
}

extension Condition: Hashable {
    public static func == (a: Self, b: Self) -> Bool { a.text == b.text && a.environment.scope == b.environment.scope }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension CELFaults {
    /// As callers are told: a problem for each fault, with its place.
    ///
    /// - Parameter pointer: the field that held the condition, such as `/condition` or `?filter`.
    public func problems(at pointer: String) -> [FieldProblem] {
        faults.map { FieldProblem(pointer, .invalidValue, "Line \($0.position.line), column \($0.position.column): \($0.message)") }
    }

    /// A filter of a list that cannot be asked.
    public var badFilter: ITSMError {
        ITSMError(.malformed, faults.count == 1 ? faults[0].message : "The filter has \(faults.count) faults.", problems: problems(at: "?filter"))
    }
}
