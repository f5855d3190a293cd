-- To whom tickets go: assignment rules, and what they must know of people.

ALTER TABLE users
    ADD COLUMN skills text[] NOT NULL DEFAULT '{}',
    ADD COLUMN absent_from timestamptz,
    ADD COLUMN absent_until timestamptz,
    ADD CONSTRAINT users_absence_has_length CHECK (absent_from < absent_until);
COMMENT ON COLUMN users.skills IS 'Words in lower case, as tags are';

CREATE TABLE assignment_rules (
    id uuid CONSTRAINT assignment_rules_pkey PRIMARY KEY,
    name text NOT NULL,
    place integer NOT NULL,
    condition text,
    triggers text[] NOT NULL,
    group_id uuid CONSTRAINT assignment_rules_group_exists REFERENCES groups,
    choice text NOT NULL,
    person_id uuid CONSTRAINT assignment_rules_person_exists REFERENCES users,
    skills text[] NOT NULL,
    continues boolean NOT NULL,
    archived_at timestamptz,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT assignment_rules_choice_known CHECK (choice IN ('nobody', 'person', 'roundRobin', 'leastLoaded', 'bestSkill')),
    CONSTRAINT assignment_rules_triggers_known CHECK (triggers <@ '{create,recategorise}' AND triggers <> '{}'),
    CONSTRAINT assignment_rules_has_target CHECK (CASE WHEN choice = 'person' THEN person_id IS NOT NULL ELSE group_id IS NOT NULL END)
);
CREATE UNIQUE INDEX assignment_rules_name_unique ON assignment_rules (lower(name));
CREATE INDEX assignment_rules_in_order ON assignment_rules (place, id);
CREATE INDEX assignment_rules_by_group ON assignment_rules (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX assignment_rules_by_person ON assignment_rules (person_id) WHERE person_id IS NOT NULL;
COMMENT ON COLUMN assignment_rules.place IS 'Rules are asked from the lowest up, of the same place by id';
COMMENT ON COLUMN assignment_rules.condition IS 'An expression; null is met by every ticket';

-- One row for each rule: whoever chooses by the rule locks it first, so that choices come one after the other.
CREATE TABLE assignment_turns (
    rule_id uuid CONSTRAINT assignment_turns_pkey PRIMARY KEY CONSTRAINT assignment_turns_rule_exists REFERENCES assignment_rules ON DELETE CASCADE,
    line uuid[] NOT NULL DEFAULT '{}'
) WITH (fillfactor = 50);
COMMENT ON COLUMN assignment_turns.line IS 'Whom the rule gave a ticket, longest ago first';

-- Conditions that had no answer for a ticket. No reference to the rule: a rule that goes meanwhile keeps no ticket from being written.
CREATE TABLE assignment_faults (
    rule_id uuid NOT NULL,
    version bigint NOT NULL,
    ticket_id uuid NOT NULL,
    message text NOT NULL,
    occurred_at timestamptz NOT NULL
);
CREATE INDEX assignment_faults_of_rule ON assignment_faults (rule_id, occurred_at DESC);
