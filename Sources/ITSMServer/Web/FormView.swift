import ITSMCore

/// A form as the partial `form` shows it.
struct FormView: Sendable {
    let action: String
    /// The version that the reader has seen; nil where there is none yet.
    let version: String?
    /// Whose password it sets: password managers keep it under that name.
    var username: String?
    let sections: [Section]
    let submit: String
    /// What a second button says that sends the form for trial only, as `do=try`; nil for none.
    var trial: String?
    /// Where to go without saving.
    var back: String?
    /// True for what cannot be undone.
    var isDangerous = false

    struct Section: Sendable {
        var heading: String?
        var intro: String?
        let fields: [FormField]
        /// How its fields stand, for those that are no plain column.
        var style: String?
    }

    init(
        to action: String, version: Int? = nil, username: String? = nil, submit: String, trial: String? = nil, back: String? = nil,
        isDangerous: Bool = false,
        sections: [Section]
    ) {
        self.action = action
        self.version = version.map(String.init)
        self.username = username
        self.submit = submit
        self.trial = trial
        self.back = back
        self.isDangerous = isDangerous
        self.sections = sections
    }
}

extension Form {
    /// True when it was sent by the button that only tries.
    var isTrial: Bool { self["do"] == "try" }

    /// The version that the reader had before them; nil where the form has none.
    var version: Int? { Int(self["version"]) }

    /// What a field does to a stored value: nothing where it was left as it is, and an emptied one clears.
    func change(_ name: String, from stored: String?) -> Patch<String> {
        let value = exact(name).replacing("\r", with: "")
        guard has(name), value != stored ?? "" else { return .absent }
        return value.trimmed.isEmpty ? .null : .value(value.contains("\n") ? value : value.trimmed)
    }

    /// The same for a field that names one of few values.
    func change<Value: RawRepresentable<String>>(_ name: String, from stored: Value) -> Patch<Value> {
        guard let value = Value(rawValue: self[name]), value.rawValue != stored.rawValue else { return .absent }
        return .value(value)
    }

    func change(_ name: String, from stored: Bool) -> Patch<Bool> { isChecked(name) == stored ? .absent : .value(isChecked(name)) }

    /// Refuses what cannot be undone until the name of what it happens to was typed.
    ///
    /// - Throws: `invalid` at the field `confirmation`.
    func requireConfirmation(of name: String) throws {
        guard self["confirmation"].lowercased() == name.trimmed.lowercased() else {
            throw ITSMError.invalid("/confirmation", .invalidValue, "Type \(name) to confirm.")
        }
    }
}
