import ITSMCore

/// One field of a form about a ticket, filled and judged.
struct TicketField: Sendable {
    let name: String
    let label: String
    let kind: Kind
    /// What stands in it. Of a checkbox: `true` or nothing.
    var value: String
    /// What stood in it when the form was made: what differs from that was typed.
    var was: String?
    /// What somebody else has set meanwhile to another value than this reader.
    var now: String?
    var fault: String?
    var help: String?
    var isRequired = false
    /// What a browser fills in; `off` for most.
    var choices: [(value: String, label: String)] = []
    /// The kinds of tickets that have it, where the form is for others too.
    var onKinds: [TicketKind] = []

    enum Kind: Sendable, Equatable {
        case line, text, choice, check
        /// Of one of the types that browsers know, such as `date`.
        case entry(String)
        /// Checkboxes; their values stand one a line.
        case several
        /// A person, by username, email or name; scripts offer a picker.
        case person
    }

    init(_ name: String, _ label: String, _ kind: Kind, _ value: String) {
        self.name = name
        self.label = label
        self.kind = kind
        self.value = value
    }

    /// As the partial `field` shows it.
    var view: FormField {
        var field = FormField(
            id: name, name: name, label: label, help: help, fault: fault, theirs: now, isOptional: !isRequired && kind != .check,
            was: was.map { [$0] } ?? [])
        switch kind {
        case .line, .person: field.input = .init(type: "text", value: value, autocomplete: "off", isPerson: kind == .person)
        case .entry(let type): field.input = .init(type: type, value: value, autocomplete: "off")
        case .text: field.area = .init(text: value, rows: 6)
        case .several:
            let chosen = value.split(separator: "\n").map(String.init)
            field.choices = .init(
                type: "checkbox", options: choices.map { .init(value: $0.value, words: $0.label, isChosen: chosen.contains($0.value)) },
                nothing: choices.isEmpty ? "There is nothing to choose from." : nil)
        case .choice: field.select = .init(options: choices.map { .init(value: $0.value, words: $0.label, isChosen: $0.value == value) })
        case .check: field.check = .init(isChosen: value == "true")
        }
        if !onKinds.isEmpty {
            field.onKinds = onKinds.map(\.rawValue).joined(separator: " ")
            field.help = [help, "Only on: \(onKinds.map { $0.word.lowercased() }.joined(separator: ", "))."].compactMap(\.self).joined(separator: " ")
        }
        return field.described()
    }

    /// What a form that came back holds for it.
    func typed(in form: Form) -> String {
        switch kind {
        case .check: form.isChecked(name) ? "true" : ""
        case .text: form.exact(name)
        case .several: form.all(name).joined(separator: "\n")
        case .line, .entry, .choice, .person: form[name]
        }
    }
}

/// What the fields of tickets offer.
struct TicketChoices: Sendable {
    let desk: DeskSnapshot

    var impacts: [(value: String, label: String)] { Impact.allCases.map { ($0.rawValue, $0.rawValue.asWords) } }
    var urgencies: [(value: String, label: String)] { Urgency.allCases.map { ($0.rawValue, $0.rawValue.asWords) } }
    var priorities: [(value: String, label: String)] { [("", "By impact and urgency")] + Priority.allCases.map { ($0.rawValue, $0.word) } }

    var categories: [(value: String, label: String)] {
        [("", "No category")] + desk.categories.all.filter(desk.categories.isPickable).map(\.path).sorted().map { ($0, $0) }
    }

    var services: [(value: String, label: String)] {
        [("", "No service")]
            + desk.services.values.filter { $0.archivedAt == nil }.sorted { $0.name.lowercased() < $1.name.lowercased() }.map {
                ("\($0.id)", $0.name)
            }
    }

    var groups: [(value: String, label: String)] {
        [("", "No group")]
            + desk.groups.values.filter { $0.archivedAt == nil }.sorted { $0.name.lowercased() < $1.name.lowercased() }.map { ("\($0.id)", $0.name) }
    }

    /// Tags as they are typed: with commas between them.
    static func tags(_ text: String) -> [String] { text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty } }
}

/// One of several values that a form offers.
struct Choice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
}

extension String {
    var nilIfEmpty: String? { isEmpty ? nil : self }
}
