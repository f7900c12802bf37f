-- Sums by kind: of contacts, and of accounts over their current members (domain.md 4.4). Whole days come from
-- the rollups, with -infinity holding the total; what lies in no whole day is counted from the facts.
-- db/insights.py fills the fragments in: {of} says whose (`= any($1)`, or `= t.id` where they are folded into
-- the statement that reads the owners), {days} which days of the rollup, {machines} whether machines count,
-- {head_from} to {tail_to} are the two edges.

-- name: sums_of
select owner_id, array_agg(kind) as kinds, array_agg(n) as ns, array_agg(first_at) as firsts,
    array_agg(last_at) as lasts
from (
    select owner_id, kind, sum(n)::bigint as n, min(first_at) as first_at, max(last_at) as last_at
    from (
        {counted}
    ) counted
    where not machine or {machines}
    group by owner_id, kind
) summed
group by owner_id

-- name: contact_counted
select contact_id as owner_id, machine, kind, n, first_at, last_at
from contact_rollup
where contact_id {of} and {days}

-- name: contact_counted_at_the_edges
select contact_id as owner_id, machine, kind, n, seen_at, seen_at
from interaction_measure
where contact_id {of}
    and ((at >= {head_from} and at < {head_to}) or (at >= {tail_from} and at < {tail_to}))
union all
select contact_id, machine, kind, n, null, null
from copy_measure
where contact_id {of}
    and ((at >= {head_from} and at < {head_to}) or (at >= {tail_from} and at < {tail_to}))

-- name: account_counted
select account_id as owner_id, machine, kind, n, first_at, last_at
from account_rollup
where account_id {of} and {days}

-- name: account_counted_at_the_edges
select measure.account_id, machine, kind, n, seen_at, seen_at
from interaction_measure measure
join contact member on member.id = measure.contact_id and member.account_id = measure.account_id
where measure.account_id {of}
    and ((at >= {head_from} and at < {head_to}) or (at >= {tail_from} and at < {tail_to}))
union all
select measure.account_id, machine, kind, n, null, null
from contact member
cross join lateral (
    select * from copy_measure where copy_measure.contact_id = member.id
) measure
where member.account_id {of} and measure.account_id = member.account_id
    and ((at >= {head_from} and at < {head_to}) or (at >= {tail_from} and at < {tail_to}))

-- name: account_counted_with_former
-- Whoever was a member at the moment counts, also who has left since.
select account_id as owner_id, machine, kind, n, first_at, last_at
from contact_rollup
where account_id {of} and {days}

-- name: account_counted_with_former_at_the_edges
select account_id, machine, kind, n, seen_at, seen_at
from interaction_measure
where account_id {of}
    and ((at >= {head_from} and at < {head_to}) or (at >= {tail_from} and at < {tail_to}))
union all
select measure.account_id, machine, kind, n, null, null
from (
    select distinct contact_id, account_id from contact_account_membership where account_id {of}
) stay
cross join lateral (
    select * from copy_measure where copy_measure.contact_id = stay.contact_id
) measure
where measure.account_id = stay.account_id
    and ((at >= {head_from} and at < {head_to}) or (at >= {tail_from} and at < {tail_to}))

-- name: account_reach
select member.account_id as owner_id, count(*) as contacts, count(*) filter (where {engaged}) as engaged
from contact member
where member.account_id {of}
group by member.account_id

-- name: engaged_member
exists (
    select from contact_rollup summed
    where summed.contact_id = member.id and summed.account_id = member.account_id and summed.n > 0
        and {days} and (not summed.machine or {machines})
        and summed.kind = any({kinds})
) or exists (
    select from interaction
    where interaction.contact_id = member.id and interaction.account_id = member.account_id
        and (interaction.actor <> 'MACHINE' or {machines}) and interaction.type = any({kinds})
        and ((occurred_at >= {head_from} and occurred_at < {head_to})
            or (occurred_at >= {tail_from} and occurred_at < {tail_to}))
)
