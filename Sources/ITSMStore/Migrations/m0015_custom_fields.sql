-- Fields that a desk adds to its tickets. Their values stand in tickets.custom_fields by the field's name; beside them, for lists that filter and sort, one
-- row for each value that a ticket has.

CREATE TABLE custom_fields (
    id uuid CONSTRAINT custom_fields_pkey PRIMARY KEY,
    name text NOT NULL CONSTRAINT custom_fields_name_shape CHECK (name ~ '^[a-z][A-Za-z0-9]{0,39}$'),
    label text NOT NULL,
    help text,
    kind text NOT NULL CONSTRAINT custom_fields_kind_known CHECK (
        kind IN ('text', 'number', 'boolean', 'choice', 'multiChoice', 'date', 'user', 'ci', 'url')),
    choices jsonb NOT NULL,
    is_required boolean NOT NULL,
    default_value jsonb,
    visible_to_requesters boolean NOT NULL,
    kinds text[] NOT NULL,
    sort_order integer NOT NULL,
    archived_at timestamptz,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX custom_fields_name_unique ON custom_fields (lower(name));
COMMENT ON COLUMN custom_fields.kinds IS 'The kinds of tickets that have it; empty for all';

CREATE TABLE ticket_field_values (
    field_id uuid CONSTRAINT ticket_field_values_field_fkey REFERENCES custom_fields
        CONSTRAINT ticket_field_values_field_known CHECK (field_id IS NOT NULL),
    ticket_id uuid NOT NULL CONSTRAINT ticket_field_values_ticket_fkey REFERENCES tickets,
    place smallint NOT NULL,
    text_value text COLLATE "C",
    number_value double precision,
    CONSTRAINT ticket_field_values_one_value CHECK (num_nonnulls(text_value, number_value) = 1)
);
COMMENT ON COLUMN ticket_field_values.place IS '0, and further on for the other values of a multiple choice';
COMMENT ON COLUMN ticket_field_values.text_value IS
    'The first 300 characters of anything but a number: a text, a choice''s value, true or false, a day as 2026-12-25, a person''s id, a URL';

-- Of one ticket; that all of its values are replaced at once is quick.
CREATE UNIQUE INDEX ticket_field_values_ticket ON ticket_field_values (ticket_id, field_id, place);
-- Tickets by a value, and in the order of a field.
CREATE INDEX ticket_field_values_text ON ticket_field_values (field_id, text_value, ticket_id) WHERE text_value IS NOT NULL;
CREATE INDEX ticket_field_values_number ON ticket_field_values (field_id, number_value, ticket_id) WHERE number_value IS NOT NULL;
