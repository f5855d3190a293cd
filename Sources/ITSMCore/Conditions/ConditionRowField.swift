/// A field as rows ask about it.
public struct ConditionRowField: Sendable, Hashable {
    /// As a row names it, such as `ticket.assignee`.
    public let name: String
    public let form: Form
    /// The words that it takes, where these are a closed list.
    public let choices: [String]
    public let help: String
    /// What people call it, where the desk says so.
    public let label: String?
    /// Whether it can be asked for being empty.
    public let canBeEmpty: Bool
    /// The expression of what is compared: `ticket.assignee.id`.
    let value: String
    /// What is null where there is nothing: `ticket.assignee`; nil where there always is something.
    let absence: String?
    /// Whether the condition knows who reads, so that rows can ask for them.
    private let knowsPrincipal: Bool

    /// What its values are, and so how they are picked and compared.
    public enum Form: String, Sendable, Codable, CaseIterable {
        /// One of a closed list of words.
        case choice
        /// A level of priority: 1 to 4.
        case level
        case number, flag, text
        /// A category.
        case path
        case time
        case person, group, service
        /// A list of words; a list of people; the groups of somebody.
        case words, people, groups
        /// The name of a field that changed.
        case change
    }

    init(
        _ name: String, _ form: Form, choices: [String] = [], help: String = "", label: String? = nil, value: String? = nil, absence: String? = nil,
        canBeEmpty: Bool? = nil, knowsPrincipal: Bool = false
    ) {
        self.name = name
        self.form = form
        self.choices = choices
        self.help = help
        self.label = label
        self.value = value ?? name
        self.absence = absence
        self.canBeEmpty = canBeEmpty ?? (absence != nil || form == .words || form == .people)
        self.knowsPrincipal = knowsPrincipal
    }

    /// What rows can ask of it, in the order in which a form offers it.
    public var operations: [ConditionRow.Operation] {
        let own: [ConditionRow.Operation] =
            switch form {
            case .choice, .service, .groups, .words, .change: [.is, .isNot]
            case .level, .number: [.is, .isNot, .lessOrEqual, .greaterOrEqual, .less, .greater]
            case .flag: [.isTrue, .isFalse]
            case .text: [.is, .isNot, .contains, .containsNot, .startsWith, .endsWith]
            case .path: [.isWithin, .isNotWithin, .is, .isNot, .startsWith]
            case .time: [.inTheLast, .longerAgo, .soonerThanIn, .laterThanIn, .isPast, .isFuture, .since, .before]
            case .person, .people: [.is, .isNot] + (knowsPrincipal ? [.isMe, .isNotMe] : [])
            case .group: [.is, .isNot] + (knowsPrincipal ? [.isMine, .isNotMine] : [])
            }
        return own + (canBeEmpty ? [.isEmpty, .isNotEmpty] : [])
    }

    /// Whether an operator must say that nothing counts too, because the comparison would have no answer then.
    func namesAbsence(_ operation: ConditionRow.Operation) -> Bool {
        guard absence != nil, operation.isNegative else { return false }
        return value != absence || operation != .isNot || form.isList
    }
}

extension ConditionEnvironment {
    /// The fields that rows can name, in the order in which a form offers them.
    public var rowFields: [ConditionRowField] {
        var fields = TicketField.allCases.filter(scope.admits).flatMap { rowFields(of: $0, in: "ticket") }
        fields += scope.recordFields.flatMap(rowFields)
        let custom = customFields.values.sorted { $0.name < $1.name }
        fields += custom.map { Self.rowField(of: $0, in: "ticket", scope) }
        if scope.knowsPrincipal {
            fields += [
                ConditionRowField("principal.username", .text, help: "Whoever reads, or made the change."),
                ConditionRowField("principal.groups", .groups, help: "The groups of whoever reads, or made the change."),
            ]
        }
        guard scope.knowsChange else { return fields }
        let names = TicketField.allCases.filter(scope.admits).map(\.rawValue) + custom.map { "customFields.\($0.name)" }
        fields.append(ConditionRowField("changed", .change, choices: names, help: "What the change touched."))
        fields.append(
            ConditionRowField(
                "event.kind", .choice, choices: [Activity.Kind.ticketCreated.rawValue, Activity.Kind.ticketUpdated.rawValue],
                help: "Whether the ticket is new."))
        fields += TicketField.allCases.filter(scope.admits).flatMap { rowFields(of: $0, in: "previous") }
        return fields + custom.map { Self.rowField(of: $0, in: "previous", scope) }
    }

    private func rowFields(of field: TicketField, in base: String) -> [ConditionRowField] {
        let (name, mayMiss) = ("\(base).\(field.rawValue)", base == "previous")
        let (isNullable, knowsPrincipal) = (scope.type(of: field).isNullable || mayMiss, scope.knowsPrincipal)
        func plain(_ form: ConditionRowField.Form) -> ConditionRowField {
            ConditionRowField(name, form, choices: field.choices ?? [], help: field.help, absence: isNullable ? name : nil)
        }
        func reference(_ form: ConditionRowField.Form) -> [ConditionRowField] {
            let absence = isNullable ? name : nil
            let whole = ConditionRowField(name, form, help: field.help, value: "\(name).id", absence: absence, knowsPrincipal: knowsPrincipal)
            // What clocks remember of people, groups and services may be their ids alone.
            guard scope.type(of: field).hasField("name") else { return [whole] }
            return [whole, ConditionRowField("\(name).name", .text, help: field.help, absence: absence, canBeEmpty: false)]
        }
        func part(_ part: String, _ form: ConditionRowField.Form = .text, choices: [String] = [], first: Bool = true) -> ConditionRowField {
            ConditionRowField("\(name).\(part)", form, choices: choices, help: field.help, absence: name, canBeEmpty: first)
        }
        switch field {
        case .kind, .status, .statusCategory, .impact, .urgency, .channel: return [plain(.choice)]
        case .id, .number, .title, .description, .pendingReason, .priorityReason: return [plain(.text)]
        case .priority:
            return [ConditionRowField(name, .level, choices: ["1", "2", "3", "4"], help: field.help, absence: mayMiss ? name : nil)]
        case .reopenCount, .escalationLevel, .version: return [plain(.number)]
        case .major, .confidential: return [plain(.flag)]
        case .category: return [plain(.path)]
        case .requester, .openedBy, .assignee: return reference(.person)
        case .group: return reference(.group)
        case .service: return reference(.service)
        case .tags: return [plain(.words)]
        case .watchers: return [ConditionRowField(name, .people, help: field.help, absence: mayMiss ? name : nil, knowsPrincipal: knowsPrincipal)]
        case .parent: return [part("number")]
        case .resolution: return [part("code", .choice, choices: Ticket.Resolution.Code.allCases.map(\.rawValue)), part("notes", first: false)]
        case .externalRef: return [part("source"), part("id", first: false)]
        case .pendingUntil, .firstRespondedAt, .resolvedAt, .closedAt, .dueAt, .createdAt, .updatedAt: return [plain(.time)]
        }
    }

    private func rowFields(of field: RecordField) -> [ConditionRowField] {
        let (name, absence) = (field.name, field.type.isNullable ? field.name : nil)
        func plain(_ form: ConditionRowField.Form) -> [ConditionRowField] {
            [ConditionRowField(name, form, choices: field.choices, help: field.help, absence: absence, knowsPrincipal: scope.knowsPrincipal)]
        }
        func reference(_ form: ConditionRowField.Form) -> [ConditionRowField] {
            [
                ConditionRowField(name, form, help: field.help, value: "\(name).id", absence: absence, knowsPrincipal: scope.knowsPrincipal),
                ConditionRowField("\(name).name", .text, help: field.help, absence: absence, canBeEmpty: false),
            ]
        }
        switch field.type.nonNull {
        case .bool: return plain(.flag)
        case .int, .double: return plain(.number)
        case .timestamp: return plain(.time)
        case .string where field == .category(.path): return plain(.path)
        case .string: return plain(field.choices.isEmpty ? .text : .choice)
        case .person: return reference(.person)
        case .group: return reference(.group)
        case .object:
            return [ConditionRowField("\(name).name", .text, help: field.help, absence: absence, canBeEmpty: absence != nil)]
        case .list(.string): return plain(.words)
        case .list(.person): return plain(.people)
        // Other lists are asked in words of the language.
        default: return []
        }
    }

    private static func rowField(of field: ConditionField, in base: String, _ scope: ConditionScope) -> ConditionRowField {
        let name = "\(base).customFields.\(field.name)"
        let form: ConditionRowField.Form =
            switch field.kind {
            case .text: field.choices.isEmpty ? .text : .choice
            case .number: .number
            case .boolean: .flag
            case .date: .time
            case .person: .person
            case .list: .words
            }
        return ConditionRowField(
            name, form, choices: field.choices, label: field.label, value: field.kind == .person ? "\(name).id" : name,
            absence: field.kind == .list && base == "ticket" ? nil : name,
            knowsPrincipal: scope.knowsPrincipal)
    }
}

extension CELDeclaredType {
    fileprivate func hasField(_ name: String) -> Bool {
        if case .object(_, let fields) = nonNull { fields[name] != nil } else { false }
    }

    var isNullable: Bool { if case .nullable = self { true } else { false } }
}
