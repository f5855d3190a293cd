-- Bulk changes by a filter, and what became of undoing.

ALTER TABLE bulk_operations
    ADD COLUMN is_dry_run boolean NOT NULL DEFAULT false,
    ADD COLUMN filter text,
    ADD COLUMN total integer,
    ADD COLUMN undo_job_id uuid,
    ADD COLUMN undo_counts jsonb,
    ADD CONSTRAINT bulk_operations_by_filter_has_total CHECK ((filter IS NULL) = (total IS NULL));

COMMENT ON COLUMN bulk_operations.filter IS 'What says which tickets; NULL where they were named. Such a change is the job of the same id';

-- The tickets that a change by a filter is for, as they stood when it was begun.
CREATE TABLE bulk_targets (
    operation_id uuid NOT NULL CONSTRAINT bulk_targets_operation_fkey REFERENCES bulk_operations (id) ON DELETE CASCADE,
    place integer NOT NULL,
    ticket_id uuid NOT NULL CONSTRAINT bulk_targets_ticket_fkey REFERENCES tickets (id),
    kind text NOT NULL,
    n bigint NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT bulk_targets_pkey PRIMARY KEY (operation_id, place)
);

ALTER TABLE bulk_outcomes
    ADD COLUMN undo_result text,
    ADD COLUMN undo_problem jsonb,
    ADD CONSTRAINT bulk_outcomes_undo_result_known CHECK (undo_result IN ('changed', 'unchanged', 'refused')),
    ADD CONSTRAINT bulk_outcomes_undone_was_changed CHECK (undo_result IS NULL OR result = 'changed');

CREATE INDEX bulk_outcomes_refused ON bulk_outcomes (operation_id, place) WHERE result = 'refused';
CREATE INDEX bulk_outcomes_not_put_back ON bulk_outcomes (operation_id, place) WHERE undo_result = 'refused';
