extension AssignmentRule {
    /// What a caller sends to add a rule. It needs a name, and a group or a person.
    public struct Draft: Sendable, Hashable, Codable {
        public var name: String?
        /// After all others when absent.
        public var order: Int?
        public var condition: String?
        /// Both when absent.
        public var triggers: [Trigger]?
        public var group: RefInput<SupportGroup>?
        /// `nobody` when absent.
        public var choice: Choice?
        public var person: RefInput<User>?
        public var skills: [String]?
        public var continues: Bool?

        public init(
            name: String? = nil, order: Int? = nil, condition: String? = nil, triggers: [Trigger]? = nil, group: RefInput<SupportGroup>? = nil,
            choice: Choice? = nil, person: RefInput<User>? = nil, skills: [String]? = nil, continues: Bool? = nil
        ) {
            self.name = name
            self.order = order
            self.condition = condition
            self.triggers = triggers
            self.group = group
            self.choice = choice
            self.person = person
            self.skills = skills
            self.continues = continues
        }
    }

    /// What a caller sends to change a rule.
    public struct Patch: Sendable, Equatable, Codable {
        public var name: ITSMCore.Patch<String> = .absent
        public var order: ITSMCore.Patch<Int> = .absent
        /// `null`: every ticket.
        public var condition: ITSMCore.Patch<String> = .absent
        public var triggers: ITSMCore.Patch<[Trigger]> = .absent
        public var group: ITSMCore.Patch<RefInput<SupportGroup>> = .absent
        public var choice: ITSMCore.Patch<Choice> = .absent
        public var person: ITSMCore.Patch<RefInput<User>> = .absent
        /// All of them.
        public var skills: ITSMCore.Patch<[String]> = .absent
        public var continues: ITSMCore.Patch<Bool> = .absent
        /// True: it is asked no more.
        public var archived: ITSMCore.Patch<Bool> = .absent

        public init() {}

        private enum CodingKeys: String, CodingKey {
            case name, order, condition, triggers, group, choice, person, skills, continues, archived
        }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            name = try fields.decodePatch(forKey: .name)
            order = try fields.decodePatch(forKey: .order)
            condition = try fields.decodePatch(forKey: .condition)
            triggers = try fields.decodePatch(forKey: .triggers)
            group = try fields.decodePatch(forKey: .group)
            choice = try fields.decodePatch(forKey: .choice)
            person = try fields.decodePatch(forKey: .person)
            skills = try fields.decodePatch(forKey: .skills)
            continues = try fields.decodePatch(forKey: .continues)
            archived = try fields.decodePatch(forKey: .archived)
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encodePatch(name, forKey: .name)
            try fields.encodePatch(order, forKey: .order)
            try fields.encodePatch(condition, forKey: .condition)
            try fields.encodePatch(triggers, forKey: .triggers)
            try fields.encodePatch(group, forKey: .group)
            try fields.encodePatch(choice, forKey: .choice)
            try fields.encodePatch(person, forKey: .person)
            try fields.encodePatch(skills, forKey: .skills)
            try fields.encodePatch(continues, forKey: .continues)
            try fields.encodePatch(archived, forKey: .archived)
        }
    }

    /// What the names of a draft or patch turned out to mean, and what its condition may name.
    struct Picks: Sendable {
        var groups: RefLookup<SupportGroup>
        var people: RefLookup<User>
        var environment: ConditionEnvironment
    }

    /// A new rule.
    ///
    /// - Parameter nextOrder: its place where the draft says none.
    /// - Throws: `invalid` with every fault.
    init(_ draft: Draft, id: ID<AssignmentRule>, nextOrder: Int, picks: Picks, at now: Instant) throws {
        var problems = ProblemList()
        self.init(
            id: id, name: draft.name ?? "", order: draft.order ?? nextOrder, condition: draft.condition,
            triggers: Self.inOrder(draft.triggers ?? Trigger.allCases),
            group: draft.group.flatMap { picks.groups.resolve($0, at: "/group", as: "group", &problems) }, choice: draft.choice ?? .nobody,
            person: draft.person.flatMap { picks.people.resolve($0, at: "/person", as: "person", &problems) },
            skills: problems.checkedSkills(draft.skills ?? []), continues: draft.continues ?? false, createdAt: now, updatedAt: now)
        check(picks.environment, hasGroup: draft.group != nil, hasPerson: draft.person != nil, &problems)
        try problems.throwIfAny()
    }

    /// Changes what `patch` sets; the version rises when anything differs. Another choice takes along the person and the skills that
    /// only the old one used.
    ///
    /// - Throws: `invalid` with every fault, and then nothing is changed.
    mutating func apply(_ patch: Patch, picks: Picks, at now: Instant) throws -> FieldChanges {
        var problems = ProblemList()
        var new = self
        new.name = problems.value(patch.name, else: name, "/name")
        new.order = problems.value(patch.order, else: order, "/order")
        new.condition = patch.condition.applied(to: condition)
        new.triggers = Self.inOrder(problems.value(patch.triggers, else: triggers, "/triggers"))
        new.choice = problems.value(patch.choice, else: choice, "/choice")
        new.continues = problems.value(patch.continues, else: continues, "/continues")
        switch patch.group {
        case .absent: break
        case .null: new.group = nil
        case .value(let input): new.group = picks.groups.resolve(input, at: "/group", as: "group", &problems)
        }
        switch patch.person {
        case .absent: if new.choice != .person { new.person = nil }
        case .null: new.person = nil
        case .value(let input): new.person = picks.people.resolve(input, at: "/person", as: "person", &problems)
        }
        switch patch.skills {
        case .absent: if new.choice != .bestSkill { new.skills = [] }
        case .null: new.skills = []
        case .value(let skills): new.skills = problems.checkedSkills(skills)
        }
        let isArchived = problems.value(patch.archived, else: archivedAt != nil, "/archived")
        new.archivedAt = isArchived ? archivedAt ?? now : nil
        new.check(
            picks.environment, hasGroup: new.group != nil || patch.group.set != nil, hasPerson: new.person != nil || patch.person.set != nil,
            &problems)
        try problems.throwIfAny()

        let changes = new.changes(since: self)
        if !changes.isEmpty {
            new.version += 1
            new.updatedAt = now
        }
        self = new
        return changes
    }

    /// - Parameters:
    ///   - hasGroup: whether a group is named, even one that cannot be picked: that is a fault of its own.
    ///   - hasPerson: the same for the person.
    private mutating func check(_ environment: ConditionEnvironment, hasGroup: Bool, hasPerson: Bool, _ problems: inout ProblemList) {
        problems.check(text: name, "/name", limit: Limits.name)
        if !Self.orderRange.contains(order) {
            problems.add("/order", "Order must be from \(Self.orderRange.lowerBound) to \(Self.orderRange.upperBound).")
        }
        if triggers.isEmpty { problems.add("/triggers", .required, "Say when the rule is asked: create, recategorise, or both.") }
        if condition?.allSatisfy(\.isWhitespace) == true { condition = nil }
        problems.check(text: condition, "/condition", limit: Limits.condition, optional: true, multiline: true)
        if let condition, condition.unicodeScalars.count <= Limits.condition {
            do {
                _ = try Condition(condition, in: environment)
            } catch let faults as CELFaults {
                for problem in faults.problems(at: "/condition") { problems.add(problem.pointer, problem.code, problem.message) }
            } catch {
                problems.add("/condition", "\(error)")
            }
        }
        switch choice {
        case .nobody:
            if !hasGroup { problems.add("/group", .required, "Say to which group or person the ticket goes.") }
        case .person:
            if !hasPerson { problems.add("/person", .required, "Say to whom the ticket goes.") }
        case .roundRobin, .leastLoaded, .bestSkill:
            if !hasGroup { problems.add("/group", .required, "Say among which group's members the person is chosen.") }
        }
        if hasPerson, choice != .person { problems.add("/person", "A person is named only where choice is person.") }
        if !skills.isEmpty, choice != .bestSkill { problems.add("/skills", "Skills are named only where choice is bestSkill.") }
    }

    /// Each once, in the order of a ticket's life.
    private static func inOrder(_ triggers: [Trigger]) -> [Trigger] { Trigger.allCases.filter(triggers.contains) }

    /// What differs from `old`; everything, for a new rule.
    func changes(since old: AssignmentRule?) -> FieldChanges {
        func words(_ texts: [String]?) -> JSONValue { .array((texts ?? []).map(JSONValue.string)) }
        var changes = FieldChanges()
        changes.note("name", from: .optional(old?.name), to: .string(name))
        changes.note("order", from: old.map { .integer(Int64($0.order)) } ?? .null, to: .integer(Int64(order)))
        changes.note("condition", from: .optional(old?.condition), to: .optional(condition))
        changes.note("triggers", from: words(old?.triggers.map(\.rawValue)), to: words(triggers.map(\.rawValue)))
        changes.note("group", from: old?.group?.json ?? .null, to: group?.json ?? .null)
        changes.note("choice", from: .optional(old?.choice.rawValue), to: .string(choice.rawValue))
        changes.note("person", from: old?.person?.json ?? .null, to: person?.json ?? .null)
        changes.note("skills", from: words(old?.skills), to: words(skills))
        changes.note("continues", from: .bool(old?.continues ?? false), to: .bool(continues))
        changes.note("archived", from: .bool(old?.archivedAt != nil), to: .bool(archivedAt != nil))
        return changes
    }
}

extension ProblemList {
    /// Trimmed, lower case, sorted, each once, as tags are, so that the two can be compared.
    mutating func checkedSkills(_ skills: [String]) -> [String] {
        if skills.count > AssignmentRule.mostSkills {
            add("/skills", .tooLong, "At most \(AssignmentRule.mostSkills) skills; these are \(skills.count).")
        }
        for (place, skill) in skills.enumerated() { check(text: skill, "/skills/\(place)", name: "Skill \(place + 1)", limit: Limits.tag) }
        return Set(skills.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased() }).sorted()
    }
}
