-- The search entry of a ticket, in a table of its own and written behind the commit: a GIN index on the ticket table itself would halve creates.

CREATE TEXT SEARCH CONFIGURATION desk_words (COPY = english);
ALTER TEXT SEARCH CONFIGURATION desk_words
    ALTER MAPPING FOR hword, hword_part, word, asciiword, asciihword, hword_asciipart WITH unaccent, english_stem;
CREATE TEXT SEARCH CONFIGURATION desk_plain (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION desk_plain
    ALTER MAPPING FOR hword, hword_part, word, asciiword, asciihword, hword_asciipart WITH unaccent, simple;

CREATE TABLE ticket_search (
    ticket_id uuid NOT NULL CONSTRAINT ticket_search_pkey PRIMARY KEY CONSTRAINT ticket_search_ticket_fkey REFERENCES tickets (id),
    created_at timestamptz NOT NULL,
    -- Title and numbers A, description, resolution and public replies B.
    words tsvector NOT NULL,
    -- Work notes alone, for those who may read them.
    note_words tsvector NOT NULL
);

CREATE INDEX ticket_search_words ON ticket_search USING gin (words) WITH (fastupdate = on);
CREATE INDEX ticket_search_note_words ON ticket_search USING gin (note_words) WHERE note_words <> ''::tsvector;

-- Words that typing errors are corrected to: from titles and public text of tickets that are not confidential, each of at least three requesters.
CREATE TABLE search_vocabulary (
    word text NOT NULL CONSTRAINT search_vocabulary_pkey PRIMARY KEY,
    requesters integer NOT NULL
);

CREATE INDEX search_vocabulary_trigrams ON search_vocabulary USING gin (word gin_trgm_ops);

-- Who used which word, up to the number that lets it into the vocabulary.
CREATE TABLE search_word_requesters (
    word text NOT NULL,
    requester_id uuid NOT NULL,
    CONSTRAINT search_word_requesters_pkey PRIMARY KEY (word, requester_id)
);
