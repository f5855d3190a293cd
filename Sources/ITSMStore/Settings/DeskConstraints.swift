import ITSMCore

extension ConstraintProblems {
    static let desk: [String: FieldProblem] = [
        "services_name_unique": FieldProblem("/name", .duplicate, "Another service, perhaps an archived one, has this name already."),
        "services_owner_exists": FieldProblem("/owner", .invalidValue, "This group was deleted in the meantime."),
        "categories_path_unique": FieldProblem("/name", .duplicate, "Another category, perhaps an archived one, has this path already."),
        "custom_fields_name_unique": FieldProblem(
            "/name", .duplicate, "Another custom field, perhaps an archived one, has this name already, whatever its case."),
    ]
}
