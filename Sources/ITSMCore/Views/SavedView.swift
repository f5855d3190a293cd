/// A list of tickets that somebody keeps: which tickets, in what order, how they are grouped and what is shown of them.
///
/// Who uses a view that others made sees only their own part of the tickets: what they may see is no part of the condition.
public struct SavedView: Sendable, Hashable, Codable {
    public let id: ID<SavedView>
    /// Unique among its owner's, without regard to case.
    public var name: String
    /// Who made it.
    public let owner: Ref<User>
    /// Who else may use it.
    public var sharing: Sharing
    /// The groups that it is shared with; none unless `sharing` says so.
    public var groups: [Ref<SupportGroup>]
    /// Of the scope `list`; empty for all tickets. Nil where the reader may not see all that it names.
    public var condition: String?
    /// `TicketColumn`s, and custom fields as `customFields.name`, in the order of the list; none for whatever its reader chose.
    public var columns: [String]
    /// The order of its tickets.
    public var sort: TicketSort
    public var grouping: TicketGrouping?
    /// Whether it stands among the tabs of the queue.
    public var isPinned: Bool
    /// Where it stands among others; those of the same place by name.
    public var order: Int
    /// Rises with every change of the fields above.
    public var version: Int
    public let createdAt: Instant
    public var updatedAt: Instant

    /// Who may use it beside its owner.
    public enum Sharing: String, Sendable, Codable, CaseIterable { case onlyMe, groups, everyone }

    public init(
        id: ID<SavedView>, name: String, owner: Ref<User>, sharing: Sharing = .onlyMe, groups: [Ref<SupportGroup>] = [], condition: String? = "",
        columns: [String] = [], sort: TicketSort = TicketSort(.init(.createdAt, descending: true)), grouping: TicketGrouping? = nil,
        isPinned: Bool = true,
        order: Int = 0, version: Int = 1, createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.name = name
        self.owner = owner
        self.sharing = sharing
        self.groups = groups
        self.condition = condition
        self.columns = columns
        self.sort = sort
        self.grouping = grouping
        self.isPinned = isPinned
        self.order = order
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, owner, sharing, groups, condition, columns, sort, grouping, isPinned = "pinned", order, version, createdAt, updatedAt
    }

    /// The custom fields that it names in its condition, its columns and its order.
    public func customFields(in environment: ConditionEnvironment) -> Set<String> {
        let named = (try? compiled(in: environment))?.customFields ?? []
        return named.union(columns.compactMap(Self.customField)).union([sort.customField].compactMap(\.self))
    }

    /// The condition, ready to be asked; nil for all tickets.
    ///
    /// - Throws: `CELFaults` where it names what does not exist in `environment`.
    public func compiled(in environment: ConditionEnvironment) throws -> Condition? {
        guard let condition, !condition.allSatisfy(\.isWhitespace) else { return nil }
        return try Condition(condition, in: environment)
    }

    /// The name of the custom field that a column shows; nil for any other column.
    public static func customField(of column: String) -> String? {
        let prefix = "customFields."
        return column.hasPrefix(prefix) ? String(column.dropFirst(prefix.count)) : nil
    }
}

extension SavedView {
    /// What may be done with it.
    public func isVisible(to caller: Principal) -> Bool {
        switch sharing {
        case _ where owner.id == caller.id: true
        case .onlyMe: false
        case .groups: groups.contains { caller.groups.contains($0.id) } || caller.holds(.manageSettings, atLeast: .all)
        case .everyone: true
        }
    }

    /// The owner, and for a shared one whoever keeps the desk's settings.
    public func isEditable(by caller: Principal) -> Bool {
        owner.id == caller.id || sharing != .onlyMe && caller.holds(.manageSettings, atLeast: .all)
    }

    /// As `reader` sees it: names of fields that they may not see are not told.
    public func shown(to reader: Principal, in environment: ConditionEnvironment) -> SavedView {
        guard owner.id != reader.id else { return self }
        var view = self
        if (try? compiled(in: environment)) == nil, condition?.isEmpty == false { view.condition = nil }
        if let field = sort.customField, environment.customFields[field] == nil { view.sort = TicketSort(.init(.createdAt, descending: true)) }
        view.columns.removeAll { Self.customField(of: $0).map { environment.customFields[$0] == nil } ?? false }
        return view
    }
}
