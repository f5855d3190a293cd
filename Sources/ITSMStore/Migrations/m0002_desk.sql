-- What the desk's own people configure: settings, the priority matrix, business services and categories.

CREATE TABLE settings (
    is_only_row boolean CONSTRAINT settings_pkey PRIMARY KEY DEFAULT true,
    name text NOT NULL,
    time_zone text NOT NULL,
    language text NOT NULL,
    auto_close_days integer NOT NULL,
    reopen_window_days integer NOT NULL,
    attachment_limit_bytes bigint NOT NULL,
    default_impact text NOT NULL,
    default_urgency text NOT NULL,
    version bigint NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT settings_has_one_row CHECK (is_only_row),
    CONSTRAINT settings_auto_close_days_in_range CHECK (auto_close_days BETWEEN 1 AND 365),
    CONSTRAINT settings_reopen_window_days_in_range CHECK (reopen_window_days BETWEEN 0 AND 3650),
    CONSTRAINT settings_attachment_limit_positive CHECK (attachment_limit_bytes > 0),
    CONSTRAINT settings_default_impact_known CHECK (default_impact IN ('high', 'medium', 'low')),
    CONSTRAINT settings_default_urgency_known CHECK (default_urgency IN ('high', 'medium', 'low'))
);

CREATE TABLE priority_matrix (
    impact text NOT NULL,
    urgency text NOT NULL,
    priority smallint NOT NULL,
    version bigint NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT priority_matrix_pkey PRIMARY KEY (impact, urgency),
    CONSTRAINT priority_matrix_impact_known CHECK (impact IN ('high', 'medium', 'low')),
    CONSTRAINT priority_matrix_urgency_known CHECK (urgency IN ('high', 'medium', 'low')),
    CONSTRAINT priority_matrix_priority_known CHECK (priority BETWEEN 1 AND 4)
);
COMMENT ON COLUMN priority_matrix.version IS 'The matrix''s version that last set this cell; the matrix''s own is the highest';

CREATE TABLE services (
    id uuid CONSTRAINT services_pkey PRIMARY KEY,
    name text NOT NULL,
    description text,
    owner_id uuid CONSTRAINT services_owner_exists REFERENCES groups,
    criticality text NOT NULL,
    archived_at timestamptz,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT services_criticality_known CHECK (criticality IN ('critical', 'high', 'medium', 'low'))
);
CREATE UNIQUE INDEX services_name_unique ON services (lower(name));
CREATE INDEX services_by_owner ON services (owner_id) WHERE owner_id IS NOT NULL;

CREATE TABLE categories (
    id uuid CONSTRAINT categories_pkey PRIMARY KEY,
    parent_id uuid CONSTRAINT categories_parent_exists REFERENCES categories,
    name text NOT NULL,
    path text NOT NULL,
    archived_at timestamptz,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT categories_name_without_slash CHECK (strpos(name, '/') = 0),
    CONSTRAINT categories_path_ends_in_name CHECK (
        CASE WHEN parent_id IS NULL THEN path = name ELSE right(path, length(name) + 1) = '/' || name END)
);
CREATE UNIQUE INDEX categories_path_unique ON categories (lower(path));
CREATE INDEX categories_by_parent ON categories (parent_id) WHERE parent_id IS NOT NULL;
-- A path hangs on what stands above it: whoever changes the tree locks it as a whole.
INSERT INTO guards (rule) VALUES ('pathsFollowTheTree');
COMMENT ON COLUMN categories.path IS 'The names from the root down, parted by slashes: unique without regard to case, and so is a name under its parent';

-- What a new installation starts with (domain.md, 5). All of it can be changed.

INSERT INTO settings (
    name, time_zone, language, auto_close_days, reopen_window_days, attachment_limit_bytes, default_impact, default_urgency, version, updated_at)
VALUES ('Service desk', 'UTC', 'en', 5, 14, 26214400, 'medium', 'medium', 1, date_trunc('milliseconds', clock_timestamp()));

INSERT INTO priority_matrix (impact, urgency, priority, version, updated_at)
SELECT impact, urgency, priority, 1, date_trunc('milliseconds', clock_timestamp())
FROM (
    VALUES ('high', 'high', 1), ('high', 'medium', 2), ('high', 'low', 3),
        ('medium', 'high', 2), ('medium', 'medium', 3), ('medium', 'low', 4),
        ('low', 'high', 3), ('low', 'medium', 4), ('low', 'low', 4)
) AS standard (impact, urgency, priority);

INSERT INTO services (id, name, description, criticality, version, created_at, updated_at)
SELECT ('00000000-0000-7000-8000-0000000001' || lpad(number::text, 2, '0'))::uuid, name, description, criticality, 1, now.at, now.at
FROM (
    VALUES (1, 'Email', 'Mailboxes, calendars and distribution lists', 'high'),
        (2, 'Identity and access', 'Accounts, passwords and permissions', 'critical'),
        (3, 'Network', 'Office network, Wi-Fi, VPN and internet access', 'critical'),
        (4, 'Workplace', 'Laptops, monitors, printers and their software', 'medium'),
        (5, 'Telephony', 'Phones, voicemail and meeting rooms', 'medium'),
        (6, 'Business applications', 'Finance, HR, CRM and the like', 'high')
) AS common (number, name, description, criticality), (SELECT date_trunc('milliseconds', clock_timestamp())) AS now (at);

INSERT INTO categories (id, parent_id, name, path, version, created_at, updated_at)
SELECT ('00000000-0000-7000-8000-0000000002' || lpad(number::text, 2, '0'))::uuid,
    ('00000000-0000-7000-8000-0000000002' || lpad(parent::text, 2, '0'))::uuid, regexp_replace(path, '^.*/', ''), path, 1, now.at, now.at
FROM (
    VALUES (1, NULL, 'hardware'), (2, 1, 'hardware/laptop'), (3, 1, 'hardware/monitor'), (4, 1, 'hardware/printer'), (5, 1, 'hardware/phone'),
        (10, NULL, 'software'), (11, 10, 'software/email'), (12, 10, 'software/office'), (13, 10, 'software/browser'),
        (14, 10, 'software/business application'),
        (20, NULL, 'network'), (21, 20, 'network/vpn'), (22, 20, 'network/wifi'), (23, 20, 'network/internet'),
        (30, NULL, 'access'), (31, 30, 'access/account'), (32, 30, 'access/password'), (33, 30, 'access/permission'),
        (40, NULL, 'security'), (41, 40, 'security/phishing'), (42, 40, 'security/malware'), (43, 40, 'security/lost device'),
        (50, NULL, 'other')
) AS common (number, parent, path), (SELECT date_trunc('milliseconds', clock_timestamp())) AS now (at)
ORDER BY number;
