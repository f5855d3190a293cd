/// What a caller wants a ticket's custom fields to be, held against their definitions.
struct TicketFieldValues: Sendable, Hashable {
    /// By name; null takes a value away.
    private(set) var values: [String: JSONValue] = [:]
    /// The people among them, as they were named; only the database knows them.
    private(set) var people: [String: RefInput<User>] = [:]

    init() {}

    /// Of a ticket to be raised: what is not said has its default, and what is required is asked for as far as the caller sees it.
    init(raising kind: TicketKind, _ asked: [String: JSONValue], in fields: CustomFieldList, seesHidden: Bool, _ problems: inout ProblemList) {
        guard !fields.isEmpty || !asked.isEmpty else { return }
        check(asked, of: kind, standing: [:], in: fields, seesHidden: seesHidden, &problems)
        for field in fields.offered(on: kind, seesHidden: true) {
            if asked[field.name] == nil, let value = field.defaultValue { values[field.name] = value }
            let isMissing = (values[field.name] ?? .null) == .null && people[field.name] == nil
            // What was refused has its own fault.
            let isRefused = asked[field.name].map { $0 != .null } ?? false
            if field.isRequired, isMissing, !isRefused, seesHidden || field.visibleToRequesters {
                problems.add(field.pointer, .required, "\(field.label) is required.")
            }
        }
        values = values.filter { $0.value != .null }
    }

    /// Of an edit. Only the fields that it names are asked about.
    init(
        editing asked: [String: JSONValue], of kind: TicketKind?, standing: [String: JSONValue], in fields: CustomFieldList, seesHidden: Bool,
        _ problems: inout ProblemList
    ) {
        check(asked, of: kind, standing: standing, in: fields, seesHidden: seesHidden, &problems)
        for (name, value) in values.sorted(by: { $0.key < $1.key }) where value == .null {
            if let field = fields[name], field.isRequired, kind.map(field.applies) ?? true, standing[name] != nil {
                problems.add(field.pointer, .required, "\(field.label) cannot be cleared.")
            }
        }
    }

    private mutating func check(
        _ asked: [String: JSONValue], of kind: TicketKind?, standing: [String: JSONValue], in fields: CustomFieldList, seesHidden: Bool,
        _ problems: inout ProblemList
    ) {
        for (name, value) in asked.sorted(by: { $0.key < $1.key }) {
            guard let field = fields.find(name, seesHidden: seesHidden) else {
                problems.add(contentsOf: [fields.unknown(name, seesHidden: seesHidden)])
                continue
            }
            if value != .null {
                if field.isArchived {
                    problems.add(field.pointer, "\(field.label) is archived; it can only be taken away, with null.")
                    continue
                }
                if let kind, !field.applies(to: kind) {
                    problems.add(field.pointer, "\(field.label) is not a field of a ticket of the kind \(kind.rawValue).")
                    continue
                }
            }
            guard let checked = field.checked(value, at: field.pointer, keeping: standing[name], &problems) else { continue }
            if field.kind == .user, let text = checked.string, checked != standing[name] {
                people[name] = RefInput(text)
            } else {
                values[name] = checked
            }
        }
        if values.values.reduce(0, { $0 + $1.utf8Count }) > Limits.customFieldsBytes {
            problems.add("/customFields", .tooLong, "All custom fields of a ticket together hold at most \(Limits.customFieldsBytes) bytes.")
        }
    }

    /// The people among them, found; faults stand at their fields.
    func resolved(in lookup: RefLookup<User>, _ problems: inout ProblemList) -> TicketFieldValues {
        var resolved = self
        for (name, input) in people.sorted(by: { $0.key < $1.key }) {
            guard let person = problems.person(input, "/customFields/\(name)", in: lookup) else { continue }
            resolved.values[name] = .string(person.id.description)
            resolved.people[name] = nil
        }
        return resolved
    }

    /// What a ticket has afterwards.
    func applied(to standing: [String: JSONValue]) -> [String: JSONValue] {
        values.isEmpty ? standing : standing.merging(values) { $1 }.filter { $0.value != .null }
    }
}

extension JSONValue {
    /// About how many bytes it takes.
    fileprivate var utf8Count: Int {
        switch self {
        case .null, .bool, .integer, .number: 8
        case .string(let text): text.utf8.count + 2
        case .array(let values): values.reduce(2) { $0 + $1.utf8Count }
        case .object(let members): members.reduce(2) { $0 + $1.key.utf8.count + $1.value.utf8Count }
        }
    }
}

extension FieldChanges {
    /// Notes what differs between two states of a ticket's custom fields, of those that are meant.
    mutating func noteCustomFields(from old: [String: JSONValue], to new: [String: JSONValue], where isMeant: (String) -> Bool) {
        guard old != new else { return }
        for name in Set(old.keys).union(new.keys) where isMeant(name) {
            note(CustomField.changeName(name), from: old[name] ?? .null, to: new[name] ?? .null)
        }
    }
}
