-- Records by their own ids and by the keys of other systems.

-- name: intake_lock
-- One at a time takes in records of a source, so that a key is given out once.
select pg_advisory_xact_lock(hashtextextended('intake ' || $1, 0))

-- name: source_keys_find
select key, record_id
from source_key
where source = $1 and entity = $2 and key = any($3::text[])

-- name: source_keys_of
select source, entity, key, record_id
from source_key
where record_id = any($1::uuid[])
order by record_id, source, key

-- name: source_keys_add
insert into source_key (source, entity, key, record_id)
select $1, $2, added.key, added.record_id
from unnest($3::text[], $4::uuid[]) added (key, record_id)
on conflict (source, entity, key) do nothing

-- name: contacts_by_email
-- A merged contact's address leads to the one that stands for it.
with recursive found as (
    select lower(email) as email, id, master_id, created_at, id as own_id
    from contact
    where lower(email) = any($1::text[])
    union all
    select found.email, contact.id, contact.master_id, found.created_at, found.own_id
    from found
    join contact on contact.id = found.master_id
)
select email, id
from found
where master_id is null
order by created_at, own_id

-- name: leads_by_email
select lower(email) as email, id
from lead
where lower(email) = any($1::text[])
order by created_at, id

-- name: account_locked
select * from account where id = any($1::uuid[]) order by id for update

-- name: contact_locked
select * from contact where id = any($1::uuid[]) order by id for update

-- name: lead_locked
select * from lead where id = any($1::uuid[]) order by id for update

-- name: opportunity_locked
select * from opportunity where id = any($1::uuid[]) order by id for update

-- name: memberships_add
insert into contact_account_membership (contact_id, from_at, account_id)
select * from unnest($1::uuid[], $2::timestamptz[], $3::uuid[])

-- name: lead_stages_add
insert into lead_stage (home_id, lead_id, entered_at, stage, cause)
select *, $5::int from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::int[])

-- name: lead_stage_close
update lead_stage
set left_at = $3
where home_id = $1 and lead_id = $2 and left_at is null

-- name: leads_of_opportunities
-- Leads from which these opportunities came, and that do not know it yet.
select lead.*, made.id as made_id
from opportunity made
join lead on lead.id = made.originating_lead_id
where made.id = any($1::uuid[]) and lead.qualifying_opportunity_id is null
order by lead.id, made.id
for update of lead
