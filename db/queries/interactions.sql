-- Taking interactions in. A batch is staged, told apart from what is known, stamped with the account of the
-- moment and summed up: all in one transaction. Contacts are locked first, in order, so that batches never
-- deadlock and a copy's first occurrence is never lost between two of them.

-- name: stage_interactions
create temp table if not exists stage_interaction (
    id uuid not null,
    contact_id uuid,
    merged_id uuid,
    contact_key text,
    account_id uuid,
    copy_id uuid,
    mark text collate "C",
    fresh boolean not null default false,
    occurred_at timestamptz not null,
    type text collate "C" not null,
    actor text collate "C" not null,
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
    properties jsonb not null
) on commit delete rows

-- name: stage_measures
create temp table if not exists stage_measure (
    contact_id uuid not null,
    account_id uuid,
    at timestamptz not null,
    machine boolean not null,
    kind text collate "C" not null,
    n int not null,
    seen_at timestamptz
) on commit delete rows

-- name: staged_find_contacts
update stage_interaction stage
set contact_id = source_key.record_id
from source_key
where stage.contact_id is null and source_key.source = stage.source
    and source_key.entity = 'contact' and source_key.key = stage.contact_key

-- name: staged_follow_merged
-- What is handed in for a merged contact is of the one that stands for it, at the end of the way.
with recursive way as (
    select named.id as named, named.master_id as at_id
    from contact named
    where named.id in (select contact_id from stage_interaction) and named.master_id is not null
    union
    select way.named, contact.master_id
    from way join contact on contact.id = way.at_id
    where contact.master_id is not null
)
update stage_interaction stage
set contact_id = standing.id, merged_id = coalesce(stage.merged_id, stage.contact_id)
from way join contact standing on standing.id = way.at_id and standing.master_id is null
where stage.contact_id = way.named

-- name: staged_note_merged
-- What came for a merged contact goes back to it if the merge is undone: by its id, or by a key that it had.
with recursive way as (
    select stage.id, merge.id as merge_id, merge.winner_id
    from stage_interaction stage
    join merge on merge.loser_id = stage.merged_id and merge.entity = 'contact' and merge.purged_at is null
    where stage.fresh
    union
    select way.id, merge.id, merge.winner_id
    from way
    join merge on merge.loser_id = way.winner_id and merge.entity = 'contact' and merge.purged_at is null
)
insert into merge_interaction (winner_id, merge_id, interaction_id)
select winner_id, merge_id, id from way
union
select known.winner_id, known.merge_id, stage.id
from stage_interaction stage
join merge_key known on known.entity = 'contact' and known.source = stage.source
    and known.key = stage.contact_key
where stage.fresh and stage.contact_key is not null and stage.contact_id is not null
on conflict do nothing

-- name: staged_lock_contacts
-- Locks all of them, and tells which were merged meanwhile, and which do not allow tracking.
with locked as materialized (
    select id, master_id, tracking_permission
    from contact
    where id in (select contact_id from stage_interaction)
    order by id
    for no key update
)
select id, master_id
from locked
where tracking_permission = 1 or master_id is not null

-- name: staged_drop_untracked
delete from stage_interaction
where contact_id = any($1::uuid[]) and type = any($2::text[])
returning id

-- name: waiting_forget
-- What waited for a contact and is not kept leaves the ledger too.
with gone as (
    delete from orphan_interaction
    where id = any($1::uuid[])
)
delete from interaction_key
where id = any($1::uuid[]) and contact_id is null

-- name: staged_drop_strangers
-- Interactions handed in for a contact's id that no contact has.
delete from stage_interaction stage
where stage.contact_id is not null and not exists (select from contact where contact.id = stage.contact_id)
returning id

-- name: staged_mark_fresh
-- The ledger decides what is new. A repeat that knows its contact takes a waiting interaction out of waiting.
with key as (
    insert into interaction_key as known (id, contact_id, occurred_at)
    select id, contact_id, occurred_at
    from stage_interaction
    order by id
    on conflict (id) do update
    set contact_id = excluded.contact_id, occurred_at = excluded.occurred_at
    where known.contact_id is null and excluded.contact_id is not null
    returning id
)
update stage_interaction stage
set fresh = true
from key
where stage.id = key.id

-- name: staged_take_waiting
with gone as (
    delete from orphan_interaction orphan
    using stage_interaction stage
    where stage.fresh and orphan.id = stage.id
    returning orphan.id, orphan.properties
)
update stage_interaction stage
set properties = gone.properties || stage.properties
from gone
where stage.id = gone.id

-- name: staged_stamp_accounts
update stage_interaction stage
set account_id = membership.account_id
from contact_account_membership membership
where stage.fresh and membership.contact_id = stage.contact_id
    and membership.from_at <= stage.occurred_at
    and (membership.to_at is null or stage.occurred_at < membership.to_at)

-- name: staged_name_copies
update stage_interaction
set copy_id = md5(concat_ws(chr(31), message_id, coalesce(journey_id, ''), coalesce(iteration_id, ''),
    coalesce(tile_id, '')))::uuid
where fresh and contact_id is not null and message_id is not null and mark is not null

-- name: staged_store
insert into interaction (
    contact_id, occurred_at, id, account_id, type, actor, recorded_at, source, source_id, lead_id, journey_id,
    iteration_id, tile_id, message_id, sending_id, usage_type, visitor_id, link, properties
)
select contact_id, occurred_at, id, account_id, type, actor, $1, source, source_id, lead_id, journey_id,
    iteration_id, tile_id, message_id, sending_id, usage_type, visitor_id, link, properties
from stage_interaction
where fresh and contact_id is not null

-- name: staged_store_waiting
insert into orphan_interaction (
    id, contact_source, contact_key, occurred_at, type, actor, recorded_at, source, source_id, lead_id,
    journey_id, iteration_id, tile_id, message_id, sending_id, usage_type, visitor_id, link, properties
)
select id, case when contact_key is not null then source end, contact_key, occurred_at, type, actor, $1,
    source, source_id, lead_id, journey_id, iteration_id, tile_id, message_id, sending_id, usage_type,
    visitor_id, link, properties
from stage_interaction
where fresh and contact_id is null

-- name: staged_measure_interactions
insert into stage_measure (contact_id, account_id, at, machine, kind, n, seen_at)
select contact_id, account_id, occurred_at, actor = 'MACHINE', counted.kind, 1,
    case when counted.is_type then occurred_at end
from stage_interaction
cross join lateral interaction_kinds(type, message_id, properties) counted
where fresh and contact_id is not null

-- name: staged_measure_copies
-- Before the marks are kept with -1, afterwards with 1: what remains is what the batch changed.
insert into stage_measure (contact_id, account_id, at, machine, kind, n)
select measure.contact_id, measure.account_id, measure.at, measure.machine, measure.kind, measure.n * $1
from (select distinct contact_id, copy_id from stage_interaction where copy_id is not null) stage
cross join lateral (
    select * from copy_measure
    where copy_measure.contact_id = stage.contact_id and copy_measure.copy_id = stage.copy_id
) measure

-- name: staged_store_copies
insert into delivered_copy (contact_id, id, message_id, journey_id, iteration_id, tile_id)
select distinct contact_id, copy_id, message_id, journey_id, iteration_id, tile_id
from stage_interaction
where copy_id is not null
on conflict (contact_id, id) do nothing

-- name: staged_store_marks
insert into copy_mark as known (
    contact_id, copy_id, mark, link, machine, n, first_at, last_at, account_id
)
select contact_id, copy_id, mark, counted.link, actor = 'MACHINE', count(*), min(occurred_at),
    max(occurred_at), (array_agg(account_id order by occurred_at, id))[1]
from stage_interaction
cross join lateral (
    select '' as link
    union all
    select stage_interaction.link where mark = 'EMAIL_CLICKED' and stage_interaction.link <> ''
) counted
where copy_id is not null
group by contact_id, copy_id, mark, counted.link, actor = 'MACHINE'
on conflict (contact_id, copy_id, mark, link, machine) do update
set n = known.n + excluded.n,
    first_at = least(known.first_at, excluded.first_at),
    last_at = greatest(known.last_at, excluded.last_at),
    account_id = case when excluded.first_at < known.first_at then excluded.account_id
        else known.account_id end

-- name: staged_sum_contacts
insert into contact_rollup as known (contact_id, day, account_id, machine, kind, n, first_at, last_at)
select contact_id, span.day, account_id, machine, kind, sum(n), min(seen_at), max(seen_at)
from stage_measure
cross join lateral (values ((at at time zone 'UTC')::date), ('-infinity'::date)) span (day)
group by contact_id, span.day, account_id, machine, kind
having sum(n) <> 0
order by contact_id, span.day, account_id, machine, kind
on conflict (contact_id, day, account_id, machine, kind) do update
set n = known.n + excluded.n,
    first_at = least(known.first_at, excluded.first_at),
    last_at = greatest(known.last_at, excluded.last_at)

-- name: staged_sum_accounts
insert into account_rollup as known (account_id, day, machine, kind, n, first_at, last_at)
select stage_measure.account_id, span.day, machine, kind, sum(n), min(seen_at), max(seen_at)
from stage_measure
join contact on contact.id = stage_measure.contact_id and contact.account_id = stage_measure.account_id
cross join lateral (values ((at at time zone 'UTC')::date), ('-infinity'::date)) span (day)
group by stage_measure.account_id, span.day, machine, kind
having sum(n) <> 0
order by stage_measure.account_id, span.day, machine, kind
on conflict (account_id, day, machine, kind) do update
set n = known.n + excluded.n,
    first_at = least(known.first_at, excluded.first_at),
    last_at = greatest(known.last_at, excluded.last_at)

-- name: staged_outcomes
select id, fresh, contact_id is not null as known_contact
from stage_interaction

-- name: staged_clear
truncate stage_interaction, stage_measure

-- name: orphans_of_keys
select orphan.*, named.contact_id
from unnest($2::text[], $3::uuid[]) named (key, contact_id)
join orphan_interaction orphan on orphan.contact_source = $1 and orphan.contact_key = named.key

-- name: interaction_by_id
select interaction.id, interaction.contact_id, account_id, type, actor, interaction.occurred_at, recorded_at,
    source, source_id, lead_id, journey_id, iteration_id, tile_id, message_id, sending_id, usage_type,
    visitor_id, link, properties
from interaction_key
join interaction on interaction.contact_id = interaction_key.contact_id
    and interaction.occurred_at = interaction_key.occurred_at and interaction.id = interaction_key.id
where interaction_key.id = any($1::uuid[])
union all
select id, null, null, type, actor, occurred_at, recorded_at, source, source_id, lead_id, journey_id,
    iteration_id, tile_id, message_id, sending_id, usage_type, visitor_id, link, properties
from orphan_interaction
where id = any($1::uuid[])
