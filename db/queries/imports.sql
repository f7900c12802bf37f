-- How far an import has come, kept in the transaction of the rows it speaks of.

-- name: import_run
select rows_done, digest, counts, finished
from import_run
where format = $1 and file = $2

-- name: import_run_keep
insert into import_run (format, file, rows_done, digest, counts, finished, updated_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (format, file) do update set
    rows_done = excluded.rows_done,
    digest = excluded.digest,
    counts = excluded.counts,
    finished = excluded.finished,
    updated_at = excluded.updated_at

-- name: import_runs_finish
update import_run
set finished = true
where format = $1 and file = any($2::text[])

-- name: import_refusals
select number, refusal
from import_refusal
where format = $1 and file = $2 and number > $3
order by number
limit 1000

-- name: import_refusals_keep
insert into import_refusal (format, file, number, refusal)
select $1, $2, number, refusal
from unnest($3::bigint[], $4::jsonb[]) as refused (number, refusal)

-- name: import_refusals_forget
delete from import_refusal
where format = $1 and file = any($2::text[])
