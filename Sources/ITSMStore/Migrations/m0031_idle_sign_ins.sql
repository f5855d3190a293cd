-- Sign-ins of browsers end when they are left unused, and by which way of signing in a second factor was asked for elsewhere.

ALTER TABLE settings ADD COLUMN sign_in_idle_minutes integer NOT NULL DEFAULT 720
    CONSTRAINT settings_sign_in_idle_minutes_in_range CHECK (sign_in_idle_minutes = 0 OR sign_in_idle_minutes BETWEEN 15 AND 43200);
COMMENT ON COLUMN settings.sign_in_idle_minutes IS '0 for no end';

ALTER TABLE sign_ins
    ADD COLUMN ended_idle boolean NOT NULL DEFAULT false,
    ADD COLUMN factor_elsewhere boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN sign_ins.ended_idle IS 'Ended because it was left unused; its person is told so';
COMMENT ON COLUMN sign_ins.factor_elsewhere IS 'Began by a provider that made sure of a second factor';
CREATE INDEX sign_ins_by_last_use ON sign_ins (last_used_at) WHERE ended_at IS NULL;

ALTER TABLE identity_providers ADD COLUMN verifies_second_factor boolean NOT NULL DEFAULT false;
