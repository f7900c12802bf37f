-- name: saved_view_by_id
select * from saved_view where id = any($1::uuid[])

-- name: saved_view_locked
select * from saved_view where id = $1 for update

-- name: saved_view_update
update saved_view set name = $2, search = $3, filter = $4, ordering = $5, shared = $6,
    version = version + 1, updated_at = $7
where id = $1

-- name: saved_view_delete
delete from saved_view where id = $1
