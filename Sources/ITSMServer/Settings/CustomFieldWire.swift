import ITSMCore

// What custom fields look like on the wire.

extension CustomField.Kind: WireType {}

extension CustomField.Choice: WireType {
    static var schema: Schema {
        .object(
            "CustomFieldChoice", "One of the values of a choice.",
            [
                .required("value", .text(), "What a ticket has, and what expressions compare with."),
                .optional("label", .text(), "What people read; the value when absent."),
                .optional("archived", Bool.self, "True: not to be chosen any more; tickets that have it keep it."),
            ])
    }
}

extension CustomField: WireType {
    static var schema: Schema {
        .object(
            "CustomField", "A field that the desk adds to its tickets.",
            [
                .required("id", ID<CustomField>.self),
                .required("name", String.self, "The key in a ticket's customFields, and in expressions. It never changes."),
                .required("label", String.self, "What people read."),
                .optional("help", String.self),
                .required("kind", Kind.self),
                .required("choices", [Choice].self, "In the order of forms; empty for other kinds."),
                .required("required", Bool.self, "Asked for where a ticket is raised by a person."),
                .optional("default", .any, "What a new ticket has where nobody says otherwise."),
                .required("visibleToRequesters", Bool.self, "False: only for those who may read the ticket's work notes."),
                .required("kinds", [TicketKind].self, "The kinds of tickets that have it; empty for all."),
                .required("order", Int.self, "Forms show lower numbers first."),
                .optional("archivedAt", Instant.self, "Set once it is hidden from forms."),
                .required("version", Int.self), .required("createdAt", Instant.self), .required("updatedAt", Instant.self),
            ])
    }

    /// The values on a ticket, by name. What each is, the document says as it is served (`Documents`): it depends on the desk.
    static let values = Schema.map(valuesName, of: .any)

    static let valuesName = "CustomFieldValues"
}

extension CustomField.Draft: WireType {
    static var schema: Schema {
        .object(
            "CustomFieldDraft", "A custom field to be added.",
            [
                .optional("name", .text(), "A lower-case letter, then letters and digits, such as costCentre. It never changes."),
                .optional("label", .text(), "What people read."), .optional("help", .text()), .optional("kind", CustomField.Kind.self),
                .optional("choices", [CustomField.Choice].self), .optional("required", Bool.self),
                .optional("default", .any, "What a new ticket has where nobody says otherwise."),
                .optional("visibleToRequesters", Bool.self, "false when absent."),
                .optional("kinds", [TicketKind].self, "All when absent or empty."),
                .optional("order", .integer(), "From \(CustomField.orderRange.lowerBound) to \(CustomField.orderRange.upperBound)."),
            ])
    }
}

extension CustomField.Patch: WireType {
    static var schema: Schema {
        .object(
            "CustomFieldPatch", "Changes to a custom field; its name and kind stay.",
            [
                .optional("label", .text()), .clearable("help", .text()),
                .optional("choices", [CustomField.Choice].self, "All of them."), .optional("required", Bool.self),
                .clearable("default", .any), .optional("visibleToRequesters", Bool.self), .optional("kinds", [TicketKind].self),
                .optional("order", .integer()), .optional("archived", Bool.self, "True hides it from forms."),
            ])
    }
}
