extension EscalationRule {
    /// What a caller sends to add a rule. Without a policy it watches the clocks of all, without metrics all of them.
    public struct Draft: Sendable, Equatable, Codable {
        public var name: String?
        public var policy: RefInput<ServiceLevelAgreement>?
        public var metrics: [SLAMetric]?
        public var threshold: Threshold?
        public var coverage: Coverage.Input?
        public var condition: String?
        public var actions: [EscalationAction.Input]?

        public init(
            name: String? = nil, policy: RefInput<ServiceLevelAgreement>? = nil, metrics: [SLAMetric]? = nil, threshold: Threshold? = nil,
            coverage: Coverage.Input? = nil, condition: String? = nil, actions: [EscalationAction.Input]? = nil
        ) {
            self.name = name
            self.policy = policy
            self.metrics = metrics
            self.threshold = threshold
            self.coverage = coverage
            self.condition = condition
            self.actions = actions
        }

        var groups: Set<RefInput<SupportGroup>> { Set((coverage?.groups.set ?? []) + (actions ?? []).compactMap(\.group)) }
        var people: Set<RefInput<User>> { Set((actions ?? []).flatMap(\.people)) }
    }

    /// What a caller sends to change a rule.
    public struct Patch: Sendable, Equatable, Codable {
        public var name: ITSMCore.Patch<String> = .absent
        /// `null`: the clocks of all policies.
        public var policy: ITSMCore.Patch<RefInput<ServiceLevelAgreement>> = .absent
        /// `null` and `[]`: all clocks.
        public var metrics: ITSMCore.Patch<[SLAMetric]> = .absent
        public var threshold: ITSMCore.Patch<Threshold> = .absent
        /// `null`: all tickets.
        public var coverage: ITSMCore.Patch<Coverage.Input> = .absent
        /// `null`: nothing besides the coverage.
        public var condition: ITSMCore.Patch<String> = .absent
        /// All of them.
        public var actions: ITSMCore.Patch<[EscalationAction.Input]> = .absent
        /// True: it fires no more.
        public var archived: ITSMCore.Patch<Bool> = .absent

        public init() {}

        private enum CodingKeys: String, CodingKey { case name, policy, metrics, threshold, coverage, condition, actions, archived }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            name = try fields.decodePatch(forKey: .name)
            policy = try fields.decodePatch(forKey: .policy)
            metrics = try fields.decodePatch(forKey: .metrics)
            threshold = try fields.decodePatch(forKey: .threshold)
            coverage = try fields.decodePatch(forKey: .coverage)
            condition = try fields.decodePatch(forKey: .condition)
            actions = try fields.decodePatch(forKey: .actions)
            archived = try fields.decodePatch(forKey: .archived)
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encodePatch(name, forKey: .name)
            try fields.encodePatch(policy, forKey: .policy)
            try fields.encodePatch(metrics, forKey: .metrics)
            try fields.encodePatch(threshold, forKey: .threshold)
            try fields.encodePatch(coverage, forKey: .coverage)
            try fields.encodePatch(condition, forKey: .condition)
            try fields.encodePatch(actions, forKey: .actions)
            try fields.encodePatch(archived, forKey: .archived)
        }

        var groups: Set<RefInput<SupportGroup>> { Set((coverage.set?.groups.set ?? []) + (actions.set ?? []).compactMap(\.group)) }
        var people: Set<RefInput<User>> { Set((actions.set ?? []).flatMap(\.people)) }
    }

    /// A new rule.
    ///
    /// - Throws: `invalid` with every fault.
    public init(_ draft: Draft, id: ID<EscalationRule>, picks: SLAPicks, at now: Instant) throws {
        var problems = ProblemList()
        self.init(
            id: id, name: draft.name ?? "", agreement: draft.policy.flatMap { picks.agreement($0, at: "/policy", &problems) },
            metrics: Set(draft.metrics ?? []), threshold: draft.threshold ?? .percent(100), actions: [], createdAt: now, updatedAt: now)
        problems.check(text: draft.name, "/name", limit: Limits.name)
        if draft.threshold == nil { problems.add("/threshold", .required, "Threshold is required: when the rule fires.") }
        if let input = draft.coverage { coverage.apply(input, picks, at: "/coverage", &problems) }
        condition = problems.condition(draft.condition, .escalation, in: picks.desk)
        actions = Self.actions(draft.actions ?? [], picks, &problems)
        threshold.check(&problems)
        try problems.throwIfAny()
    }

    /// Changes what `patch` sets; the version rises when anything differs.
    ///
    /// - Throws: `invalid` with every fault, and then nothing is changed.
    public mutating func apply(_ patch: Patch, picks: SLAPicks, at now: Instant) throws {
        var problems = ProblemList()
        var new = self
        new.name = problems.value(patch.name, else: name, "/name")
        switch patch.policy {
        case .absent: break
        case .null: new.agreement = nil
        case .value(let input): new.agreement = picks.agreement(input, at: "/policy", &problems)
        }
        new.metrics = patch.metrics.isAbsent ? metrics : Set(patch.metrics.set ?? [])
        new.threshold = problems.value(patch.threshold, else: threshold, "/threshold")
        switch patch.coverage {
        case .absent: break
        case .null: new.coverage = Coverage()
        case .value(let input): new.coverage.apply(input, picks, at: "/coverage", &problems)
        }
        if !patch.condition.isAbsent { new.condition = problems.condition(patch.condition.set, .escalation, in: picks.desk) }
        if !patch.actions.isAbsent { new.actions = Self.actions(patch.actions.set ?? [], picks, &problems) }
        let isArchived = problems.value(patch.archived, else: archivedAt != nil, "/archived")
        new.archivedAt = isArchived ? archivedAt ?? now : nil
        problems.check(text: new.name, "/name", limit: Limits.name)
        new.threshold.check(&problems)
        try problems.throwIfAny()
        guard new != self else { return }
        new.version += 1
        new.updatedAt = now
        self = new
    }

    private static func actions(_ inputs: [EscalationAction.Input], _ picks: SLAPicks, _ problems: inout ProblemList) -> [EscalationAction] {
        if inputs.isEmpty { problems.add("/actions", .required, "There must be one action at least.") }
        if inputs.count > EscalationAction.most {
            problems.add("/actions", .tooLong, "A rule has at most \(EscalationAction.most) actions.")
            return []
        }
        return inputs.enumerated().compactMap { EscalationAction($1, picks, at: "/actions/\($0)", &problems) }
    }
}

extension EscalationRule.Threshold {
    /// Percent of the goal.
    public static let percentRange = 1...1_000

    fileprivate func check(_ problems: inout ProblemList) {
        switch self {
        case .percent(let percent):
            if !Self.percentRange.contains(percent) {
                problems.add(
                    "/threshold/percent",
                    "Percent must be from \(Self.percentRange.lowerBound) to \(Self.percentRange.upperBound); 100 is the target itself.")
            }
        case .beforeDue(let seconds): Self.check(seconds, "/threshold/beforeDue", &problems)
        case .afterDue(let seconds): Self.check(seconds, "/threshold/afterDue", &problems)
        }
    }

    private static func check(_ seconds: Int64, _ pointer: String, _ problems: inout ProblemList) {
        let longest = ServiceLevelAgreement.Goal.longest
        if !(0...longest).contains(seconds) { problems.add(pointer, "Seconds must be from 0 to \(longest), which are ten years.") }
    }
}
