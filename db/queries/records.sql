-- Records by id, as the loaders ask for them.

-- name: account_by_id
select * from account where id = any($1::uuid[])

-- name: contact_by_id
select * from contact where id = any($1::uuid[])

-- name: lead_by_id
select * from lead where id = any($1::uuid[])

-- name: opportunity_by_id
select * from opportunity where id = any($1::uuid[])

-- name: lead_stages_of_lead
select lead_id, entered_at, left_at, stage, cause
from lead_stage
where lead_id = any($1::uuid[])
order by lead_id, entered_at

-- name: account_open_deals
-- Of the account and the accounts below it, however deep.
with recursive below as (
    select id as owner_id, id
    from account
    where id = any($1::uuid[])
    union
    select below.owner_id, account.id
    from below
    join account on account.parent_account_id = below.id
)
select below.owner_id, count(*) as deals, coalesce(sum(estimated_value), 0) as revenue
from below
join opportunity on opportunity.account_id = below.id and opportunity.state = 0
group by below.owner_id

-- name: ids_by_source_key
select record_id as id
from source_key
where source = $1 and entity = $2 and key = $3

-- name: contact_ids_by_email
-- A merged contact's address leads to the one that stands for it.
with recursive found as (
    (
        select id, master_id
        from contact
        where lower(email) = lower($1)
        order by state, created_at, id
        limit 1
    )
    union all
    select contact.id, contact.master_id
    from found
    join contact on contact.id = found.master_id
)
select id
from found
where master_id is null

-- name: accounts_there
select id, master_id from account where id = any($1::uuid[]) order by id for key share

-- name: contacts_there
select id, master_id from contact where id = any($1::uuid[]) order by id for key share

-- name: leads_there
select id from lead where id = any($1::uuid[]) order by id for key share

-- name: opportunitys_there
select id from opportunity where id = any($1::uuid[]) order by id for key share

-- name: events_there
select id from event where id = any($1::uuid[]) order by id for key share

-- name: hierarchy_lock
-- One at a time places records of a kind below each other, so that two cannot close a circle.
select pg_advisory_xact_lock(hashtextextended('hierarchy ' || $1, 0))

-- name: account_lies_above
-- Whether $2 stands above $1 in the hierarchy.
with recursive above as (
    select id, parent_account_id as parent_id from account where id = $1
    union
    select account.id, account.parent_account_id from above join account on account.id = above.parent_id
)
select from above where id = $2

-- name: contact_lies_above
-- Whether $2 stands above $1 among contacts placed under each other.
with recursive above as (
    select id, parent_contact_id as parent_id from contact where id = $1
    union
    select contact.id, contact.parent_contact_id from above join contact on contact.id = above.parent_id
)
select from above where id = $2

-- name: record_changes_since
-- The versions of a record after the one that a client knows, latest first.
select version, at, actor, changes
from record_history
where record_id = $1 and version > $2
order by version desc
limit 100

-- name: record_history_forget
delete from record_history where record_id = $1

-- name: source_keys_forget
delete from source_key where record_id = $1

-- name: account_forget_memberships
delete from contact_account_membership where account_id = $1

-- name: account_forget_interactions
update interaction set account_id = null where account_id = $1

-- name: account_forget_marks
update copy_mark set account_id = null where account_id = $1

-- name: account_forget_sums
-- What was done while members becomes what was done while members of none.
with gone as (
    delete from contact_rollup
    where contact_id in (select contact_id from contact_account_membership where account_id = $1)
        and account_id = $1
    returning contact_id, machine, kind, n, first_at, last_at
)
insert into contact_rollup as known (contact_id, account_id, machine, kind, n, first_at, last_at)
select contact_id, null, machine, kind, n, first_at, last_at
from gone
order by contact_id, machine, kind
on conflict (contact_id, account_id, machine, kind) do update
set n = known.n + excluded.n,
    first_at = least(known.first_at, excluded.first_at),
    last_at = greatest(known.last_at, excluded.last_at)

-- name: account_forget_own_sums
with gone as (
    delete from account_addition where account_id = $1
)
delete from account_rollup where account_id = $1

-- name: idempotency_expire
-- A few at a time, oldest first; what another transaction holds is left to it.
delete from idempotency
where (actor, key) in (
    select actor, key from idempotency where at < $1 order by at limit 50 for update skip locked
)

-- name: idempotency_claim
insert into idempotency (actor, key, mutation, digest, at)
values ($1, $2, $3, $4, $5)
on conflict (actor, key) do nothing

-- name: idempotency_known
select digest, answer, record_ids
from idempotency
where actor = $1 and key = $2

-- name: idempotency_keep
update idempotency
set answer = $3, record_ids = $4
where actor = $1 and key = $2

-- name: active_contacts_by_email
select id
from contact
where lower(email) = lower($1) and state = 0
order by created_at, id
limit 1

-- name: opportunity_close_cancel
update opportunity_close
set canceled_at = $2
where opportunity_id = $1 and canceled_at is null

-- name: opportunity_closes
select * from opportunity_close
where opportunity_id = any($1::uuid[])
order by opportunity_id, closed_at, id

-- name: field_changes_of_entry
-- What each version changed, field by field; ids of records as clients know them.
select entry.id as entry_id, told.field, told.old, told.new
from record_history entry
cross join lateral (
    select split_part(key, '_', 1) || replace(initcap(replace(substr(key, length(split_part(key, '_', 1)) + 1),
            '_', ' ')), ' ', '') as field,
        case when change ->> 'old' ~ '^[A-Z][a-z]+:[0-9a-f-]{36}$' and key like '%\_id' then to_jsonb(rtrim(
            translate(encode(convert_to(change ->> 'old', 'UTF8'), 'base64'), '+/', '-_'), '='))
            else change -> 'old' end as old,
        case when change ->> 'new' ~ '^[A-Z][a-z]+:[0-9a-f-]{36}$' and key like '%\_id' then to_jsonb(rtrim(
            translate(encode(convert_to(change ->> 'new', 'UTF8'), 'base64'), '+/', '-_'), '='))
            else change -> 'new' end as new
    from jsonb_each(entry.changes) changed (key, change)
) told
where entry.id = any($1::uuid[])
order by entry.id, told.field

-- name: history_entry_by_id
select * from record_history where id = any($1::uuid[])

-- name: contacts_of_addresses
-- Of each address the active contact, of several the oldest.
select distinct on (lower(email)) lower(email) as email, id
from contact
where lower(email) = any($1::text[]) and master_id is null
order by lower(email), state, created_at, id
