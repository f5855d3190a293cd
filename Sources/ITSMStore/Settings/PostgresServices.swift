import ITSMCore

struct PostgresServices: BusinessServiceStore {
    let connection: Connection
    let now: Instant

    private static let services: SQL = """
        SELECT s.id, s.name, s.description, s.owner_id, g.name, s.criticality, s.archived_at, s.version, s.created_at, s.updated_at
        FROM services s
        LEFT JOIN groups g ON g.id = s.owner_id
        """

    func list(_ filter: NameFilter, page: PageRequest, for reader: Principal) throws -> Page<BusinessService> {
        var conditions: [SQL] = []
        if let isArchived = filter.isArchived { conditions.append("(s.archived_at IS NOT NULL) = \(isArchived)") }
        if let query = filter.query { conditions.append("strpos(lower(s.name), lower(\(query))) > 0") }
        if let condition = filter.condition { conditions.append(try ConditionSQL.filter(condition, for: reader, at: now)) }
        if let (key, id) = try page.after?.nameAndID(of: BusinessService.self) { conditions.append("(lower(s.name), s.id) > (\(key), \(id))") }
        let statement: SQL = """
            SELECT lower(found.name), found.*
            FROM (\(fragment: Self.services) \(fragment: .matching(conditions))) AS found (
                id, name, description, owner_id, owner_name, criticality, archived_at, version, created_at, updated_at)
            ORDER BY lower(found.name), found.id
            LIMIT \(limit: page.limit + 1)
            """
        let found: [Keyed<BusinessService>] = try connection.all(filter.condition == nil ? statement : statement.plannedPerExecution)
        return Page(found, limit: page.limit) { PagePosition(key: $0.key, id: $0.record.id.description) }.map(\.record)
    }

    func laterAll() throws -> Later<[BusinessService]> { try connection.later(all: Self.services) }

    func first(_ key: RefInput<BusinessService>) throws -> BusinessService? {
        try connection.first("\(fragment: Self.services) WHERE \(fragment: Self.match(key))")
    }

    func lock(_ key: RefInput<BusinessService>) throws -> BusinessService? {
        try connection.first("\(fragment: Self.services) WHERE \(fragment: Self.match(key)) FOR NO KEY UPDATE OF s")
    }

    private static func match(_ key: RefInput<BusinessService>) -> SQL {
        switch key {
        case .id(let id): "s.id = \(id)"
        case .name(let name): "lower(s.name) = lower(\(name))"
        }
    }

    func insert(_ service: BusinessService) throws {
        try connection.execute(
            """
            INSERT INTO services (id, name, description, owner_id, criticality, archived_at, version, created_at, updated_at)
            VALUES (\(service.id), \(service.name), \(service.description), \(service.owner?.id), \(service.criticality), \(service.archivedAt),
                \(service.version), \(service.createdAt), \(service.updatedAt))
            """)
    }

    func update(_ service: BusinessService) throws {
        try connection.execute(
            """
            UPDATE services
            SET name = \(service.name), description = \(service.description), owner_id = \(service.owner?.id),
                criticality = \(service.criticality), archived_at = \(service.archivedAt), version = \(service.version),
                updated_at = \(service.updatedAt)
            WHERE id = \(service.id)
            """, expecting: 1)
    }

    func delete(_ id: ID<BusinessService>) throws { try connection.execute("DELETE FROM services WHERE id = \(id)", expecting: 1) }

    func uses(of id: ID<BusinessService>) throws -> [RecordUse] {
        let tickets: Int? = try connection.first(
            "SELECT count(*) FROM (SELECT FROM tickets WHERE service_id = \(id) LIMIT \(limit: RecordUse.countLimit)) AS used")
        return [RecordUse("ticket", "tickets", count: tickets ?? 0)].filter { $0.count > 0 } + (try connection.slaUses("service_id", of: id))
    }
}

extension BusinessService: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), name: try row.next(), description: try row.next(), owner: try row.nextRef(), criticality: try row.next(),
            archivedAt: try row.next(), version: try row.next(), createdAt: try row.next(), updatedAt: try row.next())
    }
}

extension BusinessService.Criticality: SQLEnum {}
