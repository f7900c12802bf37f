-- Custom fields; what records hold in them is composed in db/custom_fields.py.

-- name: custom_fields
select * from custom_field order by created_at, id

-- name: custom_fields_of
select * from custom_field where entity = $1 order by created_at, id

-- name: custom_field_by_id
select * from custom_field where id = any($1::uuid[])

-- name: custom_fields_lock
-- Nobody gives values to fields of this kind of record while one of them changes.
select pg_advisory_xact_lock(hashtextextended('custom fields ' || $1, 0))

-- name: custom_fields_lock_shared
-- Many give values at once, while no field changes.
select pg_advisory_xact_lock_shared(hashtextextended('custom fields ' || $1, 0))

-- name: custom_field_update
update custom_field
set version = $2, updated_at = $3, label = $4, description = $5, choices = $6, indexed = $7,
    retired_at = $8, removed_at = $9
where id = $1

-- name: custom_field_clear_history
-- Takes what a removed field held from the history of all records of a kind.
update record_history
set changes = changes #- array['custom', 'old', $2] #- array['custom', 'new', $2]
where entity = $1 and ((changes #> '{custom,old}') ? $2 or (changes #> '{custom,new}') ? $2)

-- name: custom_field_delete
delete from custom_field where id = $1
