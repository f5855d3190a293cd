-- Bulk changes, kept for a day so that their authors can look at them and undo them.

CREATE TABLE bulk_operations (
    id uuid NOT NULL CONSTRAINT bulk_operations_pkey PRIMARY KEY,
    author_id uuid NOT NULL CONSTRAINT bulk_operations_author_fkey REFERENCES users (id),
    is_atomic boolean NOT NULL,
    created_at timestamptz NOT NULL,
    undone_at timestamptz
);

CREATE INDEX bulk_operations_created ON bulk_operations (created_at);

CREATE TABLE bulk_outcomes (
    operation_id uuid NOT NULL CONSTRAINT bulk_outcomes_operation_fkey REFERENCES bulk_operations (id) ON DELETE CASCADE,
    place integer NOT NULL,
    -- The ticket as it was named.
    key text NOT NULL,
    ticket_id uuid CONSTRAINT bulk_outcomes_ticket_fkey REFERENCES tickets (id),
    number text,
    result text NOT NULL CONSTRAINT bulk_outcomes_result_known CHECK (result IN ('changed', 'unchanged', 'refused', 'rolledBack')),
    version integer,
    problem jsonb,
    -- What the change touched, as it stood before.
    before jsonb,
    CONSTRAINT bulk_outcomes_pkey PRIMARY KEY (operation_id, place),
    CONSTRAINT bulk_outcomes_changed_can_be_undone CHECK ((result = 'changed') = (before IS NOT NULL))
);
