import ITSMCore

struct PostgresSLADefinitions: SLADefinitionStore {
    let connection: Connection
    let now: Instant

    var calendars: any VersionedStore<SLACalendar> { VersionedTable<SLACalendar>(connection: connection, now: now) }
    var agreements: any VersionedStore<ServiceLevelAgreement> { VersionedTable<ServiceLevelAgreement>(connection: connection, now: now) }
    var escalationRules: any VersionedStore<EscalationRule> { VersionedTable<EscalationRule>(connection: connection, now: now) }

    func laterCalendars() throws -> Later<[SLACalendar]> { try VersionedTable(connection: connection, now: now).laterAll() }
    func laterAgreements() throws -> Later<[ServiceLevelAgreement]> { try VersionedTable(connection: connection, now: now).laterAll() }
    func laterEscalationRules() throws -> Later<[EscalationRule]> { try VersionedTable(connection: connection, now: now).laterAll() }

    func names(of references: SLAReferences) throws -> SLANames {
        let calendars = try later(references.calendars) { "SELECT id, name FROM sla_calendars WHERE id = ANY(\($0))" }
        let agreements = try later(references.agreements) { "SELECT id, name FROM sla_policies WHERE id = ANY(\($0))" }
        let categories = try later(references.categories) { "SELECT id, path FROM categories WHERE id = ANY(\($0))" }
        let groups = try later(references.groups) { "SELECT id, name FROM groups WHERE id = ANY(\($0))" }
        let services = try later(references.services) { "SELECT id, name FROM services WHERE id = ANY(\($0))" }
        let people = try later(references.people) { "SELECT id, name FROM users WHERE id = ANY(\($0))" }
        try connection.flush()
        return SLANames(
            calendars: named(calendars), agreements: named(agreements), categories: named(categories), groups: named(groups),
            services: named(services), people: named(people))
    }

    private func later<Record>(_ ids: Set<ID<Record>>, _ query: ([ID<Record>]) -> SQL) throws -> Later<[Ref<Record>]> {
        ids.isEmpty ? Later([]) : try connection.later(all: query(Array(ids)))
    }
}

private func named<Record>(_ refs: Later<[Ref<Record>]>) -> [ID<Record>: String] {
    Dictionary(uniqueKeysWithValues: refs.value.map { ($0.id, $0.name) })
}

extension SLACalendar: VersionedRecord {
    static let tables = VersionedTables.calendars

    static func uses(of id: ID<SLACalendar>, on connection: Connection) throws -> [RecordUse] {
        let policies: Int? = try connection.first("SELECT count(*) FROM sla_uses WHERE calendar_id = \(id)")
        return [RecordUse("policy, or an earlier version of one", "policies, or earlier versions of them", count: policies ?? 0)].filter {
            $0.count > 0
        }
    }
}

extension ServiceLevelAgreement: VersionedRecord {
    static let tables = VersionedTables.policies

    func writeUses(on connection: Connection) throws {
        let uses = references
        // Clocks may run under an old version, and need its calendars.
        try connection.execute("DELETE FROM sla_uses WHERE policy_id = \(id) AND calendar_id IS NULL")
        try connection.execute(
            """
            INSERT INTO sla_uses (policy_id, calendar_id)
            SELECT \(id), calendar FROM unnest(\(Array(uses.calendars))) AS calendar
            ON CONFLICT DO NOTHING
            """)
        try connection.execute(
            """
            INSERT INTO sla_uses (policy_id, category_id, group_id, service_id)
            SELECT \(id), category, NULL::uuid, NULL::uuid FROM unnest(\(Array(uses.categories))) AS category
            UNION ALL SELECT \(id), NULL, group_id, NULL FROM unnest(\(Array(uses.groups))) AS group_id
            UNION ALL SELECT \(id), NULL, NULL, service FROM unnest(\(Array(uses.services))) AS service
            """)
    }

    static func uses(of id: ID<ServiceLevelAgreement>, on connection: Connection) throws -> [RecordUse] {
        // A ledger names every version that its clock ran under.
        let clocks: Int? = try connection.first(
            "SELECT count(*) FROM (SELECT FROM sla_cycles WHERE strpos(ledger, \(id.description)) > 0 LIMIT \(limit: RecordUse.countLimit)) AS used")
        return [RecordUse("clock", "clocks", count: clocks ?? 0)].filter { $0.count > 0 } + (try connection.slaUses("watched_policy_id", of: id))
    }
}

extension EscalationRule: VersionedRecord {
    static let tables = VersionedTables.escalationRules

    func writeUses(on connection: Connection) throws {
        let uses = references
        try connection.execute("DELETE FROM sla_uses WHERE rule_id = \(id)")
        try connection.execute(
            """
            INSERT INTO sla_uses (rule_id, watched_policy_id, category_id, group_id, service_id)
            SELECT \(id), policy, NULL::uuid, NULL::uuid, NULL::uuid FROM unnest(\(Array(uses.agreements))) AS policy
            UNION ALL SELECT \(id), NULL, category, NULL, NULL FROM unnest(\(Array(uses.categories))) AS category
            UNION ALL SELECT \(id), NULL, NULL, group_id, NULL FROM unnest(\(Array(uses.groups))) AS group_id
            UNION ALL SELECT \(id), NULL, NULL, NULL, service FROM unnest(\(Array(uses.services))) AS service
            """)
    }

    static func uses(of id: ID<EscalationRule>, on connection: Connection) throws -> [RecordUse] {
        let clocks: Int? = try connection.first(
            "SELECT count(*) FROM (SELECT FROM sla_cycles WHERE \(id) = ANY(fired) LIMIT \(limit: RecordUse.countLimit)) AS used")
        return [RecordUse("clock for which it fired", "clocks for which it fired", count: clocks ?? 0)].filter { $0.count > 0 }
    }
}

extension Connection {
    /// The policies and rules that name a record in one column of `sla_uses`.
    func slaUses<Record>(_ column: SQL, of id: ID<Record>) throws -> [RecordUse] {
        let counts = try first("SELECT count(policy_id), count(rule_id) FROM sla_uses WHERE \(fragment: column) = \(id)") { row in
            (policies: try row.next(Int.self), rules: try row.next(Int.self))
        }
        return [
            RecordUse("SLA policy", "SLA policies", count: counts?.policies ?? 0),
            RecordUse("escalation rule", "escalation rules", count: counts?.rules ?? 0),
        ].filter { $0.count > 0 }
    }
}
