-- Tickets of all kinds, and what hangs on them: comments, attachments, links, watchers, the search entry.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

CREATE SEQUENCE incident_numbers;
CREATE SEQUENCE request_numbers;
CREATE SEQUENCE problem_numbers;
CREATE SEQUENCE change_numbers;
CREATE SEQUENCE work_order_numbers;

-- Guards an INSERT that relies on a snapshot of the desk: what was archived since is refused like what does not exist.
CREATE FUNCTION require_active(is_active boolean, constraint_name text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF is_active THEN
        RETURN true;
    END IF;
    RAISE foreign_key_violation USING MESSAGE = 'the record is archived or absent', CONSTRAINT = constraint_name;
END;
$$;

CREATE TABLE tickets (
    id uuid NOT NULL CONSTRAINT tickets_pkey PRIMARY KEY,
    kind text NOT NULL CONSTRAINT tickets_kind_known CHECK (kind IN ('incident', 'request', 'problem', 'change', 'workOrder')),
    n bigint NOT NULL CONSTRAINT tickets_n_positive CHECK (n > 0),
    number text NOT NULL GENERATED ALWAYS AS (
        CASE kind WHEN 'incident' THEN 'INC' WHEN 'request' THEN 'REQ' WHEN 'problem' THEN 'PRB' WHEN 'change' THEN 'CHG' ELSE 'WRK' END
        || lpad(n::text, greatest(7, length(n::text)), '0')) STORED,
    title text NOT NULL CONSTRAINT tickets_title_present CHECK (title <> ''),
    description text,
    status text NOT NULL,
    status_category text NOT NULL GENERATED ALWAYS AS (
        CASE
            WHEN status IN ('pendingRequester', 'pendingVendor', 'pendingChange', 'pending', 'awaitingApproval') THEN 'pending'
            WHEN status IN ('resolved', 'fulfilled', 'done') THEN 'resolved'
            WHEN status IN ('closed', 'cancelled', 'rejected') THEN 'closed'
            ELSE 'open'
        END) STORED,
    pending_reason text,
    pending_until timestamptz,
    status_before_pending text,
    impact text NOT NULL CONSTRAINT tickets_impact_known CHECK (impact IN ('high', 'medium', 'low')),
    urgency text NOT NULL CONSTRAINT tickets_urgency_known CHECK (urgency IN ('high', 'medium', 'low')),
    priority smallint NOT NULL CONSTRAINT tickets_priority_known CHECK (priority BETWEEN 1 AND 4),
    priority_reason text,
    major boolean NOT NULL DEFAULT false,
    category_id uuid CONSTRAINT tickets_category_fkey REFERENCES categories (id),
    requester_id uuid NOT NULL CONSTRAINT tickets_requester_fkey REFERENCES users (id),
    opened_by_id uuid NOT NULL CONSTRAINT tickets_opened_by_fkey REFERENCES users (id),
    assignee_id uuid CONSTRAINT tickets_assignee_fkey REFERENCES users (id),
    group_id uuid CONSTRAINT tickets_group_fkey REFERENCES groups (id),
    service_id uuid CONSTRAINT tickets_service_fkey REFERENCES services (id),
    channel text NOT NULL,
    tags text[] NOT NULL DEFAULT '{}',
    custom_fields jsonb NOT NULL DEFAULT '{}',
    parent_id uuid CONSTRAINT tickets_parent_fkey REFERENCES tickets (id),
    confidential boolean NOT NULL DEFAULT false,
    first_responded_at timestamptz,
    resolved_at timestamptz,
    closed_at timestamptz,
    resolution_code text,
    resolution_notes text,
    reopen_count integer NOT NULL DEFAULT 0,
    escalation_level integer NOT NULL DEFAULT 0,
    external_source text,
    external_id text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT tickets_status_of_kind CHECK (
        CASE kind
            WHEN 'incident' THEN status IN (
                'new', 'assigned', 'inProgress', 'pendingRequester', 'pendingVendor', 'pendingChange', 'resolved', 'closed', 'cancelled')
            WHEN 'request' THEN status IN (
                'new', 'approved', 'inFulfilment', 'awaitingApproval', 'pendingRequester', 'pendingVendor', 'fulfilled', 'closed', 'rejected',
                'cancelled')
            WHEN 'problem' THEN status IN (
                'new', 'investigating', 'rootCauseIdentified', 'knownError', 'pendingVendor', 'pendingChange', 'resolved', 'closed', 'cancelled')
            WHEN 'change' THEN status IN (
                'draft', 'assessment', 'scheduled', 'implementing', 'review', 'awaitingApproval', 'closed', 'rejected', 'cancelled')
            ELSE status IN ('new', 'inProgress', 'pending', 'done', 'closed', 'cancelled')
        END),
    CONSTRAINT tickets_not_own_parent CHECK (parent_id IS DISTINCT FROM id),
    CONSTRAINT tickets_resolved_has_time CHECK (status NOT IN ('resolved', 'fulfilled', 'done') OR resolved_at IS NOT NULL),
    CONSTRAINT tickets_closed_has_time CHECK (status NOT IN ('closed', 'cancelled', 'rejected') OR closed_at IS NOT NULL),
    CONSTRAINT tickets_pending_until_in_wait CHECK (
        pending_until IS NULL OR status IN ('pendingRequester', 'pendingVendor', 'pendingChange', 'pending')),
    CONSTRAINT tickets_external_ref_whole CHECK ((external_source IS NULL) = (external_id IS NULL))
);

CREATE UNIQUE INDEX tickets_number_key ON tickets (kind, n);
CREATE UNIQUE INDEX tickets_external_ref_key ON tickets (external_source, external_id) WHERE external_source IS NOT NULL;
CREATE INDEX tickets_created ON tickets (created_at DESC, id DESC);
CREATE INDEX tickets_updated ON tickets (updated_at DESC, id DESC);
CREATE INDEX tickets_requester ON tickets (requester_id, created_at DESC, id DESC);
CREATE INDEX tickets_opened_by ON tickets (opened_by_id, created_at DESC, id DESC) WHERE opened_by_id <> requester_id;
-- Work in hand is a small part of all tickets, and what queues show.
CREATE INDEX tickets_active_group ON tickets (group_id, priority, created_at DESC, id DESC) WHERE status_category IN ('open', 'pending');
CREATE INDEX tickets_active_assignee ON tickets (assignee_id, created_at DESC, id DESC) WHERE status_category IN ('open', 'pending');
CREATE INDEX tickets_active_priority ON tickets (priority, created_at DESC, id DESC) WHERE status_category IN ('open', 'pending');
CREATE INDEX tickets_assignee ON tickets (assignee_id, created_at DESC, id DESC) WHERE assignee_id IS NOT NULL;
CREATE INDEX tickets_group ON tickets (group_id, created_at DESC, id DESC) WHERE group_id IS NOT NULL;
CREATE INDEX tickets_resolved_due ON tickets (resolved_at) WHERE status_category = 'resolved';
CREATE INDEX tickets_pending_due ON tickets (pending_until) WHERE pending_until IS NOT NULL;
CREATE INDEX tickets_parent ON tickets (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX tickets_tags ON tickets USING gin (tags) WHERE tags <> '{}';

CREATE TABLE comments (
    id uuid NOT NULL CONSTRAINT comments_pkey PRIMARY KEY,
    ticket_id uuid NOT NULL CONSTRAINT comments_ticket_fkey REFERENCES tickets (id),
    author_id uuid NOT NULL CONSTRAINT comments_author_fkey REFERENCES users (id),
    visibility text NOT NULL CONSTRAINT comments_visibility_known CHECK (visibility IN ('public', 'workNote')),
    version integer NOT NULL DEFAULT 1,
    channel text NOT NULL,
    created_at timestamptz NOT NULL,
    edited_at timestamptz,
    deleted_at timestamptz,
    deleted_by_id uuid CONSTRAINT comments_deleted_by_fkey REFERENCES users (id),
    CONSTRAINT comments_deleted_whole CHECK ((deleted_at IS NULL) = (deleted_by_id IS NULL))
);

CREATE INDEX comments_ticket ON comments (ticket_id, created_at, id);

-- The text of every version, so that a redaction can reach all of them. NULL once deleted.
CREATE TABLE comment_versions (
    comment_id uuid NOT NULL CONSTRAINT comment_versions_comment_fkey REFERENCES comments (id),
    version integer NOT NULL,
    body text,
    written_by_id uuid NOT NULL CONSTRAINT comment_versions_written_by_fkey REFERENCES users (id),
    written_at timestamptz NOT NULL,
    CONSTRAINT comment_versions_pkey PRIMARY KEY (comment_id, version)
);

CREATE TABLE ticket_links (
    id uuid NOT NULL CONSTRAINT ticket_links_pkey PRIMARY KEY,
    type text NOT NULL CONSTRAINT ticket_links_type_known CHECK (type IN ('relates', 'duplicates', 'causes', 'resolvedBy', 'blocks')),
    from_id uuid NOT NULL CONSTRAINT ticket_links_from_fkey REFERENCES tickets (id),
    to_id uuid NOT NULL CONSTRAINT ticket_links_to_fkey REFERENCES tickets (id),
    created_by_id uuid NOT NULL CONSTRAINT ticket_links_created_by_fkey REFERENCES users (id),
    created_at timestamptz NOT NULL,
    CONSTRAINT ticket_links_not_to_itself CHECK (from_id <> to_id),
    CONSTRAINT ticket_links_once UNIQUE (from_id, to_id, type)
);

CREATE INDEX ticket_links_to ON ticket_links (to_id);

CREATE TABLE ticket_watchers (
    ticket_id uuid NOT NULL CONSTRAINT ticket_watchers_ticket_fkey REFERENCES tickets (id),
    user_id uuid NOT NULL CONSTRAINT ticket_watchers_user_fkey REFERENCES users (id),
    added_by_id uuid NOT NULL CONSTRAINT ticket_watchers_added_by_fkey REFERENCES users (id),
    added_at timestamptz NOT NULL,
    CONSTRAINT ticket_watchers_pkey PRIMARY KEY (ticket_id, user_id)
);

CREATE INDEX ticket_watchers_user ON ticket_watchers (user_id, ticket_id);

-- A file's bytes, kept once however often it is attached; they go some time after the last attachment that used them did. The row is there before the
-- file has its name, and goes after it.
CREATE TABLE blobs (
    digest bytea NOT NULL CONSTRAINT blobs_pkey PRIMARY KEY CONSTRAINT blobs_digest_is_sha256 CHECK (length(digest) = 32),
    size bigint NOT NULL CONSTRAINT blobs_size_positive CHECK (size >= 0),
    stored_at timestamptz NOT NULL,
    -- NULL while an attachment uses it.
    unused_since timestamptz,
    -- When a server began to remove the file.
    removing_since timestamptz,
    CONSTRAINT blobs_used_stay CHECK (removing_since IS NULL OR unused_since IS NOT NULL)
);

CREATE INDEX blobs_unused ON blobs (unused_since) WHERE unused_since IS NOT NULL;

CREATE TABLE attachments (
    id uuid NOT NULL CONSTRAINT attachments_pkey PRIMARY KEY,
    ticket_id uuid NOT NULL CONSTRAINT attachments_ticket_fkey REFERENCES tickets (id),
    comment_id uuid CONSTRAINT attachments_comment_fkey REFERENCES comments (id),
    visibility text NOT NULL CONSTRAINT attachments_visibility_known CHECK (visibility IN ('public', 'workNote')),
    file_name text NOT NULL CONSTRAINT attachments_file_name_present CHECK (file_name <> ''),
    media_type text NOT NULL,
    -- NULL once it was deleted and its bytes are gone too.
    digest bytea CONSTRAINT attachments_blob_fkey REFERENCES blobs (digest) ON DELETE SET NULL,
    size bigint NOT NULL,
    added_by_id uuid NOT NULL CONSTRAINT attachments_added_by_fkey REFERENCES users (id),
    added_at timestamptz NOT NULL,
    deleted_at timestamptz,
    deleted_by_id uuid CONSTRAINT attachments_deleted_by_fkey REFERENCES users (id),
    CONSTRAINT attachments_deleted_whole CHECK ((deleted_at IS NULL) = (deleted_by_id IS NULL)),
    CONSTRAINT attachments_have_bytes CHECK (deleted_at IS NOT NULL OR digest IS NOT NULL)
);

CREATE INDEX attachments_ticket ON attachments (ticket_id, added_at, id) WHERE deleted_at IS NULL;
CREATE INDEX attachments_comment ON attachments (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX attachments_digest ON attachments (digest);

-- What an import knew of a ticket and we have no field for, and how the source looked when it was read last.
CREATE TABLE ticket_sources (
    ticket_id uuid NOT NULL CONSTRAINT ticket_sources_pkey PRIMARY KEY CONSTRAINT ticket_sources_ticket_fkey REFERENCES tickets (id),
    import_id uuid NOT NULL,
    digest bytea NOT NULL,
    -- How many entries of the source's history are on record here.
    events integer NOT NULL,
    data jsonb NOT NULL
);
