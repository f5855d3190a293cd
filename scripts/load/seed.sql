-- :tickets incidents over three years, most of them closed (none that the server has yet to close), and search entries for the newest :entries, straight into the product's tables.
-- Foreign keys hold by construction, and are not looked up a million times.
SET session_replication_role = replica;
SET synchronous_commit = off;
SELECT setseed(0.42);

CREATE TEMP TABLE people AS SELECT row_number() OVER (ORDER BY username) - 1 AS i, id FROM users WHERE username LIKE 'bench-%';
CREATE TEMP TABLE teams AS SELECT row_number() OVER (ORDER BY name) - 1 AS i, id FROM groups WHERE name LIKE 'Team %';
CREATE INDEX ON people (i);
CREATE INDEX ON teams (i);
ANALYZE people, teams;

CREATE TEMP TABLE drawn AS
SELECT i AS seq,
    now() - (:tickets - i) * (interval '1095 days' / :tickets) AS created,
    random() AS fate, random() AS weight, random() AS work,
    floor(random() * (SELECT count(*) FROM people))::int AS requester, floor(random() * (SELECT count(*) FROM people))::int AS assignee,
    floor(power(random(), 1.5) * (SELECT count(*) FROM teams))::int AS team,
    (ARRAY['Printer', 'Laptop', 'Monitor', 'Keyboard', 'Mailbox', 'Calendar', 'Browser', 'Network drive', 'Wireless', 'Telephone', 'Headset', 'Projector',
        'Scanner', 'Licence', 'Password', 'Badge', 'Invoice', 'Database', 'Backup', 'Certificate', 'Firewall', 'Router', 'Switch', 'Docking station',
        'Spreadsheet', 'Payroll', 'Warehouse', 'Terminal', 'Webcam', 'Tablet'])[1 + floor(random() * 30)::int] AS thing,
    (ARRAY['does not start', 'is very slow', 'shows an error', 'was stolen', 'is out of paper', 'cannot be reached', 'loses its connection', 'has expired',
        'asks for a password again and again', 'makes a loud noise', 'is missing after the update', 'needs to be replaced'])[1 + floor(random() * 12)::int]
        AS trouble,
    (ARRAY['Berlin', 'Lyon', 'Porto', 'Oslo', 'Turin', 'Gdansk', 'Ghent', 'Leeds', 'Malmo', 'Brno'])[1 + floor(random() * 10)::int] AS place
FROM generate_series(1, :tickets) AS i;

INSERT INTO tickets (
    id, kind, n, title, description, status, pending_reason, impact, urgency, priority, requester_id, opened_by_id, assignee_id, group_id, channel,
    first_responded_at, resolved_at, closed_at, resolution_code, resolution_notes, version, created_at, updated_at)
SELECT
    (lpad(to_hex((extract(epoch FROM created) * 1000)::bigint), 12, '0') || '7' || left(md5(seq::text), 3) || '8' || right(md5(seq::text), 15))::uuid,
    'incident', seq, thing || ' ' || trouble || ' in ' || place || ', room ' || seq % 400,
    'Since this morning the ' || lower(thing) || ' in room ' || seq % 400 || ' ' || trouble || '. It was restarted twice without success, and three '
        || 'colleagues in ' || place || ' wait for it; the asset number is AN' || 100000 + seq % 5000 || '. Please call before you come.',
    status, CASE WHEN status LIKE 'pending%' THEN 'Waiting for an answer' END, impact, urgency, priority, requesters.id, requesters.id,
    CASE WHEN status <> 'new' THEN assignees.id END, teams.id, (ARRAY['web', 'email', 'phone', 'api'])[1 + seq % 4],
    CASE WHEN status <> 'new' THEN created + interval '20 minutes' END,
    CASE WHEN status IN ('resolved', 'closed') THEN created + work * interval '3 days' END,
    CASE WHEN status = 'closed' THEN created + work * interval '3 days' + interval '7 days' END,
    CASE WHEN status IN ('resolved', 'closed') THEN 'fixed' END, CASE WHEN status IN ('resolved', 'closed') THEN 'Replaced a part and tested it.' END,
    1 + (seq % 5)::int, created, created + work * interval '3 days'
FROM drawn
JOIN people requesters ON requesters.i = drawn.requester
JOIN people assignees ON assignees.i = drawn.assignee
JOIN teams ON teams.i = drawn.team
CROSS JOIN LATERAL (SELECT
    CASE WHEN fate < 0.015 THEN 'new' WHEN fate < 0.025 THEN 'assigned' WHEN fate < 0.05 THEN 'inProgress' WHEN fate < 0.07 THEN 'pendingRequester'
        WHEN fate < 0.08 THEN 'pendingVendor' WHEN fate < 0.12 AND created > now() - interval '5 days' THEN 'resolved' ELSE 'closed' END AS status,
    CASE WHEN weight < 0.02 THEN 1 WHEN weight < 0.15 THEN 2 WHEN weight < 0.6 THEN 3 ELSE 4 END AS priority) AS drawn_state
CROSS JOIN LATERAL (SELECT
    CASE WHEN priority <= 2 THEN 'high' WHEN priority = 3 THEN 'medium' ELSE 'low' END AS impact,
    CASE WHEN priority = 1 THEN 'high' WHEN priority <= 3 THEN 'medium' ELSE 'low' END AS urgency) AS drawn_weight
ORDER BY seq;
SELECT setval('incident_numbers', :tickets);

INSERT INTO ticket_search (ticket_id, created_at, words, note_words)
SELECT t.id, t.created_at,
    setweight(to_tsvector('desk_plain', concat_ws(' ', t.number, t.title)), 'A') || setweight(to_tsvector('desk_words', t.title), 'A')
        || setweight(to_tsvector('desk_plain', t.description), 'B') || setweight(to_tsvector('desk_words', t.description), 'B'),
    ''::tsvector
FROM tickets t
WHERE t.n > :tickets - :entries;

VACUUM (ANALYZE) tickets;
VACUUM (ANALYZE) ticket_search;
ANALYZE;
CHECKPOINT;
