import ITSMCore

struct PostgresCategories: CategoryStore {
    let connection: Connection
    let now: Instant

    private static let categories: SQL = """
        SELECT id, parent_id, name, path, archived_at, version, created_at, updated_at
        FROM categories
        """

    func list(_ filter: NameFilter, page: PageRequest, for reader: Principal) throws -> Page<Category> {
        var conditions: [SQL] = []
        switch filter.isArchived {
        case nil: break
        case true: conditions.append("archived_at IS NOT NULL")
        case false:
            conditions.append(
                """
                archived_at IS NULL AND NOT EXISTS (
                    SELECT FROM categories AS above
                    WHERE above.archived_at IS NOT NULL AND starts_with(categories.path, above.path || '/'))
                """)
        }
        if let query = filter.query { conditions.append("strpos(lower(path), lower(\(query))) > 0") }
        if let condition = filter.condition { conditions.append(try ConditionSQL.filter(condition, for: reader, at: now)) }
        if let (key, id) = try page.after?.nameAndID(of: Category.self) { conditions.append("(lower(path), id) > (\(key), \(id))") }
        let statement: SQL = """
            SELECT lower(path), id, parent_id, name, path, archived_at, version, created_at, updated_at
            FROM categories
            \(fragment: .matching(conditions))
            ORDER BY lower(path), id
            LIMIT \(limit: page.limit + 1)
            """
        let found: [Keyed<Category>] = try connection.all(filter.condition == nil ? statement : statement.plannedPerExecution)
        return Page(found, limit: page.limit) { PagePosition(key: $0.key, id: $0.record.id.description) }.map(\.record)
    }

    func laterAll() throws -> Later<[Category]> { try connection.later(all: Self.categories) }

    func first(_ key: RefInput<Category>) throws -> Category? {
        switch key {
        case .id(let id): try connection.first("\(fragment: Self.categories) WHERE id = \(id)")
        case .name(let path): try connection.first("\(fragment: Self.categories) WHERE lower(path) = lower(\(path))")
        }
    }

    func lockTree() throws -> CategoryTree {
        try connection.execute("SELECT FROM guards WHERE rule = 'pathsFollowTheTree' FOR NO KEY UPDATE")
        return CategoryTree(try connection.all(Self.categories))
    }

    func insert(_ category: Category) throws {
        try connection.execute(
            """
            INSERT INTO categories (id, parent_id, name, path, archived_at, version, created_at, updated_at)
            VALUES (\(category.id), \(category.parent), \(category.name), \(category.path), \(category.archivedAt), \(category.version),
                \(category.createdAt), \(category.updatedAt))
            """)
    }

    func update(_ category: Category) throws {
        try connection.execute(
            """
            UPDATE categories
            SET parent_id = \(category.parent), name = \(category.name), path = \(category.path), archived_at = \(category.archivedAt),
                version = \(category.version), updated_at = \(category.updatedAt)
            WHERE id = \(category.id)
            """, expecting: 1)
    }

    func delete(_ id: ID<Category>) throws { try connection.execute("DELETE FROM categories WHERE id = \(id)", expecting: 1) }

    func uses(of id: ID<Category>) throws -> [RecordUse] {
        let tickets: Int? = try connection.first(
            "SELECT count(*) FROM (SELECT FROM tickets WHERE category_id = \(id) LIMIT \(limit: RecordUse.countLimit)) AS used")
        return [RecordUse("ticket", "tickets", count: tickets ?? 0)].filter { $0.count > 0 } + (try connection.slaUses("category_id", of: id))
    }
}

extension Category: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), parent: try row.next(), name: try row.next(), path: try row.next(), archivedAt: try row.next(),
            version: try row.next(), createdAt: try row.next(), updatedAt: try row.next())
    }
}
