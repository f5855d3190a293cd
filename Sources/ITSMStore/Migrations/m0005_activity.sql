-- The one record of what happened: timeline, audit, feed, automation and notices all read it. Nothing is changed or removed here.

CREATE TABLE activity (
    id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) CONSTRAINT activity_pkey PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    epoch smallint NOT NULL DEFAULT 1,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    principal_id uuid NOT NULL,
    on_behalf_of uuid,
    record_type text NOT NULL,
    record_id uuid NOT NULL,
    ticket_id uuid,
    restricted boolean NOT NULL DEFAULT false,
    kind text NOT NULL,
    payload jsonb,
    redacted_by uuid,
    request_id text,
    channel text NOT NULL,
    address text,
    cause text,
    depth smallint NOT NULL DEFAULT 0,
    CONSTRAINT activity_payload_missing_only_when_redacted CHECK ((payload IS NULL) = (redacted_by IS NOT NULL)),
    CONSTRAINT activity_restricted_only_on_tickets CHECK (ticket_id IS NOT NULL OR NOT restricted),
    CONSTRAINT activity_depth_not_negative CHECK (depth >= 0)
);
COMMENT ON COLUMN activity.epoch IS 'The migrator keeps the default at the newest epoch of feed_epochs: a constant costs an insert nothing';
COMMENT ON COLUMN activity.occurred_at IS 'Business time: what timelines and reports order by';
COMMENT ON COLUMN activity.recorded_at IS 'When the row was written: what the audit trail orders by';
COMMENT ON COLUMN activity.restricted IS 'Only for those who see the ticket''s work notes';
COMMENT ON TABLE activity IS 'Has no foreign keys: it outlives what it speaks of, and an insert looks nothing up';

-- The order of the feed. By id alone a reader would pass by a row whose transaction commits after one with a higher id.
CREATE UNIQUE INDEX activity_feed_order ON activity (epoch, xid, id);
CREATE INDEX activity_timeline ON activity (ticket_id, occurred_at, id) WHERE ticket_id IS NOT NULL;
-- The audit trail, and its filters. Tickets' rows of one record are few, and found by the timeline.
CREATE INDEX activity_audit ON activity (recorded_at, id);
CREATE INDEX activity_audit_by_principal ON activity (principal_id, recorded_at, id);
CREATE INDEX activity_audit_by_kind ON activity (kind, recorded_at, id) WHERE ticket_id IS NULL;
CREATE INDEX activity_audit_by_record ON activity (record_id, recorded_at, id) WHERE ticket_id IS NULL;

INSERT INTO restricted_tables (name, privileges) VALUES ('activity', 'SELECT, INSERT');

CREATE FUNCTION refuse_activity_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
        AND current_setting('itsm.redacts_activity', true) = OLD.id::text
        AND OLD.redacted_by IS NULL AND NEW.redacted_by IS NOT NULL AND NEW.payload IS NULL
        AND to_jsonb(NEW) - '{payload,redacted_by}'::text[] = to_jsonb(OLD) - '{payload,redacted_by}'::text[]
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'activity is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER activity_is_append_only BEFORE UPDATE OR DELETE ON activity
    FOR EACH ROW EXECUTE FUNCTION refuse_activity_change();
CREATE TRIGGER activity_is_not_truncated BEFORE TRUNCATE ON activity
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_activity_change();
-- Also where a session calls itself a replica.
ALTER TABLE activity ENABLE ALWAYS TRIGGER activity_is_append_only;
ALTER TABLE activity ENABLE ALWAYS TRIGGER activity_is_not_truncated;

-- Takes the values out of one row; that it happened, who did it and when stay. False when there is nothing to take out.
CREATE FUNCTION redact_activity(activity_id bigint, redactor uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    was_redacted boolean;
BEGIN
    PERFORM set_config('itsm.redacts_activity', activity_id::text, true);
    UPDATE activity SET payload = NULL, redacted_by = redactor
    WHERE id = activity_id AND redacted_by IS NULL;
    was_redacted := FOUND;
    PERFORM set_config('itsm.redacts_activity', '', true);
    RETURN was_redacted;
END
$$;

-- How far each handler whose work must not be lost has come; it moves in the transaction that does the work.
CREATE TABLE feed_cursors (
    handler text CONSTRAINT feed_cursors_pkey PRIMARY KEY,
    epoch smallint NOT NULL,
    xid xid8 NOT NULL,
    id bigint NOT NULL
);
