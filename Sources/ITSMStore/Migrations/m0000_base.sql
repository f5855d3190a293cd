-- What the store itself needs: which migrations ran, which desk this is, what the server may do, and the feed's epochs.

CREATE TABLE schema_migrations (
    number integer CONSTRAINT schema_migrations_pkey PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    readable_by integer NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT schema_migrations_number_not_negative CHECK (number >= 0)
);
COMMENT ON COLUMN schema_migrations.readable_by IS
    'The lowest program version (its newest migration''s number) that may run on the schema once this migration has run';

CREATE TABLE desk_identity (
    is_only_row boolean CONSTRAINT desk_identity_pkey PRIMARY KEY DEFAULT true,
    desk_id uuid NOT NULL DEFAULT gen_random_uuid(),
    secret_fingerprint text NOT NULL,
    CONSTRAINT desk_identity_has_one_row CHECK (is_only_row)
);
COMMENT ON COLUMN desk_identity.secret_fingerprint IS 'Keyed fingerprint of the desk''s secret; a server whose secret differs refuses to start';

-- The server's role may do everything with the rows of a table, unless the table stands here.
-- The migrator grants accordingly after every run.
CREATE TABLE restricted_tables (
    name text CONSTRAINT restricted_tables_pkey PRIMARY KEY,
    privileges text NOT NULL,
    CONSTRAINT restricted_tables_privileges_known CHECK (privileges IN ('SELECT', 'SELECT, INSERT'))
);

-- Transaction ids order the feed, and begin anew on a restored or promoted cluster: the epoch comes before them.
CREATE TABLE feed_epochs (
    epoch smallint CONSTRAINT feed_epochs_pkey PRIMARY KEY,
    system_identifier bigint NOT NULL,
    timeline integer NOT NULL,
    began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT feed_epochs_epoch_positive CHECK (epoch > 0)
);

CREATE FUNCTION current_feed_epoch() RETURNS smallint
    LANGUAGE sql STABLE
    AS 'SELECT max(epoch) FROM feed_epochs';

INSERT INTO restricted_tables (name, privileges)
VALUES ('schema_migrations', 'SELECT'), ('restricted_tables', 'SELECT'), ('feed_epochs', 'SELECT'), ('desk_identity', 'SELECT, INSERT');
