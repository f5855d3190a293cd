-- Texts and files that were taken out of the record, and who read what is confidential.

ALTER TABLE comments
    ADD COLUMN redacted_at timestamptz,
    ADD COLUMN redacted_by_id uuid CONSTRAINT comments_redacted_by_fkey REFERENCES users (id),
    ADD CONSTRAINT comments_redacted_whole CHECK ((redacted_at IS NULL) = (redacted_by_id IS NULL));

-- What was put on record last of a person's reading; the record itself stands in activity.
CREATE TABLE confidential_reads (
    user_id uuid NOT NULL CONSTRAINT confidential_reads_user_fkey REFERENCES users (id),
    ticket_id uuid NOT NULL CONSTRAINT confidential_reads_ticket_fkey REFERENCES tickets (id),
    channel text NOT NULL,
    part text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT confidential_reads_pkey PRIMARY KEY (user_id, ticket_id, channel, part)
);
COMMENT ON COLUMN confidential_reads.part IS 'ticket, export, or the id of an attachment';
CREATE INDEX confidential_reads_recorded ON confidential_reads (recorded_at);
