import ITSMCore

extension ConstraintProblems {
    /// References that were good when the ticket was drafted, and whose records have gone or been archived since.
    static let tickets: [String: FieldProblem] = [
        "tickets_category_fkey": FieldProblem("/category", .invalidValue, "This category was archived or deleted in the meantime."),
        "tickets_group_fkey": FieldProblem("/group", .invalidValue, "This group was archived or deleted in the meantime."),
        "tickets_service_fkey": FieldProblem("/service", .invalidValue, "This service was archived or deleted in the meantime."),
        "tickets_external_ref_key": FieldProblem("/externalRef", .duplicate, "Another ticket has this external reference already."),
        "ticket_field_values_field_fkey": FieldProblem("/customFields", .invalidValue, "A custom field was deleted in the meantime."),
        "ticket_field_values_field_known": FieldProblem("/customFields", .invalidValue, "A custom field was deleted in the meantime."),
    ]
}
