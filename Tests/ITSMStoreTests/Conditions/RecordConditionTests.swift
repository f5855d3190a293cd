import ITSMTestSupport
import Testing

@testable import ITSMCore
@testable import ITSMStore

/// A condition on people, groups and the like means the same of a list as of one record, as it is shown.
struct RecordConditionTests {
    /// Records of all kinds of values, with a null in every field that may hold one.
    private func filled() async throws -> (desk: PeopleDesk, reader: Principal) {
        let source = try await TestDatabase.make()
        let desk = PeopleDesk(source)
        let root = try await desk.superAdmin()
        for name in ["Network", "Boxes", "Empty"] {
            _ = try await desk.groups.create(.init(name: name, roles: name == "Boxes" ? [.name("agent")] : []), as: .automation())
        }
        for index in 0..<24 {
            let groups = [[], ["Network"], ["Boxes"], ["Network", "Boxes"]][index % 4].map { RefInput<SupportGroup>.name($0) }
            let roles = index % 5 == 0 ? ["requester", "agent"] : ["requester"]
            let draft = User.Draft(
                username: "user\(index)", name: ["Ada", "anna é", "a%b_c", "Zoe"][index % 4] + " \(index % 7)", roles: roles.map(RefInput.name),
                groups: groups)
            _ = try await desk.people.create(draft, as: root)
        }
        let url = source.ownerURL
        try await onThread("fill") { try AdminSession(url).runScript(Self.filling) }
        // The caller as the desk knows them after that.
        return (desk, try await desk.caller(root.id))
    }

    private static let filling = """
        WITH numbered AS (SELECT id, row_number() OVER (ORDER BY username) AS i FROM users WHERE username LIKE 'user%')
        UPDATE users u SET
            email = CASE WHEN i % 3 = 0 THEN 'u' || i || '@desk.test' END, location = CASE WHEN i % 4 = 1 THEN 'Lisbon' END,
            department = (ARRAY['Sales', 'IT', NULL])[i % 3 + 1], vip = i % 5 = 0, time_zone = CASE WHEN i % 2 = 0 THEN 'Europe/Berlin' END,
            language = CASE WHEN i % 6 = 1 THEN 'en' END,
            manager_id = CASE WHEN i % 4 = 0 THEN (SELECT id FROM users WHERE username = 'root') END,
            skills = (ARRAY['{}', '{network}', '{network,sap}'])[i % 3 + 1]::text[],
            absent_from = CASE WHEN i % 5 = 1 THEN timestamptz '2026-03-28 22:15:30.123Z' END,
            absent_until = CASE WHEN i % 5 < 2 THEN timestamptz '2026-03-29 01:30Z' + i * interval '7 hours' END,
            password_hash = CASE WHEN i % 3 = 1 THEN 'x' END,
            disabled_at = CASE WHEN i % 7 = 3 THEN timestamptz '2026-03-29 01:30Z' END, version = i % 4 + 1,
            created_at = timestamptz '2026-03-28 22:15:30.123Z' + i * interval '7 hours'
        FROM numbered WHERE numbered.id = u.id;
        UPDATE groups SET description = 'All of the network', manager_id = (SELECT id FROM users WHERE username = 'user3'), version = 3
        WHERE name = 'Network';
        UPDATE groups SET archived_at = timestamptz '2026-03-29 01:30Z' WHERE name = 'Empty';
        INSERT INTO services (id, name, description, owner_id, criticality, archived_at, version, created_at, updated_at)
        SELECT gen_random_uuid(), (ARRAY['Mail', 'VPN', 'a%b_c'])[i % 3 + 1] || i, CASE WHEN i % 2 = 0 THEN 'a' END,
            CASE WHEN i % 3 > 0 THEN (SELECT id FROM groups WHERE name = (ARRAY['Network', 'Boxes'])[i % 3]) END,
            (ARRAY['critical', 'high', 'medium', 'low'])[i % 4 + 1], CASE WHEN i % 5 = 0 THEN timestamptz '2026-03-29 01:30Z' END, i % 3 + 1,
            timestamptz '2026-03-28 22:15:30.123Z' + i * interval '7 hours', timestamptz '2026-03-28 22:15:30.123Z'
        FROM generate_series(1, 20) AS i;
        UPDATE categories SET archived_at = timestamptz '2026-03-29 01:30Z' WHERE length(path) % 4 = 0;
        UPDATE roles SET description = NULL, version = 3 WHERE name = 'agent';
        INSERT INTO activity (occurred_at, recorded_at, principal_id, on_behalf_of, record_type, record_id, ticket_id, restricted, kind, payload, redacted_by,
            request_id, channel, address, cause, depth)
        SELECT timestamptz '2026-03-28 22:15:30.123Z' + i * interval '5 hours', timestamptz '2026-03-29 01:30Z' + i * interval '6 hours',
            u.id, CASE WHEN i % 3 = 0 THEN u.id END, (ARRAY['ticket', 'group', 'user'])[i % 3 + 1], u.id, CASE WHEN i % 3 = 0 THEN u.id END, i % 6 = 0,
            (ARRAY['ticket.created', 'group.created', 'user.updated'])[i % 3 + 1], CASE WHEN i % 4 > 0 THEN '{}'::jsonb END,
            CASE WHEN i % 4 = 0 THEN u.id END, CASE WHEN i % 2 = 0 THEN 'req-' || i END, (ARRAY['api', 'phone'])[i % 2 + 1],
            CASE WHEN i % 5 = 0 THEN '192.0.2.' || i END, CASE WHEN i % 7 = 0 THEN 'activity:1-2-' || i END, i % 3
        FROM (SELECT id, row_number() OVER (ORDER BY username) AS i FROM users WHERE username LIKE 'user%') AS u;
        """

    /// What a list of this scope holds, as JSON by a name of each record.
    private static func list(_ scope: ConditionScope, _ condition: Condition?, in tx: any Transaction, for reader: Principal) throws -> [JSONValue] {
        let page = PageRequest(limit: 400)!
        switch scope {
        case .people: return try tx.users.list(.init(condition: condition), page: page, visibleTo: reader).items.map { try JSONValue(encoding: $0) }
        case .groups: return try tx.groups.list(.init(condition: condition), page: page, visibleTo: reader).items.map { try JSONValue(encoding: $0) }
        case .services: return try tx.services.list(.init(condition: condition), page: page, for: reader).items.map { try JSONValue(encoding: $0) }
        case .categories:
            return try tx.categories.list(.init(condition: condition), page: page, for: reader).items.map { try JSONValue(encoding: $0) }
        case .roles: return try tx.roles.list(where: condition, page: page, for: reader).items.map { try JSONValue(encoding: $0) }
        default:
            var filter = ActivityFilter()
            filter.condition = condition
            return try tx.activity.list(filter, page: page, for: reader).items.map { try JSONValue(encoding: $0) }
        }
    }

    /// A field of a record as it is shown: the names of conditions are those of the JSON, but for two that say whether there is a time.
    private static func value(_ field: RecordField, of record: JSONValue) -> CELValue {
        let path = field.name.split(separator: ".").dropFirst().map(String.init)
        if ["archived", "disabled"].contains(path[0]) { return .bool(record["\(path[0])At"] != nil) }
        var part: JSONValue? = record
        for name in path { part = part?[name] }
        return value(part, as: field.type)
    }

    private static func value(_ value: JSONValue?, as type: CELDeclaredType) -> CELValue {
        switch (value, type.withoutNull) {
        case (.string(let text)?, .timestamp): Instant(text).map(CELValue.instant) ?? .null
        case (.string(let text)?, _): .string(text)
        case (.integer(let number)?, _): .int(number)
        case (.bool(let flag)?, _): .bool(flag)
        case (.array(let elements)?, .list(let type)): .list(elements.map { self.value($0, as: type) })
        case (.array, _): .list([])
        case (.object(let members)?, _): .map(CELMap(members.mapValues { CELValue.orNull($0.string) }))
        default: .null
        }
    }

    private static func matches(_ condition: Condition, _ record: JSONValue, reader: Principal, now: Instant) -> Bool {
        let values = condition.environment.language.variables.indices.map { index -> CELValue? in
            switch condition.environment.slot(index) {
            case .record(let field): value(field, of: record)
            case .principal(let field): field.value(of: reader)
            case .now: .instant(now)
            default: nil
            }
        }
        return (try? condition.expression.matches(values)) ?? false
    }

    @Test(arguments: ConditionScope.allCases.filter { $0.isOfLists && $0 != .list }) func listsAndEvaluatorAgree(scope: ConditionScope) async throws {
        let (desk, reader) = try await filled()
        let all = try await desk.database.read { try Self.list(scope, nil, in: $0, for: reader) }
        #expect(all.count > 2)
        let ids = try await desk.database.read { try $0.groups.list(.init(), page: .first, visibleTo: reader).items.map(\.id.description) }
        let environment = ConditionEnvironment.ofRecords(scope)
        var maker = RecordConditionMaker(
            seed: 77, environment, texts: ["Ada 0", "a", "network", "Network", "Sales", "%", "", "é", "agent", "req-2"],
            ids: ids + all.compactMap { $0["id"]?.string }.prefix(3) + [reader.id.description])
        var (partial, disagreements) = (0, 0)
        for round in 0..<500 {
            let text = maker.truth(round % 3)
            let condition = try Condition(text, in: environment)
            let (found, now) = try await desk.database.read { (Set(try Self.list(scope, condition, in: $0, for: reader)), $0.now) }
            let expected = Set(all.filter { Self.matches(condition, $0, reader: reader, now: now) })
            if found != expected {
                Issue.record("\(text): the list holds \(found.count), the evaluator \(expected.count), both \(found.intersection(expected).count)")
                disagreements += 1
                if disagreements > 5 { return }
            }
            if !found.isEmpty, found.count < all.count { partial += 1 }
        }
        // So that the agreement is about something.
        #expect(partial > 40)
    }

    /// The condition stands inside of what its reader may see.
    @Test func aReaderFindsNoMoreByACondition() async throws {
        let (desk, _) = try await filled()
        let lead = Role.Draft(name: "lead", permissions: Grants([.readPeople: .group]))
        _ = try await desk.roles.create(lead, as: .automation())
        let caller = try await desk.person("lea", roles: [.name("lead")], groups: [.name("Network")])
        let found = try await desk.database.read { tx in
            let condition = try Condition("true || person.name == \"x\"", in: .ofRecords(.people))
            return try tx.users.list(.init(condition: condition), page: PageRequest(limit: 400)!, visibleTo: caller).items
        }
        #expect(!found.isEmpty && found.allSatisfy { $0.groups.contains { $0.name == "Network" } })
    }
}

extension CELDeclaredType {
    fileprivate var withoutNull: CELDeclaredType { if case .nullable(let inner) = self { inner } else { self } }
}
