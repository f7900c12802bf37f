-- Months of interactions whose facts are archived or dropped, and what stays of them: for each contact what it
-- did, to the hour, and what became of the copies that it got.

create table archived_month (
    id uuid primary key,
    month date not null,
    rows bigint not null,
    file text,
    archived_at timestamptz not null,
    cleansed_at timestamptz not null
);
create index archived_month_by_month on archived_month (month);

-- What a contact did in an archived month: by account stamp, machine and kind the moments at which it happened, in
-- their order. done_by is whose it was when it was archived: by it merges are undone, and facts find their contact
-- again. known_at is the moment by which what was anonymous at first is stamped; seen tells kinds that are types of
-- interactions.
create table contact_month (
    contact_id uuid not null,
    archive_id uuid not null,
    done_by uuid not null,
    account_id uuid,
    machine boolean not null,
    kind text collate "C" not null,
    known_at timestamptz,
    seen boolean not null,
    month date not null,
    moments timestamptz[] not null,
    unique nulls not distinct (contact_id, archive_id, done_by, account_id, machine, kind, known_at)
);
create index contact_month_by_account on contact_month (account_id, month);

-- What the archived facts have left on copies: as copy_mark and delivered_copy, so that both can be made anew.
create table archived_mark (
    contact_id uuid not null,
    archive_id uuid not null,
    done_by uuid not null,
    copy_id uuid not null,
    mark text collate "C" not null,
    link text not null,
    machine boolean not null,
    n int not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    known_at timestamptz,
    account_id uuid,
    message_id text not null,
    journey_id text,
    iteration_id text,
    tile_id text,
    primary key (contact_id, archive_id, done_by, copy_id, mark, link, machine)
);

-- What is counted of interactions whose facts are here.
create view fact_measure as
select contact_id, account_id, occurred_at as at, actor = 'MACHINE' as machine, counted.kind, 1 as n,
    case when counted.is_type then occurred_at end as seen_at
from interaction
cross join lateral interaction_kinds(type, message_id, properties) counted;

-- What is counted of interactions whose facts are archived.
create view archived_measure as
select contact_id, account_id, moment.at, machine, kind collate "default" as kind, 1 as n,
    case when seen then moment.at end as seen_at, month
from contact_month
cross join lateral unnest(moments) moment (at);

create or replace view interaction_measure as
select contact_id, account_id, at, machine, kind, n, seen_at from fact_measure
union all
select contact_id, account_id, at, machine, kind, n, seen_at from archived_measure;
