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

-- What an import has refused, kept with its batch until the import is finished and its report written.
create table import_refusal (
    format text not null,
    file text not null,
    number bigint not null,
    refusal jsonb not null,
    primary key (format, file, number)
);
