extension CustomField {
    /// The places that a field may have in forms; the lowest comes first.
    public static let orderRange = 0...100_000
    /// Of a field whose author names none.
    public static let standardOrder = 100

    /// What a caller sends to add a field. Name, label and kind are needed, and choices where the kind has them.
    public struct Draft: Sendable, Hashable, Codable {
        public var name: String?
        public var label: String?
        public var help: String?
        public var kind: Kind?
        public var choices: [Choice]?
        public var isRequired: Bool?
        public var defaultValue: JSONValue?
        public var visibleToRequesters: Bool?
        public var kinds: [TicketKind]?
        public var order: Int?

        public init(name: String? = nil, label: String? = nil, kind: Kind? = nil, choices: [Choice]? = nil) {
            self.name = name
            self.label = label
            self.kind = kind
            self.choices = choices
        }

        private enum CodingKeys: String, CodingKey {
            case name, label, help, kind, choices
            case isRequired = "required"
            case defaultValue = "default"
            case visibleToRequesters, kinds, order
        }
    }

    /// What a caller sends to change a field; its name and kind stay.
    public struct Patch: Sendable, Equatable, Codable {
        public var label: ITSMCore.Patch<String> = .absent
        public var help: ITSMCore.Patch<String> = .absent
        /// All of them.
        public var choices: ITSMCore.Patch<[Choice]> = .absent
        public var isRequired: ITSMCore.Patch<Bool> = .absent
        public var defaultValue: ITSMCore.Patch<JSONValue> = .absent
        public var visibleToRequesters: ITSMCore.Patch<Bool> = .absent
        public var kinds: ITSMCore.Patch<[TicketKind]> = .absent
        public var order: ITSMCore.Patch<Int> = .absent
        /// True hides it from forms, false shows it again.
        public var archived: ITSMCore.Patch<Bool> = .absent

        public init() {}

        private enum CodingKeys: String, CodingKey {
            case label, help, choices
            case isRequired = "required"
            case defaultValue = "default"
            case visibleToRequesters, kinds, order, archived
        }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            label = try fields.decodePatch(forKey: .label)
            help = try fields.decodePatch(forKey: .help)
            choices = try fields.decodePatch(forKey: .choices)
            isRequired = try fields.decodePatch(forKey: .isRequired)
            defaultValue = try fields.decodePatch(forKey: .defaultValue)
            visibleToRequesters = try fields.decodePatch(forKey: .visibleToRequesters)
            kinds = try fields.decodePatch(forKey: .kinds)
            order = try fields.decodePatch(forKey: .order)
            archived = try fields.decodePatch(forKey: .archived)
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encodePatch(label, forKey: .label)
            try fields.encodePatch(help, forKey: .help)
            try fields.encodePatch(choices, forKey: .choices)
            try fields.encodePatch(isRequired, forKey: .isRequired)
            try fields.encodePatch(defaultValue, forKey: .defaultValue)
            try fields.encodePatch(visibleToRequesters, forKey: .visibleToRequesters)
            try fields.encodePatch(kinds, forKey: .kinds)
            try fields.encodePatch(order, forKey: .order)
            try fields.encodePatch(archived, forKey: .archived)
        }
    }
}

extension CustomField {
    /// A new field.
    ///
    /// - Throws: `invalid` with every fault.
    public init(_ draft: Draft, id: ID<CustomField>, at now: Instant) throws {
        var problems = ProblemList()
        if draft.kind == nil {
            problems.add("/kind", .required, "Kind is required: \(Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        self.init(
            id: id, name: draft.name ?? "", label: draft.label ?? "", help: draft.help, kind: draft.kind ?? .text, choices: draft.choices ?? [],
            isRequired: draft.isRequired ?? false, defaultValue: draft.defaultValue, visibleToRequesters: draft.visibleToRequesters ?? false,
            kinds: draft.kinds ?? [], order: draft.order ?? Self.standardOrder, createdAt: now, updatedAt: now)
        Self.check(name: draft.name, &problems)
        check(&problems)
        try problems.throwIfAny()
    }

    /// Changes what `patch` sets; the version rises when anything differs.
    ///
    /// - Throws: `invalid` with every fault, and then nothing is changed.
    public mutating func apply(_ patch: Patch, at now: Instant) throws -> FieldChanges {
        var problems = ProblemList()
        var new = self
        new.label = problems.value(patch.label, else: label, "/label")
        new.help = patch.help.applied(to: help)
        new.choices = problems.value(patch.choices, else: choices, "/choices")
        new.isRequired = problems.value(patch.isRequired, else: isRequired, "/required")
        new.defaultValue = patch.defaultValue.applied(to: defaultValue)
        new.visibleToRequesters = problems.value(patch.visibleToRequesters, else: visibleToRequesters, "/visibleToRequesters")
        new.kinds = problems.value(patch.kinds, else: kinds, "/kinds")
        new.order = problems.value(patch.order, else: order, "/order")
        let isArchived = problems.value(patch.archived, else: archivedAt != nil, "/archived")
        new.archivedAt = isArchived ? archivedAt ?? now : nil
        new.check(&problems)
        try problems.throwIfAny()

        let changes = new.changes(since: self)
        if !changes.isEmpty {
            new.version += 1
            new.updatedAt = now
        }
        self = new
        return changes
    }

    /// What differs from `old`; everything, for a new field.
    public func changes(since old: CustomField?) -> FieldChanges {
        var changes = FieldChanges()
        func json(_ choices: [Choice]) -> JSONValue {
            .array(choices.map { ["value": .string($0.value), "label": .string($0.label), "archived": .bool($0.isArchived)] })
        }
        func json(_ kinds: [TicketKind]) -> JSONValue { .array(kinds.map { .string($0.rawValue) }) }
        changes.note("name", from: .optional(old?.name), to: .string(name))
        changes.note("kind", from: .optional(old?.kind.rawValue), to: .string(kind.rawValue))
        changes.note("label", from: .optional(old?.label), to: .string(label))
        changes.note("help", from: .optional(old?.help), to: .optional(help))
        changes.note("choices", from: json(old?.choices ?? []), to: json(choices))
        changes.note("required", from: .bool(old?.isRequired ?? false), to: .bool(isRequired))
        changes.note("default", from: old?.defaultValue ?? .null, to: defaultValue ?? .null)
        changes.note("visibleToRequesters", from: .bool(old?.visibleToRequesters ?? false), to: .bool(visibleToRequesters))
        changes.note("kinds", from: json(old?.kinds ?? []), to: json(kinds))
        changes.note("order", from: old.map { .integer(Int64($0.order)) } ?? .null, to: .integer(Int64(order)))
        changes.note("archived", from: .bool(old?.isArchived ?? false), to: .bool(isArchived))
        return changes
    }

    // MARK: Checks

    private static func check(name: String?, _ problems: inout ProblemList) {
        guard let name, !name.isEmpty else {
            problems.add("/name", .required, "Name is required: what expressions and programs call the field, such as costCentre.")
            return
        }
        let letters = name.utf8
        let isName =
            letters.first.map { (97...122).contains($0) } == true
            && letters.allSatisfy {
                (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0)
            }
        if !isName {
            problems.add("/name", "A name begins with a lower-case letter, and letters and digits follow, such as costCentre.")
        } else if letters.count > Limits.customFieldName {
            problems.add("/name", .tooLong, "Name has \(letters.count) characters; at most \(Limits.customFieldName) are allowed.")
        } else if CELToken.reserved.contains(name) || CELToken.keywords.contains(name) {
            problems.add("/name", "\(name) is a word of the expression language; choose another name.")
        }
    }

    private mutating func check(_ problems: inout ProblemList) {
        problems.check(text: label, "/label", limit: Limits.customFieldLabel)
        problems.check(text: help, "/help", limit: Limits.shortText, optional: true)
        if !Self.orderRange.contains(order) {
            problems.add("/order", "Order must be from \(Self.orderRange.lowerBound) to \(Self.orderRange.upperBound).")
        }
        kinds = TicketKind.allCases.filter(kinds.contains)
        checkChoices(&problems)
        guard problems.isEmpty, let value = defaultValue else { return }
        defaultValue = checked(value, at: "/default", &problems)
    }

    private func checkChoices(_ problems: inout ProblemList) {
        guard kind.hasChoices else {
            if !choices.isEmpty { problems.add("/choices", "Only a choice has choices; this field is of the kind \(kind.rawValue).") }
            return
        }
        if choices.isEmpty { problems.add("/choices", .required, "Name at least one choice.") }
        if choices.count > Limits.customFieldChoices {
            problems.add("/choices", .tooLong, "These are \(choices.count) choices; at most \(Limits.customFieldChoices) are allowed.")
        }
        var seen: Set<String> = []
        for (place, choice) in choices.enumerated() {
            problems.check(text: choice.value, "/choices/\(place)/value", name: "Choice \(place + 1)", limit: Limits.customFieldLabel)
            problems.check(text: choice.label, "/choices/\(place)/label", name: "The label of choice \(place + 1)", limit: Limits.customFieldLabel)
            if !seen.insert(choice.value).inserted {
                problems.add("/choices/\(place)/value", .duplicate, "\(choice.value) stands among the choices twice.")
            }
        }
    }
}
