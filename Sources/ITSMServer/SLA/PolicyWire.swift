import ITSMCore

// Service level agreements on the wire, where they are called policies.

extension ServiceLevelAgreement.View: WireType {
    static var schema: Schema {
        .object(
            "SLAPolicy", "A promise: which tickets it covers, and what each is due when.",
            [
                .required("id", ID<ServiceLevelAgreement>.self), .required("name", String.self), .optional("description", String.self),
                .required(
                    "order", Int.self, "Lower ones are asked first; the first that covers a ticket and has a target for a metric gives its clock."),
                .required("coverage", Coverage.schema), .optional("condition", String.self, "What must hold besides; see docs/expressions.md."),
                .required("targets", .array(of: target)),
                .optional("archivedAt", Instant.self, "Set once it covers no new tickets."),
                .required("version", Int.self, "Rises with every edit; older versions stay, for the clocks that run under them."),
                .required("createdAt", Instant.self), .required("updatedAt", Instant.self),
            ])
    }

    private static var target: Schema {
        .object(
            "SLATarget", "What is promised for one metric.",
            [
                .required("metric", SLAMetric.self), .required("goals", .goals(goal), "By priority; one that is absent has no clock."),
                .required("pausedIn", [TicketStatus].self, "The waits that stop the clock."),
            ])
    }

    private static var goal: Schema {
        .object("SLAGoal", "How much time, by whose hours.", [.required("seconds", Int64.self), .required("calendar", Ref<SLACalendar>.self)])
    }
}

extension Schema {
    fileprivate static func goals(_ goal: Schema) -> Schema { .object(Priority.allCases.map { .optional($0.rawValue, goal) }) }
}

extension ServiceLevelAgreement.TargetInput: WireType {
    static var schema: Schema {
        .object(
            "SLATargetInput", "What is promised for one metric.",
            [
                .required("metric", SLAMetric.self), .required("goals", .goals(goal), "By priority; one that is absent has no clock."),
                .optional(
                    "pausedIn", [TicketStatus].self, "The waits that stop the clock: pendingRequester for the resolution when absent, else none."),
            ])
    }

    private static var goal: Schema {
        .object(
            "SLAGoalInput", "How much time, by whose hours.",
            [
                .required("seconds", .integer(1...ServiceLevelAgreement.Goal.longest), "Working time."),
                .required("calendar", RefInput<SLACalendar>.self),
            ])
    }
}

extension ServiceLevelAgreement.Draft: WireType {
    static var schema: Schema {
        .object(
            "SLAPolicyDraft", "A policy to be added.",
            [
                .required("name", .text(Limits.name)), .optional("description", .text(Limits.longText)),
                .optional("order", .order, "\(ServiceLevelAgreement.standardOrder) when absent."),
                .optional("coverage", Coverage.Input.self, "All tickets when absent."),
                .optional("condition", .text(Limits.condition), "What must hold besides, such as ticket.major && \"vip\" in ticket.tags."),
                .required("targets", [ServiceLevelAgreement.TargetInput].self, "One or more, each for another metric."),
            ])
    }
}

extension ServiceLevelAgreement.Patch: WireType {
    static var schema: Schema {
        .object(
            "SLAPolicyPatch", "Changes to a policy.",
            [
                .optional("name", .text(Limits.name)), .clearable("description", .text(Limits.longText)), .optional("order", .order),
                .clearable("coverage", Coverage.Input.self, "null: all tickets."), .clearable("condition", .text(Limits.condition)),
                .optional("targets", [ServiceLevelAgreement.TargetInput].self, "All of them."),
                .optional("archived", Bool.self, "True: it covers no new tickets."),
                .optional("runningCycles", RunningCycles.self, "Whether clocks that run already follow the edit; keep when absent."),
            ])
    }
}

extension Schema {
    fileprivate static let order = Schema.integer(
        Int64(ServiceLevelAgreement.orderRange.lowerBound)...Int64(ServiceLevelAgreement.orderRange.upperBound))
}
