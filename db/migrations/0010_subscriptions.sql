-- Subscription lists, who is on them and who was, the centres where contacts choose for themselves, and segments of
-- picked contacts (domain.md 7.1, 9.1).

-- A list has contacts only. What is public may be offered in a subscription centre.
create table subscription_list (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text not null check (name <> ''),
    description text,
    purpose text,
    source text,
    public boolean not null default true,
    locked boolean not null default false
);
create index subscription_list_by_name on subscription_list (left(name collate "C", 200), id);
create index subscription_list_by_created on subscription_list (created_at, id);
create index subscription_list_by_updated on subscription_list (updated_at, id);

-- A stay on a list, from joined_at until before left_at; who leaves and joins again has two.
create table subscription (
    contact_id uuid not null references contact on delete cascade,
    id uuid not null,
    list_id uuid not null references subscription_list on delete cascade,
    joined_at timestamptz not null,
    joined_via text collate "C" not null,
    left_at timestamptz,
    left_via text collate "C",
    source text,
    primary key (contact_id, id),
    check (left_at >= joined_at),
    check ((left_at is null) = (left_via is null))
);
create unique index subscription_open on subscription (contact_id, list_id) where left_at is null;
create index subscription_by_id on subscription (id);
create index subscription_by_list on subscription (list_id, joined_at, id);
create index subscription_members on subscription (list_id, contact_id) where left_at is null;

-- A centre offers the lists that it names; one that names none offers every public list.
create table subscription_center (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text not null check (name <> ''),
    is_default boolean not null default false
);
create unique index subscription_center_default on subscription_center (is_default) where is_default;
create table subscription_center_list (
    center_id uuid not null references subscription_center on delete cascade,
    list_id uuid not null references subscription_list on delete cascade,
    place int not null,
    primary key (center_id, list_id)
);
create index subscription_center_list_by_list on subscription_center_list (list_id);
insert into subscription_center (id, created_at, updated_at, name, is_default)
values ('019b7600-0000-7000-8000-000000000001', now(), now(), 'Subscription centre', true);

-- Segments have contacts only. `kind` is the source's code: 192350001 is static, picked by id or by a query run once.
create table segment (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text not null check (name <> ''),
    description text,
    kind int not null default 192350001
);
create index segment_by_name on segment (left(name collate "C", 200), id);
create index segment_by_created on segment (created_at, id);
create index segment_by_updated on segment (updated_at, id);

create table segment_member (
    contact_id uuid not null references contact on delete cascade,
    segment_id uuid not null references segment on delete cascade,
    added_at timestamptz not null,
    added_by text,
    primary key (contact_id, segment_id)
);
create index segment_member_by_segment on segment_member (segment_id, contact_id);

-- What the links are signed with that lead contacts to their own pages, where no setting says it: made once, so that
-- links live on over restarts and are good at every process.
create table signing_key (
    sole boolean primary key default true check (sole),
    key text not null
);
