-- The sums of accounts (docs/decisions/0020 and 0021): what is added to them, and what leaves them. db/rollups.py
-- fills in what stands for each hour.

-- name: account_sums_add
-- Whole sums first, then those of days: in one order for all, so that nobody deadlocks.
with {taken}by_hour as materialized (
    {by_hour}
),
daily as (
    insert into account_rollup as known (
        account_id, span, day, belonging, machine, kind, n, first_at, last_at, {hours}
    )
    select account_id, 'D', at::date as day, belonging, machine, kind, sum(n), min(first_at), max(last_at), {summed}
    from (select *, extract(hour from at)::int as hour from by_hour) by_hour
    group by account_id, at::date, belonging, machine, kind
    order by account_id, day, belonging, machine, kind
    on conflict (account_id, span, day, belonging, machine, kind) do update
    set n = known.n + excluded.n,
        first_at = least(known.first_at, excluded.first_at),
        last_at = greatest(known.last_at, excluded.last_at),
        {added}
)
insert into account_rollup as known (account_id, span, day, belonging, machine, kind, n, first_at, last_at)
select account_id, span.span, span.day, belonging, machine, kind, sum(n), min(first_at), max(last_at)
from by_hour
cross join lateral (
    values ('A'::"char", '-infinity'::date), ('M', date_trunc('month', by_hour.at)::date)
) span (span, day)
group by account_id, span.span, span.day, belonging, machine, kind
having sum(n) <> 0 or max(last_at) is not null
order by account_id, span.span, span.day, belonging, machine, kind
on conflict (account_id, span, day, belonging, machine, kind) do update
set n = known.n + excluded.n,
    first_at = least(known.first_at, excluded.first_at),
    last_at = greatest(known.last_at, excluded.last_at)

-- name: additions_store
-- Leaves what a batch adds to the sums of accounts with them; who gathers $1 of such rows is due to be folded, as
-- chance has it: nobody has to count them.
with added as (
    insert into account_addition (account_id, belonging, machine, kind, at, n, first_at, last_at)
    {by_hour}
    returning account_id
)
insert into account_due
select account_id
from added
group by account_id
having random() * $1::int < count(*)

-- name: additions_taken
taken as (
    delete from account_addition
    where ctid = any(array(
        select ctid from account_addition where account_id = any($1::uuid[]) order by account_id, ctid for update
    ))
    returning account_id, belonging, machine, kind, at, n, first_at, last_at
),

-- name: additions_by_hour
-- A moment counts also where as much left as came.
select account_id, belonging, machine, kind, at, sum(n) as n, min(first_at) as first_at, max(last_at) as last_at
from taken
group by account_id, belonging, machine, kind, at
having sum(n) <> 0 or max(last_at) is not null

-- name: accounts_due
-- Some of the accounts that are due; none while somebody else folds those.
with alone as (
    select pg_try_advisory_xact_lock(4719305541) as ours
)
delete from account_due
where (select ours from alone) and ctid = any(array(select ctid from account_due limit $1))
returning account_id

-- name: stage_sums
-- What some contacts add to the sums of accounts, by hour: before something is done to them, and afterwards.
create temp table if not exists stage_sum (
    account_id uuid not null,
    belonging "char" not null,
    machine boolean not null,
    kind text collate "C" not null,
    at timestamp not null,
    n bigint not null,
    first_at timestamptz,
    last_at timestamptz,
    leaving boolean not null
) on commit delete rows

-- name: staged_sums_clear
truncate stage_sum

-- name: staged_sums_count
insert into stage_sum
select account_id, belonging, machine, kind, date_trunc('hour', at at time zone 'UTC'), sum(n), min(seen_at),
    max(seen_at), $2
from account_measure
where contact_id = any($1::uuid[])
group by account_id, belonging, machine, kind, date_trunc('hour', at at time zone 'UTC')
having sum(n) <> 0

-- name: staged_sums_accounts
select distinct account_id from stage_sum where leaving

-- name: staged_sums_by_hour
-- What came less what left; moments that came back are no news, but have to be told of again.
select account_id, belonging, machine, kind, at, sum(case when leaving then -n else n end) as n,
    min(first_at) filter (where not leaving) as first_at, max(last_at) filter (where not leaving) as last_at
from stage_sum
group by account_id, belonging, machine, kind, at
having sum(case when leaving then -n else n end) <> 0
    or min(first_at) filter (where leaving) is distinct from min(first_at) filter (where not leaving)
    or max(last_at) filter (where leaving) is distinct from max(last_at) filter (where not leaving)

-- name: account_sums_drop_empty
delete from account_rollup known
using (select distinct account_id, belonging, machine, kind from stage_sum where leaving) touched
where known.account_id = touched.account_id and known.belonging = touched.belonging
    and known.machine = touched.machine and known.kind = touched.kind and n = 0 and {empty}

-- name: stage_lost_sums
-- The days of which the first or the last moment left and did not come back.
create temp table if not exists stage_lost (
    account_id uuid not null,
    belonging "char" not null,
    machine boolean not null,
    kind text collate "C" not null,
    day date not null
) on commit delete rows

-- name: staged_sums_find_lost
insert into stage_lost
select account_id, belonging, machine, kind, at::date
from stage_sum
group by account_id, belonging, machine, kind, at::date
having min(first_at) filter (where leaving)
        < coalesce(min(first_at) filter (where not leaving), 'infinity')
    or max(last_at) filter (where leaving)
        > coalesce(max(last_at) filter (where not leaving), '-infinity')

-- name: staged_sums_clear_lost
truncate stage_lost

-- name: staged_sums_reread_days
-- First and last cannot be subtracted: those who remain are read. What was done elsewhere is sought with its members.
update account_rollup known
set first_at = rest.first_at, last_at = rest.last_at
from (
    select lost.account_id, lost.belonging, lost.machine, lost.kind, lost.day, min(seen.occurred_at) as first_at,
        max(seen.occurred_at) as last_at
    from stage_lost lost
    left join lateral (
        select own.occurred_at
        from interaction own
        join contact on contact.id = own.contact_id
        where own.account_id = lost.account_id and own.occurred_at >= lost.day::timestamp at time zone 'UTC'
            and own.occurred_at < (lost.day + 1)::timestamp at time zone 'UTC' and own.type = lost.kind
            and (own.actor = 'MACHINE') = lost.machine
            and (contact.account_id is not distinct from own.account_id) = (lost.belonging = 'P')
            and lost.belonging <> 'B'
        union all
        select own.occurred_at
        from contact member
        join interaction own on own.contact_id = member.id
        where lost.belonging = 'B' and member.account_id = lost.account_id
            and own.account_id is distinct from lost.account_id
            and own.occurred_at >= lost.day::timestamp at time zone 'UTC'
            and own.occurred_at < (lost.day + 1)::timestamp at time zone 'UTC' and own.type = lost.kind
            and (own.actor = 'MACHINE') = lost.machine
        union all
        select own.at
        from archived_measure own
        join contact on contact.id = own.contact_id
        where own.account_id = lost.account_id and own.month = date_trunc('month', lost.day)::date
            and own.at >= lost.day::timestamp at time zone 'UTC'
            and own.at < (lost.day + 1)::timestamp at time zone 'UTC' and own.kind = lost.kind
            and own.machine = lost.machine and own.seen_at is not null
            and (contact.account_id is not distinct from own.account_id) = (lost.belonging = 'P')
            and lost.belonging <> 'B'
        union all
        select own.at
        from contact member
        join archived_measure own on own.contact_id = member.id
        where lost.belonging = 'B' and member.account_id = lost.account_id
            and own.account_id is distinct from lost.account_id and own.month = date_trunc('month', lost.day)::date
            and own.at >= lost.day::timestamp at time zone 'UTC'
            and own.at < (lost.day + 1)::timestamp at time zone 'UTC' and own.kind = lost.kind
            and own.machine = lost.machine and own.seen_at is not null
    ) seen on true
    group by lost.account_id, lost.belonging, lost.machine, lost.kind, lost.day
) rest
where known.account_id = rest.account_id and known.span = 'D' and known.day = rest.day
    and known.belonging = rest.belonging and known.machine = rest.machine and known.kind = rest.kind

-- name: staged_sums_reread_wholes
-- Of a month ('M') the days are read again, of all time ('A') the months.
update account_rollup known
set first_at = rest.first_at, last_at = rest.last_at
from (
    select lost.account_id, lost.belonging, lost.machine, lost.kind, lost.whole, min(part.first_at) as first_at,
        max(part.last_at) as last_at
    from (
        select distinct account_id, belonging, machine, kind,
            case $1::text when 'M' then date_trunc('month', day)::date else '-infinity'::date end as whole
        from stage_lost
    ) lost
    join account_rollup part on part.account_id = lost.account_id and part.belonging = lost.belonging
        and part.machine = lost.machine and part.kind = lost.kind
        and part.span = (case $1::text when 'M' then 'D' else 'M' end)::"char"
        and ($1::text = 'A' or part.day >= lost.whole and part.day < (lost.whole + interval '1 month')::date)
    group by lost.account_id, lost.belonging, lost.machine, lost.kind, lost.whole
) rest
where known.account_id = rest.account_id and known.span = ($1::text)::"char" and known.day = rest.whole
    and known.belonging = rest.belonging and known.machine = rest.machine and known.kind = rest.kind
