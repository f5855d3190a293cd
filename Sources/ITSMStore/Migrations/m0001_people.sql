-- People, groups, roles, and how people sign in.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- One row for each rule over several rows: whoever may break the rule locks its row first.
CREATE TABLE guards (
    rule text CONSTRAINT guards_pkey PRIMARY KEY
);
INSERT INTO guards (rule) VALUES ('thereIsASuperAdmin');

CREATE TABLE users (
    id uuid CONSTRAINT users_pkey PRIMARY KEY,
    username text NOT NULL,
    name text NOT NULL,
    email text,
    location text,
    department text,
    vip boolean NOT NULL DEFAULT false,
    time_zone text,
    language text,
    manager_id uuid CONSTRAINT users_manager_exists REFERENCES users,
    password_hash text,
    disabled_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text NOT NULL GENERATED ALWAYS AS (lower(username || ' ' || name || ' ' || coalesce(email, ''))) STORED,
    CONSTRAINT users_username_not_empty CHECK (username <> ''),
    CONSTRAINT users_name_not_empty CHECK (name <> ''),
    CONSTRAINT users_not_own_manager CHECK (manager_id <> id),
    CONSTRAINT users_built_in_stay CHECK (
        id NOT IN ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002')
        OR (password_hash IS NULL AND disabled_at IS NULL))
);
COMMENT ON COLUMN users.password_hash IS 'Argon2id with its parameters; null: cannot sign in';
CREATE UNIQUE INDEX users_username_unique ON users (lower(username));
CREATE UNIQUE INDEX users_email_unique ON users (lower(email));
CREATE INDEX users_by_name ON users (lower(name), id);
CREATE INDEX users_by_manager ON users (manager_id) WHERE manager_id IS NOT NULL;
CREATE INDEX users_by_search_text ON users USING gin (search_text gin_trgm_ops);

CREATE TABLE groups (
    id uuid CONSTRAINT groups_pkey PRIMARY KEY,
    name text NOT NULL,
    description text,
    manager_id uuid CONSTRAINT groups_manager_exists REFERENCES users,
    archived_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT groups_name_not_empty CHECK (name <> '')
);
CREATE UNIQUE INDEX groups_name_unique ON groups (lower(name));
CREATE INDEX groups_by_name ON groups (lower(name), id);
CREATE INDEX groups_by_manager ON groups (manager_id) WHERE manager_id IS NOT NULL;

CREATE TABLE group_members (
    group_id uuid NOT NULL CONSTRAINT group_members_group_exists REFERENCES groups ON DELETE CASCADE,
    user_id uuid NOT NULL CONSTRAINT group_members_user_exists REFERENCES users,
    added_at timestamptz NOT NULL,
    CONSTRAINT group_members_pkey PRIMARY KEY (group_id, user_id)
);
CREATE INDEX group_members_by_user ON group_members (user_id);

CREATE TABLE roles (
    id uuid CONSTRAINT roles_pkey PRIMARY KEY,
    name text NOT NULL,
    description text,
    built_in boolean NOT NULL DEFAULT false,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT roles_name_not_empty CHECK (name <> '')
);
CREATE UNIQUE INDEX roles_name_unique ON roles (lower(name));
CREATE INDEX roles_by_name ON roles (lower(name), id);

-- The superAdmin role has no rows here: it holds everything, also what later releases add.
CREATE TABLE role_permissions (
    role_id uuid NOT NULL CONSTRAINT role_permissions_role_exists REFERENCES roles ON DELETE CASCADE,
    permission text NOT NULL,
    scope text NOT NULL,
    CONSTRAINT role_permissions_pkey PRIMARY KEY (role_id, permission),
    CONSTRAINT role_permissions_scope_known CHECK (scope IN ('own', 'group', 'all')),
    CONSTRAINT role_permissions_super_admin_fixed CHECK (role_id <> '00000000-0000-7000-8000-000000000106')
);

CREATE TABLE user_roles (
    user_id uuid NOT NULL CONSTRAINT user_roles_user_exists REFERENCES users,
    role_id uuid NOT NULL CONSTRAINT user_roles_role_exists REFERENCES roles,
    granted_at timestamptz NOT NULL,
    CONSTRAINT user_roles_pkey PRIMARY KEY (user_id, role_id)
);
CREATE INDEX user_roles_by_role ON user_roles (role_id);

CREATE TABLE group_roles (
    group_id uuid NOT NULL CONSTRAINT group_roles_group_exists REFERENCES groups ON DELETE CASCADE,
    role_id uuid NOT NULL CONSTRAINT group_roles_role_exists REFERENCES roles,
    granted_at timestamptz NOT NULL,
    CONSTRAINT group_roles_pkey PRIMARY KEY (group_id, role_id),
    CONSTRAINT group_roles_no_super_admin CHECK (role_id <> '00000000-0000-7000-8000-000000000106')
);
CREATE INDEX group_roles_by_role ON group_roles (role_id);

CREATE TABLE sign_ins (
    id uuid CONSTRAINT sign_ins_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT sign_ins_user_exists REFERENCES users,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    generation bigint NOT NULL,
    address text,
    client text,
    CONSTRAINT sign_ins_generation_positive CHECK (generation > 0)
);
CREATE INDEX sign_ins_living ON sign_ins (user_id, last_used_at) WHERE ended_at IS NULL;
CREATE INDEX sign_ins_by_end ON sign_ins (least(ended_at, expires_at));

-- Every token of a sign-in that is not over, the used ones too: one of those tells that somebody holds a copy.
CREATE TABLE refresh_tokens (
    digest bytea CONSTRAINT refresh_tokens_pkey PRIMARY KEY,
    sign_in_id uuid NOT NULL CONSTRAINT refresh_tokens_sign_in_exists REFERENCES sign_ins ON DELETE CASCADE,
    generation bigint NOT NULL,
    CONSTRAINT refresh_tokens_digest_is_sha256 CHECK (octet_length(digest) = 32)
);
CREATE INDEX refresh_tokens_by_sign_in ON refresh_tokens (sign_in_id);

CREATE TABLE api_tokens (
    id uuid CONSTRAINT api_tokens_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT api_tokens_user_exists REFERENCES users,
    name text NOT NULL,
    digest bytea NOT NULL,
    permissions text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT api_tokens_digest_is_sha256 CHECK (octet_length(digest) = 32)
);
COMMENT ON COLUMN api_tokens.permissions IS 'The names, with a space between';
CREATE UNIQUE INDEX api_tokens_digest_unique ON api_tokens (digest);
CREATE UNIQUE INDEX api_tokens_name_unique ON api_tokens (user_id, lower(name)) WHERE revoked_at IS NULL;

-- The two persons that come with the desk.
INSERT INTO users (id, username, name, created_at, updated_at)
SELECT id::uuid, username, name, now, now
FROM (VALUES
    ('00000000-0000-7000-8000-000000000001', 'automation', 'Automation'),
    ('00000000-0000-7000-8000-000000000002', 'unknown', 'Unknown')
) AS person (id, username, name), date_trunc('milliseconds', now()) AS now;

-- The roles that a desk starts with; all but superAdmin can be edited.
INSERT INTO roles (id, name, description, built_in, created_at, updated_at)
SELECT id::uuid, name, description, true, now, now
FROM (VALUES
    ('00000000-0000-7000-8000-000000000101', 'requester', 'Raises tickets and follows their own.'),
    ('00000000-0000-7000-8000-000000000102', 'viewer', 'Reads every ticket, without work notes, and writes nothing.'),
    ('00000000-0000-7000-8000-000000000103', 'agent', 'Works tickets, for anybody; sees confidential ones only of their own groups.'),
    ('00000000-0000-7000-8000-000000000104', 'manager', 'An agent who also overrides priorities, changes in bulk, exports and reads reports, for their own groups.'),
    ('00000000-0000-7000-8000-000000000105', 'admin', 'Everything but confidential tickets and what belongs to superAdmins.'),
    ('00000000-0000-7000-8000-000000000106', 'superAdmin', 'Everything.')
) AS role (id, name, description), date_trunc('milliseconds', now()) AS now;

-- A ticket's own group, requester and assignee see it although it is confidential; readConfidential is for those who see it besides, and no role
-- but superAdmin starts with it. Who works tickets of others must find people, so viewer, agent and manager read people.
INSERT INTO role_permissions (role_id, permission, scope)
SELECT roles.id, given.permission, given.scope
FROM (VALUES
    ('requester', 'own', '{tickets:read, tickets:create, comments:reply}'::text[]),
    ('viewer', 'all', '{tickets:read, people:read}'),
    ('agent', 'all', '{tickets:read, tickets:create, tickets:createForOthers, tickets:update, tickets:assign, tickets:transition,
        comments:reply, comments:note, comments:editOwn, people:read}'),
    ('manager', 'all', '{tickets:read, tickets:create, tickets:createForOthers, tickets:update, tickets:assign, tickets:transition,
        comments:reply, comments:note, comments:editOwn, people:read}'),
    ('manager', 'group', '{tickets:overridePriority, tickets:bulk, tickets:export, reports:read}'),
    ('admin', 'all', '{tickets:read, tickets:create, tickets:createForOthers, tickets:update, tickets:assign, tickets:transition,
        tickets:overridePriority, tickets:bulk, tickets:import, tickets:export,
        comments:reply, comments:note, comments:editOwn, comments:editAny, comments:delete, people:read, people:manage, roles:manage,
        settings:manage, audit:read, events:read, sla:manage, rules:manage, kb:read, kb:write, kb:publish, cmdb:read, cmdb:write, reports:read}')
) AS granted (role, scope, permissions)
CROSS JOIN LATERAL (SELECT permission, granted.scope FROM unnest(granted.permissions) AS permission) AS given
JOIN roles ON roles.name = granted.role;
