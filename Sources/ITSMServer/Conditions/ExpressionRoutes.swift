import ITSMCore

/// Conditions while they are written.
struct ExpressionRoutes: Sendable {
    let conditions: ConditionService

    private static let tag = "Expressions"
    private static let scope = Query<ConditionScope>("scope", "Where the condition stands; list when absent.")

    func add(to table: inout RouteTable) {
        let conditions = conditions
        table.post(
            "expressions/check", "Check a condition",
            "Takes the text or the rows of a form, and answers with both: what is wrong and where, what it reads, and whether lists can be asked for it.",
            tag: Self.tag, body: ExpressionInput.self, answer: .ok(ConditionCheck.self), idempotent: false
        ) { call, input in
            let scope = input.scope ?? .list
            if let rows = input.rows {
                guard input.expression == nil else { throw ITSMError.invalid("/rows", "Send the expression or the rows, not both.") }
                return .ok(try await conditions.check(rows, scope, as: call.principal))
            }
            guard let text = input.expression else {
                throw ITSMError.invalid("/expression", .required, "Expression is required, or rows in its place.")
            }
            return .ok(try await conditions.check(text, scope, as: call.principal))
        }
        table.get(
            "expressions/environment", "What a condition may name", "Names that the caller may not see are not among them.", tag: Self.tag,
            query: [Self.scope], answer: .ok(ExpressionEnvironment.self)
        ) { call in
            .ok(ExpressionEnvironment(conditions.environment(call[Self.scope] ?? .list, for: call.principal)))
        }
    }
}

/// What is to be checked.
struct ExpressionInput: Decodable, Sendable {
    var expression: String?
    var rows: ConditionRows?
    var scope: ConditionScope?
}

/// What a condition may name, and what the rows of a form offer.
struct ExpressionEnvironment: Encodable, Sendable {
    let scope: ConditionScope
    let lists: Bool
    let names: [Name]
    let fields: [Field]

    struct Name: Encodable, Sendable {
        let name: String
        let type: String
        let help: String
        let choices: [String]?
    }

    struct Field: Encodable, Sendable {
        let name: String
        let label: String
        let form: ConditionRowField.Form
        let operators: [ConditionRow.Operation]
        let choices: [String]?
        let help: String
    }

    init(_ environment: ConditionEnvironment) {
        scope = environment.scope
        lists = scope.isOfLists
        names = environment.names.map { Name(name: $0.name, type: $0.type.description, help: $0.slot.help, choices: $0.slot.choices) }
        fields = environment.rowFields.map { field in
            Field(
                name: field.name, label: field.words, form: field.form, operators: field.operations,
                choices: field.choices.isEmpty ? nil : field.choices, help: field.help)
        }
    }
}

extension ConditionRowField {
    /// As a form calls it: `ticket.assignee.name` is the assignee's name.
    fileprivate var words: String {
        if let label { return name.hasPrefix("previous.") ? "\(label), before" : label }
        var parts = name.split(separator: ".").map(String.init)
        if parts.count == 1 { return "What changed" }
        let base = parts.removeFirst()
        if parts.first == "customFields" { parts.removeFirst() }
        let words = parts.enumerated().map { $0 == 0 ? $1.asWords : $1.asWords.lowercased() }.joined(separator: " ")
        switch base {
        case "previous": return "\(words), before"
        case "principal": return "Reader's \(words.lowercased())"
        case "event": return "Event"
        default: return words
        }
    }
}
