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

-- name: interactions_restamp
-- After a move that took place in the past, later interactions belong to the account of that moment.
update interaction
set account_id = $3
where contact_id = $1 and occurred_at >= $2 and account_id is distinct from $3

-- name: contact_sums_forget
with copies as (
    delete from delivered_copy where contact_id = any($1::uuid[])
),
marks as (
    delete from copy_mark where contact_id = any($1::uuid[])
)
delete from contact_rollup where contact_id = any($1::uuid[])

-- name: stage_of_contacts
insert into stage_interaction (
    id, contact_id, account_id, mark, occurred_at, type, actor, source, source_id, journey_id,
    iteration_id, tile_id, message_id, link, properties
)
select id, contact_id, account_id, ($2::jsonb) ->> type, occurred_at, type, actor, source, source_id,
    journey_id, iteration_id, tile_id, message_id, link, properties
from interaction
where contact_id = any($1::uuid[])
