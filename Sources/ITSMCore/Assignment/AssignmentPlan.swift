/// The rules of a desk as they are asked about one ticket. Pure: who is in a group, and how much work they have, is asked of whoever runs it.
struct AssignmentPlan: Sendable {
    let desk: DeskSnapshot
    let trigger: AssignmentRule.Trigger
    let rules: [AssignmentRule]

    /// The rules that are asked on `trigger`, in order.
    init(_ trigger: AssignmentRule.Trigger, desk: DeskSnapshot) {
        self.desk = desk
        self.trigger = trigger
        rules = desk.assignmentRules.filter { $0.triggers.contains(trigger) }
    }

    /// Whether any of them chooses within a group.
    var choosesInGroups: Bool { rules.contains { $0.choice.asksGroup } }

    /// The conditions of the rules, as far as they can be asked.
    var conditions: [Condition] { rules.compactMap { rule in rule.condition.flatMap { try? desk.conditions.condition($0, .change) } } }

    /// Whether a condition names a custom field in which the ticket has a person, who was looked up when the ticket was raised.
    func namesPerson(of ticket: Ticket) -> Bool {
        !ticket.customFields.isEmpty
            && conditions.contains { condition in
                condition.customFields.contains { condition.environment.customFields[$0]?.kind == .person && ticket.customFields[$0] != nil }
            }
    }

    /// What the rules may set: what is open, and what a rule set before and no person since.
    struct Freedom: Sendable, Hashable {
        var group: Bool
        var assignee: Bool
    }

    /// Whether a rule that chooses within a group may come to do so, as far as can be told before the ticket has an id and a time.
    ///
    /// Such a rule asks the database, so the ticket cannot share its commit with others.
    func mayAskGroup(about subject: ConditionSubject) -> Bool {
        rules.contains { rule in
            guard rule.choice.asksGroup else { return false }
            guard let text = rule.condition else { return true }
            guard let condition = try? desk.conditions.condition(text, .change) else { return false }
            if condition.reads.contains(where: \.isKnownAtWriteOnly) { return true }
            return (try? condition.matches(subject)) ?? false
        }
    }

    /// Asks the rules, one after the other.
    ///
    /// - Parameters:
    ///   - subject: the ticket as it is and was. What a rule sets, later ones see.
    ///   - pool: who is in a rule's group; its turn is locked with it.
    func decide(
        _ subject: ConditionSubject, freedom: Freedom, pool: (AssignmentRule, ID<SupportGroup>) throws -> AssignmentPool
    ) rethrows -> AssignmentDecision {
        var decision = AssignmentDecision(trigger)
        var run = Run(subject: subject, freedom: freedom)
        for rule in rules {
            var answer = AssignmentDecision.Answer(rule)
            let isMet = run.isMet(rule, desk, &answer)
            if isMet {
                run.setGroup(rule, desk, &answer)
                try run.setAssignee(rule, desk, &answer, pool: pool)
            }
            decision.asked.append(answer)
            if isMet, !rule.continues { break }
        }
        let ticket = run.subject.ticket
        decision.group = ticket.group
        decision.assignee = ticket.assignee.map { Ref(id: $0, name: run.subject.names.people[$0] ?? "") }
        return decision
    }

    /// The ticket while the rules go over it.
    private struct Run {
        var subject: ConditionSubject
        var freedom: Freedom

        func isMet(_ rule: AssignmentRule, _ desk: DeskSnapshot, _ answer: inout AssignmentDecision.Answer) -> Bool {
            do {
                if let text = rule.condition {
                    let condition = try desk.conditions.condition(text, .change)
                    guard try condition.matches(subject) else { return false }
                    answer.parts = ConditionPart.list(of: condition.explain(subject))
                }
                answer.outcome = .matched
                answer.condition = rule.condition
                answer.choice = rule.choice
                return true
            } catch {
                answer.outcome = .failed
                answer.condition = rule.condition
                answer.error = "\(error)"
                return false
            }
        }

        mutating func setGroup(_ rule: AssignmentRule, _ desk: DeskSnapshot, _ answer: inout AssignmentDecision.Answer) {
            guard let group = rule.group, subject.ticket.group != group.id else { return }
            guard freedom.group else { return answer.note(.groupKept) }
            guard let known = desk.groups[group.id], known.archivedAt == nil else { return answer.note(.groupArchived) }
            subject.ticket.group = group.id
            freedom.group = false
            answer.setGroup = Ref(id: group.id, name: known.name)
            // Who had it in the old group by a rule's choice has it no more.
            if freedom.assignee, subject.ticket.assignee != nil {
                subject.ticket.assignee = nil
                answer.clearedAssignee = true
            }
        }

        mutating func setAssignee(
            _ rule: AssignmentRule, _ desk: DeskSnapshot, _ answer: inout AssignmentDecision.Answer,
            pool: (AssignmentRule, ID<SupportGroup>) throws -> AssignmentPool
        ) rethrows {
            // Nobody is chosen out of a group that does not have the ticket.
            guard rule.choice != .nobody, rule.group == nil || rule.group?.id == subject.ticket.group else { return }
            guard freedom.assignee else { return answer.note(.assigneeKept) }
            if rule.choice == .person {
                setPerson(rule, desk, &answer)
            } else if let group = rule.group {
                choose(rule, desk, from: try pool(rule, group.id), &answer)
            }
        }

        private mutating func setPerson(_ rule: AssignmentRule, _ desk: DeskSnapshot, _ answer: inout AssignmentDecision.Answer) {
            guard let person = rule.person else { return }
            guard let known = desk.assignmentPeople[person.id], !known.isDisabled else { return answer.note(.personDisabled) }
            guard !known.absence.holds(at: subject.now) else {
                answer.candidates = [.init(person: person, turn: 1, isAbsent: true, absentUntil: known.absence.until)]
                return answer.note(.personAbsent)
            }
            give(to: Ref(id: person.id, name: known.name), &answer)
        }

        private mutating func choose(
            _ rule: AssignmentRule, _ desk: DeskSnapshot, from pool: AssignmentPool, _ answer: inout AssignmentDecision.Answer
        ) {
            let wanted = rule.choice == .bestSkill ? Self.wantedSkills(of: subject.ticket, by: rule, desk) : []
            let current = subject.ticket.assignee
            let candidates = pool.candidates(by: rule.choice, wanted: wanted, current: current, at: subject.now)
            answer.candidates = Array(candidates.prefix(AssignmentDecision.mostCandidates))
            if rule.choice == .bestSkill { answer.wanted = wanted }
            let present = candidates.filter { !$0.isAbsent }
            guard let best = present.first else {
                answer.note(.nobodyAvailable)
                return
            }
            if rule.choice == .bestSkill, best.skills?.isEmpty ?? true { answer.note(.nobodySkilled) }
            // Work does not go round in a group that has it already, unless another is more skilled.
            if let current, rule.choice == .bestSkill ? best.person.id == current : present.contains(where: { $0.person.id == current }) {
                answer.note(.staysWithAssignee)
                freedom.assignee = false
                return
            }
            give(to: best.person, &answer)
        }

        /// The skills that a rule looks for: its own, else the words of the ticket's category and its tags.
        private static func wantedSkills(of ticket: Ticket, by rule: AssignmentRule, _ desk: DeskSnapshot) -> [String] {
            if !rule.skills.isEmpty { return rule.skills }
            let category = ticket.category.flatMap { desk.path(of: $0) } ?? ""
            let words = category.lowercased().split(separator: "/").map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
            return Set(words + ticket.tags).sorted()
        }

        private mutating func give(to person: Ref<User>, _ answer: inout AssignmentDecision.Answer) {
            freedom.assignee = false
            guard subject.ticket.assignee != person.id else { return answer.note(.staysWithAssignee) }
            subject.ticket.assignee = person.id
            subject.names.people[person.id] = person.name
            answer.setAssignee = person
        }
    }
}

extension ConditionEnvironment.Slot {
    /// What a ticket has only once its unit of work runs.
    fileprivate var isKnownAtWriteOnly: Bool {
        switch self {
        case .ticket(.id), .ticket(.number), .ticket(.createdAt), .ticket(.updatedAt), .now: true
        default: false
        }
    }
}

/// What the desk knows of a person whom a rule names.
public struct AssignmentPerson: Sendable, Hashable {
    public let id: ID<User>
    public let name: String
    public let isDisabled: Bool
    public let absence: Absence

    public init(id: ID<User>, name: String, isDisabled: Bool = false, absence: Absence = Absence()) {
        self.id = id
        self.name = name
        self.isDisabled = isDisabled
        self.absence = absence
    }
}
