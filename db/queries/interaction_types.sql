-- Types of interactions that a team has declared.

-- name: interaction_types
select * from interaction_type order by created_at, id

-- name: interaction_type_by_id
select * from interaction_type where id = any($1::uuid[])

-- name: interaction_type_locked
select * from interaction_type where id = $1 for update

-- name: interaction_types_lock
-- One type at a time is declared, so that two never get one name.
select pg_advisory_xact_lock(hashtextextended('interaction types', 0))

-- name: interaction_type_update
update interaction_type
set version = $2, updated_at = $3, label = $4, description = $5, category = $6, engagement = $7,
    properties = $8, retired_at = $9
where id = $1

-- name: interaction_type_delete
delete from interaction_type where id = $1

-- name: interaction_type_is_used
-- Whether there is an interaction of that name, known contact or not.
select exists (select from interaction where type = 'CUSTOM' and properties ->> 'name' = $1)
    or exists (select from orphan_interaction where type = 'CUSTOM' and properties ->> 'name' = $1) as used
