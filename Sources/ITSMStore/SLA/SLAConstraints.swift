import ITSMCore

extension ConstraintProblems {
    static let sla: [String: FieldProblem] = [
        "sla_calendars_name_unique": FieldProblem("/name", .duplicate, "Another calendar, perhaps an archived one, has this name already."),
        "sla_policies_name_unique": FieldProblem("/name", .duplicate, "Another policy, perhaps an archived one, has this name already."),
        "escalation_rules_name_unique": FieldProblem("/name", .duplicate, "Another escalation rule, perhaps an archived one, has this name already."),
        "sla_uses_calendar_exists": FieldProblem("/targets", .invalidValue, "One of these calendars was deleted in the meantime."),
        "sla_uses_watched_policy_exists": FieldProblem("/policy", .invalidValue, "This policy was deleted in the meantime."),
        "sla_uses_category_exists": FieldProblem("/coverage/categories", .invalidValue, "One of these categories was deleted in the meantime."),
        "sla_uses_group_exists": FieldProblem("/coverage/groups", .invalidValue, "One of these groups was deleted in the meantime."),
        "sla_uses_service_exists": FieldProblem("/coverage/services", .invalidValue, "One of these services was deleted in the meantime."),
    ]
}
