-- The answers of writes that came with an Idempotency-Key, kept for 24 hours.
CREATE TABLE idempotency_keys (
    key bytea CONSTRAINT idempotency_keys_pkey PRIMARY KEY,
    request_digest bytea NOT NULL,
    status integer NOT NULL,
    headers text NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT idempotency_keys_key_is_digest CHECK (octet_length(key) = 32)
);

COMMENT ON COLUMN idempotency_keys.key IS 'Digest of principal, method, path with query, and the caller''s key';

CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
