/// What the rules decided for one ticket at one moment, and why: every rule that was asked, with what came of it.
public struct AssignmentDecision: Sendable, Hashable, Codable {
    public let trigger: AssignmentRule.Trigger
    /// In the order in which they were asked.
    public internal(set) var asked: [Answer] = []
    /// The group and the person after it.
    public internal(set) var group: ID<SupportGroup>?
    public internal(set) var assignee: Ref<User>?

    /// What came of one rule.
    public struct Answer: Sendable, Hashable, Codable {
        public let rule: Ref<AssignmentRule>
        public let version: Int
        /// Nil where it is met by every ticket, and where it was not met.
        public var condition: String?
        public var outcome: Outcome = .notMatched
        /// Why the condition had no answer.
        public var error: String?
        /// What the parts of the condition came to, of a rule that matched.
        public var parts: [ConditionPart]?
        public var choice: AssignmentRule.Choice?
        /// The group that it set.
        public var setGroup: Ref<SupportGroup>?
        /// The person that it set.
        public var setAssignee: Ref<User>?
        /// True where it took the ticket off the person who had it in another group.
        public var clearedAssignee: Bool?
        /// Why it set less than it names.
        public var notes: [Note]?
        /// The skills that it looked for.
        public var wanted: [String]?
        /// Among whom it chose, the best first; no more than `mostCandidates` of them.
        public var candidates: [AssignmentCandidate]?

        init(_ rule: AssignmentRule) {
            self.rule = rule.ref
            version = rule.version
        }

        mutating func note(_ note: Note) { notes = (notes ?? []) + [note] }
    }

    /// What came of asking one rule.
    public enum Outcome: String, Sendable, Codable, CaseIterable {
        case matched, notMatched
        /// The condition has no answer for this ticket; that counts as no.
        case failed
    }

    /// Why a rule that matched set less than it names.
    public enum Note: String, Sendable, Codable, CaseIterable {
        /// A person, or a rule before it, had given the ticket to another group.
        case groupKept
        /// The same of the person.
        case assigneeKept
        /// The group is archived.
        case groupArchived
        /// The person is disabled.
        case personDisabled
        case personAbsent
        /// The group has nobody who can be given tickets and is not absent.
        case nobodyAvailable
        /// Nobody in the group has any of the skills.
        case nobodySkilled
        /// They had the ticket already, and need not pass it on.
        case staysWithAssignee
    }

    /// The candidates that are kept on record.
    public static let mostCandidates = 50

    init(_ trigger: AssignmentRule.Trigger) { self.trigger = trigger }

    /// True where a rule said something: met or failed.
    public var isTelling: Bool { asked.contains { $0.outcome != .notMatched } }
    public var failures: [Answer] { asked.filter { $0.outcome == .failed } }
    /// The last rule that set something.
    var decisive: Answer? { asked.last { $0.setAssignee != nil || $0.setGroup != nil || $0.clearedAssignee == true } }
}

/// What one part of a condition came to, as it is kept on record.
public struct ConditionPart: Sendable, Hashable, Codable {
    /// The part, as text of the language.
    public let text: String
    /// How deep it stands in the whole; 0 is the whole.
    public let depth: Int
    /// As JSON; nil where it failed.
    public let value: String?
    public let error: String?

    public init(text: String, depth: Int, value: String?, error: String? = nil) {
        self.text = text
        self.depth = depth
        self.value = value
        self.error = error
    }

    /// Long values, such as descriptions, are cut here.
    private static let longest = 200
    private static let most = 100

    /// All that was reached, the whole first; literals, which say themselves what they are, are left out.
    static func list(of explanation: CELExplanation) -> [ConditionPart] {
        var parts: [ConditionPart] = []
        func add(_ part: CELExplanation, depth: Int) {
            guard parts.count < most else { return }
            let text = cut(part.text)
            switch part.outcome {
            case .notReached: return
            case .error(let error): parts.append(.init(text: text, depth: depth, value: nil, error: error.message))
            case .value(let value):
                let shown = String(decoding: value.plain.utf8, as: UTF8.self)
                if shown != part.text { parts.append(.init(text: text, depth: depth, value: cut(shown))) }
            }
            for child in part.parts { add(child, depth: depth + 1) }
        }
        add(explanation, depth: 0)
        return parts
    }

    private static func cut(_ text: String) -> String { text.count <= longest ? text : text.prefix(longest) + "…" }
}
