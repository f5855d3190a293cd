-- Views: lists of tickets that people keep.

CREATE TABLE saved_views (
    id uuid NOT NULL CONSTRAINT saved_views_pkey PRIMARY KEY,
    name text NOT NULL CONSTRAINT saved_views_name_present CHECK (name <> ''),
    owner_id uuid NOT NULL CONSTRAINT saved_views_owner_exists REFERENCES users (id),
    sharing text NOT NULL CONSTRAINT saved_views_sharing_known CHECK (sharing IN ('onlyMe', 'groups', 'everyone')),
    condition text NOT NULL,
    columns text[] NOT NULL,
    sort text NOT NULL,
    grouping text CONSTRAINT saved_views_grouping_known CHECK (grouping IN ('status', 'priority', 'assignee', 'timeLeft')),
    pinned boolean NOT NULL,
    place integer NOT NULL,
    custom_fields text[] NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX saved_views_name_unique ON saved_views (owner_id, lower(name));
CREATE INDEX saved_views_shared ON saved_views (lower(name), id) WHERE sharing <> 'onlyMe';
COMMENT ON COLUMN saved_views.custom_fields IS 'The names of those that the condition and the columns speak of, so that none of them is deleted';
COMMENT ON COLUMN saved_views.place IS 'Where it stands among others';

CREATE TABLE saved_view_groups (
    view_id uuid NOT NULL CONSTRAINT saved_view_groups_view_fkey REFERENCES saved_views (id) ON DELETE CASCADE,
    -- A group that goes takes its share with it; the view stays with its owner.
    group_id uuid NOT NULL CONSTRAINT saved_view_groups_group_exists REFERENCES groups (id) ON DELETE CASCADE,
    CONSTRAINT saved_view_groups_pkey PRIMARY KEY (view_id, group_id)
);
CREATE INDEX saved_view_groups_by_group ON saved_view_groups (group_id);
