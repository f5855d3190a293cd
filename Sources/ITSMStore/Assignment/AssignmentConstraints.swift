import ITSMCore

extension ConstraintProblems {
    static let assignment: [String: FieldProblem] = [
        "assignment_rules_name_unique": FieldProblem("/name", .duplicate, "Another assignment rule, perhaps an archived one, has this name already."),
        "assignment_rules_group_exists": FieldProblem("/group", .invalidValue, "This group was deleted in the meantime."),
    ]
}
