-- One message to one person.

CREATE TABLE notices (
    id uuid NOT NULL CONSTRAINT notices_pkey PRIMARY KEY,
    recipient_id uuid NOT NULL CONSTRAINT notices_recipient_fkey REFERENCES users (id),
    kind text NOT NULL CONSTRAINT notices_kind_known CHECK (kind IN ('slaWarning', 'slaBreached', 'escalated')),
    ticket_id uuid NOT NULL CONSTRAINT notices_ticket_fkey REFERENCES tickets (id),
    subject text NOT NULL CONSTRAINT notices_subject_present CHECK (subject <> ''),
    body text,
    cause text NOT NULL CONSTRAINT notices_cause_present CHECK (cause <> ''),
    created_at timestamptz NOT NULL,
    read_at timestamptz,
    CONSTRAINT notices_once_for_a_cause UNIQUE (recipient_id, cause)
);

CREATE INDEX notices_of_recipient ON notices (recipient_id, created_at DESC, id DESC);
CREATE INDEX notices_unread ON notices (recipient_id, created_at DESC, id DESC) WHERE read_at IS NULL;
-- For removing what is over.
CREATE INDEX notices_created ON notices (created_at);
CREATE INDEX notices_read ON notices (read_at) WHERE read_at IS NOT NULL;
