-- Documents that clients ask for by their hash.

-- name: document_find
update document
set used_at = greatest(used_at, $2)
where sha256 = $1
returning text

-- name: document_keep
insert into document (sha256, text, used_at)
values ($1, $2, $3)
on conflict (sha256) do update set used_at = greatest(document.used_at, excluded.used_at)

-- name: documents_touch
update document
set used_at = greatest(used_at, $2)
where sha256 = any($1::bytea[])

-- name: documents_turn
-- One at a time forgets documents; who comes meanwhile need not.
select pg_try_advisory_xact_lock(4719305539) as mine

-- name: documents_forget
delete from document
where sha256 in (select sha256 from document order by used_at desc, sha256 offset $1)
