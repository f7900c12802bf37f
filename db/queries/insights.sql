-- Sums by kind: of contacts, and of accounts over their members (domain.md 4.4). A contact's windows are counted
-- from its facts; an account's from its whole months and the whole days around them, and from the facts of what
-- lies in no whole day. db/insights.py fills the fragments in: {of} says whose (`= any($1)`, or `= t.id` where
-- they are folded into the statement that reads the owners), {first_day} to {last_day} which sums,
-- {belonging} whose of them, {machines} whether machines count, {head_from} to {tail_to} are the two edges.

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
where contact_id {of}

-- name: contact_counted_within
-- Where all that was ever done lies in the window, totals tell it; else the facts do.
select contact_id as owner_id, machine, kind, n, first_at, last_at
from contact_rollup
where contact_id {of} and (
    select coalesce(min(first_at) >= {from} and max(last_at) < {to}, false)
    from contact_rollup whole
    where whole.contact_id {of}
)
union all
select contact_id, machine, kind, n, seen_at, seen_at
from interaction_measure
where contact_id {of} and at >= {from} and at < {to} and not (
    select coalesce(min(first_at) >= {from} and max(last_at) < {to}, false)
    from contact_rollup whole
    where whole.contact_id {of}
)
union all
select contact_id, machine, kind, n, null, null
from copy_measure
where contact_id {of} and at >= {from} and at < {to} and not (
    select coalesce(min(first_at) >= {from} and max(last_at) < {to}, false)
    from contact_rollup whole
    where whole.contact_id {of}
)

-- name: account_counted
select account_id as owner_id, machine, kind, n, first_at, last_at
from account_sum
where account_id {of} and span = 'A' and belonging in {belonging}

-- name: account_counted_within
select account_id as owner_id, machine, kind, n, first_at, last_at
from account_sum
where account_id {of} and span = 'M' and day >= {first_month} and day < {last_month} and belonging in {belonging}
union all
select account_id, machine, kind, n, first_at, last_at
from account_sum
where account_id {of} and span = 'D' and day >= {first_day} and day < {first_month} and belonging in {belonging}
union all
select account_id, machine, kind, n, first_at, last_at
from account_sum
where account_id {of} and span = 'D' and day >= {last_month} and day < {last_day} and belonging in {belonging}

-- name: account_counted_at_the_edges
-- Of what was done in the account; copies are found by their marks.
select measure.account_id, machine, kind, n, seen_at, seen_at
from fact_measure measure
left join contact member on member.id = measure.contact_id
where measure.account_id {of}
    and ((at >= {head_from} and at < {head_to}) or (at >= {tail_from} and at < {tail_to}))
    and (case when member.account_id = measure.account_id then 'P' else 'F' end) in {belonging}
union all
select measure.account_id, machine, kind, n, seen_at, seen_at
from archived_measure measure
left join contact member on member.id = measure.contact_id
where measure.account_id {of}
    and month in (date_trunc('month', {head_from} at time zone 'UTC')::date,
        date_trunc('month', {tail_from} at time zone 'UTC')::date)
    and ((at >= {head_from} and at < {head_to}) or (at >= {tail_from} and at < {tail_to}))
    and (case when member.account_id = measure.account_id then 'P' else 'F' end) in {belonging}
union all
select measure.account_id, machine, kind, n, null, null
from (
    select distinct contact_id, copy_id, account_id
    from copy_mark
    where account_id {of}
        and ((first_at >= {head_from} and first_at < {head_to}) or (first_at >= {tail_from} and first_at < {tail_to}))
) touched
left join contact member on member.id = touched.contact_id
cross join lateral (
    select * from copy_measure
    where copy_measure.contact_id = touched.contact_id and copy_measure.copy_id = touched.copy_id
) measure
where measure.account_id = touched.account_id
    and ((at >= {head_from} and at < {head_to}) or (at >= {tail_from} and at < {tail_to}))
    and (case when member.account_id = measure.account_id then 'P' else 'F' end) in {belonging}

-- name: account_counted_at_the_edges_all_time
-- Of what present members did anywhere.
select member.account_id, machine, kind, n, seen_at, seen_at
from contact member
join interaction_measure measure on measure.contact_id = member.id
where member.account_id {of}
    and ((at >= {head_from} and at < {head_to}) or (at >= {tail_from} and at < {tail_to}))
union all
select member.account_id, machine, kind, n, null, null
from contact member
cross join lateral (
    select * from copy_measure where copy_measure.contact_id = member.id
) measure
where member.account_id {of}
    and ((at >= {head_from} and at < {head_to}) or (at >= {tail_from} and at < {tail_to}))

-- name: account_reach
select member.account_id as owner_id, count(*) as contacts, count(*) filter (where {engaged}) as engaged
from contact member
where member.account_id {of}
group by member.account_id

-- name: engaged_member
exists (
    select from contact_rollup summed
    where summed.contact_id = member.id and (summed.account_id = member.account_id or not {stamped})
        and summed.n > 0 and (not summed.machine or {machines}) and summed.kind = any({kinds})
)

-- name: engaged_member_within
-- What a contact's sums say of first and last mostly decides it; else the facts do.
exists (
    select from contact_rollup summed
    where summed.contact_id = member.id and (summed.account_id = member.account_id or not {stamped})
        and summed.n > 0 and (not summed.machine or {machines}) and summed.kind = any({kinds})
        and summed.first_at < {to} and summed.last_at >= {from}
        and (summed.first_at >= {from} or summed.last_at < {to} or exists (
            select from interaction own
            where own.contact_id = member.id and (own.account_id = member.account_id or not {stamped})
                and own.occurred_at >= {from} and own.occurred_at < {to} and own.type = summed.kind
                and (own.actor = 'MACHINE') = summed.machine
        ) or exists (
            select from archived_measure own
            where own.contact_id = member.id and (own.account_id = member.account_id or not {stamped})
                and own.at >= {from} and own.at < {to} and own.kind = summed.kind and own.machine = summed.machine
        ))
)
