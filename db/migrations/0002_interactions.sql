-- Interactions, the copies of messages they are about, and the sums kept of both (domain.md 3 and 4).

-- Every interaction ever taken in, by its identity: a hash of source and source id. Makes ingest idempotent
-- over all months, and finds an interaction by its id. contact_id is null while the interaction waits.
create table interaction_key (
    id uuid primary key,
    contact_id uuid,
    occurred_at timestamptz not null
);

create table interaction (
    contact_id uuid not null,
    occurred_at timestamptz not null,
    id uuid not null,
    account_id uuid,
    type text collate "C" not null,
    actor text collate "C" not null,
    recorded_at timestamptz not null,
    source text not null,
    source_id text not null,
    lead_id uuid,
    journey_id text,
    iteration_id text,
    tile_id text,
    message_id text,
    sending_id text,
    usage_type text,
    visitor_id text,
    link text,
    properties jsonb not null default '{}',
    primary key (contact_id, occurred_at, id)
) partition by range (occurred_at);
create index interaction_by_account on interaction (account_id, occurred_at, id);
create table interaction_early partition of interaction for values from (minvalue) to ('2015-01-01 00:00:00+00');

-- Interactions without a contact: anonymous, of a contact not yet known, or of none at all.
create table orphan_interaction (
    id uuid primary key,
    contact_source text,
    contact_key text,
    occurred_at timestamptz not null,
    type text collate "C" not null,
    actor text collate "C" not null,
    recorded_at timestamptz not null,
    source text not null,
    source_id text not null,
    lead_id uuid,
    journey_id text,
    iteration_id text,
    tile_id text,
    message_id text,
    sending_id text,
    usage_type text,
    visitor_id text,
    link text,
    properties jsonb not null default '{}'
);
create index orphan_by_contact_key on orphan_interaction (contact_source, contact_key) where contact_key is not null;
create index orphan_by_time on orphan_interaction (occurred_at, id);

-- A delivered copy: one message to one contact, in one journey, iteration and tile (domain.md 4.7, "unique").
create table delivered_copy (
    contact_id uuid not null,
    id uuid not null,
    message_id text not null,
    journey_id text,
    iteration_id text,
    tile_id text,
    primary key (contact_id, id)
);

-- What happened to a copy: how often, first and last. `link` is empty but for clicks counted per link;
-- account_id is the contact's account at first_at. Machines have rows of their own.
create table copy_mark (
    contact_id uuid not null,
    copy_id uuid not null,
    mark text collate "C" not null,
    link text not null,
    machine boolean not null,
    n int not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    account_id uuid,
    primary key (contact_id, copy_id, mark, link, machine)
);
create index copy_mark_by_account on copy_mark (account_id, first_at);

-- Sums by day (UTC); day -infinity holds the total of all days. machine rows hold what machines add.
-- account_id is the interactions' stamp, so that a contact's move can move its rows.
create table contact_rollup (
    contact_id uuid not null,
    day date not null,
    account_id uuid,
    machine boolean not null,
    kind text collate "C" not null,
    n bigint not null,
    first_at timestamptz,
    last_at timestamptz,
    unique nulls not distinct (contact_id, day, account_id, machine, kind)
) with (fillfactor = 80);
create index contact_rollup_by_account on contact_rollup (account_id, day, kind);

-- The same for accounts, over the interactions of current members while members (domain.md 4.4).
create table account_rollup (
    account_id uuid not null,
    day date not null,
    machine boolean not null,
    kind text collate "C" not null,
    n bigint not null,
    first_at timestamptz,
    last_at timestamptz,
    primary key (account_id, day, machine, kind)
) with (fillfactor = 80);

-- What one interaction counts for: its own type, and the special sorts that the catalogue names.
create function interaction_kinds(type text, message_id text, properties jsonb)
returns table (kind text, is_type boolean)
language sql immutable parallel safe
as $$
    select type collate "C", true
    union all
    select 'DUPLICATE', false
    where type = 'EMAIL_BLOCKED' and properties ->> 'blockedReason' = 'DUPLICATE_RECIPIENT_ADDRESS'
    union all
    select 'SUPPRESSED_ATTEMPT', false
    where type in ('EMAIL_HARD_BOUNCED', 'EMAIL_SOFT_BOUNCED', 'EMAIL_BLOCK_BOUNCED', 'EMAIL_FEEDBACK_LOOP')
        and properties ->> 'bounceCategory' = 'suppression-list'
    union all
    select 'GENERATED_LEAD', false
    where type = 'FORM_SUBMITTED' and message_id is not null
        and properties ->> 'leadMatchingResult' = 'CREATED'
$$;

create view interaction_measure as
select contact_id, account_id, occurred_at as at, actor = 'MACHINE' as machine, counted.kind, 1 as n,
    case when counted.is_type then occurred_at end as seen_at
from interaction
cross join lateral interaction_kinds(type, message_id, properties) counted;

-- What each copy counts for: once, at the moment of the first occurrence (domain.md 4.7). Rows with
-- machine = false count people alone; the machine rows correct them to people and machines together.
-- A copy that bounced at or after its delivery is no delivered copy, and no opened one.
create view copy_measure as
select mark.contact_id, mark.copy_id, counted.account_id, counted.at, counted.machine, mark.kind, counted.n
from (
    select contact_id, copy_id,
        case mark
            when 'EMAIL_DELIVERED' then 'DELIVERED'
            when 'EMAIL_OPENED' then 'UNIQUE_OPEN'
            when 'EMAIL_CLICKED' then case link when '' then 'UNIQUE_MESSAGE_CLICK' else 'UNIQUE_LINK_CLICK' end
            when 'SEGMENT_UNSUBSCRIBED' then 'UNSUBSCRIBE'
            when 'EMAIL_SUBSCRIPTION_SUBMIT' then 'SUBSCRIPTION_SUBMITTED'
            when 'FORM_SUBMITTED' then 'UNIQUE_SUBMISSION'
        end collate "C" as kind,
        (array_agg(account_id) filter (where not machine))[1] as person_account,
        min(first_at) filter (where not machine) as person_at,
        (array_agg(account_id) filter (where machine))[1] as machine_account,
        min(first_at) filter (where machine) as machine_at
    from copy_mark
    where mark <> 'BOUNCED'
    group by contact_id, copy_id, mark, link
) mark
cross join lateral (
    select person_account as account_id, person_at as at, false as machine, 1 as n
    where person_at is not null
    union all
    select machine_account, machine_at, true, 1
    where machine_at is not null and (person_at is null or machine_at < person_at)
    union all
    select person_account, person_at, true, -1
    where machine_at < person_at
) counted
where mark.kind not in ('DELIVERED', 'UNIQUE_OPEN') or not exists (
    select from copy_mark bounce
    where bounce.contact_id = mark.contact_id and bounce.copy_id = mark.copy_id and bounce.mark = 'BOUNCED'
        and not exists (
            select from copy_mark delivery
            where delivery.contact_id = bounce.contact_id and delivery.copy_id = bounce.copy_id
                and delivery.mark = 'EMAIL_DELIVERED' and delivery.last_at > bounce.last_at
        )
);
