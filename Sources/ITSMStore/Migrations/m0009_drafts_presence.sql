-- What people are writing, and where they are.

CREATE TABLE comment_drafts (
    user_id uuid NOT NULL CONSTRAINT comment_drafts_user_fkey REFERENCES users (id),
    ticket_id uuid NOT NULL CONSTRAINT comment_drafts_ticket_fkey REFERENCES tickets (id),
    visibility text NOT NULL CONSTRAINT comment_drafts_visibility_known CHECK (visibility IN ('public', 'workNote')),
    body text NOT NULL CONSTRAINT comment_drafts_body_present CHECK (body <> ''),
    updated_at timestamptz NOT NULL,
    CONSTRAINT comment_drafts_pkey PRIMARY KEY (user_id, ticket_id, visibility)
);

CREATE INDEX comment_drafts_updated ON comment_drafts (updated_at);

-- Unlogged, and without references to tickets and people, which would be locked by each report: a report then writes nothing to the log.
-- seen_at is in no index, so that a report is an update in place.
CREATE UNLOGGED TABLE ticket_presence (
    ticket_id uuid NOT NULL,
    user_id uuid NOT NULL,
    state text NOT NULL CONSTRAINT ticket_presence_state_known CHECK (state IN ('viewing', 'writing')),
    since timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    CONSTRAINT ticket_presence_pkey PRIMARY KEY (ticket_id, user_id)
) WITH (fillfactor = 50);
