-- Signing in by a provider outside (OpenID Connect): which there are, and whom they know by which subject.

CREATE TABLE identity_providers (
    id uuid CONSTRAINT identity_providers_pkey PRIMARY KEY,
    name text NOT NULL CONSTRAINT identity_providers_name_present CHECK (name <> ''),
    issuer text NOT NULL CONSTRAINT identity_providers_issuer_present CHECK (issuer <> ''),
    client_id text NOT NULL CONSTRAINT identity_providers_client_id_present CHECK (client_id <> ''),
    has_client_secret boolean NOT NULL,
    scopes text[] NOT NULL,
    groups_claim text,
    creates_people boolean NOT NULL,
    links_by_email boolean NOT NULL,
    requires_second_factor boolean NOT NULL,
    enabled boolean NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON COLUMN identity_providers.has_client_secret IS 'The secret itself stands in sealed_secrets';
CREATE UNIQUE INDEX identity_providers_name_unique ON identity_providers (lower(name));
CREATE UNIQUE INDEX identity_providers_issuer_unique ON identity_providers (issuer);

-- The mapping is the provider's to change; a role that goes takes its lines with it.
CREATE TABLE identity_provider_roles (
    provider_id uuid NOT NULL CONSTRAINT identity_provider_roles_provider_exists REFERENCES identity_providers ON DELETE CASCADE,
    claimed_group text NOT NULL,
    role_id uuid NOT NULL CONSTRAINT identity_provider_roles_role_exists REFERENCES roles ON DELETE CASCADE,
    CONSTRAINT identity_provider_roles_pkey PRIMARY KEY (provider_id, claimed_group, role_id),
    CONSTRAINT identity_provider_roles_no_super_admin CHECK (role_id <> '00000000-0000-7000-8000-000000000106')
);
CREATE INDEX identity_provider_roles_by_role ON identity_provider_roles (role_id);

CREATE TABLE identities (
    id uuid CONSTRAINT identities_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT identities_user_exists REFERENCES users,
    issuer text NOT NULL,
    subject text NOT NULL,
    label text,
    granted_roles uuid[] NOT NULL DEFAULT '{}',
    linked_at timestamptz NOT NULL,
    last_used_at timestamptz,
    CONSTRAINT identities_subject_present CHECK (subject <> '')
);
COMMENT ON COLUMN identities.label IS 'How the provider calls the person, for their own eyes; never what an account is found by';
COMMENT ON COLUMN identities.granted_roles IS 'The roles that the mapping gave at the last sign-in';
CREATE UNIQUE INDEX identities_subject_unique ON identities (issuer, subject);
CREATE INDEX identities_by_user ON identities (user_id);
