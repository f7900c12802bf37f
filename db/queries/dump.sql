-- Exports: what the tables look like, and what stands aside while they are filled.

-- name: dump_tables
-- The columns of tables with their types, without those that the database computes; and what tells rows apart.
select relname as name,
    (
        select array_agg(attname::text order by attname collate "C")
        from pg_attribute
        where attrelid = pg_class.oid and attnum > 0 and not attisdropped and attgenerated = ''
    ) as columns,
    (
        select array_agg(format_type(atttypid, atttypmod) order by attname collate "C")
        from pg_attribute
        where attrelid = pg_class.oid and attnum > 0 and not attisdropped and attgenerated = ''
    ) as types,
    (
        select array_agg(attname::text order by place)
        from (
            select indkey::int2[] as columns
            from pg_index
            where indrelid = pg_class.oid and indisunique and indexprs is null and indpred is null
            order by indisprimary desc, indexrelid
            limit 1
        ) known
        cross join lateral unnest(columns) with ordinality as part (number, place)
        join pg_attribute on attrelid = pg_class.oid and attnum = part.number
    ) as key
from pg_class
where relname = any($1::text[]) and relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace

-- name: dump_months
-- The months of which interactions are kept apart.
select to_date(substring(relname from '\d{4}_\d{2}$'), 'YYYY_MM') as month
from pg_inherits
join pg_class on pg_class.oid = inhrelid
where inhparent = 'interaction'::regclass and relname ~ '^interaction_\d{4}_\d{2}$'
order by month

-- name: dump_ties
-- The foreign keys, and how each is made again.
select conrelid::regclass::text as name, quote_ident(conname) as tie, pg_get_constraintdef(oid) as definition
from pg_constraint
where contype = 'f' and conparentid = 0 and connamespace = current_schema()::regnamespace
order by conrelid::regclass::text, conname

-- name: dump_indexes
-- The indexes that no constraint needs, and how each is made again, for its table's partitions too.
select quote_ident(relname) as name, replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') as definition
from pg_index
join pg_class on pg_class.oid = indexrelid
where indrelid = $1::regclass and not exists (select from pg_constraint where conindid = indexrelid)
order by relname
