-- Secrets that are sealed under the desk's own, and the keys that they are sealed under.

CREATE TABLE secret_keys (
    id text CONSTRAINT secret_keys_pkey PRIMARY KEY,
    fingerprint text NOT NULL,
    added_at timestamptz NOT NULL,
    replaced_at timestamptz,
    CONSTRAINT secret_keys_id_of_fingerprint CHECK (id = left(fingerprint, 8))
);
COMMENT ON TABLE secret_keys IS 'What the desk''s keys are told apart by, never the keys. The one that was not replaced is current';
CREATE UNIQUE INDEX secret_keys_one_current ON secret_keys ((replaced_at IS NULL)) WHERE replaced_at IS NULL;

INSERT INTO secret_keys (id, fingerprint, added_at)
SELECT left(secret_fingerprint, 8), secret_fingerprint, date_trunc('milliseconds', now()) FROM desk_identity;

COMMENT ON COLUMN desk_identity.secret_fingerprint IS 'Keyed fingerprint of the desk''s first secret; those of today stand in secret_keys';

CREATE TABLE sealed_secrets (
    kind text NOT NULL,
    owner text NOT NULL,
    key_id text NOT NULL CONSTRAINT sealed_secrets_key_exists REFERENCES secret_keys,
    sealed bytea NOT NULL,
    CONSTRAINT sealed_secrets_pkey PRIMARY KEY (kind, owner)
);
COMMENT ON COLUMN sealed_secrets.sealed IS 'Version 1, key id, nonce, XChaCha20-Poly1305 with kind and owner as associated data';
CREATE INDEX sealed_secrets_by_key ON sealed_secrets (key_id);
