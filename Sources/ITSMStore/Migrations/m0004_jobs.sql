-- Work in the background.

CREATE TABLE jobs (
    id uuid NOT NULL CONSTRAINT jobs_pkey PRIMARY KEY,
    kind text NOT NULL,
    status text NOT NULL CONSTRAINT jobs_status_known CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    unique_key text,
    payload jsonb NOT NULL,
    cursor jsonb,
    progress_done bigint NOT NULL DEFAULT 0,
    progress_total bigint NOT NULL DEFAULT 0,
    result jsonb,
    failure jsonb,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    lease_id uuid,
    leased_until timestamptz,
    is_to_end boolean NOT NULL DEFAULT false,
    created_by_id uuid NOT NULL CONSTRAINT jobs_created_by_fkey REFERENCES users (id),
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    CONSTRAINT jobs_leased_while_running CHECK (
        (status = 'running') = (lease_id IS NOT NULL) AND (lease_id IS NULL) = (leased_until IS NULL)),
    CONSTRAINT jobs_finished_has_time CHECK ((status IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CONSTRAINT jobs_failed_has_failure CHECK (status <> 'failed' OR failure IS NOT NULL)
);

COMMENT ON COLUMN jobs.is_to_end IS 'Somebody asked the running job to end';
CREATE UNIQUE INDEX jobs_unique_key ON jobs (kind, unique_key) WHERE status IN ('queued', 'running');
CREATE INDEX jobs_due ON jobs (due_at, id) WHERE status = 'queued';
CREATE INDEX jobs_leased ON jobs (leased_until, id) WHERE status = 'running';
CREATE INDEX jobs_created ON jobs (created_at DESC, id DESC);
CREATE INDEX jobs_created_by ON jobs (created_by_id, created_at DESC, id DESC);
