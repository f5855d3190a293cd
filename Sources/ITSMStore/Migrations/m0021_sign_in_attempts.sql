-- What fails when people sign in, and links with which they choose a new password.

-- A gate is named by a keyed digest: what is typed into a field for names may be a password.
CREATE TABLE sign_in_attempts (
    gate text CONSTRAINT sign_in_attempts_pkey PRIMARY KEY,
    failures bigint NOT NULL,
    last_at timestamptz NOT NULL,
    forgotten_at timestamptz NOT NULL,
    CONSTRAINT sign_in_attempts_failures_not_negative CHECK (failures >= 0)
) WITH (fillfactor = 50);
CREATE INDEX sign_in_attempts_by_end ON sign_in_attempts (forgotten_at);

-- At most one link for each person: a new one takes the place of the one before.
CREATE TABLE password_resets (
    user_id uuid CONSTRAINT password_resets_pkey PRIMARY KEY CONSTRAINT password_resets_user_exists REFERENCES users,
    digest bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT password_resets_digest_is_sha256 CHECK (octet_length(digest) = 32)
);
CREATE UNIQUE INDEX password_resets_digest_unique ON password_resets (digest);
CREATE INDEX password_resets_by_end ON password_resets (expires_at);
