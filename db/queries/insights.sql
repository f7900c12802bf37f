-- Sums by kind: of contacts, and of accounts over their current members (domain.md 4.4). Whole days come from
-- the rollups, with -infinity holding the total; what lies in no whole day is counted from the facts.
-- $1: the owners; $2, $3: days from, until before; $4: whether machines count; $5 to $8: the two edges.
-- db/insights.py puts what is counted into `sums_of`.

-- name: sums_of
select owner_id, array_agg(kind) as kinds, array_agg(n) as ns, array_agg(first_at) as firsts,
    array_agg(last_at) as lasts
from (
    select owner_id, kind, sum(n)::bigint as n, min(first_at) as first_at, max(last_at) as last_at
    from (
        {counted}
    ) counted
    where not machine or $4::boolean
    group by owner_id, kind
) summed
group by owner_id

-- name: contact_counted
select contact_id as owner_id, machine, kind, n, first_at, last_at
from contact_rollup
where contact_id = any($1::uuid[]) and day >= $2::date and day < $3::date

-- name: contact_counted_at_the_edges
select contact_id, machine, kind, n, seen_at, seen_at
from interaction_measure
where contact_id = any($1::uuid[])
    and ((at >= $5::timestamptz and at < $6::timestamptz) or (at >= $7::timestamptz and at < $8::timestamptz))
union all
select contact_id, machine, kind, n, null, null
from copy_measure
where contact_id = any($1::uuid[])
    and ((at >= $5::timestamptz and at < $6::timestamptz) or (at >= $7::timestamptz and at < $8::timestamptz))

-- name: account_counted
select account_id as owner_id, machine, kind, n, first_at, last_at
from account_rollup
where account_id = any($1::uuid[]) and day >= $2::date and day < $3::date

-- name: account_counted_at_the_edges
select measure.account_id, machine, kind, n, seen_at, seen_at
from interaction_measure measure
join contact member on member.id = measure.contact_id and member.account_id = measure.account_id
where measure.account_id = any($1::uuid[])
    and ((at >= $5::timestamptz and at < $6::timestamptz) or (at >= $7::timestamptz and at < $8::timestamptz))
union all
select measure.account_id, machine, kind, n, null, null
from contact member
cross join lateral (
    select * from copy_measure where copy_measure.contact_id = member.id
) measure
where member.account_id = any($1::uuid[]) and measure.account_id = member.account_id
    and ((at >= $5::timestamptz and at < $6::timestamptz) or (at >= $7::timestamptz and at < $8::timestamptz))

-- name: account_counted_with_former
-- Whoever was a member at the moment counts, also who has left since.
select account_id as owner_id, machine, kind, n, first_at, last_at
from contact_rollup
where account_id = any($1::uuid[]) and day >= $2::date and day < $3::date

-- name: account_counted_with_former_at_the_edges
select account_id, machine, kind, n, seen_at, seen_at
from interaction_measure
where account_id = any($1::uuid[])
    and ((at >= $5::timestamptz and at < $6::timestamptz) or (at >= $7::timestamptz and at < $8::timestamptz))
union all
select measure.account_id, machine, kind, n, null, null
from (
    select distinct contact_id, account_id from contact_account_membership where account_id = any($1::uuid[])
) stay
cross join lateral (
    select * from copy_measure where copy_measure.contact_id = stay.contact_id
) measure
where measure.account_id = stay.account_id
    and ((at >= $5::timestamptz and at < $6::timestamptz) or (at >= $7::timestamptz and at < $8::timestamptz))

-- name: account_reach
-- $5: the kinds that engage; $6 to $9: the two edges.
select member.account_id as owner_id, count(*) as contacts, count(*) filter (
    where exists (
        select from contact_rollup summed
        where summed.contact_id = member.id and summed.account_id = member.account_id and summed.n > 0
            and summed.day >= $2::date and summed.day < $3::date and (not summed.machine or $4::boolean)
            and summed.kind = any($5::text[])
    ) or exists (
        select from interaction
        where interaction.contact_id = member.id and interaction.account_id = member.account_id
            and (interaction.actor <> 'MACHINE' or $4::boolean) and interaction.type = any($5::text[])
            and ((occurred_at >= $6::timestamptz and occurred_at < $7::timestamptz)
                or (occurred_at >= $8::timestamptz and occurred_at < $9::timestamptz))
    )
) as engaged
from contact member
where member.account_id = any($1::uuid[])
group by member.account_id
