-- Machines told from people by all that happened to a copy (domain/machines.py). Statements named staged_ work on
-- a batch of interactions that is being taken in, or on contacts whose sums are being made anew.

-- name: machine_pace
select open_seconds, click_seconds, links, links_seconds, clicks, clicks_seconds, opens, opens_seconds
from machine_pace

-- name: staged_copies_to_judge
-- The touched copies that a rule may say something about, by their marks alone; and those of which one has said
-- something that may no longer hold: a delivery before the known one moves the seconds after it. $1 are the rules.
select contact_id, copy_id, delivered_at, least(opened_from, clicked_from) as first_at,
    greatest(opened_to, clicked_to) as last_at
from (
    select contact_id, copy_id, bool_or(judged) as is_judged,
        bool_or(staged and mark = 'EMAIL_DELIVERED')
            and coalesce(bool_or(mark <> 'EMAIL_DELIVERED' and machine), false) as is_moved,
        min(first_at) filter (where mark = 'EMAIL_DELIVERED') as delivered_at,
        min(first_at) filter (where mark = 'EMAIL_OPENED') as opened_from,
        max(last_at) filter (where mark = 'EMAIL_OPENED') as opened_to,
        sum(n) filter (where mark = 'EMAIL_OPENED') as opens,
        min(first_at) filter (where mark = 'EMAIL_CLICKED') as clicked_from,
        max(last_at) filter (where mark = 'EMAIL_CLICKED') as clicked_to,
        sum(n) filter (where mark = 'EMAIL_CLICKED' and link = '') as clicks,
        count(distinct link) filter (where mark = 'EMAIL_CLICKED' and link <> '') as links
    from (
        select contact_id, copy_id, mark, link, machine, n, first_at, last_at, false as staged, false as judged
        from stage_mark
        where sign = 1 and mark in ('EMAIL_DELIVERED', 'EMAIL_OPENED', 'EMAIL_CLICKED')
        union all
        select contact_id, copy_id, mark, null, null, null, null, null, true,
            mark <> 'EMAIL_DELIVERED' and coalesce(properties ->> 'actorRule' = any($1::text[]), false)
        from stage_interaction
        where copy_id is not null and mark in ('EMAIL_DELIVERED', 'EMAIL_OPENED', 'EMAIL_CLICKED')
    ) happened
    group by contact_id, copy_id
    having bool_or(staged) and bool_or(not staged and mark <> 'EMAIL_DELIVERED')
) copy
cross join machine_pace pace
where is_judged or is_moved or (pace.opens > 0 and copy.opens >= pace.opens)
    or (pace.clicks > 0 and copy.clicks >= pace.clicks) or (pace.links > 0 and copy.links >= pace.links)
    or (opened_from < delivered_at + open_seconds * interval '1 second' and opened_to >= delivered_at)
    or (clicked_from < delivered_at + click_seconds * interval '1 second' and clicked_to >= delivered_at)

-- name: copies_to_judge
-- The copies of some contacts that were opened or clicked.
select contact_id, copy_id, min(first_at) filter (where mark = 'EMAIL_DELIVERED') as delivered_at,
    min(first_at) filter (where mark <> 'EMAIL_DELIVERED') as first_at,
    max(last_at) filter (where mark <> 'EMAIL_DELIVERED') as last_at
from copy_mark
where contact_id = any($1::uuid[]) and mark in ('EMAIL_DELIVERED', 'EMAIL_OPENED', 'EMAIL_CLICKED')
group by contact_id, copy_id
having bool_or(mark <> 'EMAIL_DELIVERED')

-- name: met_of_copies
-- Each opening and click of some copies, whose spans of time name the months to look into.
select met.contact_id, copy.copy_id, met.occurred_at, met.id, type, actor, link,
    properties ->> 'actorRule' as rule
from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[])
    copy (contact_id, copy_id, first_at, last_at)
join interaction met on met.contact_id = copy.contact_id
    and met.occurred_at between copy.first_at and copy.last_at
    and met.type in ('EMAIL_OPENED', 'EMAIL_CLICKED') and met.message_id is not null
    and md5(concat_ws(chr(31), met.message_id, coalesce(met.journey_id, ''), coalesce(met.iteration_id, ''),
        coalesce(met.tile_id, '')))::uuid = copy.copy_id

-- name: stage_judgements
-- Interactions of which something else is known now: who caused them, and by which rule.
create temp table if not exists stage_judgement (
    id uuid not null,
    contact_id uuid not null,
    copy_id uuid,
    occurred_at timestamptz not null,
    was text not null,
    actor text not null,
    rule text,
    staged boolean not null default false
) on commit delete rows

-- name: judgements_clear
truncate stage_judgement

-- name: judgements_store
update interaction
set actor = said.actor,
    properties = case when said.rule is null then properties - 'actorRule'
        else properties || jsonb_build_object('actorRule', said.rule) end
from stage_judgement said
where interaction.contact_id = said.contact_id and interaction.occurred_at = said.occurred_at
    and interaction.id = said.id

-- name: staged_judge
with judged as (
    update stage_interaction
    set actor = said.actor
    from stage_judgement said
    where stage_interaction.id = said.id
    returning said.id
)
update stage_judgement set staged = true from judged where judged.id = stage_judgement.id

-- name: staged_measure_judged
-- What the others of them count for now, less what they counted for before.
insert into stage_measure (contact_id, account_id, at, machine, kind, n, seen_at)
select met.contact_id, met.account_id, met.occurred_at, side.machine, counted.kind, side.n,
    case when counted.is_type and side.n > 0 then met.occurred_at end
from stage_judgement said
join interaction met on met.contact_id = said.contact_id and met.occurred_at = said.occurred_at
    and met.id = said.id
cross join lateral (values (said.was = 'MACHINE', -1), (said.actor = 'MACHINE', 1)) side (machine, n)
cross join lateral interaction_kinds(met.type, met.message_id, met.properties) counted
where not said.staged and (said.was = 'MACHINE') <> (said.actor = 'MACHINE')

-- name: judged_marks_forget
with judged as (
    select distinct contact_id, copy_id from stage_judgement where (was = 'MACHINE') <> (actor = 'MACHINE')
),
forgotten as (
    delete from stage_mark known
    using judged
    where known.contact_id = judged.contact_id and known.copy_id = judged.copy_id and known.sign = 1
        and known.mark in ('EMAIL_OPENED', 'EMAIL_CLICKED')
)
delete from copy_mark known
using judged
where known.contact_id = judged.contact_id and known.copy_id = judged.copy_id
    and known.mark in ('EMAIL_OPENED', 'EMAIL_CLICKED')

-- name: judged_marks_store
-- The marks of these copies anew: from the facts in the copies' spans of time, and from archived ones.
with judged as (
    select distinct on (said.contact_id, said.copy_id) said.contact_id, said.copy_id, copy.first_at, copy.last_at
    from stage_judgement said
    join unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[])
        copy (contact_id, copy_id, first_at, last_at)
        on copy.contact_id = said.contact_id and copy.copy_id = said.copy_id
    where (said.was = 'MACHINE') <> (said.actor = 'MACHINE')
),
done as (
    select judged.contact_id, judged.copy_id, met.type as mark, counted.link, met.actor = 'MACHINE' as machine,
        1 as n, met.occurred_at as first_at, met.occurred_at as last_at, met.account_id, met.id
    from judged
    join interaction met on met.contact_id = judged.contact_id
        and met.occurred_at between judged.first_at and judged.last_at
        and met.type in ('EMAIL_OPENED', 'EMAIL_CLICKED') and met.message_id is not null
        and md5(concat_ws(chr(31), met.message_id, coalesce(met.journey_id, ''),
            coalesce(met.iteration_id, ''), coalesce(met.tile_id, '')))::uuid = judged.copy_id
    cross join lateral (
        select '' as link
        union all
        select met.link where met.type = 'EMAIL_CLICKED' and met.link <> ''
    ) counted
    union all
    select kept.contact_id, kept.copy_id, kept.mark, kept.link, kept.machine, kept.n, kept.first_at, kept.last_at,
        kept.account_id, kept.archive_id
    from judged
    join archived_mark kept on kept.contact_id = judged.contact_id and kept.copy_id = judged.copy_id
        and kept.mark in ('EMAIL_OPENED', 'EMAIL_CLICKED')
),
stored as (
    insert into copy_mark (contact_id, copy_id, mark, link, machine, n, first_at, last_at, account_id)
    select contact_id, copy_id, mark, link, machine, sum(n), min(first_at), max(last_at),
        (array_agg(account_id order by first_at, id))[1]
    from done
    group by contact_id, copy_id, mark, link, machine
    returning contact_id, copy_id, mark, link, machine, n, first_at, last_at, account_id
)
insert into stage_mark select 1, * from stored

-- name: judged_sums_reread
-- First and last cannot be subtracted: they are read again where something left, or came beside what left.
update contact_rollup known
set first_at = rest.first_at, last_at = rest.last_at
from (
    select touched.contact_id, touched.account_id, touched.machine, touched.kind, min(seen_at) as first_at,
        max(seen_at) as last_at
    from (
        select distinct met.contact_id, met.account_id, side.machine, met.type as kind
        from stage_judgement said
        join interaction met on met.contact_id = said.contact_id and met.occurred_at = said.occurred_at
            and met.id = said.id
        cross join lateral (values (said.was = 'MACHINE'), (said.actor = 'MACHINE')) side (machine)
        where not said.staged and (said.was = 'MACHINE') <> (said.actor = 'MACHINE')
    ) touched
    left join interaction_measure seen on seen.contact_id = touched.contact_id
        and seen.account_id is not distinct from touched.account_id and seen.machine = touched.machine
        and seen.kind = touched.kind
    group by touched.contact_id, touched.account_id, touched.machine, touched.kind
) rest
where known.contact_id = rest.contact_id and known.account_id is not distinct from rest.account_id
    and known.machine = rest.machine and known.kind = rest.kind

-- name: judged_sums_drop_empty
delete from contact_rollup
where n = 0 and contact_id in (select contact_id from stage_judgement)

-- name: judged_sums_leave
-- What has left the sums of accounts, as stage_sum holds it.
insert into stage_sum (account_id, belonging, machine, kind, at, n, first_at, last_at, leaving)
select owner.account_id, owner.belonging, said.was = 'MACHINE', counted.kind,
    date_trunc('hour', met.occurred_at at time zone 'UTC'), count(*),
    min(met.occurred_at) filter (where counted.is_type), max(met.occurred_at) filter (where counted.is_type), true
from stage_judgement said
join interaction met on met.contact_id = said.contact_id and met.occurred_at = said.occurred_at
    and met.id = said.id
join contact on contact.id = met.contact_id
cross join lateral interaction_kinds(met.type, met.message_id, met.properties) counted
cross join lateral account_belongings(met.account_id, contact.account_id) owner
where not said.staged and (said.was = 'MACHINE') <> (said.actor = 'MACHINE')
group by owner.account_id, owner.belonging, said.was = 'MACHINE', counted.kind,
    date_trunc('hour', met.occurred_at at time zone 'UTC')

-- name: judged_note_changes
-- Whose figures are others now by what was known before: for who follows them.
with told as (
    select distinct met.contact_id, met.account_id
    from stage_judgement said
    join interaction met on met.contact_id = said.contact_id and met.occurred_at = said.occurred_at
        and met.id = said.id
    where not said.staged and (said.was = 'MACHINE') <> (said.actor = 'MACHINE')
),
added as (
    insert into change (number, entity, record_id, account_id, former_account_id, member)
    select $1 + row_number() over (order by told.contact_id, told.account_id), 'contact', told.contact_id,
        told.account_id, nullif(contact.account_id, told.account_id),
        coalesce(contact.account_id = told.account_id, false)
    from told
    join contact on contact.id = told.contact_id
    returning 1
)
select count(*)::int as n, case when count(*) > 0 then pg_notify('leadgraph_change', '')::text end as told
from added

-- name: orphan_judge
update orphan_interaction
set actor = $2,
    properties = case when $3::text is null then properties - 'actorRule'
        else properties || jsonb_build_object('actorRule', $3::text) end
where id = $1

-- name: contacts_to_reclassify
select id from contact where id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000'::uuid) order by id limit $2

-- name: signs_to_judge
-- What bears signs of its own, or was judged by them. $2 are the properties that may be signs, $3 the rules.
select contact_id, occurred_at, id, actor, properties
from interaction
where contact_id = any($1::uuid[]) and (properties ?| $2::text[] or properties ->> 'actorRule' = any($3::text[]))
order by contact_id, occurred_at, id

-- name: orphans_to_judge
select id, actor, properties
from orphan_interaction
where id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000'::uuid)
order by id
limit $2
for update

-- name: reclassification_reached
select reclassified_to from machine_pace

-- name: reclassification_reach
update machine_pace set reclassified_to = $1

-- name: machine_pace_set
update machine_pace
set open_seconds = $1, click_seconds = $2, links = $3, links_seconds = $4, clicks = $5, clicks_seconds = $6,
    opens = $7, opens_seconds = $8, reclassified_to = null
