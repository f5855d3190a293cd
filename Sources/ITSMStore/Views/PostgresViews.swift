import ITSMCore

struct PostgresViews: ViewStore {
    let connection: Connection
    let now: Instant

    private static let columns: SQL = """
        v.id, v.name, v.owner_id, u.name, v.sharing,
        ARRAY(SELECT g.id FROM saved_view_groups s JOIN groups g ON g.id = s.group_id WHERE s.view_id = v.id ORDER BY lower(g.name), g.id),
        ARRAY(SELECT g.name FROM saved_view_groups s JOIN groups g ON g.id = s.group_id WHERE s.view_id = v.id ORDER BY lower(g.name), g.id),
        v.condition, v.columns, v.sort, v.grouping, v.pinned, v.place, v.version, v.created_at, v.updated_at
        """
    private static let views: SQL = "FROM saved_views v JOIN users u ON u.id = v.owner_id"

    /// `SavedView.isVisible` in SQL; a test holds the two equal.
    private static func visible(to caller: Principal) -> SQL {
        if caller.holds(.manageSettings, atLeast: .all) { return "(v.owner_id = \(caller.id) OR v.sharing <> 'onlyMe')" }
        return """
            (v.owner_id = \(caller.id) OR v.sharing = 'everyone' OR v.sharing = 'groups' AND EXISTS (
                SELECT FROM saved_view_groups s WHERE s.view_id = v.id AND s.group_id = ANY(\(caller.groups.sorted()))))
            """
    }

    func list(_ filter: SavedView.Filter, page: PageRequest, visibleTo caller: Principal) throws -> Page<SavedView> {
        var conditions = [Self.visible(to: caller)]
        if let query = filter.query { conditions.append("strpos(lower(v.name), lower(\(query))) > 0") }
        if let isMine = filter.isMine { conditions.append("(v.owner_id = \(caller.id)) = \(isMine)") }
        if let condition = filter.condition { conditions.append(try ConditionSQL.filter(condition, for: caller, at: now)) }
        if let (key, id) = try page.after?.nameAndID(of: SavedView.self) { conditions.append("(lower(v.name), v.id) > (\(key), \(id))") }
        let statement: SQL = """
            SELECT lower(v.name), \(fragment: Self.columns)
            \(fragment: Self.views)
            \(fragment: .matching(conditions))
            ORDER BY lower(v.name), v.id
            LIMIT \(limit: page.limit + 1)
            """
        let found: [Keyed<SavedView>] = try connection.all(statement.planned(for: filter.condition))
        return Page(found, limit: page.limit) { PagePosition(key: $0.key, id: $0.record.id.description) }.map(\.record)
    }

    func pinned(visibleTo caller: Principal, limit: Int) throws -> [SavedView] {
        try connection.all(
            """
            SELECT \(fragment: Self.columns)
            \(fragment: Self.views)
            WHERE v.pinned AND \(fragment: Self.visible(to: caller))
            ORDER BY v.place, lower(v.name), v.id
            LIMIT \(limit: limit)
            """)
    }

    func find(_ key: RefInput<SavedView>, visibleTo caller: Principal) throws -> [SavedView] {
        let match: SQL =
            switch key {
            case .id(let id): "v.id = \(id)"
            case .name(let name): "lower(v.name) = lower(\(name))"
            }
        let found: [SavedView] = try connection.all(
            """
            SELECT \(fragment: Self.columns)
            \(fragment: Self.views)
            WHERE \(fragment: match) AND \(fragment: Self.visible(to: caller))
            ORDER BY lower(u.name), v.id
            LIMIT 10
            """)
        let own = found.filter { $0.owner.id == caller.id }
        return own.isEmpty ? found : own
    }

    func lock(_ id: ID<SavedView>) throws -> SavedView? {
        try connection.first("SELECT \(fragment: Self.columns) \(fragment: Self.views) WHERE v.id = \(id) FOR NO KEY UPDATE OF v")
    }

    func count(of owner: ID<User>) throws -> Int {
        try connection.first("SELECT count(*) FROM saved_views v WHERE v.owner_id = \(owner)") ?? 0
    }

    func insert(_ view: SavedView, customFields: Set<String>) throws {
        try connection.execute(
            """
            INSERT INTO saved_views (
                id, name, owner_id, sharing, condition, columns, sort, grouping, pinned, place, custom_fields, version, created_at, updated_at)
            VALUES (
                \(view.id), \(view.name), \(view.owner.id), \(view.sharing), \(view.condition ?? ""), \(view.columns), \(view.sort.text),
                \(view.grouping), \(view.isPinned), \(view.order), \(customFields.sorted()), \(view.version), \(view.createdAt), \(view.updatedAt))
            """)
        try share(view)
    }

    func update(_ view: SavedView, customFields: Set<String>?) throws {
        try connection.execute(
            """
            UPDATE saved_views
            SET name = \(view.name), sharing = \(view.sharing), condition = \(view.condition ?? ""), columns = \(view.columns),
                sort = \(view.sort.text), grouping = \(view.grouping), pinned = \(view.isPinned), place = \(view.order),
                custom_fields = COALESCE(\(customFields?.sorted()), custom_fields), version = \(view.version), updated_at = \(view.updatedAt)
            WHERE id = \(view.id)
            """, expecting: 1)
        try connection.execute("DELETE FROM saved_view_groups WHERE view_id = \(view.id)")
        try share(view)
    }

    private func share(_ view: SavedView) throws {
        guard !view.groups.isEmpty else { return }
        try connection.execute(
            "INSERT INTO saved_view_groups (view_id, group_id) SELECT \(view.id), shared FROM unnest(\(view.groups.map(\.id))) AS shared")
    }

    func delete(_ id: ID<SavedView>) throws { try connection.execute("DELETE FROM saved_views WHERE id = \(id)", expecting: 1) }

    func uses(ofCustomField name: String) throws -> [RecordUse] {
        let count: Int? = try connection.first("SELECT count(*) FROM saved_views v WHERE \(name) = ANY(v.custom_fields)")
        return [RecordUse("view", "views", count: count ?? 0)].filter { $0.count > 0 }
    }
}

extension SavedView: RowDecodable {
    package init(row: inout Row) throws {
        let (id, name): (ID<SavedView>, String) = (try row.next(), try row.next())
        let owner: Ref<User> = Ref(id: try row.next(), name: try row.next())
        let sharing: Sharing = try row.next()
        let groupIDs: [ID<SupportGroup>] = try row.next()
        let groupNames: [String] = try row.next()
        let (condition, columns, sort): (String, [String], String) = (try row.next(), try row.next(), try row.next())
        self.init(
            id: id, name: name, owner: owner, sharing: sharing, groups: zip(groupIDs, groupNames).map { Ref(id: $0, name: $1) },
            condition: condition, columns: columns, sort: TicketSort(sort) ?? TicketSort(.init(.createdAt, descending: true)),
            grouping: try row.next(), isPinned: try row.next(), order: try row.next(), version: try row.next(), createdAt: try row.next(),
            updatedAt: try row.next())
    }
}

extension SavedView.Sharing: SQLEnum {}
extension TicketGrouping: SQLEnum {}

extension ConstraintProblems {
    static let views: [String: FieldProblem] = [
        "saved_views_name_unique": FieldProblem("/name", .duplicate, "You have a view of this name already."),
        "saved_view_groups_group_exists": FieldProblem("/groups", .invalidValue, "A group was deleted in the meantime."),
    ]
}
