-- Months whose facts are archived or dropped (docs/retention.md). A month's facts leave its partition when what they
-- count is kept by contact and hour, in the same transaction; the partition stays, empty, for what comes late.

-- name: retention_alone
select pg_try_advisory_xact_lock(4719305540) as alone

-- name: retention_months
-- The months that have a partition, with its size.
select to_date(right(relname, 7), 'YYYY_MM') as month, pg_total_relation_size(pg_class.oid) as bytes
from pg_inherits
join pg_class on pg_class.oid = inhrelid
where inhparent = 'interaction'::regclass and relname ~ '^interaction_\d{4}_\d{2}$'
order by month

-- name: retention_count
select count(*) as n from interaction where occurred_at >= $1 and occurred_at < $2

-- name: retention_archives
select * from archived_month order by month, archived_at, id

-- name: retention_archive
select * from archived_month where id = $1 for update

-- name: retention_erased
-- How many were erased, or redacted, since each archive was last freed of who was.
select archived_month.id, count(erasure_tombstone.hash) as n
from archived_month
left join erasure_tombstone on erasure_tombstone.erased_at >= archived_month.cleansed_at
where file is not null
group by archived_month.id

-- name: retention_tombstones
select hash from erasure_tombstone

-- name: retention_undoable
-- Until when a merge can be undone that has brought interactions of this time to another contact.
select max(merge.undoable_until) as until
from merge
join merge_interaction noted on noted.merge_id = merge.id
join interaction_key known on known.id = noted.interaction_id
where merge.undone_at is null and merge.purged_at is null and merge.undoable_until > $3
    and known.occurred_at >= $1 and known.occurred_at < $2

-- name: retention_state
-- Two states of a month's facts with the same answer are the same.
select count(*) as rows, coalesce(sum(hashtextextended(fact::text, 0)::numeric), 0)::text as digest
from interaction fact
where occurred_at >= $1 and occurred_at < $2

-- name: retention_facts
select contact_id, occurred_at, id, account_id, type, actor, recorded_at, source, source_id, lead_id, journey_id,
    iteration_id, tile_id, message_id, sending_id, usage_type, visitor_id, link, properties
from interaction
where occurred_at >= $1 and occurred_at < $2
order by contact_id, occurred_at, id

-- name: retention_keep_archive
insert into archived_month (id, month, rows, file, archived_at, cleansed_at)
values ($1, $2, $3, $4, $5, $5)

-- name: retention_keep_sums
insert into contact_month (
    contact_id, archive_id, done_by, account_id, machine, kind, known_at, seen, month, moments
)
select contact_id, $1, contact_id, account_id, actor = 'MACHINE', counted.kind,
    nullif(stamp_moment(occurred_at, properties), occurred_at) as known_at, bool_or(counted.is_type), $2,
    array_agg(occurred_at order by occurred_at)
from interaction
cross join lateral interaction_kinds(type, message_id, properties) counted
where occurred_at >= $3 and occurred_at < $4
group by contact_id, account_id, actor = 'MACHINE', counted.kind, known_at

-- name: retention_keep_marks
insert into archived_mark (
    contact_id, archive_id, done_by, copy_id, mark, link, machine, n, first_at, last_at, known_at, account_id,
    message_id, journey_id, iteration_id, tile_id
)
select contact_id, $1, contact_id, copy.id, copy.mark, counted.link, actor = 'MACHINE', count(*),
    min(occurred_at), max(occurred_at),
    (array_agg(nullif(stamp_moment(occurred_at, properties), occurred_at) order by occurred_at, fact.id))[1],
    (array_agg(account_id order by occurred_at, fact.id))[1],
    message_id, journey_id, iteration_id, tile_id
from interaction fact
cross join lateral (
    select md5(concat_ws(chr(31), message_id, coalesce(journey_id, ''), coalesce(iteration_id, ''),
        coalesce(tile_id, '')))::uuid as id, ($4::jsonb) ->> type as mark
) copy
cross join lateral (
    select '' as link
    union all
    select fact.link where copy.mark = 'EMAIL_CLICKED' and fact.link <> ''
) counted
where occurred_at >= $2 and occurred_at < $3 and message_id is not null and copy.mark is not null
group by contact_id, copy.id, message_id, journey_id, iteration_id, tile_id, copy.mark, counted.link,
    actor = 'MACHINE'

-- name: retention_keep_keys
-- The ledger knows archived interactions as nobody's, so that it names none who is erased.
update interaction_key known
set contact_id = '00000000-0000-0000-0000-000000000000'
from interaction fact
where fact.occurred_at >= $1 and fact.occurred_at < $2 and known.id = fact.id

-- name: retention_forget_keys
delete from interaction_key known
using interaction fact
where fact.occurred_at >= $1 and fact.occurred_at < $2 and known.id = fact.id

-- name: retention_stage
create temp table if not exists stage_archive (
    contact_id uuid not null,
    occurred_at timestamptz not null,
    id uuid not null,
    type text not null,
    actor text not null,
    recorded_at timestamptz not null,
    source text not null,
    source_id text not null,
    lead_id uuid,
    journey_id text,
    iteration_id text,
    tile_id text,
    message_id text,
    sending_id text,
    usage_type text,
    visitor_id text,
    link text,
    properties jsonb not null,
    holder_id uuid,
    account_id uuid
) on commit delete rows

-- name: retention_contacts
-- The contacts that hold what an archive's facts count, in order.
select distinct contact_id as id from contact_month where archive_id = $1 order by 1

-- name: retention_lock_contacts
select id from contact where id = any($1::uuid[]) order by id for no key update

-- name: retention_find_holders
-- Each fact is of who holds the sums of who did it; whose sums are nobody's was erased.
update stage_archive stage
set holder_id = held.contact_id
from (select distinct done_by, contact_id from contact_month where archive_id = $1) held
where held.done_by = stage.contact_id

-- name: retention_stamp
update stage_archive stage
set account_id = stay.account_id
from contact_account_membership stay
where stay.contact_id = stage.holder_id and stay.from_at <= stamp_moment(stage.occurred_at, stage.properties)
    and (stay.to_at is null or stamp_moment(stage.occurred_at, stage.properties) < stay.to_at)

-- name: retention_altered
-- The contacts of which the facts say something else than the sums that were kept of them.
with told as (
    select holder_id as contact_id, account_id, actor = 'MACHINE' as machine, counted.kind,
        array_agg(occurred_at order by occurred_at) as moments
    from stage_archive
    cross join lateral interaction_kinds(type, message_id, properties) counted
    where holder_id is not null
    group by holder_id, account_id, actor = 'MACHINE', counted.kind
),
kept as (
    select contact_id, account_id, machine, kind, array_agg(moment.at order by moment.at) as moments
    from contact_month
    cross join lateral unnest(moments) moment (at)
    where archive_id = $1 and done_by in (select contact_id from stage_archive)
    group by contact_id, account_id, machine, kind
)
select coalesce(told.contact_id, kept.contact_id) as id
from told
full join kept on kept.contact_id = told.contact_id
    and kept.account_id is not distinct from told.account_id and kept.machine = told.machine
    and kept.kind = told.kind and kept.moments = told.moments
where told.contact_id is null or kept.contact_id is null
union
select known.contact_id
from stage_archive stage
join interaction known on known.contact_id = stage.holder_id and known.occurred_at = stage.occurred_at
    and known.id = stage.id

-- name: retention_bring_back
insert into interaction (
    contact_id, occurred_at, id, account_id, type, actor, recorded_at, source, source_id, lead_id, journey_id,
    iteration_id, tile_id, message_id, sending_id, usage_type, visitor_id, link, properties
)
select holder_id, occurred_at, id, account_id, type, actor, recorded_at, source, source_id, lead_id, journey_id,
    iteration_id, tile_id, message_id, sending_id, usage_type, visitor_id, link, properties
from stage_archive
where holder_id is not null
on conflict do nothing

-- name: retention_bring_keys_back
insert into interaction_key as known (id, contact_id, occurred_at)
select id, holder_id, occurred_at from stage_archive where holder_id is not null
on conflict (id) do update
set contact_id = excluded.contact_id
where known.contact_id is distinct from excluded.contact_id

-- name: retention_release_sums
delete from contact_month
where archive_id = $1 and done_by in (select contact_id from stage_archive)

-- name: retention_release_marks
delete from archived_mark
where archive_id = $1 and done_by in (select contact_id from stage_archive)

-- name: retention_release_archive
-- What a redacted contact's stead holds of it stays, without a file.
with rest as (
    update archived_month
    set file = null
    where id = $1 and exists (select from contact_month where archive_id = $1)
    returning id
)
delete from archived_month where id = $1 and not exists (select from rest)

-- name: retention_cleansed
update archived_month set cleansed_at = $2 where id = $1

-- name: archived_merge
-- What the loser did in archived months is the winner's; whose it was is kept, so that it can go back.
with marks as (
    update archived_mark set contact_id = $1 where contact_id = $2
)
update contact_month set contact_id = $1 where contact_id = $2

-- name: archived_unmerge
with recursive own as (
    select $2::uuid as id
    union
    select contact.id from own join contact on contact.master_id = own.id
),
marks as (
    update archived_mark set contact_id = $2 where contact_id = $1 and done_by in (select id from own)
)
update contact_month set contact_id = $2 where contact_id = $1 and done_by in (select id from own)

-- name: archived_stamp
-- The archived sums of these contacts, parted anew where their stays give other accounts.
with moments as (
    select own.*, moment.at, stay.account_id as stamp
    from contact_month own
    cross join lateral unnest(own.moments) moment (at)
    left join contact_account_membership stay on stay.contact_id = own.contact_id
        and stay.from_at <= coalesce(own.known_at, moment.at)
        and (stay.to_at is null or coalesce(own.known_at, moment.at) < stay.to_at)
    where own.contact_id = any($1::uuid[])
),
gone as (
    delete from contact_month own
    using (select distinct contact_id from moments where stamp is distinct from account_id) wrong
    where own.contact_id = wrong.contact_id
    returning own.contact_id
)
insert into contact_month (
    contact_id, archive_id, done_by, account_id, machine, kind, known_at, seen, month, moments
)
select contact_id, archive_id, done_by, stamp, machine, kind, known_at, seen, month, array_agg(at order by at)
from moments
where contact_id in (select contact_id from gone)
group by contact_id, archive_id, done_by, stamp, machine, kind, known_at, seen, month

-- name: archived_stamp_marks
update archived_mark own
set account_id = stay.account_id
from archived_mark known
left join contact_account_membership stay on stay.contact_id = known.contact_id
    and stay.from_at <= coalesce(known.known_at, known.first_at)
    and (stay.to_at is null or coalesce(known.known_at, known.first_at) < stay.to_at)
where known.contact_id = any($1::uuid[]) and known.account_id is distinct from stay.account_id
    and own.contact_id = known.contact_id and own.archive_id = known.archive_id and own.done_by = known.done_by
    and own.copy_id = known.copy_id and own.mark = known.mark and own.link = known.link
    and own.machine = known.machine

-- name: archived_forget
-- $1 is erased: what it did goes; where it was merged, whose that was is no longer told.
with recursive way as (
    select master_id as id from contact where id = $1 and master_id is not null
    union
    select contact.master_id from way join contact on contact.id = way.id where contact.master_id is not null
),
sums as (
    delete from contact_month where contact_id = $1
),
held as (
    update contact_month
    set done_by = md5(done_by::text)::uuid
    where contact_id in (select id from way) and done_by = $1
),
marks as (
    update archived_mark
    set done_by = md5(done_by::text)::uuid
    where contact_id in (select id from way) and done_by = $1
)
delete from archived_mark where contact_id = $1

-- name: archived_move
-- What a redacted contact did in archived months goes over to who stands in its stead, as its own.
with marks as (
    update archived_mark
    set contact_id = $2,
        done_by = case done_by when $1 then $2 else md5(done_by::text)::uuid end,
        link = case
            when exists (select from unnest($3::text[]) known (text) where strpos(lower(link), known.text) > 0)
            then 'erased:' || md5(link)
            else link
        end
    where contact_id = $1
)
update contact_month
set contact_id = $2, done_by = case done_by when $1 then $2 else md5(done_by::text)::uuid end
where contact_id = $1

-- name: archived_copies
-- The copies that archived facts were about, when a contact's sums are made anew.
insert into delivered_copy (contact_id, id, message_id, journey_id, iteration_id, tile_id)
select distinct contact_id, copy_id, message_id, journey_id, iteration_id, tile_id
from archived_mark
where contact_id = any($1::uuid[])
on conflict (contact_id, id) do nothing

-- name: archived_marks
insert into copy_mark (contact_id, copy_id, mark, link, machine, n, first_at, last_at, account_id)
select contact_id, copy_id, mark, link, machine, sum(n), min(first_at), max(last_at),
    (array_agg(account_id order by first_at))[1]
from archived_mark
where contact_id = any($1::uuid[])
group by contact_id, copy_id, mark, link, machine

-- name: archived_measures
insert into stage_measure (contact_id, account_id, at, machine, kind, n, seen_at)
select contact_id, account_id, at, machine, kind, n, seen_at
from archived_measure
where contact_id = any($1::uuid[])
union all
select contact_id, account_id, at, machine, kind, n, null
from copy_measure
where contact_id = any($1::uuid[])

-- name: archived_of_account
select distinct contact_id as id from contact_month where account_id = $1 order by 1
