import ITSMCore

// Escalation rules on the wire.

extension EscalationAction.Kind: WireType {}

extension EscalationRule.Threshold: WireType {
    static var schema: Schema {
        let seconds = Schema.integer(0...ServiceLevelAgreement.Goal.longest)
        return .oneOf([
            .object([
                .required(
                    "percent", .integer(Int64(percentRange.lowerBound)...Int64(percentRange.upperBound)), "Of the goal; 100 is the target itself.")
            ]),
            .object([.required("beforeDue", seconds, "Seconds of working time before the target.")]),
            .object([.required("afterDue", seconds, "Seconds of working time after the target.")]),
        ]).described("When it fires: {\"percent\": 75}, {\"beforeDue\": 3600} or {\"afterDue\": 3600}.")
    }
}

extension EscalationRule.View: WireType {
    static var schema: Schema {
        .object(
            "EscalationRule", "What happens when a clock comes to a certain point. It fires at most once for each clock.",
            [
                .required("id", ID<EscalationRule>.self), .required("name", String.self),
                .optional("policy", Ref<ServiceLevelAgreement>.self, "The policy whose clocks it watches; those of all when absent."),
                .required("metrics", [SLAMetric].self, "The clocks that it watches; [] is all."),
                .required("threshold", EscalationRule.Threshold.self), .required("coverage", Coverage.schema),
                .optional("condition", String.self, "What must hold of the ticket when it fires; see docs/expressions.md."),
                .required("actions", .array(of: action), "In the order in which they are done."),
                .optional("archivedAt", Instant.self, "Set once it fires no more."), .required("version", Int.self),
                .required("createdAt", Instant.self), .required("updatedAt", Instant.self),
            ])
    }

    private static var action: Schema {
        .object(
            "EscalationAction", "One thing that an escalation does, in the name of the automation.",
            [
                .required("type", EscalationAction.Kind.self),
                .optional("to", .array(of: .oneOf([.parts, Ref<User>.schema])), "Of notify: parts in the ticket, or people."),
                .optional("group", Ref<SupportGroup>.self, "Of assign."), .optional("assignee", Ref<User>.self, "Of assign."),
                .optional("user", Ref<User>.self, "Of addWatcher."),
                .optional("visibility", Comment.Visibility.self, "Of comment."), .optional("body", String.self, "Of comment."),
            ])
    }
}

extension Schema {
    fileprivate static let parts = Schema.words(nil, ["assignee", "group", "groupManager"])
}

extension EscalationAction.Input: WireType {
    static var schema: Schema {
        .object(
            "EscalationActionInput", "One thing that an escalation does, in the name of the automation.",
            [
                .required("type", EscalationAction.Kind.self),
                .optional(
                    "to", .array(of: .oneOf([.parts, RefInput<User>.schema]), maximum: EscalationAction.most),
                    "For notify: assignee, group, groupManager, or people."),
                .optional("group", RefInput<SupportGroup>.self, "For assign: a group, an assignee, or both."),
                .optional("assignee", RefInput<User>.self, "For assign."), .optional("user", RefInput<User>.self, "For addWatcher."),
                .optional("visibility", Comment.Visibility.self, "For comment; workNote when absent."),
                .optional("body", .text(Limits.longText), "For comment; Markdown."),
            ])
    }
}

extension EscalationRule.Draft: WireType {
    static var schema: Schema {
        .object(
            "EscalationRuleDraft", "A rule to be added.",
            [
                .required("name", .text(Limits.name)),
                .optional("policy", RefInput<ServiceLevelAgreement>.self, "The policy whose clocks it watches; those of all when absent."),
                .optional("metrics", [SLAMetric].self, "The clocks that it watches; all when absent or empty."),
                .required("threshold", EscalationRule.Threshold.self), .optional("coverage", Coverage.Input.self, "All tickets when absent."),
                .optional("condition", .text(Limits.condition), "What must hold of the ticket when it fires."),
                .required(
                    "actions", .array(of: EscalationAction.Input.schema, maximum: EscalationAction.most), "In the order in which they are done."),
            ])
    }
}

extension EscalationRule.Patch: WireType {
    static var schema: Schema {
        .object(
            "EscalationRulePatch", "Changes to a rule.",
            [
                .optional("name", .text(Limits.name)),
                .clearable("policy", RefInput<ServiceLevelAgreement>.self, "null: the clocks of all policies."),
                .clearable("metrics", [SLAMetric].self, "null: all clocks."), .optional("threshold", EscalationRule.Threshold.self),
                .clearable("coverage", Coverage.Input.self, "null: all tickets."), .clearable("condition", .text(Limits.condition)),
                .optional("actions", .array(of: EscalationAction.Input.schema, maximum: EscalationAction.most), "All of them."),
                .optional("archived", Bool.self, "True: it fires no more."),
            ])
    }
}

extension EscalationRehearsalService.Request: WireType {
    static var schema: Schema {
        .object(
            "EscalationRehearsalRequest", "What is tried, and on which tickets.",
            [
                .required("rule", EscalationRule.Draft.self),
                .optional(
                    "days", .integer(Int64(Rehearsal.days.lowerBound)...Int64(Rehearsal.days.upperBound)),
                    "Tickets that were raised in so many days up to now; \(Rehearsal.standardDays) when absent."),
            ])
    }
}

extension EscalationRehearsal: WireType {
    static var schema: Schema {
        .object(
            "EscalationRehearsal", "For which clocks a draft would have fired.",
            [
                .required("tickets", Int.self, "How many were looked at."), .required("reached", Int.self, "Clocks that came to the rule's point."),
                .required("fired", Int.self, "Of these, those for which it would have fired."),
                .required("failed", Int.self, "Of these, those for which the condition had no answer."),
                .optional("failure", String.self, "Why, of the first of them."),
                .required(
                    "rows",
                    .array(
                        of: .object([
                            .required("ticket", TicketRef.self), .required("timer", String.self, "Such as resolution or nextResponse-2."),
                            .required("reachedAt", Instant.self),
                        ]), maximum: mostRows), "Those for which it would have fired, the newest tickets first."),
            ])
    }
}
