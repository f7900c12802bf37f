-- A contact's stay in accounts, and what its moves do to the accounts' sums (domain.md 4.4).

-- name: memberships_of_contact
select *
from contact_account_membership
where contact_id = any($1::uuid[])
order by contact_id, from_at

-- name: membership_close
update contact_account_membership
set to_at = $2
where contact_id = $1 and to_at is null

-- name: membership_open
insert into contact_account_membership (contact_id, from_at, account_id)
values ($1, $2, $3)

-- name: account_sums_withdraw
-- The contact's rows leave its account's sums.
update account_rollup known
set n = known.n - leaving.n
from contact_rollup leaving
where leaving.contact_id = $1 and leaving.account_id = $2 and known.account_id = $2
    and known.day = leaving.day and known.machine = leaving.machine and known.kind = leaving.kind

-- name: account_sums_reread_extremes
-- First and last cannot be subtracted: they are read again from the members who remain.
update account_rollup known
set first_at = rest.first_at, last_at = rest.last_at
from contact_rollup leaving
cross join lateral (
    select min(staying.first_at) as first_at, max(staying.last_at) as last_at
    from contact_rollup staying
    join contact on contact.id = staying.contact_id and contact.account_id = staying.account_id
    where staying.account_id = leaving.account_id and staying.day = leaving.day
        and staying.machine = leaving.machine and staying.kind = leaving.kind
) rest
where leaving.contact_id = $1 and leaving.account_id = $2 and known.account_id = $2
    and known.day = leaving.day and known.machine = leaving.machine and known.kind = leaving.kind
    and (known.first_at = leaving.first_at or known.last_at = leaving.last_at)

-- name: account_sums_drop_empty
delete from account_rollup
where account_id = $1 and n = 0

-- name: account_sums_credit
insert into account_rollup as known (account_id, day, machine, kind, n, first_at, last_at)
select account_id, day, machine, kind, n, first_at, last_at
from contact_rollup
where contact_id = $1 and account_id = $2
order by account_id, day, machine, kind
on conflict (account_id, day, machine, kind) do update
set n = known.n + excluded.n,
    first_at = least(known.first_at, excluded.first_at),
    last_at = greatest(known.last_at, excluded.last_at)

-- name: interactions_restamp
-- After a move that took place in the past, later interactions belong to the account of that moment.
update interaction
set account_id = $3
where contact_id = $1 and occurred_at >= $2 and account_id is distinct from $3

-- name: contact_sums_forget
with marks as (
    delete from copy_mark where contact_id = $1
)
delete from contact_rollup
where contact_id = $1

-- name: stage_of_contact
insert into stage_interaction (
    id, contact_id, account_id, mark, fresh, occurred_at, type, actor, source, source_id, journey_id,
    iteration_id, tile_id, message_id, link, properties
)
select id, contact_id, account_id, ($2::jsonb) ->> type, true, occurred_at, type, actor, source, source_id,
    journey_id, iteration_id, tile_id, message_id, link, properties
from interaction
where contact_id = $1
