/// Conditions while they are written: what is wrong with one, what it reads, and how rows say it. For whoever signed in; names that they may not see are
/// unknown to them.
public struct ConditionService: Sendable {
    private let database: any Database
    private let desk: @Sendable () -> DeskSnapshot

    public init(database: any Database, desk: @escaping @Sendable () -> DeskSnapshot) {
        self.database = database
        self.desk = desk
    }

    /// What a condition of this scope may name, for `caller`.
    public func environment(_ scope: ConditionScope, for caller: Principal) -> ConditionEnvironment {
        desk().conditions.environment(scope, for: caller)
    }

    /// What is wrong with a condition that a form holds as rows, and its text.
    public func check(_ rows: ConditionRows, _ scope: ConditionScope, as caller: Principal) async throws -> ConditionCheck {
        try await check(rows.text(with: environment(scope, for: caller).rowFields), scope, as: caller)
    }

    /// What is wrong with a condition, what it reads, and its rows where it has any. Blanks alone are right.
    ///
    /// - Throws: `tooLong` for a text beyond `Limits.condition`; faults of the language are in the answer.
    public func check(_ text: String, _ scope: ConditionScope, as caller: Principal) async throws -> ConditionCheck {
        var problems = ProblemList()
        problems.check(text: text, "/expression", limit: Limits.condition, optional: true, multiline: true)
        try problems.throwIfAny()
        let snapshot = desk(), environment = environment(scope, for: caller)
        var check = ConditionCheck(text: text, scope: scope)
        check.rows = try? ConditionRows(reading: text, with: environment.rowFields)
        guard !text.allSatisfy(\.isWhitespace) else { return check }
        let condition: Condition
        do {
            condition = try Condition(text, in: environment)
        } catch let faults as CELFaults {
            check.faults = faults.faults
            return check
        }
        check.type = condition.expression.type
        check.reads = condition.expression.reads.sorted().map { environment.language.variables[$0].name }
        let people = check.rows?.ids(in: environment, of: [.person, .people]).compactMap(ID<User>.init) ?? []
        let (sqlFaults, names) = try await database.read { tx in
            (
                Self.faults(of: condition, in: tx, for: caller),
                people.isEmpty ? [:] : try tx.users.resolve(Set(people.map(RefInput.id)), visibleTo: caller).found
            )
        }
        check.sqlFaults = sqlFaults
        for (input, person) in names { if let id = input.id { check.names[id.description] = person.name } }
        for id in check.rows?.ids(in: environment, of: [.group, .groups, .service]) ?? [] {
            check.names[id] = ID(id).flatMap { snapshot.groups[$0]?.name } ?? ID(id).flatMap { snapshot.services[$0]?.name }
        }
        return check
    }

    private static func faults(of condition: Condition, in tx: any Transaction, for caller: Principal) -> [CELFault] {
        do {
            try tx.tickets.check(condition, for: caller)
            return []
        } catch {
            return (error as? CELFaults)?.faults ?? []
        }
    }
}

/// What is known of a condition.
public struct ConditionCheck: Sendable {
    public var text: String
    public var scope: ConditionScope
    /// What is wrong with it, in the order of the text.
    public var faults: [CELFault] = []
    /// What keeps lists from being asked for it.
    public var sqlFaults: [CELFault] = []
    /// Of its value; nil where it is empty or wrong.
    public var type: CELDeclaredType?
    /// The names that it reads.
    public var reads: [String] = []
    /// Nil where it is no expression at all.
    public var rows: ConditionRows?
    /// Of the people, groups and services that rows name by their ids.
    public var names: [String: String] = [:]

    public var isValid: Bool { faults.isEmpty }
}

extension ConditionRows {
    /// The values of rows whose fields have one of these forms.
    func ids(in environment: ConditionEnvironment, of forms: Set<ConditionRowField.Form>) -> Set<String> {
        let names = Set(environment.rowFields.filter { forms.contains($0.form) }.map(\.name))
        func ids(_ parts: [Part]) -> [String] {
            parts.flatMap { part -> [String] in
                switch part {
                case .row(let row): names.contains(row.field) ? row.values : []
                case .text: []
                case .group(_, let parts): ids(parts)
                }
            }
        }
        return Set(ids(parts))
    }
}

extension ConditionEnvironment.Slot {
    /// What it means, for whoever writes a condition.
    public var help: String {
        switch self {
        case .ticket(let field): field.help
        case .previous(let field): "Before the change. \(field.help)"
        case .customField: "A custom field of the desk."
        case .previousCustomField: "Before the change. A custom field of the desk."
        case .record(let field): field.help
        case .principal(.id): "Whoever reads, or made the change."
        case .principal(.username): "Their username."
        case .principal(.name): "Their name."
        case .principal(.groups): "The ids of their groups."
        case .now: "The moment at which it is asked."
        case .event: "ticket.created or ticket.updated."
        case .changed: "What changed(\"field\") looks through."
        }
    }

    /// The words that it takes, where these are a closed list.
    public var choices: [String]? {
        switch self {
        case .ticket(let field), .previous(let field): field.choices
        case .record(let field): field.choices.isEmpty ? nil : field.choices
        case .event: [Activity.Kind.ticketCreated.rawValue, Activity.Kind.ticketUpdated.rawValue]
        default: nil
        }
    }
}

extension ConditionEnvironment {
    /// What a condition may name, as help and tools list it.
    public var names: [(name: String, type: CELDeclaredType, slot: Slot)] {
        language.variables.enumerated().filter { !$1.name.hasPrefix("@") }.map { ($1.name, $1.type, slot($0)) }
    }
}
