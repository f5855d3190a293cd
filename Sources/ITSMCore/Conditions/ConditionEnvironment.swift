/// What a condition may name, as declared to the language: one variable for each field, `ticket.priority`, so that an evaluation makes only the values that
/// the condition reads.
public struct ConditionEnvironment: Sendable {
    public let scope: ConditionScope
    /// By the names of their definitions.
    public let customFields: [String: ConditionField]
    public let language: CELEnvironment

    /// What stands in each slot of an evaluation.
    private let slots: [Slot]

    /// What a variable is of a subject.
    public enum Slot: Sendable, Hashable {
        case ticket(TicketField)
        case previous(TicketField)
        case customField(String)
        case previousCustomField(String)
        /// Of a record that is no ticket; only lists are asked for it.
        case record(RecordField)
        case principal(PrincipalField)
        case now
        /// The activity that it follows from: `ticket.created` or `ticket.updated`.
        case event
        /// The names of the fields that a change touched.
        case changed
    }

    /// Whoever reads, or made the change.
    public enum PrincipalField: String, CaseIterable, Sendable {
        case id, username, name, groups

        public var type: CELDeclaredType { self == .groups ? .list(.string) : .string }
    }

    private static let changedFields = "@changed"

    public init(_ scope: ConditionScope, customFields: [ConditionField] = []) {
        self.scope = scope
        let fields = TicketField.allCases.filter(scope.admits)
        let custom = scope.admitsCustomFields ? customFields : []
        self.customFields = Dictionary(custom.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var variables: [CELVariable] = []
        var slots: [Slot] = []
        func declare(_ name: String, _ type: CELDeclaredType, _ slot: Slot, choices: [String] = []) {
            variables.append(CELVariable(name, type, choices: choices))
            slots.append(slot)
        }
        for field in fields { declare("ticket.\(field.rawValue)", scope.type(of: field), .ticket(field), choices: field.choices ?? []) }
        for field in scope.recordFields { declare(field.name, field.type, .record(field), choices: field.choices) }
        for field in custom { declare("ticket.customFields.\(field.name)", field.type, .customField(field.name)) }
        if scope.knowsPrincipal {
            for field in PrincipalField.allCases { declare("principal.\(field.rawValue)", field.type, .principal(field)) }
        }
        if scope.knowsNow { declare("now", .timestamp, .now) }
        guard scope.knowsChange else {
            self.slots = slots
            language = CELEnvironment(declaring: variables)
            return
        }
        for field in fields { declare("previous.\(field.rawValue)", field.type.orNull, .previous(field), choices: field.choices ?? []) }
        for field in custom { declare("previous.customFields.\(field.name)", field.type.orNull, .previousCustomField(field.name)) }
        declare("event.kind", .string, .event)
        declare(Self.changedFields, .list(.string), .changed)
        self.slots = slots
        let changed = CELFunction(
            "changed", [.string], .bool, reads: Self.changedFields, choices: fields.map(\.rawValue) + custom.map { "customFields.\($0.name)" }
        ) { arguments in
            guard case .list(let names) = arguments[0] else { return .bool(false) }
            return .bool(names.elements.contains { $0.isEqual(to: arguments[1]) })
        }
        language = CELEnvironment(declaring: variables, functions: [changed])
    }

    /// What may be named of records that are no tickets, which is the same on every desk.
    ///
    /// - Parameter scope: none of tickets.
    public static func ofRecords(_ scope: ConditionScope) -> ConditionEnvironment { records[scope]! }

    private static let records = Dictionary(
        uniqueKeysWithValues: ConditionScope.allCases.filter { !$0.isOfTickets }.map { ($0, ConditionEnvironment($0)) })

    /// What a variable of the language is; nil for a name that is none.
    public func slot(of variable: String) -> Slot? { language.slot(of: variable).map { slots[$0] } }

    /// What stands in a place of an evaluation; the places are those of `language.variables`.
    public func slot(_ index: Int) -> Slot { slots[index] }

    /// The values of the slots that an expression reads.
    func values(of subject: ConditionSubject, for reads: Set<Int>) -> [CELValue?] {
        var values = [CELValue?](repeating: nil, count: slots.count)
        for index in reads { values[index] = value(of: slots[index], subject) }
        return values
    }

    /// The same of what clocks remember of a ticket.
    func values(of facts: TicketFacts, _ names: ConditionNames, for reads: Set<Int>) -> [CELValue?] {
        var values = [CELValue?](repeating: nil, count: slots.count)
        for index in reads { if case .ticket(let field) = slots[index] { values[index] = field.value(of: facts, names) } }
        return values
    }

    /// The same of a record that is no ticket, as its list shows it.
    func values(of record: JSONValue, for reader: Principal, at now: Instant, reading reads: Set<Int>) -> [CELValue?] {
        var values = [CELValue?](repeating: nil, count: slots.count)
        for index in reads {
            switch slots[index] {
            case .record(let field): values[index] = field.value(of: record)
            case .principal(let field): values[index] = field.value(of: reader)
            case .now: values[index] = .instant(now)
            default: break
            }
        }
        return values
    }

    private func value(of slot: Slot, _ subject: ConditionSubject) -> CELValue? {
        switch slot {
        case .ticket(let field): field.value(of: subject.ticket, subject.names)
        case .previous(let field): subject.previous.map { field.value(of: $0, subject.names) } ?? .null
        case .customField(let name): customFields[name]!.value(of: subject.ticket, subject.names)
        case .previousCustomField(let name): subject.previous.map { customFields[name]!.value(of: $0, subject.names) } ?? .null
        case .record: nil
        case .principal(let field): field.value(of: subject.caller)
        case .now: .instant(subject.now)
        case .event: .string(subject.previous == nil ? Activity.Kind.ticketCreated.rawValue : Activity.Kind.ticketUpdated.rawValue)
        case .changed: .list(subject.changedFields.map(CELValue.string))
        }
    }
}

extension ConditionEnvironment.PrincipalField {
    /// The field's value for `caller`; of groups their ids.
    public func value(of caller: Principal) -> CELValue {
        switch self {
        case .id: .string(caller.id.description)
        case .username: .string(caller.username)
        case .name: .string(caller.name)
        case .groups: .list(caller.groups.sorted().map { .string($0.description) })
        }
    }
}
