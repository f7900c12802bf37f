-- Taking interactions in. A batch is staged, told apart from what is known, stamped with the account of the
-- moment and summed up: all in one transaction. Contacts are locked first, in order, so that batches never
-- deadlock and a copy's first occurrence is never lost between two of them.

-- name: stage_incoming
-- What is handed in.
create temp table if not exists stage_incoming (
    id uuid not null,
    contact_id uuid,
    merged_id uuid,
    contact_source text,
    contact_key text,
    contact_email text,
    stamped_at timestamptz,
    mark text collate "C",
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

-- name: stage_interactions
-- What of it is new, with the account of its moment and the copy that it is about.
create temp table if not exists stage_interaction (
    id uuid not null,
    contact_id uuid,
    merged_id uuid,
    contact_source text,
    contact_key text,
    contact_email text,
    account_id uuid,
    copy_id uuid,
    stamped_at timestamptz,
    mark text collate "C",
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

-- name: stage_marks
-- The marks of the copies that are touched, as they were (sign -1) and as they are (sign 1).
create temp table if not exists stage_mark (
    sign int not null,
    contact_id uuid not null,
    copy_id uuid not null,
    mark text collate "C" not null,
    link text not null,
    machine boolean not null,
    n int not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    account_id uuid
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
update stage_incoming stage
set contact_id = source_key.record_id
from source_key
where stage.contact_id is null and source_key.source = coalesce(stage.contact_source, stage.source)
    and source_key.entity = 'contact' and source_key.key = stage.contact_key

-- name: staged_find_addresses
-- The contact with the address: an active one before others, the oldest of these.
update stage_incoming stage
set contact_id = known.id
from (
    select distinct on (named.email) named.email, contact.id
    from (select distinct contact_email as email from stage_incoming where contact_id is null) named
    join contact on lower(contact.email) = lower(named.email)
    where contact.master_id is null
    order by named.email, contact.state, contact.created_at, contact.id
) known
where stage.contact_id is null and stage.contact_email = known.email

-- name: staged_follow_merged
-- What is handed in for a merged contact is of the one that stands for it, at the end of the way.
with recursive way as (
    select named.id as named, named.master_id as at_id
    from contact named
    where named.id in (select contact_id from stage_incoming) and named.master_id is not null
    union
    select way.named, contact.master_id
    from way join contact on contact.id = way.at_id
    where contact.master_id is not null
)
update stage_incoming stage
set contact_id = standing.id, merged_id = coalesce(stage.merged_id, stage.contact_id)
from way join contact standing on standing.id = way.at_id and standing.master_id is null
where stage.contact_id = way.named

-- name: staged_note_merged
-- What came for a merged contact goes back to it if the merge is undone: by its id, or by a key that it had.
with recursive way as (
    select stage.id, merge.id as merge_id, merge.winner_id
    from stage_interaction stage
    join merge on merge.loser_id = stage.merged_id and merge.entity = 'contact' and merge.purged_at is null
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
join merge_key known on known.entity = 'contact' and known.source = coalesce(stage.contact_source, stage.source)
    and known.key = stage.contact_key
where stage.contact_key is not null and stage.contact_id is not null
on conflict do nothing

-- name: stage_contacts
-- The contacts of what is staged, locked.
create temp table if not exists stage_contact (
    id uuid not null,
    account_id uuid,
    master_id uuid,
    is_private boolean not null
) on commit delete rows

-- name: staged_lock_contacts
insert into stage_contact
select id, account_id, master_id, tracking_permission = 1
from contact
where id in (select contact_id from stage_incoming)
    and not exists (select from stage_contact known where known.id = contact.id)
order by id
for no key update

-- name: staged_contacts
-- Whether some of them are missing, or were merged meanwhile, and who allows no tracking.
select count(*) filter (where master_id is null)
        < (select count(distinct contact_id) from stage_incoming) as strangers,
    coalesce(bool_or(master_id is not null), false) as merged,
    coalesce(array_agg(id) filter (where is_private and master_id is null), '{}') as private
from stage_contact

-- name: staged_drop_untracked
delete from stage_incoming
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
delete from stage_incoming stage
where stage.contact_id is not null and not exists (select from contact where contact.id = stage.contact_id)
returning id

-- name: staged_take_waiting
-- What comes again and now knows its contact waits no longer.
with gone as (
    delete from orphan_interaction orphan
    using stage_incoming stage
    where orphan.id = stage.id and stage.contact_id is not null
    returning orphan.id, orphan.properties
)
update stage_incoming stage
set properties = (gone.properties - 'actorRule') || stage.properties
from gone
where stage.id = gone.id

-- name: staged_settle
-- The ledger decides what is new; a repeat that knows its contact takes a waiting interaction out of waiting.
-- Each is stamped with the account that its contact belonged to, and named after the copy that it is about.
with key as (
    insert into interaction_key as known (id, contact_id, occurred_at)
    select id, contact_id, occurred_at
    from stage_incoming
    order by id
    on conflict (id) do update
    set contact_id = excluded.contact_id, occurred_at = excluded.occurred_at
    where known.contact_id is null and excluded.contact_id is not null
    returning id
)
insert into stage_interaction
select stage.id, stage.contact_id, stage.merged_id, stage.contact_source, stage.contact_key,
    stage.contact_email, membership.account_id,
    case when stage.contact_id is not null and stage.message_id is not null and stage.mark is not null
        then md5(concat_ws(chr(31), stage.message_id, coalesce(stage.journey_id, ''),
            coalesce(stage.iteration_id, ''), coalesce(stage.tile_id, '')))::uuid end,
    stage.stamped_at, stage.mark, stage.occurred_at, stage.type, stage.actor, stage.source, stage.source_id, stage.lead_id,
    stage.journey_id, stage.iteration_id, stage.tile_id, stage.message_id, stage.sending_id, stage.usage_type,
    stage.visitor_id, stage.link, stage.properties
from stage_incoming stage
left join contact_account_membership membership on membership.contact_id = stage.contact_id
    and membership.from_at <= coalesce(stage.stamped_at, stage.occurred_at)
    and (membership.to_at is null or coalesce(stage.stamped_at, stage.occurred_at) < membership.to_at)
where stage.id in (select id from key)

-- name: staged_name_copies
update stage_interaction
set copy_id = md5(concat_ws(chr(31), message_id, coalesce(journey_id, ''), coalesce(iteration_id, ''),
    coalesce(tile_id, '')))::uuid
where contact_id is not null and message_id is not null and mark is not null

-- name: staged_store
insert into interaction (
    contact_id, occurred_at, id, account_id, type, actor, recorded_at, source, source_id, lead_id, journey_id,
    iteration_id, tile_id, message_id, sending_id, usage_type, visitor_id, link, properties
)
select contact_id, occurred_at, id, account_id, type, actor, $1, source, source_id, lead_id, journey_id,
    iteration_id, tile_id, message_id, sending_id, usage_type, visitor_id, link, properties
from stage_interaction
where contact_id is not null

-- name: staged_store_waiting
insert into orphan_interaction (
    id, contact_source, contact_key, contact_email, occurred_at, type, actor, recorded_at, source, source_id,
    lead_id, journey_id, iteration_id, tile_id, message_id, sending_id, usage_type, visitor_id, link, properties
)
select id, case when contact_key is not null then coalesce(contact_source, source) end, contact_key,
    lower(contact_email), occurred_at, type, actor, $1, source, source_id, lead_id, journey_id, iteration_id,
    tile_id, message_id, sending_id, usage_type, visitor_id, link, properties
from stage_interaction
where contact_id is null

-- name: staged_measure_interactions
insert into stage_measure (contact_id, account_id, at, machine, kind, n, seen_at)
select contact_id, account_id, occurred_at, actor = 'MACHINE', counted.kind, 1,
    case when counted.is_type then occurred_at end
from stage_interaction
cross join lateral interaction_kinds(type, message_id, properties) counted
where contact_id is not null

-- name: staged_know_marks
-- The marks that the touched copies have had until now.
insert into stage_mark
select -1, known.contact_id, known.copy_id, known.mark, known.link, known.machine, known.n,
    known.first_at, known.last_at, known.account_id
from (select distinct contact_id, copy_id from stage_interaction where copy_id is not null) stage
join copy_mark known on known.contact_id = stage.contact_id and known.copy_id = stage.copy_id

-- name: staged_measure_copies
-- What each touched copy counts for, less what it counted for before: the reading is copy_measure's.
insert into stage_measure (contact_id, account_id, at, machine, kind, n)
select contact_id, counted.account_id, counted.at, counted.machine, mark.kind, sum(mark.sign * counted.n)
from (
    select sign, contact_id, copy_id, mark,
        copy_kind(mark, link) collate "C" as kind,
        (array_agg(account_id) filter (where not machine))[1] as person_account,
        min(first_at) filter (where not machine) as person_at,
        (array_agg(account_id) filter (where machine))[1] as machine_account,
        min(first_at) filter (where machine) as machine_at,
        max(max(last_at) filter (where mark = 'BOUNCED')) over copy
            >= coalesce(max(max(last_at) filter (where mark = 'EMAIL_DELIVERED')) over copy, '-infinity') as bounced
    from stage_mark
    group by sign, contact_id, copy_id, mark, link
    window copy as (partition by sign, contact_id, copy_id)
) mark
cross join lateral copy_counts(person_account, person_at, machine_account, machine_at) counted
where mark.mark <> 'BOUNCED' and not (mark.mark in ('EMAIL_DELIVERED', 'EMAIL_OPENED') and bounced is true)
group by contact_id, counted.account_id, counted.at, counted.machine, mark.kind
having sum(mark.sign * counted.n) <> 0

-- name: staged_store_copies
insert into delivered_copy (contact_id, id, message_id, journey_id, iteration_id, tile_id)
select distinct contact_id, copy_id, message_id, journey_id, iteration_id, tile_id
from stage_interaction
where copy_id is not null
on conflict (contact_id, id) do nothing

-- name: staged_store_marks
-- Stores the marks of the batch; what the touched copies have now is what was stored, and what was not touched.
with stored as (
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
    returning contact_id, copy_id, mark, link, machine, n, first_at, last_at, account_id
)
insert into stage_mark
select 1, * from stored
union all
select 1, contact_id, copy_id, mark, link, machine, n, first_at, last_at, account_id
from stage_mark known
where not exists (
    select from stored
    where stored.contact_id = known.contact_id and stored.copy_id = known.copy_id and stored.mark = known.mark
        and stored.link = known.link and stored.machine = known.machine
)

-- name: staged_sum_contacts
insert into contact_rollup as known (contact_id, account_id, machine, kind, n, first_at, last_at)
select contact_id, account_id, machine, kind, sum(n), min(seen_at), max(seen_at)
from stage_measure
group by contact_id, account_id, machine, kind
having sum(n) <> 0
order by contact_id, account_id, machine, kind
on conflict (contact_id, account_id, machine, kind) do update
set n = known.n + excluded.n,
    first_at = least(known.first_at, excluded.first_at),
    last_at = greatest(known.last_at, excluded.last_at)

-- name: staged_by_hour
-- What a batch adds to the sums of accounts: to those that it was done in, and to the contacts' present ones.
select owner.account_id, owner.belonging, stage.machine, stage.kind,
    date_trunc('hour', stage.at at time zone 'UTC') as at, sum(stage.n) as n, min(stage.seen_at) as first_at,
    max(stage.seen_at) as last_at
from stage_measure stage
join stage_contact contact on contact.id = stage.contact_id
cross join lateral account_belongings(stage.account_id, contact.account_id) owner
group by owner.account_id, owner.belonging, stage.machine, stage.kind,
    date_trunc('hour', stage.at at time zone 'UTC')
having sum(stage.n) <> 0

-- name: staged_outcomes
select id, contact_id is not null as known_contact
from stage_interaction

-- name: staged_clear
-- Mostly there is nothing: each transaction begins with empty tables.
delete from stage_incoming;
delete from stage_contact;
delete from stage_interaction;
delete from stage_mark;
delete from stage_measure

-- name: orphans_of_keys
select orphan.*, named.contact_id
from unnest($2::text[], $3::uuid[]) named (key, contact_id)
join orphan_interaction orphan on orphan.contact_source = $1 and orphan.contact_key = named.key

-- name: orphans_of_addresses
select orphan.*, named.contact_id
from unnest($1::text[], $2::uuid[]) named (email, contact_id)
join orphan_interaction orphan on orphan.contact_email = lower(named.email)

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
