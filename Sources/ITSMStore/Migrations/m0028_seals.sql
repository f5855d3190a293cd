-- What shows that the record was not tampered with: a seal for every row of activity, chained, and signed checkpoints of the chain.

CREATE TABLE activity_seals (
    position bigint NOT NULL CONSTRAINT activity_seals_pkey PRIMARY KEY CONSTRAINT activity_seals_position_positive CHECK (position > 0),
    activity_id bigint NOT NULL CONSTRAINT activity_seals_activity_once UNIQUE,
    digest bytea NOT NULL CONSTRAINT activity_seals_digest_is_sha256 CHECK (length(digest) = 32),
    payload_digest bytea CONSTRAINT activity_seals_payload_digest_is_sha256 CHECK (length(payload_digest) = 32),
    salt bytea CONSTRAINT activity_seals_salt_length CHECK (length(salt) = 16),
    chain bytea NOT NULL CONSTRAINT activity_seals_chain_is_sha256 CHECK (length(chain) = 32)
);
COMMENT ON COLUMN activity_seals.digest IS 'SHA-256 of the row as RFC 8785 JSON: its fixed columns and payload_digest';
COMMENT ON COLUMN activity_seals.payload_digest IS 'SHA-256 of the salt and the payload as RFC 8785 JSON; NULL for a row that was redacted before it was sealed';
COMMENT ON COLUMN activity_seals.salt IS 'Goes with a redacted payload, so that nobody can guess it by trying';
COMMENT ON COLUMN activity_seals.chain IS 'SHA-256 of the chain before it and the digest';

CREATE TABLE seal_checkpoints (
    position bigint NOT NULL CONSTRAINT seal_checkpoints_pkey PRIMARY KEY,
    chain bytea NOT NULL CONSTRAINT seal_checkpoints_chain_is_sha256 CHECK (length(chain) = 32),
    made_at timestamptz NOT NULL,
    key bytea NOT NULL CONSTRAINT seal_checkpoints_key_is_ed25519 CHECK (length(key) = 32),
    signature bytea NOT NULL CONSTRAINT seal_checkpoints_signature_is_ed25519 CHECK (length(signature) = 64)
);

INSERT INTO restricted_tables (name, privileges) VALUES ('activity_seals', 'SELECT, INSERT'), ('seal_checkpoints', 'SELECT, INSERT');

CREATE FUNCTION refuse_seal_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_TABLE_NAME = 'activity_seals' AND TG_OP = 'UPDATE' THEN
        IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
            AND current_setting('itsm.redacts_activity', true) = OLD.activity_id::text
            AND NEW.salt IS NULL AND to_jsonb(NEW) - 'salt' = to_jsonb(OLD) - 'salt'
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER activity_seals_is_append_only BEFORE UPDATE OR DELETE ON activity_seals
    FOR EACH ROW EXECUTE FUNCTION refuse_seal_change();
CREATE TRIGGER activity_seals_is_not_truncated BEFORE TRUNCATE ON activity_seals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_seal_change();
CREATE TRIGGER seal_checkpoints_is_append_only BEFORE UPDATE OR DELETE ON seal_checkpoints
    FOR EACH ROW EXECUTE FUNCTION refuse_seal_change();
CREATE TRIGGER seal_checkpoints_is_not_truncated BEFORE TRUNCATE ON seal_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_seal_change();
ALTER TABLE activity_seals ENABLE ALWAYS TRIGGER activity_seals_is_append_only;
ALTER TABLE activity_seals ENABLE ALWAYS TRIGGER activity_seals_is_not_truncated;
ALTER TABLE seal_checkpoints ENABLE ALWAYS TRIGGER seal_checkpoints_is_append_only;
ALTER TABLE seal_checkpoints ENABLE ALWAYS TRIGGER seal_checkpoints_is_not_truncated;

-- Takes the values out of one row, and the salt out of its seal; that it happened, who did it and when stay. False when there is nothing to take out.
CREATE OR REPLACE FUNCTION redact_activity(activity_id bigint, redactor uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    was_redacted boolean;
BEGIN
    PERFORM set_config('itsm.redacts_activity', redact_activity.activity_id::text, true);
    UPDATE activity a SET payload = NULL, redacted_by = redactor
    WHERE a.id = redact_activity.activity_id AND a.redacted_by IS NULL;
    was_redacted := FOUND;
    UPDATE activity_seals s SET salt = NULL
    WHERE s.activity_id = redact_activity.activity_id AND s.salt IS NOT NULL;
    PERFORM set_config('itsm.redacts_activity', '', true);
    RETURN was_redacted;
END
$$;
