-- The invented company, loaded once.

-- name: demo_lock
-- One transaction at a time looks and loads; whoever dies in the middle leaves nothing behind.
select pg_try_advisory_xact_lock(4719305541) as ours

-- name: demo_taken
select exists (select from source_key where source = $1)
    or exists (select from contact) or exists (select from account) or exists (select from lead)
    or exists (select from interaction_key) as taken

-- name: demo_keys
select key, record_id
from source_key
where source = $1 and entity = $2

-- name: demo_remember
insert into source_key (source, entity, key, record_id)
values ($1, $1, 'loaded', $2)
