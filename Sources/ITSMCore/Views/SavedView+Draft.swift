extension SavedView {
    /// What a caller sends to keep a view. Only the name is needed.
    public struct Draft: Sendable, Hashable, Codable {
        public var name: String?
        public var sharing: Sharing?
        public var groups: [RefInput<SupportGroup>]?
        public var condition: String?
        public var columns: [String]?
        public var sort: TicketSort?
        public var grouping: TicketGrouping?
        public var pinned: Bool?
        public var order: Int?

        public init(name: String? = nil, condition: String? = nil) {
            self.name = name
            self.condition = condition
        }
    }

    /// What a caller sends to change a view.
    public struct Patch: Sendable, Equatable, Codable {
        public var name: ITSMCore.Patch<String> = .absent
        public var sharing: ITSMCore.Patch<Sharing> = .absent
        public var groups: ITSMCore.Patch<[RefInput<SupportGroup>]> = .absent
        public var condition: ITSMCore.Patch<String> = .absent
        public var columns: ITSMCore.Patch<[String]> = .absent
        public var sort: ITSMCore.Patch<TicketSort> = .absent
        public var grouping: ITSMCore.Patch<TicketGrouping> = .absent
        public var pinned: ITSMCore.Patch<Bool> = .absent
        public var order: ITSMCore.Patch<Int> = .absent

        public init() {}

        private enum CodingKeys: String, CodingKey { case name, sharing, groups, condition, columns, sort, grouping, pinned, order }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            name = try fields.decodePatch(forKey: .name)
            sharing = try fields.decodePatch(forKey: .sharing)
            groups = try fields.decodePatch(forKey: .groups)
            condition = try fields.decodePatch(forKey: .condition)
            columns = try fields.decodePatch(forKey: .columns)
            sort = try fields.decodePatch(forKey: .sort)
            grouping = try fields.decodePatch(forKey: .grouping)
            pinned = try fields.decodePatch(forKey: .pinned)
            order = try fields.decodePatch(forKey: .order)
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encodePatch(name, forKey: .name)
            try fields.encodePatch(sharing, forKey: .sharing)
            try fields.encodePatch(groups, forKey: .groups)
            try fields.encodePatch(condition, forKey: .condition)
            try fields.encodePatch(columns, forKey: .columns)
            try fields.encodePatch(sort, forKey: .sort)
            try fields.encodePatch(grouping, forKey: .grouping)
            try fields.encodePatch(pinned, forKey: .pinned)
            try fields.encodePatch(order, forKey: .order)
        }
    }

    /// A new view of `owner`'s.
    public init(_ draft: Draft, id: ID<SavedView>, owner: Principal, rules: ViewRules, at now: Instant) throws {
        var problems = ProblemList()
        self.init(
            id: id, name: draft.name ?? "", owner: Ref(id: owner.id, name: owner.name), sharing: draft.sharing ?? .onlyMe,
            condition: draft.condition ?? "", columns: draft.columns ?? [], sort: draft.sort ?? TicketSort(.init(.createdAt, descending: true)),
            grouping: draft.grouping, isPinned: draft.pinned ?? true, order: draft.order ?? 0, createdAt: now, updatedAt: now)
        groups = rules.groups(draft.groups ?? [], &problems)
        problems.check(text: draft.name, "/name", limit: Limits.name)
        rules.check(self, since: nil, &problems)
        try problems.throwIfAny()
    }

    /// Changes what `patch` sets; the version rises when anything differs.
    ///
    /// - Throws: `invalid` with every fault, and then nothing is changed.
    public mutating func apply(_ patch: Patch, rules: ViewRules, at now: Instant) throws -> FieldChanges {
        var problems = ProblemList()
        var new = self
        new.name = problems.value(patch.name, else: name, "/name")
        new.sharing = problems.value(patch.sharing, else: sharing, "/sharing")
        if !patch.groups.isAbsent { new.groups = rules.groups(patch.groups.set ?? [], &problems) }
        if !patch.condition.isAbsent { new.condition = patch.condition.set ?? "" }
        if !patch.columns.isAbsent { new.columns = patch.columns.set ?? [] }
        new.sort = problems.value(patch.sort, else: sort, "/sort")
        new.grouping = patch.grouping.applied(to: grouping)
        new.isPinned = problems.value(patch.pinned, else: isPinned, "/pinned")
        new.order = problems.value(patch.order, else: order, "/order")
        if new.sharing != .groups { new.groups = [] }
        problems.check(text: new.name, "/name", limit: Limits.name)
        rules.check(new, since: self, &problems)
        try problems.throwIfAny()
        let changes = new.changes(since: self)
        if !changes.isEmpty {
            new.version += 1
            new.updatedAt = now
        }
        self = new
        return changes
    }

    /// What differs from `old`; everything, for a new view.
    public func changes(since old: SavedView?) -> FieldChanges {
        var changes = FieldChanges()
        func names(_ groups: [Ref<SupportGroup>]) -> JSONValue { .array(groups.map(\.json)) }
        func texts(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
        changes.note("name", from: .optional(old?.name), to: .string(name))
        changes.note("sharing", from: .optional(old?.sharing.rawValue), to: .string(sharing.rawValue))
        changes.note("groups", from: names(old?.groups ?? []), to: names(groups))
        changes.note("condition", from: .optional(old?.condition), to: .optional(condition))
        changes.note("columns", from: texts(old?.columns ?? []), to: texts(columns))
        changes.note("sort", from: .optional(old?.sort.text), to: .string(sort.text))
        changes.note("grouping", from: .optional(old?.grouping?.rawValue), to: .optional(grouping?.rawValue))
        changes.note("pinned", from: old.map { .bool($0.isPinned) } ?? .null, to: .bool(isPinned))
        changes.note("order", from: old.map { .integer(Int64($0.order)) } ?? .null, to: .integer(Int64(order)))
        return changes
    }
}

/// What a view is held against when it is saved.
public struct ViewRules {
    let caller: Principal
    let found: RefLookup<SupportGroup>
    let environment: ConditionEnvironment
    /// - Throws: `CELFaults` for what a list cannot be asked for.
    let ask: (Condition) throws -> Void

    /// The places that a view may have among the tabs.
    public static let orders = 0...9_999

    func groups(_ inputs: [RefInput<SupportGroup>], _ problems: inout ProblemList) -> [Ref<SupportGroup>] {
        var groups: [Ref<SupportGroup>] = []
        for (index, input) in inputs.enumerated() {
            if let group = found.resolve(input, at: "/groups/\(index)", as: "group", &problems), !groups.contains(group) { groups.append(group) }
        }
        return groups
    }

    /// - Parameter old: the view before; what stays as it was needs no new right, so that a name can be changed by who could not share it anew.
    func check(_ view: SavedView, since old: SavedView?, _ problems: inout ProblemList) {
        let sharesWithAll = caller.holds(.manageSettings, atLeast: .all)
        switch view.sharing {
        case .onlyMe: break
        case .everyone:
            if old?.sharing != .everyone, !sharesWithAll {
                problems.add(
                    "/sharing", .forbidden, "Sharing with everyone needs the permission \(Permission.manageSettings.rawValue) for all records.")
            }
        case .groups:
            if view.groups.isEmpty { problems.add("/groups", .required, "Name a group to share it with.") }
            for (index, group) in view.groups.enumerated()
            where !sharesWithAll && !caller.groups.contains(group.id) && old?.groups.contains(group) != true {
                problems.add("/groups/\(index)", .forbidden, "You can share a view with groups of yours; \(group.name) is none.")
            }
        }
        if view.sharing != .groups, !view.groups.isEmpty { problems.add("/groups", "Groups go with sharing \"groups\".") }
        if !Self.orders.contains(view.order) { problems.add("/order", "Order is from \(Self.orders.lowerBound) to \(Self.orders.upperBound).") }
        if view.sort.plainKey == .relevance { problems.add("/sort", "How well words fit is only known while words are looked for.") }
        if let field = view.sort.customField, environment.customFields[field] == nil { problems.add("/sort", "There is no custom field \(field).") }
        checkColumns(view, &problems)
        if view.condition != old?.condition { checkCondition(view, &problems) }
    }

    private func checkColumns(_ view: SavedView, _ problems: inout ProblemList) {
        for (index, column) in view.columns.enumerated() {
            let isKnown =
                TicketColumn(rawValue: column) != nil || SavedView.customField(of: column).map { environment.customFields[$0] != nil } ?? false
            if !isKnown { problems.add("/columns/\(index)", "There is no column \(column).") }
            if view.columns.firstIndex(of: column) != index { problems.add("/columns/\(index)", "\(column) stands more than once.") }
        }
    }

    private func checkCondition(_ view: SavedView, _ problems: inout ProblemList) {
        problems.check(text: view.condition, "/condition", limit: Limits.condition, optional: true, multiline: true)
        do {
            if let condition = try view.compiled(in: environment) { try ask(condition) }
        } catch let faults as CELFaults {
            problems.add(contentsOf: faults.problems(at: "/condition"))
        } catch {
            problems.add("/condition", "\(error)")
        }
    }
}
