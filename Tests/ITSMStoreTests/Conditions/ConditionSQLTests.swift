import Foundation
import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

/// A condition means the same of a list as of one ticket.
struct ConditionSQLTests {
    private static let fields: [(String, CustomField.Kind)] = [
        ("place", .text), ("cost", .number), ("urgentOne", .boolean), ("day", .date), ("friend", .user), ("places", .multiChoice),
    ]

    /// Tickets of all kinds of values, with a null in every field that may hold one.
    private func filled() async throws -> (desk: TicketDesk, tickets: [ID<Ticket>]) {
        let desk = try await TicketDesk.make()
        try await desk.database.write { tx in
            let service = CustomFieldService(database: desk.database)
            for (name, kind) in Self.fields {
                let choices = kind == .multiChoice ? ["vpn", "a", "network"].map { CustomField.Choice($0) } : nil
                _ = try service.create(.init(name: name, label: name, kind: kind, choices: choices), in: tx, as: .automation())
            }
        }
        let people = [desk.rita, desk.otto, desk.anna, desk.sven]
        var tickets: [ID<Ticket>] = []
        for index in 0..<48 {
            let ticket = try await desk.raise(["VPN", "vpn é", "Mail", "a%b_c", "Anna"][index % 5], as: desk.anna) {
                $0.impact = Impact.allCases[index % 3]
                $0.urgency = Urgency.allCases[index / 3 % 3]
                $0.requester = .id(people[index % 4].id)
                if index % 3 > 0 { $0.description = ["text", "a", "VPN is down"][index % 3] }
                if index % 4 > 1 { $0.group = .id(index % 4 == 2 ? desk.network : desk.servers) }
                if index % 5 > 2 { $0.assignee = .id(people[2 + index % 2].id) }
                $0.tags = [[], ["vpn"], ["vip", "vpn"], ["a"]][index / 2 % 4]
                if index % 7 == 3, index > 8 { $0.parent = TicketReference(.id(tickets[index - 7])) }
                if index % 6 == 1 { $0.externalRef = .init(source: ["jira", "a"][index / 6 % 2], id: "K-\(index)") }
                if index % 3 == 1 { $0.category = desk.snapshot.categories.all.map(\.path).sorted()[index % 8] }
            }
            tickets.append(ticket.id)
            if index % 4 == 1 {
                _ = try await desk.tickets.addWatcher(.init(user: .id(people[(index / 4) % 4].id)), to: .id(ticket.id), as: desk.anna)
            }
        }
        let url = desk.source.ownerURL
        try await onThread("fill") {
            let session = try AdminSession(url)
            try session.runScript(Self.filling)
        }
        return (desk, tickets)
    }

    private static let filling = """
        WITH numbered AS (SELECT id, row_number() OVER (ORDER BY n) AS i FROM tickets)
        UPDATE tickets t SET
            major = i % 4 = 0, confidential = i % 5 = 0, reopen_count = i % 3, escalation_level = i % 2, version = i % 7 + 1,
            status = CASE i % 5 WHEN 0 THEN 'resolved' WHEN 1 THEN 'closed' WHEN 2 THEN 'pendingRequester' WHEN 3 THEN 'assigned' ELSE 'new' END,
            resolved_at = CASE WHEN i % 5 < 2 THEN created_at + i * interval '31 minutes' END,
            closed_at = CASE WHEN i % 5 = 1 THEN created_at + i * interval '61 minutes' END,
            pending_reason = CASE WHEN i % 10 = 2 THEN 'vip' END,
            pending_until = CASE WHEN i % 5 = 2 THEN timestamptz '2026-03-29 01:30Z' + i * interval '1 hour' END,
            resolution_code = CASE WHEN i % 10 = 0 THEN 'fixed' END,
            resolution_notes = CASE WHEN i % 15 = 5 THEN 'a' WHEN i % 10 = 0 THEN NULL END,
            priority_reason = CASE WHEN i % 8 = 2 THEN 'vip' END,
            first_responded_at = CASE WHEN i % 3 = 0 THEN created_at + i * interval '1 second' END,
            created_at = timestamptz '2026-03-28 22:15:30.123Z' + i * interval '7 hours',
            custom_fields = jsonb_strip_nulls(jsonb_build_object(
                'place', CASE i % 4 WHEN 0 THEN 'a' WHEN 1 THEN 'VPN' WHEN 2 THEN '' END,
                'cost', CASE i % 3 WHEN 0 THEN 7.25 WHEN 1 THEN 2 END,
                'urgentOne', CASE i % 3 WHEN 0 THEN true WHEN 1 THEN false END,
                'day', CASE WHEN i % 2 = 0 THEN (date '2026-03-29' + (i % 9)::int)::text END,
                'friend', CASE WHEN i % 3 = 1 THEN t.requester_id::text WHEN i % 3 = 2 THEN t.opened_by_id::text END,
                'places', CASE i % 4 WHEN 1 THEN '[]'::jsonb WHEN 2 THEN '["vpn"]'::jsonb WHEN 3 THEN '["a", "network"]'::jsonb END))
        FROM numbered WHERE numbered.id = t.id;
        INSERT INTO ticket_field_values (field_id, ticket_id, place, text_value, number_value)
        SELECT f.id, t.id, 0, CASE WHEN f.kind <> 'number' THEN left(t.custom_fields ->> f.name, 300) END,
            CASE WHEN f.kind = 'number' THEN (t.custom_fields ->> f.name)::float8 END
        FROM tickets t, custom_fields f WHERE f.kind <> 'multiChoice' AND t.custom_fields ? f.name;
        INSERT INTO ticket_field_values (field_id, ticket_id, place, text_value)
        SELECT f.id, t.id, e.place - 1, e.value
        FROM custom_fields f, tickets t, jsonb_array_elements_text(t.custom_fields -> f.name) WITH ORDINALITY AS e (value, place)
        WHERE f.kind = 'multiChoice';
        """

    /// What the evaluator says of each ticket; a condition without an answer does not match.
    private func evaluated(_ condition: Condition, _ subjects: [ConditionSubject], at now: Instant) -> Set<ID<Ticket>> {
        Set(
            subjects.filter { subject in
                var subject = subject
                subject.now = now
                return (try? condition.matches(subject)) ?? false
            }.map(\.ticket.id))
    }

    @Test func listsAndEvaluatorAgree() async throws {
        let (desk, tickets) = try await filled()
        let reader = Principal.automation()
        let subjects = try await desk.database.read { tx in
            let snapshot = try tx.desk.load()
            let people = try tx.users.names(of: Set([desk.rita, desk.otto, desk.anna, desk.sven].map(\.id)))
            return try tickets.map { id in
                let record = try tx.tickets.find(.id(id), visibleTo: reader)
                let watchers = try tx.watchers.list(on: id)
                try tx.flush()
                let names = ConditionNames(
                    snapshot, people: people, watchers: Set(watchers.value.map(\.id)), parent: record.parent)
                return ConditionSubject(record.ticket, caller: reader, now: tx.now, names: names)
            }
        }
        let environment = try await desk.database.read { try $0.desk.load() }.conditions.environment(.list)
        var maker = ConditionMaker(
            seed: 5_251, environment,
            texts: [
                "Anna", "Rita", "Wires", "Boxes", "", "a", "VPN", "vpn", "vip", "é", "network", "Network/VPN", "open", "assigned", "new", "high",
                "incident", "%", "_", "\\\\",
            ], ids: [desk.anna.id.description, desk.rita.id.description, desk.network.description])
        var matched = 0
        var (refused, disagreements) = (0, 0)
        for round in 0..<2_000 {
            let text = maker.truth(round % 4)
            let condition: Condition
            do { condition = try Condition(text, in: environment) } catch {
                refused += 1
                Issue.record("\(text): \(error)")
                if refused > 5 { return }
                continue
            }
            var query = TicketQuery()
            query.condition = condition
            let asked = query
            let (found, now) = try await desk.database.read { tx in
                let page = try tx.tickets.list(asked, page: PageRequest(limit: 100)!, count: nil, visibleTo: reader)
                try tx.flush()
                return (Set(page.value.items.map(\.ticket.id)), tx.now)
            }
            let expected = evaluated(condition, subjects, at: now)
            if found != expected {
                Issue.record("\(text): the list holds \(found.count), the evaluator \(expected.count), both \(found.intersection(expected).count)")
                disagreements += 1
                if disagreements > 8 { return }
            }
            if !found.isEmpty, found.count < tickets.count { matched += 1 }
        }
        // So that the agreement is about something.
        #expect(matched > 600)
    }
}
