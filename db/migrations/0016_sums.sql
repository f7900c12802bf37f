-- The sums of interactions, shaped for tens of millions of them (docs/decisions/0020).

-- A contact's sums are totals: its windows are counted from its own facts, which are about as few as its days.
delete from contact_rollup where day <> '-infinity';
drop index contact_rollup_by_account;
alter table contact_rollup drop constraint contact_rollup_contact_id_day_account_id_machine_kind_key;
alter table contact_rollup drop column day;
alter table contact_rollup add unique nulls not distinct (contact_id, account_id, machine, kind);

-- An account's sums are kept for all time (span 'A'), for each month ('M') and for each day ('D', UTC), a day's
-- also by hour. belonging says whose they are: 'P' what present members did while members, 'F' what former ones
-- did while members, 'B' what present members did at other times.
drop table account_rollup;
create table account_rollup (
    account_id uuid not null,
    span "char" not null,
    day date not null,
    belonging "char" not null,
    machine boolean not null,
    kind text collate "C" not null,
    n bigint not null,
    first_at timestamptz,
    last_at timestamptz,
    h0 int, h1 int, h2 int, h3 int, h4 int, h5 int, h6 int, h7 int, h8 int, h9 int, h10 int, h11 int,
    h12 int, h13 int, h14 int, h15 int, h16 int, h17 int, h18 int, h19 int, h20 int, h21 int, h22 int, h23 int,
    primary key (account_id, span, day, belonging, machine, kind)
) with (fillfactor = 80);

-- What a mark counts for; a bounce counts for nothing.
create function copy_kind(mark text, link text) returns text
language sql immutable parallel safe
as $$
    select case mark
        when 'EMAIL_DELIVERED' then 'DELIVERED'
        when 'EMAIL_OPENED' then 'UNIQUE_OPEN'
        when 'EMAIL_CLICKED' then case link when '' then 'UNIQUE_MESSAGE_CLICK' else 'UNIQUE_LINK_CLICK' end
        when 'SEGMENT_UNSUBSCRIBED' then 'UNSUBSCRIBE'
        when 'EMAIL_SUBSCRIPTION_SUBMIT' then 'SUBSCRIPTION_SUBMITTED'
        when 'FORM_SUBMITTED' then 'UNIQUE_SUBMISSION'
    end
$$;

-- Where and when a copy counts: for people at their first occurrence, and in the machine rows for what machines
-- before them alter.
create function copy_counts(person_account uuid, person_at timestamptz, machine_account uuid, machine_at timestamptz)
returns table (account_id uuid, at timestamptz, machine boolean, n int)
language sql immutable parallel safe
as $$
    select person_account, person_at, false, 1
    where person_at is not null
    union all
    select machine_account, machine_at, true, 1
    where machine_at is not null and (person_at is null or machine_at < person_at)
    union all
    select person_account, person_at, true, -1
    where machine_at < person_at
$$;

-- For which accounts' sums something counts: the one that it was done in, and its contact's present one.
create function account_belongings(stamp uuid, present uuid) returns table (account_id uuid, belonging "char")
language sql immutable parallel safe
as $$
    select stamp, (case when present = stamp then 'P' else 'F' end)::"char"
    where stamp is not null
    union all
    select present, 'B'::"char"
    where present is not null and stamp is distinct from present
$$;

-- What each copy counts for, as before, read in one pass: once, at the moment of the first occurrence (domain.md
-- 4.7). Rows with machine = false count people alone; the machine rows correct them to people and machines
-- together. A copy that bounced at or after its delivery is no delivered copy, and no opened one.
create or replace view copy_measure as
select contact_id, copy_id, counted.account_id, counted.at, counted.machine, mark.kind, counted.n
from (
    select contact_id, copy_id, mark,
        copy_kind(mark, link) collate "C" as kind,
        (array_agg(account_id) filter (where not machine))[1] as person_account,
        min(first_at) filter (where not machine) as person_at,
        (array_agg(account_id) filter (where machine))[1] as machine_account,
        min(first_at) filter (where machine) as machine_at,
        max(max(last_at) filter (where mark = 'BOUNCED')) over copy
            >= coalesce(max(max(last_at) filter (where mark = 'EMAIL_DELIVERED')) over copy, '-infinity') as bounced
    from copy_mark
    group by contact_id, copy_id, mark, link
    window copy as (partition by contact_id, copy_id)
) mark
cross join lateral copy_counts(person_account, person_at, machine_account, machine_at) counted
where mark.mark <> 'BOUNCED' and not (mark.mark in ('EMAIL_DELIVERED', 'EMAIL_OPENED') and bounced is true);

-- What was done, and for which account's sums it counts: the one that it was done in, and the present one.
create view account_measure as
select owner.account_id, owner.belonging, done.contact_id, done.at, done.machine, done.kind, done.n, done.seen_at
from (
    select contact_id, account_id, at, machine, kind, n, seen_at from interaction_measure
    union all
    select contact_id, account_id, at, machine, kind, n, null from copy_measure
) done
left join contact on contact.id = done.contact_id
cross join lateral account_belongings(done.account_id, contact.account_id) owner;

insert into account_rollup
select account_id, span, day, belonging, machine, kind, sum(n), min(first_at), max(last_at),
    sum(n) filter (where hour = 0), sum(n) filter (where hour = 1), sum(n) filter (where hour = 2),
    sum(n) filter (where hour = 3), sum(n) filter (where hour = 4), sum(n) filter (where hour = 5),
    sum(n) filter (where hour = 6), sum(n) filter (where hour = 7), sum(n) filter (where hour = 8),
    sum(n) filter (where hour = 9), sum(n) filter (where hour = 10), sum(n) filter (where hour = 11),
    sum(n) filter (where hour = 12), sum(n) filter (where hour = 13), sum(n) filter (where hour = 14),
    sum(n) filter (where hour = 15), sum(n) filter (where hour = 16), sum(n) filter (where hour = 17),
    sum(n) filter (where hour = 18), sum(n) filter (where hour = 19), sum(n) filter (where hour = 20),
    sum(n) filter (where hour = 21), sum(n) filter (where hour = 22), sum(n) filter (where hour = 23)
from (
    select account_id, span.span, span.day, belonging, machine, kind,
        case span.span when 'D' then extract(hour from hourly.at) end as hour, n, first_at, last_at
    from (
        select account_id, belonging, machine, kind, date_trunc('hour', at at time zone 'UTC') as at,
            sum(n) as n, min(seen_at) as first_at, max(seen_at) as last_at
        from account_measure
        group by account_id, belonging, machine, kind, date_trunc('hour', at at time zone 'UTC')
        having sum(n) <> 0
    ) hourly
    cross join lateral (
        values ('A'::"char", '-infinity'::date), ('M', date_trunc('month', hourly.at)::date), ('D', hourly.at::date)
    ) span (span, day)
) spread
group by account_id, span, day, belonging, machine, kind
having sum(n) <> 0 or span = 'D';

-- An interaction may name its contact by an address; it waits until somebody has it.
alter table orphan_interaction add column contact_email text;
create index orphan_by_contact_email on orphan_interaction (contact_email) where contact_email is not null;
