-- The change log, from which subscriptions are fed. Its order is that of the transactions' numbers: a reader takes
-- only what is older than every transaction that still runs, so nothing can appear behind a place it has passed.
-- A table of each database's own: it is not distributed, and a copy of the database begins a log of its own.
create table change (
    xact bigint not null default pg_current_xact_id()::text::bigint,
    number int not null,
    at timestamptz not null default clock_timestamp(),
    entity text collate "C" not null,
    kind text collate "C",
    record_id uuid not null,
    contact_id uuid,
    account_id uuid,
    former_account_id uuid,
    member boolean not null default false,
    interactions uuid[] not null default '{}',
    primary key (xact, number)
);
create index change_by_record on change (record_id, xact, number);
create index change_by_account on change (account_id, xact, number) where account_id is not null;
create index change_by_former_account on change (former_account_id, xact, number)
    where former_account_id is not null;
create index change_by_entity on change (entity, xact, number) where kind is not null;

-- Whose log it is (the server's and the database's numbers), and the last place whose entry was deleted.
create table change_log (
    sole boolean primary key default true check (sole),
    identity text not null,
    expired_xact bigint not null default 0,
    expired_number int not null default 0
);
insert into change_log (identity) values ('');
