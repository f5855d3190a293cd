-- What the desk promises: business calendars, service level agreements (policies) and escalation rules. The row of a record says which version is the
-- current one; what each version says stands beside it for good, for the clocks that run under it.

CREATE TABLE sla_calendars (
    id uuid CONSTRAINT sla_calendars_pkey PRIMARY KEY,
    name text NOT NULL,
    archived_at timestamptz,
    version bigint NOT NULL CONSTRAINT sla_calendars_version_positive CHECK (version > 0)
);
CREATE UNIQUE INDEX sla_calendars_name_unique ON sla_calendars (lower(name));

CREATE TABLE sla_calendar_versions (
    id uuid NOT NULL CONSTRAINT sla_calendar_versions_record_fkey REFERENCES sla_calendars ON DELETE CASCADE,
    version bigint NOT NULL CONSTRAINT sla_calendar_versions_positive CHECK (version > 0),
    definition jsonb NOT NULL,
    CONSTRAINT sla_calendar_versions_pkey PRIMARY KEY (id, version)
);

CREATE TABLE sla_policies (
    id uuid CONSTRAINT sla_policies_pkey PRIMARY KEY,
    name text NOT NULL,
    archived_at timestamptz,
    version bigint NOT NULL CONSTRAINT sla_policies_version_positive CHECK (version > 0)
);
CREATE UNIQUE INDEX sla_policies_name_unique ON sla_policies (lower(name));

CREATE TABLE sla_policy_versions (
    id uuid NOT NULL CONSTRAINT sla_policy_versions_record_fkey REFERENCES sla_policies ON DELETE CASCADE,
    version bigint NOT NULL CONSTRAINT sla_policy_versions_positive CHECK (version > 0),
    definition jsonb NOT NULL,
    CONSTRAINT sla_policy_versions_pkey PRIMARY KEY (id, version)
);

CREATE TABLE escalation_rules (
    id uuid CONSTRAINT escalation_rules_pkey PRIMARY KEY,
    name text NOT NULL,
    archived_at timestamptz,
    version bigint NOT NULL CONSTRAINT escalation_rules_version_positive CHECK (version > 0)
);
CREATE UNIQUE INDEX escalation_rules_name_unique ON escalation_rules (lower(name));

CREATE TABLE escalation_rule_versions (
    id uuid NOT NULL CONSTRAINT escalation_rule_versions_record_fkey REFERENCES escalation_rules ON DELETE CASCADE,
    version bigint NOT NULL CONSTRAINT escalation_rule_versions_positive CHECK (version > 0),
    definition jsonb NOT NULL,
    CONSTRAINT escalation_rule_versions_pkey PRIMARY KEY (id, version)
);

-- A version is written once. Deleting a record that nothing uses takes its versions along, which the reference does as the tables' owner.
INSERT INTO restricted_tables (name, privileges)
VALUES ('sla_calendar_versions', 'SELECT, INSERT'), ('sla_policy_versions', 'SELECT, INSERT'), ('escalation_rule_versions', 'SELECT, INSERT');

CREATE TABLE sla_uses (
    policy_id uuid CONSTRAINT sla_uses_policy_fkey REFERENCES sla_policies ON DELETE CASCADE,
    rule_id uuid CONSTRAINT sla_uses_rule_fkey REFERENCES escalation_rules ON DELETE CASCADE,
    calendar_id uuid CONSTRAINT sla_uses_calendar_exists REFERENCES sla_calendars,
    watched_policy_id uuid CONSTRAINT sla_uses_watched_policy_exists REFERENCES sla_policies,
    category_id uuid CONSTRAINT sla_uses_category_exists REFERENCES categories,
    group_id uuid CONSTRAINT sla_uses_group_exists REFERENCES groups,
    service_id uuid CONSTRAINT sla_uses_service_exists REFERENCES services,
    CONSTRAINT sla_uses_by_one CHECK (num_nonnulls(policy_id, rule_id) = 1),
    CONSTRAINT sla_uses_of_one CHECK (num_nonnulls(calendar_id, watched_policy_id, category_id, group_id, service_id) = 1)
);
COMMENT ON TABLE sla_uses IS 'What policies and rules name, so that it is not deleted under them: calendars by all versions of a policy, the rest by the current one';
CREATE UNIQUE INDEX sla_uses_calendar ON sla_uses (calendar_id, policy_id) WHERE calendar_id IS NOT NULL;
CREATE INDEX sla_uses_watched_policy ON sla_uses (watched_policy_id) WHERE watched_policy_id IS NOT NULL;
CREATE INDEX sla_uses_category ON sla_uses (category_id) WHERE category_id IS NOT NULL;
CREATE INDEX sla_uses_group ON sla_uses (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX sla_uses_service ON sla_uses (service_id) WHERE service_id IS NOT NULL;
CREATE INDEX sla_uses_by_policy ON sla_uses (policy_id) WHERE policy_id IS NOT NULL;
CREATE INDEX sla_uses_by_rule ON sla_uses (rule_id) WHERE rule_id IS NOT NULL;

-- What a new installation starts with (domain.md, 5). All of it can be changed. The weekdays are those of the desk's zone, and move with it until somebody
-- edits them. Problems, changes and work orders have no promise of their own: their length is planned, not promised.

CREATE TEMPORARY TABLE standard ON COMMIT DROP AS
SELECT to_char(date_trunc('milliseconds', clock_timestamp()) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS now,
    time_zone AS zone,
    '00000000-0000-7000-8000-000000000301' AS around_the_clock,
    '00000000-0000-7000-8000-000000000302' AS weekdays,
    '00000000-0000-7000-8000-000000000311' AS policy
FROM settings;

INSERT INTO sla_calendars (id, name, version)
SELECT around_the_clock::uuid, '24x7', 1 FROM standard
UNION ALL
SELECT weekdays::uuid, 'Weekdays 09:00–17:00', 1 FROM standard;

INSERT INTO sla_calendar_versions (id, version, definition)
SELECT c.id, 1,
    jsonb_build_object(
        'id', c.id, 'name', c.name, 'version', 1, 'createdAt', s.now, 'updatedAt', s.now, 'exceptions', '{}'::jsonb, 'yearly', '[]'::jsonb,
        'holidays', '[]'::jsonb)
    || CASE c.id WHEN s.around_the_clock::uuid
        THEN jsonb_build_object(
            'zone', 'UTC',
            'weekly', (SELECT jsonb_object_agg(day, '[["00:00", "24:00"]]'::jsonb) FROM unnest('{mon,tue,wed,thu,fri,sat,sun}'::text[]) AS day))
        ELSE jsonb_build_object(
            'zone', s.zone,
            'weekly', (SELECT jsonb_object_agg(day, '[["09:00", "17:00"]]'::jsonb) FROM unnest('{mon,tue,wed,thu,fri}'::text[]) AS day))
    END
FROM sla_calendars c, standard s;

INSERT INTO sla_policies (id, name, version)
SELECT policy::uuid, 'Standard', 1 FROM standard;

INSERT INTO sla_policy_versions (id, version, definition)
SELECT p.id, 1,
    jsonb_build_object(
        'id', p.id, 'name', p.name, 'description', 'What the desk promises for incidents and service requests.', 'order', 100, 'version', 1,
        'createdAt', s.now, 'updatedAt', s.now,
        'coverage', '{"kinds": ["incident", "request"], "priorities": [], "categories": [], "groups": [], "services": []}'::jsonb,
        'targets', jsonb_build_array(
            jsonb_build_object(
                'metric', 'firstResponse', 'pausedIn', '[]'::jsonb,
                'goals', jsonb_build_object(
                    'critical', jsonb_build_object('seconds', 900, 'calendar', s.around_the_clock),
                    'high', jsonb_build_object('seconds', 1800, 'calendar', s.around_the_clock),
                    'medium', jsonb_build_object('seconds', 14400, 'calendar', s.weekdays),
                    'low', jsonb_build_object('seconds', 28800, 'calendar', s.weekdays))),
            jsonb_build_object(
                'metric', 'resolution', 'pausedIn', '["pendingRequester"]'::jsonb,
                'goals', jsonb_build_object(
                    'critical', jsonb_build_object('seconds', 3600, 'calendar', s.around_the_clock),
                    'high', jsonb_build_object('seconds', 14400, 'calendar', s.around_the_clock),
                    'medium', jsonb_build_object('seconds', 28800, 'calendar', s.weekdays),
                    'low', jsonb_build_object('seconds', 86400, 'calendar', s.weekdays)))))
FROM sla_policies p, standard s;

INSERT INTO sla_uses (policy_id, calendar_id)
SELECT p.id, c.id FROM sla_policies p, sla_calendars c;

INSERT INTO escalation_rules (id, name, version)
SELECT ('00000000-0000-7000-8000-0000000003' || number)::uuid, name, 1
FROM (VALUES (21, 'Half of the time: tell the assignee'), (22, 'Three quarters: tell the group''s manager'), (23, 'Target reached: escalate')) AS rule (number, name);

INSERT INTO escalation_rule_versions (id, version, definition)
SELECT r.id, 1,
    jsonb_build_object(
        'id', r.id, 'name', r.name, 'version', 1, 'createdAt', s.now, 'updatedAt', s.now, 'metrics', '[]'::jsonb,
        'threshold', jsonb_build_object('percent', rule.percent), 'actions', rule.actions,
        'coverage', '{"kinds": [], "priorities": [], "categories": [], "groups": [], "services": []}'::jsonb)
FROM (
    VALUES ('21', 50, '[{"type": "notify", "to": ["assignee"]}]'::jsonb), ('22', 75, '[{"type": "notify", "to": ["groupManager"]}]'),
        ('23', 100, '[{"type": "escalate"}]')
) AS rule (number, percent, actions)
JOIN escalation_rules r ON right(r.id::text, 2) = rule.number, standard s;
