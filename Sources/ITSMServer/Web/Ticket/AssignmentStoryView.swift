import ITSMCore

/// Why a ticket is where it is, as the template `assignment` shows it.
struct AssignmentStoryView: Sendable {
    let number: String
    let title: String
    let address: String
    /// By whose hand group and assignee are what they are.
    let sentences: [String]
    let decisions: [Decision]
    let nothing: String?

    struct Decision: Sendable {
        let heading: String
        let time: ScreenTime.Moment
        let outcome: String
        let answers: [Answer]
    }

    struct Answer: Sendable {
        let name: String
        /// The rule's page; nil for those who may not open it.
        let address: String?
        let version: String
        let badge: RecordList.Badge
        /// `Gave it to Network and Ada Agent.`
        let deeds: [String]
        let condition: String?
        let error: String?
        let parts: Parts?
        let chosen: Chosen?
    }

    /// What the parts of a condition came to.
    struct Parts: Sendable {
        let items: [Part]
    }

    struct Part: Sendable {
        let text: String
        let value: String
        let depth: String
    }

    /// Among whom a rule chose.
    struct Chosen: Sendable {
        let caption: String
        let hasLoad: Bool
        let hasSkills: Bool
        let hasTurn: Bool
        let candidates: [Candidate]
    }

    struct Candidate: Sendable {
        let person: Shell.Person
        let turn: String?
        let load: String?
        let skills: String?
        let absence: String
        let isChosen: Bool
    }

    init(_ story: AssignmentStory, desk: DeskSnapshot, caller: ID<User>, mayReadRules: Bool, from: String, time: ScreenTime) {
        number = story.ticket.number.description
        title = story.ticket.title
        address = "/tickets/\(story.ticket.number)\(from)"
        var sentences: [String] = []
        if let group = story.group {
            sentences.append("\(group.name) has it\(Self.hand(story.groupSet, story, time)).")
        } else {
            sentences.append("No group has it.")
        }
        if let assignee = story.assignee {
            let who = assignee.id == caller ? "You have" : "\(assignee.name) has"
            sentences.append("\(who) it\(Self.hand(story.assigneeSet, story, time)).")
        } else {
            sentences.append("Nobody is assigned to it.")
        }
        self.sentences = sentences
        decisions = story.decisions.map { Decision($0, desk: desk, mayReadRules: mayReadRules, time: time) }
        nothing = story.decisions.isEmpty ? "No assignment rule was asked about this ticket." : nil
    }

    /// `: Ada Agent gave it, 14:05`, or the rule that did.
    private static func hand(_ origin: AssignmentOrigins.Origin?, _ story: AssignmentStory, _ time: ScreenTime) -> String {
        guard let origin else { return "" }
        let moment = time(origin.at).short
        let answers = story.decisions.flatMap(\.decision.asked)
        if let cause = origin.cause, let answer = answers.first(where: { cause.hasSuffix($0.rule.id.description) }) {
            return ", by the rule \(answer.rule.name), \(moment)"
        }
        return ", by the hand of \(origin.by.name), \(moment)"
    }
}

extension AssignmentStoryView.Decision {
    init(_ made: AssignmentStory.Made, desk: DeskSnapshot, mayReadRules: Bool, time: ScreenTime) {
        let decision = made.decision
        heading = decision.trigger == .create ? "When it was raised" : "When its category or service changed"
        self.time = time(made.at)
        let to = [decision.group.flatMap { desk.groups[$0]?.name }, decision.assignee?.name].compactMap(\.self)
        outcome = to.isEmpty ? "The rules left it with nobody." : "After it, it was with \(to.joined(separator: ", "))."
        answers = decision.asked.map { .init($0, mayReadRules: mayReadRules, time: time) }
    }
}

extension AssignmentStoryView.Answer {
    init(_ answer: AssignmentDecision.Answer, mayReadRules: Bool, time: ScreenTime) {
        name = answer.rule.name
        address = mayReadRules ? "\(AssignmentRulePages.list)/\(answer.rule.id)" : nil
        version = "\(answer.version)"
        switch answer.outcome {
        case .matched: badge = .init(words: "Matched", tone: "ok")
        case .notMatched: badge = .init(words: "Did not match")
        case .failed: badge = .init(words: "Failed", tone: "danger")
        }
        var deeds: [String] = []
        let given = [answer.setGroup?.name, answer.setAssignee?.name].compactMap(\.self)
        if !given.isEmpty { deeds.append("Gave it to \(given.joined(separator: " and ")).") }
        if answer.clearedAssignee == true, answer.setAssignee == nil { deeds.append("Took it off the person who had it in the other group.") }
        self.deeds = deeds + (answer.notes ?? []).map(\.words)
        condition = answer.condition
        error = answer.error
        parts = answer.parts.map { parts in
            .init(items: parts.map { .init(text: $0.text, value: $0.value ?? $0.error ?? "", depth: "d\(min($0.depth + 1, 6))") })
        }
        chosen = answer.candidates.map { .init($0, of: answer, time: time) }
    }
}

extension AssignmentStoryView.Chosen {
    init(_ candidates: [AssignmentCandidate], of answer: AssignmentDecision.Answer, time: ScreenTime) {
        hasLoad = candidates.contains { $0.load != nil }
        hasSkills = candidates.contains { $0.skills != nil }
        let hasTurn = answer.choice?.asksGroup ?? false
        self.hasTurn = hasTurn
        let among = hasTurn ? "Among whom it chose, \(answer.choice?.words.lowercased() ?? "")" : "The person"
        let wanted = answer.wanted.map { $0.isEmpty ? "; no skills were looked for" : "; looked for \($0.joined(separator: ", "))" } ?? ""
        caption = among + wanted
        self.candidates = candidates.map { candidate in
            .init(
                person: Shell.Person(candidate.person), turn: hasTurn ? "\(candidate.turn)" : nil, load: candidate.load.map { "\($0)" },
                skills: candidate.skills.map { $0.isEmpty ? "None" : $0.joined(separator: ", ") },
                absence: candidate.isAbsent ? candidate.absentUntil.map { "Absent until \(time($0).full)" } ?? "Absent" : "Present",
                isChosen: candidate.person.id == answer.setAssignee?.id)
        }
    }
}
