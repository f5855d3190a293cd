import ITSMCore

/// The form of one custom field. What depends on the kind is shown for the kind that it has; of a new one all of it, until scripts know the kind.
struct CustomFieldForm {
    /// Nil for a new one.
    let field: CustomField?
    /// Names of the people whom its default names.
    var people: [ID<User>: String] = [:]

    func sections(_ fields: FormFields) -> [FormView.Section] {
        [
            .init(fields: identity(fields)), .init(heading: "Values", fields: values(fields)),
            .init(heading: "Where it is asked", fields: place(fields)),
        ]
    }

    private func identity(_ fields: FormFields) -> [FormField] {
        var all = [fields.text("label", "Label", field?.label, help: "What people read in forms.")]
        if field == nil {
            all += [
                fields.text(
                    "name", "Name", help: "What expressions and the API call it, such as costCentre. It cannot be changed later."),
                fields.select("kind", "Kind", nil, CustomField.Kind.allCases.map { ($0.rawValue, $0.words) }, help: "It cannot be changed later."),
            ]
        }
        return all + [fields.text("help", "Help", field?.help, help: "One line that explains it.", optional: true)]
    }

    private func values(_ fields: FormFields) -> [FormField] {
        var all: [FormField] = []
        if field?.kind.hasChoices ?? true {
            all.append(
                fields.area(
                    "choices", "Choices", field.map { Self.text(of: $0.choices) },
                    help: "One a line: the value that is kept, and after a bar what people read, such as hq | Head office. "
                        + "What shall not be chosen any more ends with | archived.",
                    optional: field == nil, rows: 6))
        }
        if let field {
            var input = field.input(field.defaultValue, people: people).renamed("default", label: "Default")
            (input.isRequired, input.help) = (false, "What a new ticket has where nobody says otherwise.")
            input.fault = fields.faults?["default"]
            if let typed = fields.typed { input.value = input.typed(in: typed) }
            all.append(input.view)
        } else {
            all.append(
                fields.text(
                    "default", "Default", help: "What a new ticket has where nobody says otherwise. Several choices are parted by commas.",
                    optional: true))
        }
        return all
    }

    private func place(_ fields: FormFields) -> [FormField] {
        [
            fields.checkbox(
                "required", "Required", field?.isRequired ?? false, words: "Asked for where a person raises a ticket",
                help: "Imports, rules and tickets that are there already are not held up by it."),
            fields.checkbox(
                "visibleToRequesters", "Seen by", field?.visibleToRequesters ?? false, words: "Requesters too",
                help: "Otherwise only those who may read the ticket's work notes."),
            fields.checkboxes(
                "kinds", "On tickets of these kinds", Set((field?.kinds ?? []).map(\.rawValue)),
                TicketKind.allCases.map { .init(value: $0.rawValue, words: $0.word) }, help: "Where none is ticked, on all."),
            fields.text("order", "Order", "\(field?.order ?? CustomField.standardOrder)", help: "Forms show lower numbers first."),
        ]
    }

    // MARK: What was typed

    static func draft(_ form: Form) throws -> CustomField.Draft {
        var problems = ProblemList()
        var draft = CustomField.Draft(name: form["name"], label: form["label"], kind: CustomField.Kind(rawValue: form["kind"]))
        draft.help = form.text("help")
        if draft.kind?.hasChoices == true { draft.choices = choices(form["choices"]) }
        let text = form["default"]
        if !text.isEmpty {
            draft.defaultValue =
                draft.kind == .multiChoice
                ? .array(text.split(separator: ",").map { .string(String($0).trimmed) })
                : probe(draft.kind ?? .text).value(typed: text.asYesNo(draft.kind))
        }
        (draft.isRequired, draft.visibleToRequesters) = (form.isChecked("required"), form.isChecked("visibleToRequesters"))
        draft.kinds = form.all("kinds").compactMap(TicketKind.init)
        draft.order = order(form, &problems)
        try problems.throwIfAny()
        return draft
    }

    static func patch(_ field: CustomField, _ form: Form) throws -> CustomField.Patch {
        var (patch, problems) = (CustomField.Patch(), ProblemList())
        patch.label = form.change("label", from: field.label)
        patch.help = form.change("help", from: field.help)
        if field.kind.hasChoices { patch.choices = .value(choices(form["choices"])) }
        let input = field.input(field.defaultValue).renamed("default")
        let typed = field.value(typed: input.typed(in: form))
        if field.kind != .user || input.typed(in: form) != form.exact("was.default") {
            patch.defaultValue = typed == .null ? .null : .value(typed)
        }
        patch.isRequired = form.change("required", from: field.isRequired)
        patch.visibleToRequesters = form.change("visibleToRequesters", from: field.visibleToRequesters)
        patch.kinds = .value(form.all("kinds").compactMap(TicketKind.init))
        if let order = order(form, &problems) { patch.order = .value(order) }
        try problems.throwIfAny()
        return patch
    }

    /// A field of that kind, for what reads values and needs no more than it.
    private static func probe(_ kind: CustomField.Kind) -> CustomField {
        let now = Instant(microseconds: 0)
        return CustomField(
            id: ID("00000000-0000-7000-8000-000000000000")!, name: "x", label: "Default", kind: kind, createdAt: now, updatedAt: now)
    }

    private static func order(_ form: Form, _ problems: inout ProblemList) -> Int? {
        guard let order = Int(form["order"]) else {
            problems.add("/order", .invalidValue, "Order must be a whole number, such as 100.")
            return nil
        }
        return order
    }

    // MARK: Choices as lines

    private static let archived = "archived"

    static func text(of choices: [CustomField.Choice]) -> String {
        choices.map { choice in
            [choice.value, choice.label == choice.value && !choice.isArchived ? nil : choice.label, choice.isArchived ? archived : nil]
                .compactMap(\.self).joined(separator: " | ")
        }.joined(separator: "\n")
    }

    static func choices(_ text: String) -> [CustomField.Choice] {
        text.split(whereSeparator: \.isNewline).map { String($0).trimmed }.filter { !$0.isEmpty }.map { line in
            var parts = line.split(separator: "|", omittingEmptySubsequences: false).map { String($0).trimmed }
            let isArchived = parts.count > 1 && parts.last?.lowercased() == archived
            if isArchived { parts.removeLast() }
            let label = parts.dropFirst().joined(separator: " | ")
            return CustomField.Choice(parts[0], label.isEmpty ? nil : label, isArchived: isArchived)
        }
    }
}

extension TicketField {
    /// The same under another name, with what stands in it now.
    fileprivate func renamed(_ name: String, label: String? = nil) -> TicketField {
        var field = TicketField(name, label ?? self.label, kind, value)
        (field.choices, field.help, field.isRequired, field.fault) = (choices, help, isRequired, fault)
        field.was = value
        return field
    }
}

extension String {
    /// `Yes` and `no` as a default of a yes-or-no field is typed.
    fileprivate func asYesNo(_ kind: CustomField.Kind?) -> String {
        guard kind == .boolean else { return self }
        return ["yes": "true", "no": "false"][lowercased()] ?? lowercased()
    }
}
