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
select id
from contact
where lower(email) = lower($1)
order by state, created_at, id
limit 1
