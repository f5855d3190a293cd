import ITSMCore

extension AssignmentRule.Choice {
    var words: String {
        switch self {
        case .nobody: "Nobody: the group takes it from its queue"
        case .person: "One person"
        case .roundRobin: "In turn"
        case .leastLoaded: "Who has the least work"
        case .bestSkill: "Who has the best skills"
        }
    }

    /// After the group, in a list.
    var short: String? {
        switch self {
        case .nobody, .person: nil
        case .roundRobin: "in turn"
        case .leastLoaded: "least loaded"
        case .bestSkill: "best skill"
        }
    }
}

extension AssignmentRule.Trigger {
    var words: String {
        switch self {
        case .create: "A ticket is raised"
        case .recategorise: "Its category or service changes"
        }
    }
}

extension AssignmentRule {
    /// `Network, in turn`.
    var target: String { [group?.name, person?.name, choice.short].compactMap(\.self).joined(separator: ", ") }
}

extension AssignmentDecision.Note {
    var words: String {
        switch self {
        case .groupKept: "The group stayed: a person or an earlier rule had chosen it."
        case .assigneeKept: "The assignee stayed: a person or an earlier rule had chosen them."
        case .groupArchived: "The group is archived, so the ticket did not go there."
        case .personDisabled: "The person's account is disabled."
        case .personAbsent: "The person is absent."
        case .nobodyAvailable: "Nobody in the group can be given tickets and is present."
        case .nobodySkilled: "Nobody present has any of the skills, so work and turn decided."
        case .staysWithAssignee: "The assignee had it already and keeps it."
        }
    }
}
