-- Second factors. Their seeds are among the sealed secrets.

ALTER TABLE roles ADD COLUMN requires_second_factor boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN roles.requires_second_factor IS 'Who holds it and signs in with a password must have a second factor before anything else';

CREATE TABLE second_factors (
    user_id uuid CONSTRAINT second_factors_pkey PRIMARY KEY CONSTRAINT second_factors_user_exists REFERENCES users,
    confirmed_at timestamptz,
    last_step bigint NOT NULL,
    new_seed_at timestamptz
);
COMMENT ON COLUMN second_factors.confirmed_at IS 'Null while it is only being set up, and asked for nowhere';
COMMENT ON COLUMN second_factors.last_step IS 'Of the last code that was taken, in steps of 30 seconds since 1970: none is taken twice';

CREATE TABLE recovery_codes (
    user_id uuid NOT NULL CONSTRAINT recovery_codes_factor_exists REFERENCES second_factors ON DELETE CASCADE,
    digest bytea NOT NULL,
    CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, digest),
    CONSTRAINT recovery_codes_digest_is_sha256 CHECK (octet_length(digest) = 32)
);

CREATE TABLE trusted_devices (
    id uuid CONSTRAINT trusted_devices_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT trusted_devices_user_exists REFERENCES users,
    digest bytea NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    address text,
    client text,
    CONSTRAINT trusted_devices_digest_is_sha256 CHECK (octet_length(digest) = 32)
);
CREATE UNIQUE INDEX trusted_devices_digest_unique ON trusted_devices (digest);
CREATE INDEX trusted_devices_by_user ON trusted_devices (user_id, last_used_at);
CREATE INDEX trusted_devices_by_end ON trusted_devices (expires_at);
