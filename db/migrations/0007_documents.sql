-- Documents that clients have sent once and ask for by their hash since: shared by all processes, and bounded.
-- The hash is the SHA-256 of the text, so a row never changes but in when it was last asked for.
create table document (
    sha256 bytea primary key,
    text text not null,
    used_at timestamptz not null
);

-- Whose turn it is to be forgotten.
create index document_by_use on document (used_at);
