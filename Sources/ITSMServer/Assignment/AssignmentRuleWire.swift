import ITSMCore

// Assignment rules on the wire, and what they decided.

extension AssignmentRule.Trigger: WireType {}
extension AssignmentRule.Choice: WireType {}

extension AssignmentRule: WireType {
    fileprivate static let conditionHelp = "An expression over the ticket; every ticket when absent."
    fileprivate static let continuesHelp = "Whether later rules may set what this one left open; else the first that matches ends it."
    fileprivate static let skillsHelp = "What bestSkill looks for; none: the words of the ticket's category, and its tags."

    static var schema: Schema {
        .object(
            "AssignmentRule", "To whom a ticket goes when it is raised, or comes to be about something else.",
            [
                .required("id", ID<AssignmentRule>.self), .required("name", String.self),
                .required("order", Int.self, "Rules are asked from the lowest up; of the same order, the older first."),
                .optional("condition", String.self, conditionHelp), .required("triggers", [Trigger].self, "When it is asked."),
                .optional("group", Ref<SupportGroup>.self, "The group that the ticket goes to; absent: it stays in its own."),
                .required("choice", Choice.self, "How the person is found."), .optional("person", Ref<User>.self, "Of choice person."),
                .required("skills", [String].self, skillsHelp), .required("continues", Bool.self, continuesHelp),
                .optional("archivedAt", Instant.self, "Set once it is asked no more."), .required("version", Int.self),
                .required("createdAt", Instant.self), .required("updatedAt", Instant.self),
            ])
    }
}

extension AssignmentRule.Draft: WireType {
    static var schema: Schema {
        .object(
            "AssignmentRuleDraft", "A rule to be added. It needs a name, and a group or a person.",
            [
                .required("name", .text(Limits.name)), .optional("order", .order, "After all others when absent."),
                .optional("condition", .text(Limits.condition), AssignmentRule.conditionHelp),
                .optional("triggers", [AssignmentRule.Trigger].self, "Both when absent."), .optional("group", RefInput<SupportGroup>.self),
                .optional("choice", AssignmentRule.Choice.self, "nobody when absent."),
                .optional("person", RefInput<User>.self, "For choice person."),
                .optional("skills", .skills, AssignmentRule.skillsHelp), .optional("continues", Bool.self, AssignmentRule.continuesHelp),
            ])
    }
}

extension Schema {
    fileprivate static let order = Schema.integer(
        Int64(AssignmentRule.orderRange.lowerBound)...Int64(AssignmentRule.orderRange.upperBound))
}

extension AssignmentRule.Patch: WireType {
    static var schema: Schema {
        .object(
            "AssignmentRulePatch", "Changes to a rule. Another choice takes along the person and the skills that only the old one used.",
            [
                .optional("name", .text(Limits.name)), .optional("order", .order),
                .clearable("condition", .text(Limits.condition), "null: every ticket."), .optional("triggers", [AssignmentRule.Trigger].self),
                .clearable("group", RefInput<SupportGroup>.self), .optional("choice", AssignmentRule.Choice.self),
                .clearable("person", RefInput<User>.self), .clearable("skills", .skills, "All of them."), .optional("continues", Bool.self),
                .optional("archived", Bool.self, "True: it is asked no more."),
            ])
    }
}

extension AssignmentFault: WireType {
    static var schema: Schema {
        .object(
            "AssignmentFault", "A condition that had no answer for a ticket.",
            [
                .required("rule", ID<AssignmentRule>.self), .required("version", Int.self, "Of the rule."), .required("ticket", ID<Ticket>.self),
                .optional("number", TicketNumber.self), .required("message", String.self, "With line and column."), .required("at", Instant.self),
            ])
    }
}

extension AssignmentRehearsalService.Request: WireType {
    static var schema: Schema {
        let days = Rehearsal.days
        return .object(
            "AssignmentRehearsalRequest", "What is tried, and on which tickets.",
            [
                .required("rule", AssignmentRule.Draft.self),
                .optional(
                    "days", .integer(Int64(days.lowerBound)...Int64(days.upperBound)), "Tickets raised in so many days up to now; 30 when absent."),
            ])
    }
}

extension AssignmentRehearsal: WireType {
    static var schema: Schema {
        .object(
            "AssignmentRehearsal", "What a rule would do to past tickets.",
            [
                .required("tickets", Int.self, "How many were looked at."), .required("matched", Int.self),
                .required("differing", Int.self, "Those of the matching that are elsewhere than the rule would have them."),
                .required("failed", Int.self, "Tickets for which the condition had no answer."),
                .optional("failure", String.self, "Why, of the first of them."),
                .required("rows", .array(of: row, maximum: mostRows), "The matching ones, the newest first; \(mostRows) of them at most."),
            ])
    }

    private static var row: Schema {
        .object([
            .required("ticket", TicketRef.self), .optional("group", Ref<SupportGroup>.self, "As it stands."), .optional("assignee", Ref<User>.self),
            .optional("newGroup", Ref<SupportGroup>.self, "As the rule would set it."), .optional("newAssignee", Ref<User>.self),
            .required("choice", AssignmentRule.Choice.self, "How the person would be found: of roundRobin, who is next in turn."),
            .required("differs", Bool.self),
        ])
    }
}
