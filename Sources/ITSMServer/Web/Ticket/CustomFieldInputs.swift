import ITSMCore

extension CustomField {
    /// What forms call its field.
    var inputName: String { CustomField.changeName(name) }

    /// What a form shows of it.
    ///
    /// - Parameters:
    ///   - value: what stands in it.
    ///   - people: the names of people whom values name.
    func input(_ value: JSONValue?, people: [ID<User>: String] = [:]) -> TicketField {
        var field = TicketField(inputName, label, kind.input, text(of: value ?? .null, people: people))
        (field.help, field.isRequired) = (help, isRequired)
        let chosen = value?.texts ?? []
        let offered = choices.filter { !$0.isArchived || chosen.contains($0.value) }.map { (value: $0.value, label: $0.label) }
        switch kind {
        case .boolean: field.choices = [("", "–"), ("true", "Yes"), ("false", "No")]
        case .choice: field.choices = [("", "–")] + offered
        case .multiChoice: field.choices = offered
        case .user: field.help = [help, "Username, email or name."].compactMap(\.self).joined(separator: " ")
        case .text, .number, .date, .ci, .url: break
        }
        return field
    }

    private func text(of value: JSONValue, people: [ID<User>: String]) -> String {
        switch value {
        case .string(let text): kind == .user ? ID<User>(text).flatMap { people[$0] } ?? text : text
        case .bool(let isTrue): String(isTrue)
        case .array: value.texts.joined(separator: "\n")
        default: words(for: value)
        }
    }

    /// What was typed, as the API would be sent it; null for nothing. What is no such value is left for the field itself to refuse.
    func value(typed text: String) -> JSONValue {
        if text.isEmpty { return .null }
        switch kind {
        case .number: return Int64(text).map(JSONValue.integer) ?? Double(text).map(JSONValue.number) ?? .string(text)
        case .boolean: return text == "true" ? true : text == "false" ? false : .string(text)
        case .multiChoice: return .array(text.split(separator: "\n").map { .string(String($0)) })
        case .text, .choice, .date, .user, .ci, .url: return .string(text)
        }
    }

    /// A value as people read it.
    func shown(_ value: JSONValue, people: [ID<User>: String]) -> String {
        if kind == .user, let id = value.string.flatMap({ ID<User>($0) }) { return people[id] ?? "Somebody" }
        return words(for: value)
    }
}

extension CustomField.Kind {
    fileprivate var input: TicketField.Kind {
        switch self {
        case .text, .ci, .number: .line
        case .boolean, .choice: .choice
        case .multiChoice: .several
        case .date: .entry("date")
        case .url: .entry("url")
        case .user: .person
        }
    }

    var words: String {
        switch self {
        case .text: "Text"
        case .number: "Number"
        case .boolean: "Yes or no"
        case .choice: "Choice"
        case .multiChoice: "Several choices"
        case .date: "Date"
        case .user: "Person"
        case .ci: "Configuration item"
        case .url: "Web address"
        }
    }
}

extension CustomFieldList {
    /// The fields of a form that raises a ticket of one of these kinds, filled with their defaults.
    func inputs(for kinds: [TicketKind], seesHidden: Bool) -> [TicketField] {
        offered(seesHidden: seesHidden).filter { field in kinds.contains(where: field.applies) }.map { field in
            var input = field.input(field.defaultValue)
            if !kinds.allSatisfy(field.applies) { input.onKinds = field.kinds }
            return input
        }
    }

    /// What a form that raises a ticket of `kind` says of them. An emptied default is taken away; fields of other kinds are left out.
    func values(typed form: Form, for kind: TicketKind, seesHidden: Bool) -> [String: JSONValue]? {
        var values: [String: JSONValue] = [:]
        for field in offered(on: kind, seesHidden: seesHidden) {
            let value = field.value(typed: field.input(nil).typed(in: form))
            if value != .null || field.defaultValue != nil { values[field.name] = value }
        }
        return values.isEmpty ? nil : values
    }

    /// The people whom values name.
    func people(in values: [String: JSONValue]) -> Set<ID<User>> {
        Set(values.compactMap { name, value in self[name]?.kind == .user ? value.string.flatMap { ID<User>($0) } : nil })
    }
}
