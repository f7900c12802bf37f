-- Own pages: websites that carry the tracking script, addresses that lead on to others and are counted, and who the
-- visitors of them have proved to be (domain.md 3.3, 9.8).

-- `tracking_id` is what the script names its website by, and the source of what it tells.
create table website (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text not null check (name <> ''),
    url text not null check (url <> ''),
    session_timeout int not null default 30 check (session_timeout between 1 and 1440),
    tracking_id text collate "C" not null unique
);
create index website_by_name on website (left(name collate "C", 200), id);
create index website_by_created on website (created_at, id);
create index website_by_updated on website (updated_at, id);

create table redirect_url (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text not null check (name <> ''),
    original_url text not null check (original_url <> ''),
    key text collate "C" not null unique
);
create index redirect_url_by_name on redirect_url (left(name collate "C", 200), id);
create index redirect_url_by_created on redirect_url (created_at, id);
create index redirect_url_by_updated on redirect_url (updated_at, id);

-- Whose a browser is, from which moment on: proved by the interaction `id`. Who comes later is another row.
create table visitor (
    contact_id uuid not null references contact on delete cascade,
    id uuid not null,
    visitor_id text collate "C" not null,
    identified_at timestamptz not null,
    identified_by text collate "C" not null,
    primary key (contact_id, id)
);
create index visitor_by_browser on visitor (visitor_id, identified_at, id);
create index visitor_by_id on visitor (id);

-- Whose a browser was at a moment: whose it had last proved to be by then, else who was the first to prove it.
create function identification(browser text, moment timestamptz) returns setof visitor
language sql stable parallel safe
as $$
    select *
    from visitor
    where visitor_id = browser
    order by identified_at > moment, greatest(identified_at, moment) - least(identified_at, moment), id desc
    limit 1
$$;

-- The moment by whose account an interaction is stamped: its own; of one that was anonymous then, that at which its
-- visitor became known (domain.md 3.3), kept among its properties in seconds since 1970.
create function stamp_moment(occurred_at timestamptz, properties jsonb) returns timestamptz
language sql immutable parallel safe
return case when jsonb_typeof(properties -> 'identifiedAt') = 'number'
        and (properties ->> 'identifiedAt')::numeric between 0 and 4102444800
    then greatest(occurred_at, to_timestamp((properties ->> 'identifiedAt')::float8))
    else occurred_at end;
