-- The change log: what a transaction leaves in it, and how it is read (domain/changes.py).

-- name: changes_add
-- Written and told in one round trip; the listeners hear of it when the transaction is committed.
with added as (
    insert into change (number, entity, kind, record_id, contact_id, account_id, former_account_id)
    select * from unnest($1::int[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[])
)
select pg_notify('leadgraph_change', '')

-- name: staged_note_changes
-- What a batch of interactions has brought, a few rows a contact: not more than 100 interactions each; and the
-- contact's present account, where they are stamped otherwise.
with fresh as (
    select contact_id, account_id, min(occurred_at) as at, array_agg(id order by occurred_at, id) as ids
    from stage_interaction
    where contact_id is not null
    group by contact_id, account_id
),
added as (
    insert into change (number, entity, record_id, account_id, former_account_id, member, interactions)
    select $1 + row_number() over (order by fresh.at, fresh.contact_id, part), 'contact', fresh.contact_id,
        fresh.account_id, nullif(contact.account_id, fresh.account_id),
        coalesce(contact.account_id = fresh.account_id, false), fresh.ids[part:part + 99]
    from fresh
    join stage_contact contact on contact.id = fresh.contact_id
    cross join lateral generate_series(1, cardinality(fresh.ids), 100) part
    returning 1
)
select count(*)::int as n, case when count(*) > 0 then pg_notify('leadgraph_change', '')::text end as told
from added

-- name: changes_after
-- Those of transactions that are not older than every running one are not settled: they are read again later.
select change.*, xact < pg_snapshot_xmin(pg_current_snapshot())::text::bigint as settled
from change
where (xact, number) > ($1, $2)
order by xact, number
limit $3

-- name: changes_end
-- The place after all that is settled, also where all of it has been deleted.
(
    select xact, number
    from change
    where xact < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    order by xact desc, number desc
    limit 1
)
union all
select expired_xact, expired_number
from change_log
order by xact desc, number desc
limit 1

-- name: change_log_bounds
select expired_xact, expired_number, pg_snapshot_xmax(pg_current_snapshot())::text::bigint as future
from change_log

-- name: change_log_own
select change_log.identity as written, system_identifier || '/' || pg_database.oid as own
from change_log, pg_control_system(), pg_database
where datname = current_database()
for update of change_log

-- name: change_log_begin
-- The transactions' numbers of another server, or of the database that this is a copy of, mean nothing here.
with gone as (
    delete from change
)
update change_log
set identity = $1, expired_xact = 0, expired_number = 0

-- name: changes_expire_lock
select pg_try_advisory_xact_lock(4719305540) as ours

-- name: changes_expire
with kept as (
    select xact, number
    from change
    where at >= $1
    order by xact, number
    limit 1
),
old as (
    select xact, number
    from change
    where xact < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        and not exists (select from kept where (kept.xact, kept.number) <= (change.xact, change.number))
    order by xact, number
    limit 10000
),
gone as (
    delete from change
    using old
    where change.xact = old.xact and change.number = old.number
    returning change.xact, change.number
)
update change_log
set expired_xact = latest.xact, expired_number = latest.number
from (select xact, number from gone order by xact desc, number desc limit 1) latest
