import ITSMCore
import ITSMTestSupport

@testable import ITSMStore

/// A desk with records of every kind that lists are asked about, of all kinds of values, with a null in every field that may hold one.
struct RecordConditionDesk: Sendable {
    let desk: PeopleDesk
    /// Who may do everything.
    let reader: Principal
    /// The ticket that has all the comments, files and history.
    let ticket: ID<Ticket>
    let bulk: ID<BulkOperation>
    private let tickets: TicketService

    static func make() async throws -> RecordConditionDesk {
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
        let snapshot = try await desk.database.read { try $0.desk.load() }
        let tickets = TicketService(database: desk.database, desk: { snapshot })
        var raised: [TicketView] = []
        for title in ["VPN", "Mail", "a%b_c"] { raised.append(try await tickets.create(TicketDraft(title: title), kind: .incident, as: root)) }
        var changes = BulkEdit.Changes()
        changes.addTags = ["vip"]
        let bulk = try await tickets.bulk(BulkEdit(raised.map { .init(.id($0.id)) }, changes), as: root)
        let url = source.ownerURL
        try await onThread("fill") { try AdminSession(url).runScript(Self.people + Self.work + Self.definitions) }
        // The caller as the desk knows them after that.
        return RecordConditionDesk(
            desk: desk, reader: try await desk.caller(root.id), ticket: raised[0].id, bulk: bulk.id!, tickets: tickets)
    }

    /// What a list of this scope holds, as it is shown.
    func list(_ scope: ConditionScope, _ condition: Condition?) async throws -> [JSONValue] {
        let (database, page, names) = (desk.database, PageRequest(limit: 400)!, NameFilter(condition: condition))
        switch scope {
        case .people: return try json(try await desk.people.list(.init(condition: condition), page: page, as: reader))
        case .groups: return try json(try await desk.groups.list(.init(condition: condition), page: page, as: reader))
        case .services: return try json(try await ServicePortfolio(database: database).list(names, page: page, as: reader))
        case .categories: return try json(try await CategoryService(database: database).list(names, page: page, as: reader))
        case .roles: return try json(try await desk.roles.list(where: condition, page: page, as: reader))
        case .timeline:
            return try json(try await ActivityService(database: database).timeline(of: .id(ticket), where: condition, page: page, as: reader))
        case .comments: return try json(try await tickets.comments(on: .id(ticket), where: condition, page: page, as: reader))
        case .attachments: return try json(try await tickets.attachments(on: .id(ticket), where: condition, page: page, as: reader))
        case .outcomes: return try json(try await tickets.bulkOutcomes(of: bulk, where: condition, page: page, as: reader))
        case .notices: return try json(try await NoticeService(database: database).list(where: condition, page: page, as: reader))
        case .jobs: return try json(try await JobService(database: database).list(.init(condition: condition), page: page, as: reader))
        case .assignmentRules:
            return try json(try await database.read { try $0.assignmentRules.list(names, page: page, for: reader) })
        case .views: return try json(try await database.read { try $0.views.list(.init(condition: condition), page: page, visibleTo: reader) })
        case .policies: return try json(try await AgreementService(database: database).list(names, page: page, as: reader))
        case .escalationRules: return try json(try await EscalationRuleService(database: database).list(names, page: page, as: reader))
        case .calendars: return try json(try await SLACalendarService(database: database).list(names, page: page, as: reader))
        default:
            var filter = ActivityFilter()
            filter.condition = condition
            let asked = filter
            return try json(try await database.read { try $0.activity.list(asked, page: page, for: reader) })
        }
    }

    private func json(_ page: Page<some Encodable>) throws -> [JSONValue] { try page.items.map { try JSONValue(encoding: $0) } }
}

extension RecordConditionDesk {
    private static let people = """
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
        INSERT INTO identities (id, user_id, issuer, subject, linked_at)
        SELECT gen_random_uuid(), id, 'https://id.desk.test', username, created_at FROM users WHERE username LIKE 'user%' AND vip;
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
        CREATE TEMPORARY VIEW numbers AS
        SELECT u.id, row_number() OVER (ORDER BY username)::int AS i, (SELECT min(id::text)::uuid FROM tickets) AS any_ticket,
            (SELECT id FROM tickets WHERE title = 'VPN') AS ticket, (SELECT id FROM users WHERE username = 'root') AS root,
            timestamptz '2026-03-28 22:15:30.123Z' AS moment
        FROM users u WHERE username LIKE 'user%';
        INSERT INTO activity (occurred_at, recorded_at, principal_id, on_behalf_of, record_type, record_id, ticket_id, restricted, kind, payload, redacted_by,
            request_id, channel, address, cause, depth)
        SELECT moment + i * interval '5 hours', timestamptz '2026-03-29 01:30Z' + i * interval '6 hours',
            id, CASE WHEN i % 3 = 0 THEN id END, (ARRAY['ticket', 'group', 'user'])[i % 3 + 1], id,
            CASE WHEN i % 3 = 0 THEN (ARRAY[id, ticket])[i % 2 + 1] END, i % 6 = 0,
            (ARRAY['ticket.created', 'group.created', 'user.updated'])[i % 3 + 1], CASE WHEN i % 4 > 0 THEN '{}'::jsonb END,
            CASE WHEN i % 4 = 0 THEN id END, CASE WHEN i % 2 = 0 THEN 'req-' || i END, (ARRAY['api', 'phone'])[i % 2 + 1],
            CASE WHEN i % 5 = 0 THEN '192.0.2.' || i END, CASE WHEN i % 7 = 0 THEN 'activity:1-2-' || i END, i % 3
        FROM numbers;

        """

    private static let work = """
        INSERT INTO activity (occurred_at, recorded_at, principal_id, on_behalf_of, record_type, record_id, ticket_id, restricted, kind, payload, channel, cause,
            depth)
        SELECT moment + i * interval '5 hours', moment + i * interval '6 hours', id, CASE WHEN i % 3 = 0 THEN id END,
            (ARRAY['ticket', 'user'])[i % 2 + 1], id, ticket, i % 4 = 0, (ARRAY['ticket.updated', 'ticket.commented'])[i % 2 + 1], '{}'::jsonb,
            (ARRAY['api', 'phone'])[i % 2 + 1], CASE WHEN i % 5 = 0 THEN 'activity:1-2-' || i END, i % 3
        FROM numbers;
        INSERT INTO comments (id, ticket_id, author_id, visibility, version, channel, created_at, edited_at, deleted_at, deleted_by_id)
        SELECT md5('c' || i)::uuid, ticket, id, (ARRAY['public', 'workNote'])[i % 2 + 1], i % 3 + 1, (ARRAY['api', 'phone'])[i % 2 + 1],
            moment + i * interval '7 hours', CASE WHEN i % 3 > 0 THEN moment + i * interval '8 hours' END,
            CASE WHEN i % 5 = 0 THEN moment + i * interval '9 hours' END, CASE WHEN i % 5 = 0 THEN root END
        FROM numbers;
        INSERT INTO comment_versions (comment_id, version, body, written_by_id, written_at)
        SELECT md5('c' || i)::uuid, version, CASE WHEN i % 5 > 0 THEN (ARRAY['VPN is down', 'a', 'vip é', 'network'])[i % 4 + 1] || version END, id, moment
        FROM numbers, generate_series(1, i % 3 + 1) AS version;
        INSERT INTO blobs (digest, size, stored_at) SELECT sha256(i::text::bytea), i, moment FROM numbers;
        INSERT INTO attachments (id, ticket_id, comment_id, visibility, file_name, media_type, digest, size, added_by_id, added_at, deleted_at, deleted_by_id)
        SELECT gen_random_uuid(), ticket, CASE WHEN i % 3 = 0 THEN md5('c' || i)::uuid END, (ARRAY['public', 'workNote'])[i % 2 + 1],
            (ARRAY['a.png', 'VPN.log', 'é.txt'])[i % 3 + 1], (ARRAY['image/png', 'text/plain'])[i % 2 + 1], sha256(i::text::bytea), i % 5, id,
            moment + i * interval '7 hours', CASE WHEN i % 7 = 0 THEN moment END, CASE WHEN i % 7 = 0 THEN root END
        FROM numbers;
        INSERT INTO bulk_outcomes (operation_id, place, key, ticket_id, number, result, version, problem, before, undo_result)
        SELECT o.id, i + 10, 'INC' || i, CASE WHEN i % 4 > 0 THEN ticket END, CASE WHEN i % 4 > 0 THEN 'INC000000' || (i % 9 + 1) END,
            (ARRAY['changed', 'unchanged', 'refused', 'rolledBack'])[i % 4 + 1], CASE WHEN i % 4 <> 2 THEN i % 5 END,
            CASE WHEN i % 4 = 2 THEN jsonb_build_object('code', (ARRAY['forbidden', 'notFound'])[i % 3 % 2 + 1], 'detail', 'a', 'errors', '[]'::jsonb) END,
            CASE WHEN i % 4 = 0 THEN (SELECT before FROM bulk_outcomes WHERE before IS NOT NULL LIMIT 1) END,
            CASE WHEN i % 8 = 0 THEN 'refused' WHEN i % 4 = 0 THEN 'changed' END
        FROM numbers, bulk_operations o;
        INSERT INTO notices (id, recipient_id, kind, ticket_id, subject, body, cause, created_at, read_at)
        SELECT gen_random_uuid(), root, (ARRAY['slaWarning', 'slaBreached', 'escalated'])[i % 3 + 1],
            (SELECT t.id FROM tickets t WHERE t.title = (ARRAY['VPN', 'Mail', 'a%b_c'])[i % 3 + 1]), (ARRAY['a', 'VPN late', 'é'])[i % 3 + 1],
            CASE WHEN i % 2 = 0 THEN 'network' END, 'test:' || i, moment + i * interval '7 hours',
            CASE WHEN i % 4 = 0 THEN moment + i * interval '9 hours' END
        FROM numbers;
        INSERT INTO jobs (id, kind, status, payload, progress_done, progress_total, failure, due_at, created_by_id, created_at, started_at, finished_at)
        SELECT gen_random_uuid(), (ARRAY['ticketImport', 'bulkChange'])[i % 2 + 1],
            (ARRAY['queued', 'succeeded', 'failed', 'cancelled'])[i % 4 + 1], '{}', i % 3, i % 5,
            CASE WHEN i % 4 = 2 THEN jsonb_build_object('code', 'internal', 'detail', (ARRAY['a', 'VPN'])[i % 3 % 2 + 1], 'errors', '[]'::jsonb) END,
            timestamptz '2099-01-01Z', id, moment + i * interval '7 hours', CASE WHEN i % 4 > 0 THEN moment + i * interval '8 hours' END,
            CASE WHEN i % 4 > 0 THEN moment + i * interval '9 hours' END
        FROM numbers;
        INSERT INTO saved_views (id, name, owner_id, sharing, condition, columns, sort, grouping, pinned, place, custom_fields, version, created_at, updated_at)
        SELECT md5('v' || i)::uuid, (ARRAY['VPN', 'a%b_c', 'é'])[i % 3 + 1] || i, (ARRAY[id, root])[i % 2 + 1],
            (ARRAY['everyone', 'groups', 'onlyMe'])[i % 3 + 1], '', '{}', '-createdAt', (ARRAY['status', 'timeLeft', NULL])[i % 3 + 1], i % 2 = 0, i % 4, '{}',
            i % 3 + 1, moment + i * interval '7 hours', moment + i * interval '8 hours'
        FROM numbers;
        INSERT INTO saved_view_groups (view_id, group_id)
        SELECT md5('v' || i)::uuid, g.id FROM numbers, groups g WHERE i % 3 = 1 AND (g.name = 'Network' OR g.name = 'Boxes' AND i % 2 = 0);

        """

    private static let definitions = """
        INSERT INTO assignment_rules (id, name, place, condition, triggers, group_id, choice, person_id, skills, continues, archived_at, version, created_at,
            updated_at)
        SELECT gen_random_uuid(), (ARRAY['VPN', 'a', 'é'])[i % 3 + 1] || i, i % 5, CASE WHEN i % 2 = 0 THEN 'ticket.major' END,
            (ARRAY['{create}', '{create,recategorise}'])[i % 2 + 1]::text[],
            CASE WHEN i % 4 > 0 THEN (SELECT g.id FROM groups g WHERE g.name = (ARRAY['Network', 'Boxes'])[i % 2 + 1]) END,
            (ARRAY['person', 'nobody', 'roundRobin', 'bestSkill'])[i % 4 + 1], CASE WHEN i % 4 = 0 THEN id END,
            (ARRAY['{}', '{network}', '{network,sap}'])[i % 3 + 1]::text[], i % 2 = 0, CASE WHEN i % 5 = 0 THEN moment END, i % 3 + 1,
            moment + i * interval '7 hours', moment + i * interval '8 hours'
        FROM numbers;
        CREATE TEMPORARY VIEW drafts AS
        SELECT i, md5('d' || i)::uuid AS id, (ARRAY['VPN', 'a%b_c', 'é'])[i % 3 + 1] || i AS name, CASE WHEN i % 5 = 0 THEN moment END AS archived_at,
            i % 3 + 1 AS version, jsonb_strip_nulls(jsonb_build_object(
                'id', md5('d' || i)::uuid, 'name', (ARRAY['VPN', 'a%b_c', 'é'])[i % 3 + 1] || i, 'version', i % 3 + 1, 'order', i % 4,
                'zone', (ARRAY['UTC', 'Europe/Berlin'])[i % 2 + 1], 'description', CASE WHEN i % 3 = 1 THEN 'network' END,
                'metrics', (ARRAY['[]', '["resolution"]', '["resolution", "ola"]'])[i % 3 + 1]::jsonb,
                'agreement', CASE WHEN i % 2 = 0 THEN (SELECT p.id FROM sla_policies p WHERE p.name = 'Standard') END,
                'archivedAt', CASE WHEN i % 5 = 0 THEN '2026-03-28T22:15:30.123Z' END,
                'createdAt', to_char((moment + i * interval '7 hours') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                'updatedAt', to_char((moment + i * interval '8 hours') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) AS definition
        FROM numbers;
        INSERT INTO sla_calendars (id, name, archived_at, version) SELECT id, name, archived_at, version FROM drafts;
        INSERT INTO sla_calendar_versions (id, version, definition)
        SELECT d.id, d.version, (SELECT v.definition FROM sla_calendar_versions v LIMIT 1) || d.definition FROM drafts d;
        INSERT INTO sla_policies (id, name, archived_at, version) SELECT id, name, archived_at, version FROM drafts;
        INSERT INTO sla_policy_versions (id, version, definition)
        SELECT d.id, d.version,
            (SELECT v.definition FROM sla_policy_versions v LIMIT 1) || d.definition || CASE WHEN i % 4 = 0 THEN '{"condition": "ticket.major"}' ELSE '{}' END::jsonb
        FROM drafts d;
        INSERT INTO escalation_rules (id, name, archived_at, version) SELECT id, name, archived_at, version FROM drafts;
        INSERT INTO escalation_rule_versions (id, version, definition)
        SELECT d.id, d.version,
            (SELECT v.definition FROM escalation_rule_versions v LIMIT 1) || d.definition || CASE WHEN i % 4 = 0 THEN '{"condition": "a"}' ELSE '{}' END::jsonb
        FROM drafts d;
        """
}
