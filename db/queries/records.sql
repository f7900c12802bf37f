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

-- name: ids_by_source_key
select key, record_id
from source_key
where source = $1 and entity = $2 and key = $3

-- name: contact_ids_by_email
select id
from contact
where lower(email) = lower($1)
order by state, created_at, id
limit 1
