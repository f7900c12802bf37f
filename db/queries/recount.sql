-- Everything that is kept, compared with the facts (domain.md 11): a batch in one snapshot. What is kept as nothing
-- and what is not kept are the same. db/recounts.py fills in what stands for each hour of a day.

-- name: recount_snapshot
set transaction isolation level repeatable read

-- name: recount_sizes
select (select count(*) from contact) as contacts, (select count(*) from account) as accounts

-- name: recount_contacts
-- The contacts after one, as many as $2; the last is where the batch ends.
select id from contact where id > $1 order by id limit $2

-- name: recount_accounts
select id from account where id > $1 order by id limit $2

-- name: recount_accounts_between
-- The accounts in a span of ids, and whatever else has sums as if it were one.
select id from account where id > $1 and id <= $2
union
select account_id from account_rollup where account_id > $1 and account_id <= $2
union
select account_id from account_addition where account_id > $1 and account_id <= $2

-- name: recount_of_contacts
-- The sums of the contacts in a span of ids, where they are not what the facts and the marks say.
select contact_id, account_id, machine, kind, sum(kept)::bigint as kept, sum(counted)::bigint as counted,
    min(kept_first) as kept_first, max(kept_last) as kept_last, min(counted_first) as counted_first,
    max(counted_last) as counted_last
from (
    select contact_id, account_id, machine, kind collate "C" as kind, n as kept, 0 as counted,
        first_at as kept_first, last_at as kept_last, null::timestamptz as counted_first,
        null::timestamptz as counted_last
    from contact_rollup
    where contact_id > $1 and contact_id <= $2 and n <> 0
    union all
    select contact_id, account_id, machine, kind collate "C", 0, n, null, null, seen_at, seen_at
    from interaction_measure
    where contact_id > $1 and contact_id <= $2
    union all
    select contact_id, account_id, machine, kind collate "C", 0, n, null, null, null, null
    from copy_measure
    where contact_id > $1 and contact_id <= $2
) compared
group by contact_id, account_id, machine, kind
having sum(kept) <> sum(counted)
    or sum(counted) <> 0 and (min(kept_first) is distinct from min(counted_first)
        or max(kept_last) is distinct from max(counted_last))
order by contact_id, kind, machine, account_id

-- name: recount_of_marks
-- What is kept of the copies' fates, where it is not what happened to them. $3 are the marks of types.
with done as (
    select contact_id, copy.id as copy_id, copy.mark, counted.link, actor = 'MACHINE' as machine, 1 as n,
        occurred_at as first_at, occurred_at as last_at, account_id, interaction.id
    from interaction
    cross join lateral (
        select md5(concat_ws(chr(31), message_id, coalesce(journey_id, ''), coalesce(iteration_id, ''),
            coalesce(tile_id, '')))::uuid as id, ($3::jsonb) ->> type as mark
    ) copy
    cross join lateral (
        select '' as link
        union all
        select interaction.link where copy.mark = 'EMAIL_CLICKED' and interaction.link <> ''
    ) counted
    where contact_id > $1 and contact_id <= $2 and message_id is not null and copy.mark is not null
    union all
    select contact_id, copy_id, mark, link, machine, n, first_at, last_at, account_id, archive_id
    from archived_mark
    where contact_id > $1 and contact_id <= $2
)
select contact_id, copy_id, mark as kind, link, machine, sum(kept)::bigint as kept,
    sum(counted)::bigint as counted, min(kept_first) as kept_first, max(kept_last) as kept_last,
    min(counted_first) as counted_first, max(counted_last) as counted_last, min(kept_account::text) as kept_account,
    min(counted_account::text) as counted_account
from (
    select contact_id, copy_id, mark, link, machine, n as kept, 0 as counted, first_at as kept_first,
        last_at as kept_last, null::timestamptz as counted_first, null::timestamptz as counted_last,
        account_id as kept_account, null::uuid as counted_account
    from copy_mark
    where contact_id > $1 and contact_id <= $2
    union all
    select contact_id, copy_id, mark, link, machine, 0, sum(n), null, null, min(first_at), max(last_at), null,
        (array_agg(account_id order by first_at, id))[1]
    from done
    group by contact_id, copy_id, mark, link, machine
) compared
group by contact_id, copy_id, mark, link, machine
having sum(kept) <> sum(counted) or min(kept_first) is distinct from min(counted_first)
    or max(kept_last) is distinct from max(counted_last)
    or min(kept_account::text) is distinct from min(counted_account::text)
order by contact_id, copy_id, mark, link, machine

-- name: recount_of_copies
-- The copies that are kept and were never met, and those that were met and are not kept.
select contact_id, id as copy_id, min(message_id) as kind, sum(kept)::bigint as kept,
    sum(counted)::bigint as counted
from (
    select contact_id, id, message_id, journey_id, iteration_id, tile_id, 1 as kept, 0 as counted
    from delivered_copy
    where contact_id > $1 and contact_id <= $2
    union all
    (
        select distinct contact_id, md5(concat_ws(chr(31), message_id, coalesce(journey_id, ''),
                coalesce(iteration_id, ''), coalesce(tile_id, '')))::uuid, message_id, coalesce(journey_id, ''),
            coalesce(iteration_id, ''), coalesce(tile_id, ''), 0, 1
        from interaction
        where contact_id > $1 and contact_id <= $2 and message_id is not null and ($3::jsonb) ? type
        union
        select contact_id, copy_id, message_id, coalesce(journey_id, ''), coalesce(iteration_id, ''),
            coalesce(tile_id, ''), 0, 1
        from archived_mark
        where contact_id > $1 and contact_id <= $2
    )
) compared
group by contact_id, id, message_id, coalesce(journey_id, ''), coalesce(iteration_id, ''), coalesce(tile_id, '')
having sum(kept) <> sum(counted)
order by contact_id, id

-- name: recount_by_hour
-- What was done for the sums of some accounts, by hour: by whom it was, in them and elsewhere.
with done as (
    select done.account_id,
        (case when contact.account_id = done.account_id then 'P' else 'F' end)::"char" as belonging, at, machine, kind, n, seen_at
    from (
        select contact_id, account_id, at, machine, kind, n, seen_at
        from interaction_measure
        where account_id = any($1::uuid[])
        union all
        select measure.contact_id, measure.account_id, at, machine, kind, n, null
        from (
            select distinct contact_id, copy_id from copy_mark where account_id = any($1::uuid[])
        ) touched
        cross join lateral (
            select * from copy_measure
            where copy_measure.contact_id = touched.contact_id and copy_measure.copy_id = touched.copy_id
        ) measure
        where measure.account_id = any($1::uuid[])
    ) done
    left join contact on contact.id = done.contact_id
    union all
    select member.account_id, 'B'::"char", measure.at, measure.machine, measure.kind, measure.n, measure.seen_at
    from contact member
    cross join lateral (
        select account_id, at, machine, kind, n, seen_at
        from interaction_measure
        where interaction_measure.contact_id = member.id
        union all
        select account_id, at, machine, kind, n, null
        from copy_measure
        where copy_measure.contact_id = member.id
    ) measure
    where member.account_id = any($1::uuid[]) and measure.account_id is distinct from member.account_id
)
select account_id, belonging, machine, kind collate "C" as kind, date_trunc('hour', at at time zone 'UTC') as at,
    sum(n) as n, min(seen_at) as first_at, max(seen_at) as last_at
from done
group by account_id, belonging, machine, kind, date_trunc('hour', at at time zone 'UTC')
having sum(n) <> 0

-- name: account_sums_compared
with by_hour as materialized (
    {by_hour}
)
select account_id, span::text as span, day::text as day, belonging::text as belonging, machine, kind,
    sum(kept)::bigint as kept, sum(counted)::bigint as counted, min(kept_first) as kept_first,
    max(kept_last) as kept_last, min(counted_first) as counted_first, max(counted_last) as counted_last,
    max(kept_hours) is distinct from max(counted_hours) as hours_differ
from (
    select account_id, span, day, belonging, machine, kind collate "C" as kind, sum(n) as kept, 0 as counted,
        min(first_at) as kept_first, max(last_at) as kept_last, null::timestamptz as counted_first,
        null::timestamptz as counted_last, {kept_hours} as kept_hours, null::bigint[] as counted_hours
    from account_sum
    where account_id = any($1::uuid[])
    group by account_id, span, day, belonging, machine, kind
    having sum(n) <> 0 or {any_hour}
    union all
    select account_id, span.span, span.day, belonging, machine, kind, 0, sum(n), null, null, min(first_at),
        max(last_at), null, {no_hours}
    from by_hour
    cross join lateral (
        values ('A'::"char", '-infinity'::date), ('M', date_trunc('month', by_hour.at)::date)
    ) span (span, day)
    group by account_id, span.span, span.day, belonging, machine, kind
    having sum(n) <> 0
    union all
    select account_id, 'D', at::date, belonging, machine, kind, 0, sum(n), null, null, min(first_at),
        max(last_at), null, {counted_hours}
    from by_hour
    group by account_id, at::date, belonging, machine, kind
) compared
group by account_id, span, day, belonging, machine, kind
having sum(kept) <> sum(counted) or max(kept_hours) is distinct from max(counted_hours)
    or sum(counted) <> 0 and (min(kept_first) is distinct from min(counted_first)
        or max(kept_last) is distinct from max(counted_last))
order by account_id, span, day, belonging, kind, machine

-- name: recount_lock_members
-- Whoever adds to the sums of some accounts: nobody acts or moves meanwhile.
select id
from contact
where account_id = any($1::uuid[])
    or id in (select contact_id from contact_account_membership where account_id = any($1::uuid[]))
order by id
for no key update

-- name: recount_forget_accounts
with gone as (
    delete from account_addition where account_id = any($1::uuid[])
)
delete from account_rollup where account_id = any($1::uuid[])
