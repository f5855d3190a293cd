-- The clocks of tickets (sla.md, 2). The ledger is what happened to a clock; all other columns are read off it, and rewritten with it.

CREATE TABLE sla_cycles (
    ticket_id uuid NOT NULL CONSTRAINT sla_cycles_ticket_exists REFERENCES tickets (id),
    metric text NOT NULL CONSTRAINT sla_cycles_metric_known CHECK (metric IN ('firstResponse', 'nextResponse', 'resolution', 'ola')),
    number integer NOT NULL CONSTRAINT sla_cycles_number_positive CHECK (number > 0),
    group_id uuid,
    agreement_id uuid NOT NULL,
    priority smallint NOT NULL CONSTRAINT sla_cycles_priority_known CHECK (priority BETWEEN 1 AND 4),
    ledger text NOT NULL,
    state text NOT NULL CONSTRAINT sla_cycles_state_known CHECK (state IN ('running', 'paused', 'stopped', 'cancelled')),
    started_at timestamptz NOT NULL,
    stopped_at timestamptz,
    cancelled_at timestamptz,
    met_at_first boolean,
    elapsed bigint NOT NULL,
    due_at timestamptz,
    breaches_at timestamptz,
    next_fire_at timestamptz,
    fired uuid[] NOT NULL DEFAULT '{}',
    breach_recorded boolean NOT NULL DEFAULT false,
    revision integer NOT NULL DEFAULT 0,
    edit integer NOT NULL DEFAULT 0,
    CONSTRAINT sla_cycles_pkey PRIMARY KEY (ticket_id, metric, number)
) WITH (fillfactor = 85);
-- What the timer worker asks for; a clock with nothing to come costs it nothing.
CREATE INDEX sla_cycles_next_fire ON sla_cycles (next_fire_at) WHERE next_fire_at IS NOT NULL;
-- Work by what is due next.
CREATE INDEX sla_cycles_due ON sla_cycles (due_at, ticket_id) WHERE state = 'running';
-- Reports go by when a clock was stopped.
CREATE INDEX sla_cycles_stopped ON sla_cycles (stopped_at) WHERE state = 'stopped';
COMMENT ON COLUMN sla_cycles.priority IS 'The priority that the last term was for';
COMMENT ON COLUMN sla_cycles.elapsed IS 'Working time over all spans that have ended, in microseconds';
COMMENT ON COLUMN sla_cycles.breaches_at IS 'When elapsed exceeds the goal: past, or to come if nothing more happens';
COMMENT ON COLUMN sla_cycles.fired IS 'The escalation rules that have fired, or whose point had passed when they could not act';
COMMENT ON COLUMN sla_cycles.edit IS 'Rises with every write, so that a recompute in bulk does not undo what came between';

-- What a clock said before it was recomputed under other versions of its agreement or calendar.
CREATE TABLE sla_results (
    ticket_id uuid NOT NULL,
    metric text NOT NULL,
    number integer NOT NULL,
    revision integer NOT NULL,
    ledger text NOT NULL,
    elapsed bigint NOT NULL,
    due_at timestamptz,
    breaches_at timestamptz,
    replaced_at timestamptz NOT NULL,
    CONSTRAINT sla_results_pkey PRIMARY KEY (ticket_id, metric, number, revision)
);
