import ITSMCore

/// One field of a form as the partial `field` shows it: label, help, what is wrong, and one control.
struct FormField: Sendable {
    /// Unique on the page.
    let id: String
    /// In what the form sends.
    let name: String
    let label: String
    var help: String?
    var fault: String?
    /// What somebody else saved here while this form was open.
    var theirs: String?
    var isOptional = false
    /// What stood in it when the form was made, in a list of none or one: an empty text counts as there.
    var was: [String] = []
    /// The kinds of tickets that have it, with spaces between them, where the form is for others too.
    var onKinds: String?
    /// The ids of help and fault, for readers that do not see where they stand.
    private(set) var describedBy: String?
    /// One of these.
    var input: Input?
    var area: Area?
    var select: Select?
    var choices: Choices?
    var check: Check?
    var condition: Condition?

    struct Input: Sendable {
        let type: String
        let value: String
        var autocomplete: String?
        /// The id of a list of suggestions on the page.
        var list: String?
        var accept: String?
        /// A person, by username, email or name; scripts offer a picker.
        var isPerson = false
    }

    struct Area: Sendable {
        let text: String
        var rows = 4
    }

    /// An expression, with rows beside it where there are scripts.
    struct Condition: Sendable {
        let text: String
        /// What it may name, as the API calls it.
        let scope: String
        /// Whether it stands in a panel, which loads what it needs when it opens.
        var opensLater = false
    }

    struct Select: Sendable {
        let options: [Option]
    }

    /// Radio buttons or checkboxes under one legend.
    struct Choices: Sendable {
        /// `radio` or `checkbox`.
        let type: String
        let options: [Option]
        /// Shown where there is nothing to choose from.
        var nothing: String?
    }

    /// A checkbox before its label.
    struct Check: Sendable {
        let isChosen: Bool
    }

    struct Option: Sendable {
        let value: String
        let words: String
        var note: String?
        var isChosen = false
        /// Shown, but not to be changed by this reader.
        var isFixed = false
    }

    /// Ties help, fault and the other's value to the control.
    func described() -> FormField {
        var field = self
        let ids = [help.map { _ in "\(id)-help" }, theirs.map { _ in "\(id)-theirs" }, fault.map { _ in "\(id)-fault" }].compactMap(\.self)
        field.describedBy = ids.isEmpty ? nil : ids.joined(separator: " ")
        return field
    }
}

/// Makes the fields of one form: with what is stored, or, where the form came back, with what was typed and what is wrong with it.
struct FormFields: Sendable {
    /// Nil for a form that is opened.
    let typed: Form?
    let faults: FormFaults?
    /// Whether somebody else saved the record meanwhile: values that differ are shown beside what was typed.
    let isConflict: Bool
    /// Goes before each id, where a page has several forms.
    let prefix: String

    init(_ typed: Form? = nil, _ error: ITSMError? = nil, prefix: String = "") {
        self.typed = typed
        self.prefix = prefix
        faults = error.map { FormFaults($0, prefix: prefix) }
        isConflict = error?.code == .versionMismatch
    }

    func text(
        _ id: String, _ label: String, _ stored: String? = nil, help: String? = nil, optional: Bool = false, type: String = "text",
        autocomplete: String? = nil, list: String? = nil
    ) -> FormField {
        let isSecret = type == "password"
        var field = field(id, label, stored, help: help, optional: optional)
        field.input = .init(type: type, value: isSecret ? "" : value(id, stored), autocomplete: autocomplete ?? "off", list: list)
        return field.described()
    }

    func area(_ id: String, _ label: String, _ stored: String? = nil, help: String? = nil, optional: Bool = false, rows: Int = 4) -> FormField {
        var field = field(id, label, stored, help: help, optional: optional)
        field.area = .init(text: value(id, stored), rows: rows)
        return field.described()
    }

    /// A condition of this scope: its text, which scripts show as rows too, check while it is typed and mark where it is wrong.
    func condition(
        _ id: String, _ label: String, _ stored: String?, scope: ConditionScope, help: String? = nil, optional: Bool = true,
        opensLater: Bool = false
    ) -> FormField {
        var field = field(id, label, stored, help: help, optional: optional)
        field.condition = .init(text: value(id, stored), scope: scope.rawValue, opensLater: opensLater)
        return field.described()
    }

    /// - Parameter options: value and words.
    func select(
        _ id: String, _ label: String, _ stored: String?, _ options: [(String, String)], help: String? = nil, optional: Bool = false
    ) -> FormField {
        let chosen = value(id, stored)
        var field = field(id, label, stored, help: help, optional: optional) { value in options.first { $0.0 == value }?.1 ?? value }
        // What was chosen stays choosable, also where it is no longer offered.
        let isListed = chosen.isEmpty || options.contains { $0.0 == chosen }
        field.select = .init(
            options: (options + (isListed ? [] : [(chosen, chosen)])).map { .init(value: $0.0, words: $0.1, isChosen: $0.0 == chosen) })
        return field.described()
    }

    func radios(_ id: String, _ label: String, _ stored: String?, _ options: [FormField.Option], help: String? = nil) -> FormField {
        let chosen = value(id, stored)
        var field = field(id, label, stored, help: help) { value in options.first { $0.value == value }?.words ?? value }
        field.choices = .init(type: "radio", options: options.map { $0.chosen($0.value == chosen) })
        return field.described()
    }

    /// Checkboxes of one name. Those that are fixed are shown as they are stored.
    func checkboxes(
        _ id: String, _ label: String, _ stored: Set<String>, _ options: [FormField.Option], help: String? = nil, nothing: String? = nil
    ) -> FormField {
        let chosen = typed.map { Set($0.all(id)) } ?? stored
        var field = FormField(id: prefix + id, name: id, label: label, help: help, fault: faults?[prefix + id])
        if isConflict, chosen != stored {
            let names = options.filter { stored.contains($0.value) }.map(\.words)
            field.theirs = names.isEmpty ? "none" : names.joined(separator: ", ")
        }
        field.choices = .init(
            type: "checkbox", options: options.map { $0.chosen(($0.isFixed ? stored : chosen).contains($0.value)) },
            nothing: options.isEmpty ? nothing ?? "There is nothing to choose from." : nil)
        return field.described()
    }

    /// One checkbox of its own.
    func checkbox(_ id: String, _ label: String, _ stored: Bool, words: String, help: String? = nil) -> FormField {
        checkboxes(id, label, stored ? ["true"] : [], [.init(value: "true", words: words)], help: help)
    }

    private func field(
        _ id: String, _ label: String, _ stored: String?, help: String?, optional: Bool = false, words: (String) -> String = { $0 }
    ) -> FormField {
        var field = FormField(id: prefix + id, name: id, label: label, help: help, fault: faults?[prefix + id], isOptional: optional)
        if isConflict, let typed, typed[id] != stored ?? "" { field.theirs = stored.map(words) ?? "nothing" }
        return field
    }

    private func value(_ id: String, _ stored: String?) -> String { typed.map { $0.exact(id) } ?? stored ?? "" }
}

extension FormField.Option {
    fileprivate func chosen(_ isChosen: Bool) -> Self {
        var option = self
        option.isChosen = isChosen
        return option
    }
}
