extension ServiceLevelAgreement {
    /// The places that an agreement may have; the lowest is asked first.
    public static let orderRange = 0...100_000
    /// Of an agreement whose author names none; lower numbers leave room before it.
    public static let standardOrder = 100

    /// What a caller sends to add an agreement. Name and targets are needed; without a coverage it covers all tickets.
    public struct Draft: Sendable, Equatable, Codable {
        public var name: String?
        public var description: String?
        public var order: Int?
        public var coverage: Coverage.Input?
        public var condition: String?
        public var targets: [TargetInput]?

        public init(
            name: String? = nil, description: String? = nil, order: Int? = nil, coverage: Coverage.Input? = nil, condition: String? = nil,
            targets: [TargetInput]? = nil
        ) {
            self.name = name
            self.description = description
            self.order = order
            self.coverage = coverage
            self.condition = condition
            self.targets = targets
        }
    }

    /// What is promised for one metric, as a caller sends it.
    public struct TargetInput: Sendable, Hashable, Codable {
        public var metric: SLAMetric
        public var goals: [Priority: GoalInput]
        /// Absent: `pendingRequester` for the resolution, nothing for the others.
        public var pausedIn: [TicketStatus]?

        public init(_ metric: SLAMetric, goals: [Priority: GoalInput], pausedIn: [TicketStatus]? = nil) {
            self.metric = metric
            self.goals = goals
            self.pausedIn = pausedIn
        }
    }

    /// A goal as a caller names it: working seconds, by a calendar.
    public struct GoalInput: Sendable, Hashable, Codable {
        /// Working time in seconds.
        public var seconds: Int64
        public var calendar: RefInput<SLACalendar>

        public init(seconds: Int64, calendar: RefInput<SLACalendar>) {
            self.seconds = seconds
            self.calendar = calendar
        }
    }

    /// What a caller sends to change an agreement.
    public struct Patch: Sendable, Equatable, Codable {
        public var name: ITSMCore.Patch<String> = .absent
        public var description: ITSMCore.Patch<String> = .absent
        public var order: ITSMCore.Patch<Int> = .absent
        /// `null`: all tickets.
        public var coverage: ITSMCore.Patch<Coverage.Input> = .absent
        /// `null`: nothing besides the coverage.
        public var condition: ITSMCore.Patch<String> = .absent
        /// All of them.
        public var targets: ITSMCore.Patch<[TargetInput]> = .absent
        /// True: it covers no new tickets.
        public var archived: ITSMCore.Patch<Bool> = .absent
        /// `keep` when absent.
        public var runningCycles: RunningCycles?

        public init() {}

        private enum CodingKeys: String, CodingKey { case name, description, order, coverage, condition, targets, archived, runningCycles }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            name = try fields.decodePatch(forKey: .name)
            description = try fields.decodePatch(forKey: .description)
            order = try fields.decodePatch(forKey: .order)
            coverage = try fields.decodePatch(forKey: .coverage)
            condition = try fields.decodePatch(forKey: .condition)
            targets = try fields.decodePatch(forKey: .targets)
            archived = try fields.decodePatch(forKey: .archived)
            runningCycles = try fields.decodeIfPresent(RunningCycles.self, forKey: .runningCycles)
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encodePatch(name, forKey: .name)
            try fields.encodePatch(description, forKey: .description)
            try fields.encodePatch(order, forKey: .order)
            try fields.encodePatch(coverage, forKey: .coverage)
            try fields.encodePatch(condition, forKey: .condition)
            try fields.encodePatch(targets, forKey: .targets)
            try fields.encodePatch(archived, forKey: .archived)
            try fields.encodeIfPresent(runningCycles, forKey: .runningCycles)
        }
    }

    /// A new agreement.
    ///
    /// - Throws: `invalid` with every fault.
    public init(_ draft: Draft, id: ID<ServiceLevelAgreement>, picks: SLAPicks, at now: Instant) throws {
        var problems = ProblemList()
        self.init(
            id: id, name: draft.name ?? "", description: draft.description, order: draft.order ?? Self.standardOrder, targets: [], createdAt: now,
            updatedAt: now)
        if let input = draft.coverage { coverage.apply(input, picks, at: "/coverage", &problems) }
        condition = problems.condition(draft.condition, .agreement, in: picks.desk)
        problems.check(text: draft.name, "/name", limit: Limits.name)
        if let inputs = draft.targets {
            targets = Self.targets(inputs, picks, &problems)
        } else {
            problems.add("/targets", .required, "Targets is required: what is promised, for one metric or more.")
        }
        check(&problems)
        try problems.throwIfAny()
    }

    /// Changes what `patch` sets; the version rises when anything differs.
    ///
    /// - Throws: `invalid` with every fault, and then nothing is changed.
    public mutating func apply(_ patch: Patch, picks: SLAPicks, at now: Instant) throws {
        var problems = ProblemList()
        var new = self
        new.name = problems.value(patch.name, else: name, "/name")
        new.description = patch.description.applied(to: description)
        new.order = problems.value(patch.order, else: order, "/order")
        switch patch.coverage {
        case .absent: break
        case .null: new.coverage = Coverage()
        case .value(let input): new.coverage.apply(input, picks, at: "/coverage", &problems)
        }
        if !patch.condition.isAbsent { new.condition = problems.condition(patch.condition.set, .agreement, in: picks.desk) }
        switch patch.targets {
        case .absent: break
        case .null: problems.add("/targets", .required, "Targets cannot be cleared.")
        case .value(let inputs): new.targets = Self.targets(inputs, picks, &problems)
        }
        let isArchived = problems.value(patch.archived, else: archivedAt != nil, "/archived")
        new.archivedAt = isArchived ? archivedAt ?? now : nil
        problems.check(text: new.name, "/name", limit: Limits.name)
        new.check(&problems)
        try problems.throwIfAny()
        guard new != self else { return }
        new.version += 1
        new.updatedAt = now
        self = new
    }

    private func check(_ problems: inout ProblemList) {
        problems.check(text: description, "/description", limit: Limits.longText, optional: true, multiline: true)
        if !Self.orderRange.contains(order) {
            problems.add("/order", "Order must be from \(Self.orderRange.lowerBound) to \(Self.orderRange.upperBound).")
        }
    }

    private static func targets(_ inputs: [TargetInput], _ picks: SLAPicks, _ problems: inout ProblemList) -> [Target] {
        if inputs.isEmpty { problems.add("/targets", .required, "There must be a target for one metric at least.") }
        var targets: [Target] = []
        for (index, input) in inputs.enumerated() {
            let pointer = "/targets/\(index)"
            if targets.contains(where: { $0.metric == input.metric }) {
                problems.add("\(pointer)/metric", .duplicate, "There is a target for \(input.metric.rawValue) already; one can be.")
                continue
            }
            if input.goals.isEmpty { problems.add("\(pointer)/goals", .required, "There must be a goal for one priority at least.") }
            var goals: [Priority: Goal] = [:]
            for (priority, goal) in input.goals.sorted(by: { $0.key.level < $1.key.level }) {
                let place = "\(pointer)/goals/\(priority.rawValue)"
                if !(1...Goal.longest).contains(goal.seconds) {
                    problems.add("\(place)/seconds", "A goal is 1 to \(Goal.longest) seconds, which are ten years.")
                }
                if let calendar = picks.calendar(goal.calendar, at: "\(place)/calendar", &problems) {
                    goals[priority] = Goal(seconds: goal.seconds, calendar: calendar)
                }
            }
            for (place, status) in (input.pausedIn ?? []).enumerated() where status.category != .pending {
                problems.add("\(pointer)/pausedIn/\(place)", "A clock can pause in waits only, which \(status.rawValue) is not.")
            }
            targets.append(Target(input.metric, goals: goals, pausedIn: input.pausedIn.map(Set.init)))
        }
        return targets.sorted { SLAMetric.allCases.firstIndex(of: $0.metric)! < SLAMetric.allCases.firstIndex(of: $1.metric)! }
    }

    /// True when clocks that run under `old` would run otherwise under this version.
    func runsOtherwise(than old: ServiceLevelAgreement) -> Bool {
        coverage != old.coverage || condition != old.condition || targets != old.targets || order != old.order
            || (archivedAt == nil) != (old.archivedAt == nil)
    }
}
