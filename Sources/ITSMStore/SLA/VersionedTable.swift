import ITSMCore

/// A record with its own tables: one row that says which version is the current one, and beside it one row for each version, which is never changed.
protocol VersionedRecord: Codable, Sendable, RowDecodable {
    static var tables: VersionedTables { get }
    var id: ID<Self> { get }
    var name: String { get }
    var archivedAt: Instant? { get }
    var version: Int { get }

    /// Queues what the record names, in `sla_uses`.
    func writeUses(on connection: Connection) throws
    static func uses(of id: ID<Self>, on connection: Connection) throws -> [RecordUse]
}

extension VersionedRecord {
    func writeUses(on connection: Connection) throws {}

    package init(row: inout Row) throws { self = try row.next(JSONB.self).decode() }
}

/// The tables of one kind of record, and by what its list is sorted.
struct VersionedTables: Sendable {
    let records: SQL
    let versions: SQL
    let sortKey: SQL

    static let calendars = VersionedTables(records: "sla_calendars", versions: "sla_calendar_versions", sortKey: "lower(r.name)")
    static let policies = VersionedTables(records: "sla_policies", versions: "sla_policy_versions", sortKey: "lpad(v.definition->>'order', 6, '0')")
    static let escalationRules = VersionedTables(records: "escalation_rules", versions: "escalation_rule_versions", sortKey: "lower(r.name)")
}

struct VersionedTable<Record: VersionedRecord>: VersionedStore {
    let connection: Connection
    let now: Instant

    private var tables: VersionedTables { Record.tables }

    /// `r` is the record, `v` its current version.
    private var current: SQL { "\(fragment: tables.records) r JOIN \(fragment: tables.versions) v ON v.id = r.id AND v.version = r.version" }

    func list(_ filter: NameFilter, page: PageRequest, for reader: Principal) throws -> Page<Record> {
        var conditions: [SQL] = []
        if let isArchived = filter.isArchived { conditions.append("(r.archived_at IS NOT NULL) = \(isArchived)") }
        if let query = filter.query { conditions.append("strpos(lower(r.name), lower(\(query))) > 0") }
        if let condition = filter.condition { conditions.append(try ConditionSQL.filter(condition, for: reader, at: now)) }
        if let (key, id) = try page.after?.nameAndID(of: Record.self) { conditions.append("(\(fragment: tables.sortKey), r.id) > (\(key), \(id))") }
        let statement: SQL = """
            SELECT \(fragment: tables.sortKey), v.definition
            FROM \(fragment: current)
            \(fragment: .matching(conditions))
            ORDER BY \(fragment: tables.sortKey), r.id
            LIMIT \(limit: page.limit + 1)
            """
        let found: [Keyed<Record>] = try connection.all(statement.planned(for: filter.condition))
        return Page(found, limit: page.limit) { PagePosition(key: $0.key, id: $0.record.id.description) }.map(\.record)
    }

    func laterAll() throws -> Later<[Record]> { try connection.later(all: "SELECT v.definition FROM \(fragment: current)") }

    func first(_ key: RefInput<Record>) throws -> Record? {
        try connection.first("SELECT v.definition FROM \(fragment: current) WHERE \(fragment: Self.match(key))")
    }

    func lock(_ key: RefInput<Record>) throws -> Record? {
        // The lock comes first: a join that waited for it would go on with the version of before.
        let id: ID<Record>? = try connection.first(
            "SELECT r.id FROM \(fragment: tables.records) r WHERE \(fragment: Self.match(key)) FOR NO KEY UPDATE")
        return try id.flatMap { try first(.id($0)) }
    }

    private static func match(_ key: RefInput<Record>) -> SQL {
        switch key {
        case .id(let id): "r.id = \(id)"
        case .name(let name): "lower(r.name) = lower(\(name))"
        }
    }

    func insert(_ record: Record) throws {
        try connection.execute(
            """
            INSERT INTO \(fragment: tables.records) (id, name, archived_at, version)
            VALUES (\(record.id), \(record.name), \(record.archivedAt), \(record.version))
            """)
        try insertVersion(record)
    }

    func update(_ record: Record) throws {
        try connection.execute(
            """
            UPDATE \(fragment: tables.records)
            SET name = \(record.name), archived_at = \(record.archivedAt), version = \(record.version)
            WHERE id = \(record.id)
            """, expecting: 1)
        try insertVersion(record)
    }

    private func insertVersion(_ record: Record) throws {
        let definition = try JSONB(encoding: record)
        try connection.execute(
            "INSERT INTO \(fragment: tables.versions) (id, version, definition) VALUES (\(record.id), \(record.version), \(definition))")
        try record.writeUses(on: connection)
    }

    func delete(_ id: ID<Record>) throws { try connection.execute("DELETE FROM \(fragment: tables.records) WHERE id = \(id)", expecting: 1) }

    func uses(of id: ID<Record>) throws -> [RecordUse] { try Record.uses(of: id, on: connection) }

    // MARK: - Versions

    func version(_ edition: Edition<Record>) throws -> Record? {
        try connection.first("SELECT v.definition FROM \(fragment: tables.versions) v WHERE v.id = \(edition.id) AND v.version = \(edition.version)")
    }

    func versions(of id: ID<Record>, where condition: Condition?, page: PageRequest, for reader: Principal) throws -> Page<Record> {
        var before = Int.max
        if let after = page.after {
            guard after.id == id.description, let version = after.key.flatMap({ Int($0) }) else { throw PagePosition.foreign }
            before = version
        }
        let filter: SQL = try condition.map { "AND \(fragment: try ConditionSQL.filter($0, for: reader, at: now))" } ?? ""
        let statement: SQL = """
            SELECT v.definition
            FROM \(fragment: tables.versions) v
            WHERE v.id = \(id) AND v.version < \(before) \(fragment: filter)
            ORDER BY v.version DESC
            LIMIT \(limit: page.limit + 1)
            """
        let found: [Record] = try connection.all(statement.planned(for: condition))
        return Page(found, limit: page.limit) { PagePosition(key: "\($0.version)", id: id.description) }
    }
}
