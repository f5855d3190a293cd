import ITSMCore

// Why a ticket is where it is, on the wire.

extension AssignmentDecision.Outcome: WireType {}
extension AssignmentDecision.Note: WireType {}

extension AssignmentStory: Encodable {
    private enum CodingKeys: String, CodingKey { case ticket, group, assignee, groupSet, assigneeSet, decisions }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(ticket, forKey: .ticket)
        try fields.encodeIfPresent(group, forKey: .group)
        try fields.encodeIfPresent(assignee, forKey: .assignee)
        try fields.encodeIfPresent(groupSet, forKey: .groupSet)
        try fields.encodeIfPresent(assigneeSet, forKey: .assigneeSet)
        try fields.encode(decisions, forKey: .decisions)
    }
}

extension AssignmentStory.Made: Encodable {
    private enum CodingKeys: String, CodingKey { case at }

    /// The decision's fields and `at` beside them, in one object.
    public func encode(to encoder: any Encoder) throws {
        try decision.encode(to: encoder)
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(at, forKey: .at)
    }
}

extension AssignmentOrigins.Origin: WireType {
    static var schema: Schema {
        .object(
            "AssignmentOrigin", "By whose hand.",
            [
                .required("by", Ref<User>.self), .required("at", Instant.self),
                .optional("cause", String.self, "What made the automation act, such as assignmentRule:<id>; absent for people."),
            ])
    }
}

extension AssignmentStory: WireType {
    static var schema: Schema {
        .object(
            "AssignmentStory", "Why a ticket is where it is.",
            [
                .required("ticket", TicketRef.self), .optional("group", Ref<SupportGroup>.self), .optional("assignee", Ref<User>.self),
                .optional("groupSet", AssignmentOrigins.Origin.self, "Who gave it to the group."),
                .optional("assigneeSet", AssignmentOrigins.Origin.self, "Who gave it to the assignee."),
                .required("decisions", .array(of: decision), "What the rules decided, the newest first."),
            ])
    }

    private static var decision: Schema {
        .object(
            "AssignmentDecision", "What the rules decided at one moment.",
            [
                .required("at", Instant.self), .required("trigger", AssignmentRule.Trigger.self),
                .required("asked", .array(of: answer), "Each rule that was asked, in order."),
                .optional("group", ID<SupportGroup>.self, "The ticket's group after it."),
                .optional("assignee", Ref<User>.self, "Its assignee after it."),
            ])
    }

    private static var answer: Schema {
        .object(
            "AssignmentAnswer", "What came of one rule.",
            [
                .required("rule", Ref<AssignmentRule>.self), .required("version", Int.self),
                .optional("condition", String.self, "Of a rule that matched or failed."), .required("outcome", AssignmentDecision.Outcome.self),
                .optional("error", String.self, "Why the condition had no answer."),
                .optional("parts", .array(of: part), "What the parts of the condition came to, of a rule that matched."),
                .optional("choice", AssignmentRule.Choice.self), .optional("setGroup", Ref<SupportGroup>.self),
                .optional("setAssignee", Ref<User>.self),
                .optional("clearedAssignee", Bool.self, "True: it took the ticket off the person who had it in another group."),
                .optional("notes", [AssignmentDecision.Note].self, "Why it set less than it names."),
                .optional("wanted", [String].self, "The skills that it looked for."),
                .optional(
                    "candidates", .array(of: candidate, maximum: AssignmentDecision.mostCandidates), "Among whom it chose, the best first."),
            ])
    }

    private static var part: Schema {
        .object([
            .required("text", String.self), .required("depth", Int.self, "0 is the whole."), .optional("value", String.self),
            .optional("error", String.self),
        ])
    }

    private static var candidate: Schema {
        .object([
            .required("person", Ref<User>.self), .required("turn", Int.self, "1 is next: who was given a ticket by the rule longest ago."),
            .optional("load", Int.self, "Open work in hand: critical 8, high 4, medium 2, low 1, added up."),
            .optional("skills", [String].self, "Of the wanted ones."), .required("isAbsent", Bool.self), .optional("absentUntil", Instant.self),
        ])
    }
}
