import ITSMCore

/// A change that can be made to several tickets of the queue at once, as the bar below the list offers it and as its form sends it back: `assignee:me`,
/// `status:inProgress`, `priority:high`.
struct QueueChange: Sendable {
    let value: String
    let label: String
    let icon: String
    let style: String
    /// What must be said with it: `reason`, `resolution`, the `value` of a field, or nothing.
    let needs: String
    /// The kinds that know it, parted by spaces.
    let kinds: String

    /// Whether a page without scripts can ask for all that it needs.
    let isPlain: Bool

    init(_ value: String, _ label: String, icon: String, style: String = "", needs: String = "", kinds: [TicketKind] = TicketKind.allCases) {
        self.value = value
        self.label = label
        self.icon = icon
        self.style = style
        self.needs = needs
        self.kinds = kinds.map(\.rawValue).joined(separator: " ")
        isPlain = needs != "resolution"
    }

    /// What stands together in the bar.
    struct Section: Sendable {
        let name: String
        let label: String
        let changes: [QueueChange]
    }

    static func sections(for caller: Principal, _ fields: CustomFieldList) -> [Section] {
        let can = QueueChanges(caller)
        return [
            can.canAssign ? Section(name: "assignee", label: "Assignee", changes: assignees) : nil,
            can.canMove ? Section(name: "status", label: "Status", changes: statuses) : nil,
            can.canOverride ? Section(name: "priority", label: "Priority", changes: priorities) : nil,
        ].compactMap(\.self) + (can.canTag ? fields.offered(seesHidden: caller.seesHiddenFields).map { Section($0) } : [])
    }

    private static let assignees = [
        QueueChange("assignee:me", "Assign to me", icon: "user"), QueueChange("assignee:", "Assign to nobody", icon: "x"),
    ]

    private static let statuses: [QueueChange] = TicketStatus.allCases.compactMap { status in
        // A change that is closed says how it went, which is asked on its own page.
        let kinds = TicketKind.allCases.filter { kind in
            !(kind == .change && status == .closed) && kind.lifecycle.transitions.values.contains { $0.contains(status) }
        }
        guard !kinds.isEmpty else { return nil }
        let needs = status.category == .resolved ? "resolution" : status.isWait || status == .cancelled || status == .rejected ? "reason" : ""
        return QueueChange(
            "status:\(status.rawValue)", status.word, icon: status.mark.icon, style: "st \(status.mark.style)", needs: needs, kinds: kinds)
    }

    private static let priorities =
        Priority.allCases.map { priority in
            QueueChange("priority:\(priority.rawValue)", priority.word, icon: priority.mark.icon, style: "pr \(priority.mark.style)", needs: "reason")
        } + [QueueChange("priority:", "By impact and urgency", icon: "refresh")]
}

extension QueueChange.Section {
    /// The values of a custom field that takes few, or that one is asked for. A change's value holds them as JSON, `customFields.site:"hq"`, or nothing where
    /// the value is typed.
    init(_ field: CustomField) {
        let kinds = field.kinds.isEmpty ? TicketKind.allCases : field.kinds
        func change(to value: JSONValue, _ label: String, icon: String = "sliders") -> QueueChange {
            QueueChange("\(field.inputName):\(String(decoding: value.utf8, as: UTF8.self))", label, icon: icon, kinds: kinds)
        }
        let changes: [QueueChange]
        switch field.kind {
        case .choice: changes = field.choices.filter { !$0.isArchived }.map { change(to: .string($0.value), $0.label) }
        case .boolean: changes = [change(to: true, "Yes"), change(to: false, "No")]
        case .text, .number, .multiChoice, .date, .user, .ci, .url:
            changes = [QueueChange("\(field.inputName):", "The value below", icon: "sliders", needs: "value", kinds: kinds)]
        }
        self.init(
            name: field.inputName, label: field.label, changes: changes + (field.isRequired ? [] : [change(to: .null, "Nothing", icon: "x")]))
    }
}

extension BulkEdit {
    /// What the form of the bar asks for.
    ///
    /// - Throws: 422 where it names no ticket, or no change.
    init(_ form: Form, for caller: Principal, _ fields: CustomFieldList) throws {
        let keys = form.all("ticket").compactMap { TicketKey($0) }
        guard !keys.isEmpty else { throw ITSMError.invalid("/ticket", .required, "Choose at least one ticket.") }
        self.init(keys.map { Row($0) }, try Changes(form, for: caller, fields))
    }
}

extension BulkEdit.Changes {
    /// What the form of the bar asks for.
    ///
    /// - Throws: 422 where it names no change.
    init(_ form: Form, for caller: Principal, _ fields: CustomFieldList) throws {
        self.init()
        let parts = form["change"].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts.first, parts.count == 2 ? parts[1] : "") {
        case ("assignee", "me"): assignee = .value(.id(caller.id))
        case ("assignee", ""): assignee = .null
        case ("status", let name):
            status = TicketStatus(rawValue: name)
            reason = form.text("reason")
        case ("priority", ""): priority = .null
        case ("priority", let name):
            priority = Priority(rawValue: name).map(Patch.value) ?? .absent
            priorityReason = form.text("reason")
        case (let field?, let value) where field.hasPrefix(CustomField.changeName("")):
            let name = String(field.dropFirst(CustomField.changeName("").count))
            let new = value.isEmpty ? try Self.typed(in: form, fields[name]) : StoredJSON(Array(value.utf8)).value
            // What is no JSON must not take a value away.
            if new != .null || value == "null" { customFields = [name: new] }
        default: break
        }
        guard self != Self() else { throw ITSMError.invalid("/change", .required, "Choose what shall change.") }
    }

    /// The value that was typed for a field; several choices with commas between them.
    private static func typed(in form: Form, _ field: CustomField?) throws -> JSONValue {
        guard let text = form.text("value"), let field else {
            throw ITSMError.invalid("/value", .required, "Type the value that the field shall have.")
        }
        guard field.kind == .multiChoice else { return field.value(typed: text) }
        return field.value(typed: text.split(separator: ",").map { String($0).trimmed }.joined(separator: "\n"))
    }
}

extension BulkOperation {
    /// `38 changed, 2 refused: INC0000001 …`; short enough for a notice.
    var notice: String {
        let parts = [(counts.changed, "changed"), (counts.unchanged, "stood so already"), (counts.refused, "refused")].filter { $0.0 > 0 }
        let refusals = outcomes.filter { $0.result == .refused }.prefix(3).map { outcome in
            "\(outcome.number?.description ?? outcome.key): \(outcome.problem?.words ?? "refused")"
        }
        let text = parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ") + "." + refusals.map { " " + $0 }.joined()
        return String(text.prefix(400))
    }
}

extension BulkOutcome.Refusal {
    /// Why, with states by the names that people know.
    fileprivate var words: String {
        let text = errors.first?.message ?? detail
        guard code == .illegalTransition else { return text }
        let words = text.split(separator: " ").map { word in
            let name = word.prefix(while: \.isLetter)
            return (TicketStatus(rawValue: String(name))?.word.lowercased() ?? String(name)) + word.dropFirst(name.count)
        }
        return words.joined(separator: " ")
    }
}
