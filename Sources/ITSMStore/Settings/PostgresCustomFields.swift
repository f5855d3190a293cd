import ITSMCore

struct PostgresCustomFields: CustomFieldStore {
    let connection: Connection

    private static let fields: SQL = """
        SELECT f.id, f.name, f.label, f.help, f.kind, f.choices, f.is_required, f.default_value, f.visible_to_requesters, f.kinds, f.sort_order,
            f.archived_at, f.version, f.created_at, f.updated_at
        FROM custom_fields f
        """

    func laterAll() throws -> Later<[CustomField]> { try connection.later(all: Self.fields) }

    func all() throws -> [CustomField] { CustomFieldList(try connection.all(Self.fields)).all }

    func count() throws -> Int {
        let count: Int? = try connection.first("SELECT count(*) FROM custom_fields")
        return count ?? 0
    }

    func first(_ key: RefInput<CustomField>) throws -> CustomField? {
        try connection.first("\(fragment: Self.fields) WHERE \(fragment: Self.match(key))")
    }

    /// Against tickets that get a value of it as well: what is counted then is all there is.
    func lock(_ key: RefInput<CustomField>) throws -> CustomField? {
        try connection.first("\(fragment: Self.fields) WHERE \(fragment: Self.match(key)) FOR UPDATE OF f")
    }

    private static func match(_ key: RefInput<CustomField>) -> SQL {
        switch key {
        case .id(let id): "f.id = \(id)"
        case .name(let name): "lower(f.name) = lower(\(name))"
        }
    }

    func insert(_ field: CustomField) throws {
        try connection.execute(
            """
            INSERT INTO custom_fields (
                id, name, label, help, kind, choices, is_required, default_value, visible_to_requesters, kinds, sort_order, archived_at, version,
                created_at, updated_at)
            VALUES (\(field.id), \(field.name), \(field.label), \(field.help), \(field.kind), \(JSONB(encoding: field.choices)),
                \(field.isRequired), \(field.defaultValue.map { try JSONB(encoding: $0) }), \(field.visibleToRequesters),
                \(field.kinds.map(\.rawValue)), \(field.order), \(field.archivedAt), \(field.version), \(field.createdAt), \(field.updatedAt))
            """)
    }

    func update(_ field: CustomField) throws {
        try connection.execute(
            """
            UPDATE custom_fields
            SET label = \(field.label), help = \(field.help), choices = \(JSONB(encoding: field.choices)), is_required = \(field.isRequired),
                default_value = \(field.defaultValue.map { try JSONB(encoding: $0) }), visible_to_requesters = \(field.visibleToRequesters),
                kinds = \(field.kinds.map(\.rawValue)), sort_order = \(field.order), archived_at = \(field.archivedAt),
                version = \(field.version), updated_at = \(field.updatedAt)
            WHERE id = \(field.id)
            """, expecting: 1)
    }

    func delete(_ id: ID<CustomField>) throws { try connection.execute("DELETE FROM custom_fields WHERE id = \(id)", expecting: 1) }

    func ticketCount(of id: ID<CustomField>) throws -> Int {
        let count: Int? = try connection.first(
            """
            SELECT count(*)
            FROM (SELECT FROM ticket_field_values WHERE field_id = \(id) AND place = 0 LIMIT \(limit: RecordUse.countLimit)) AS used
            """)
        return count ?? 0
    }

    func used(_ values: [String], of id: ID<CustomField>) throws -> Set<String> {
        let found = try connection.all(
            """
            SELECT value
            FROM unnest(\(values)) AS value
            WHERE EXISTS (SELECT FROM ticket_field_values v WHERE v.field_id = \(id) AND v.text_value = value COLLATE "C")
            """
        ) { try $0.next(String.self) }
        return Set(found)
    }
}

extension CustomField: RowDecodable {
    package init(row: inout Row) throws {
        let id: ID<CustomField> = try row.next()
        let name: String = try row.next()
        let label: String = try row.next()
        let help: String? = try row.next()
        let kind: Kind = try row.next()
        let choices: JSONB = try row.next()
        let isRequired: Bool = try row.next()
        let defaultValue: JSONB? = try row.next()
        self.init(
            id: id, name: name, label: label, help: help, kind: kind, choices: try choices.decode(), isRequired: isRequired,
            defaultValue: try defaultValue?.decode(), visibleToRequesters: try row.next(),
            kinds: try row.next([String].self).compactMap(TicketKind.init), order: try row.next(), archivedAt: try row.next(),
            version: try row.next(), createdAt: try row.next(), updatedAt: try row.next())
    }
}

extension CustomField.Kind: SQLEnum {}

/// The values of tickets' custom fields, in their column and as rows of their own.
struct TicketFieldRows {
    let connection: Connection

    /// Of a text: its row in an index, and a place in a list, have a length that they must not pass.
    static let keptCharacters = 300

    /// Queues the rows of a new ticket.
    func insert(_ values: [String: JSONValue], of ticket: ID<Ticket>) throws {
        guard !values.isEmpty else { return }
        try connection.execute(
            """
            INSERT INTO ticket_field_values (field_id, ticket_id, place, text_value, number_value)
            SELECT f.id, \(ticket), v.place - 1,
                CASE WHEN jsonb_typeof(v.value) <> 'number' THEN left(v.value #>> '{}', \(limit: Self.keptCharacters)) END,
                CASE WHEN jsonb_typeof(v.value) = 'number' THEN (v.value #>> '{}')::double precision END
            FROM jsonb_each(\(JSONB(encoding: values))) AS e (name, value)
            LEFT JOIN custom_fields f ON lower(f.name) = lower(e.name)
            CROSS JOIN LATERAL jsonb_array_elements(
                CASE jsonb_typeof(e.value) WHEN 'array' THEN e.value ELSE jsonb_build_array(e.value) END) WITH ORDINALITY AS v (value, place)
            """)
    }

    /// Queues the change of a ticket's values, its column included. The caller holds the ticket's lock.
    func replace(_ values: [String: JSONValue], of ticket: ID<Ticket>) throws {
        try connection.execute("UPDATE tickets SET custom_fields = \(JSONB(encoding: values)) WHERE id = \(ticket)")
        try connection.execute("DELETE FROM ticket_field_values WHERE ticket_id = \(ticket)")
        try insert(values, of: ticket)
    }
}
