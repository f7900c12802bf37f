-- How far each import has come, so that a broken-off one goes on where it stopped.

create table import_run (
    format text not null,
    file text not null,
    rows_done bigint not null,
    digest bytea not null,
    counts jsonb not null,
    finished boolean not null,
    updated_at timestamptz not null,
    primary key (format, file)
);
