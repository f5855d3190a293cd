import ITSMCore

// What bulk changes look like on the wire.

extension BulkEdit: WireType {
    static var schema: Schema {
        .object(
            "BulkEdit", "The same change to many tickets.",
            [
                .optional("tickets", .array(of: Row.schema, maximum: Limits.bulkTickets), "At most \(Limits.bulkTickets)."),
                .optional(
                    "filter", .text(Limits.condition), "Instead of tickets: all that meet this condition; docs/expressions.md tells what it may say."),
                .optional(
                    "query", .text(Limits.condition),
                    "Instead of tickets: all that `GET /tickets?` with this query lists, such as `status=new&q=vpn`."),
                .optional("expectedCount", Int.self, "How many tickets filter or query must find, or nothing is done; required with them."),
                .optional("changes", Changes.self),
                .optional("atomic", Bool.self, "All or nothing; false when absent."),
                .optional("dryRun", Bool.self, "Tells what would become of it, and changes nothing; false when absent."),
            ])
    }
}

extension BulkEdit.Row: WireType {
    static var schema: Schema {
        .oneOf([
            .text(36),
            .object([.required("ticket", .text(36)), .optional("version", .integer(1...Int64(Int32.max)), "Refused unless it is at this version.")]),
        ]).described("A ticket's id or number, or an object with it and the version that was read.")
    }
}

extension BulkEdit.Changes: WireType {
    static var schema: Schema {
        .object(
            "BulkChanges", "What changes on each ticket; what is absent stays.",
            [
                .clearable("assignee", RefInput<User>.self),
                .clearable("group", RefInput<SupportGroup>.self),
                .clearable("priority", Priority.self, "With priorityReason; null lets the matrix rule again."),
                .optional("priorityReason", .text()),
                .optional("status", TicketStatus.self, "By the transitions of each ticket's kind."),
                .optional("reason", .text(), "Of the change of status."),
                .optional("pendingUntil", Instant.self, "When a wait ends by itself."),
                .optional("resolution", Ticket.Resolution.self, "Needed where work ends."),
                .optional("addTags", .array(of: .text())),
                .optional("removeTags", .array(of: .text())),
                .optional("customFields", CustomField.values, "By name; null takes a value away. One that a ticket's kind does not have refuses it."),
            ])
    }
}

extension BulkOperation: WireType {
    static var schema: Schema {
        .object(
            "BulkOperation", "What became of a bulk change, ticket by ticket.",
            [
                .optional("id", ID<BulkOperation>.self, "Absent for a dry run."),
                .required("atomic", Bool.self),
                .required("dryRun", Bool.self),
                .optional("filter", String.self, "The filter or query that says which tickets; absent where they were named."),
                .required(
                    "status", Job.Status.self, "Of a change by filter; the job has the operation's id. Others have succeeded when they are answered."),
                .optional("failure", Job.Failure.self, "Why the job failed."),
                .required("total", Int.self, "How many tickets it is for."),
                .required("createdAt", Instant.self),
                .optional("undoUntil", Instant.self, "Until when it can be looked at and undone."),
                .optional("undoneAt", Instant.self),
                .optional("undo", Undo.self, "How its undoing goes, or went."),
                .required("counts", Counts.self, "So far."),
                .required(
                    "outcomes", [BulkOutcome].self,
                    "In the order in which the tickets were named; of a change by filter the first \(Limits.bulkRefusalsShown) that were refused."),
            ])
    }
}

extension BulkOperation.Counts: WireType {
    static var schema: Schema {
        .object(
            "BulkCounts",
            [
                .required("changed", Int.self), .required("unchanged", Int.self), .required("refused", Int.self), .required("rolledBack", Int.self),
            ])
    }
}

extension BulkOperation.Undo: WireType {
    static var schema: Schema {
        .object(
            "BulkUndo", "The putting back of what was changed.",
            [
                .optional("job", ID<Job>.self, "The job that does it; absent where it was done when it was answered."),
                .required("status", Job.Status.self), .required("total", Int.self, "How many tickets are to be put back."),
                .required("counts", BulkOperation.Counts.self, "So far; changed is put back."),
            ])
    }
}

extension Job.Failure: WireType {
    static var schema: Schema {
        .object(
            "JobFailure",
            [.required("code", ErrorCode.self), .required("detail", String.self), .required("errors", [FieldProblem].self)])
    }
}

extension BulkOutcome: WireType {
    static var schema: Schema {
        .object(
            "BulkOutcome", "What became of one ticket.",
            [
                .required("key", String.self, "The ticket as it was named."),
                .optional("id", ID<Ticket>.self, "Absent where there is no such ticket, or none for the caller."),
                .optional("number", TicketNumber.self),
                .required("result", Result.self, "rolledBack: it could have been changed, but another was refused, and it was all or nothing."),
                .optional("version", Int.self, "The version that it has now, or in a dry run would have."),
                .optional("problem", Refusal.self, "Why it was refused."),
                .optional(
                    "undone",
                    .object([
                        .required("result", Result.self, "changed: it was put back."),
                        .optional("problem", Refusal.self, "Why it was left as it is."),
                    ]), "What became of it when the change was undone."),
            ])
    }
}

extension BulkOutcome.Result: WireType, QueryValue {}

extension BulkOutcome.Refusal: WireType {
    static var schema: Schema {
        .object(
            "BulkRefusal", "The error that the same change of this one ticket would have met.",
            [
                .required("code", ErrorCode.self), .required("detail", String.self),
                .required("errors", [FieldProblem].self, "Pointers lead into the body."),
            ])
    }
}
