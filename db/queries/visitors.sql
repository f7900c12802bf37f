-- Visitors: anonymous until a proof comes in; then what they did before, and what they do from then on, is the
-- contact's (domain.md 3.3). Statements named staged_ work on a batch of interactions that is being taken in.

-- name: visitors_hold
-- Browsers are held by a few locks that many share: who proves whose a browser is waits for those who take in what
-- it did, so that nothing stays anonymous between the two.
select case
    when held.alone then pg_advisory_xact_lock(1818583911, held.slot)
    else pg_advisory_xact_lock_shared(1818583911, held.slot)
end
from unnest($1::int[], $2::boolean[]) held (slot, alone)

-- name: staged_find_visitors
-- What nobody is named for is the contact's whose the browser is. What it did before that was known is stamped by the
-- account of the moment at which it became known. What is about a message's copy is whose the copy is.
with found as (
    select stage.id, known.contact_id, known.identified_at,
        greatest(stage.occurred_at, known.identified_at) as stamped_at
    from stage_incoming stage
    cross join lateral identification(stage.visitor_id, stage.occurred_at) known
    where stage.contact_id is null and stage.contact_key is null and stage.contact_email is null
        and stage.visitor_id <> '' and (stage.mark is null or stage.message_id is null)
)
update stage_incoming stage
set contact_id = found.contact_id,
    stamped_at = found.stamped_at,
    properties = case
        when found.stamped_at > stage.occurred_at
        then stage.properties
            || jsonb_build_object('identifiedAt', extract(epoch from found.stamped_at))
        else stage.properties - 'identifiedAt'
    end
from found
where stage.id = found.id

-- name: staged_note_visitors
-- What came by a browser that a merge brought goes back with it if the merge is undone: it follows its proof.
with recursive way as (
    select stage.id, known.id as proof_id, merge.id as merge_id, merge.winner_id, merge.loser_id
    from stage_interaction stage
    cross join lateral identification(stage.visitor_id, stage.occurred_at) known
    join merge on merge.winner_id = stage.contact_id and merge.entity = 'contact' and merge.purged_at is null
    where stage.stamped_at is not null
    union
    select way.id, way.proof_id, merge.id, merge.winner_id, merge.loser_id
    from way
    join merge on merge.winner_id = way.loser_id and merge.entity = 'contact' and merge.purged_at is null
)
insert into merge_interaction (winner_id, merge_id, interaction_id)
select way.winner_id, way.merge_id, way.id
from way
join merge_interaction proof on proof.winner_id = way.winner_id and proof.merge_id = way.merge_id
    and proof.interaction_id = way.proof_id
on conflict do nothing

-- name: staged_identify
-- Whose browsers the batch has proved to be: a row wherever that changes. $1 are the types that prove it.
with line as (
    select contact_id, id, visitor_id, occurred_at as at, type, true as is_new
    from stage_interaction
    where contact_id is not null and stamped_at is null and visitor_id <> ''
        and actor <> 'MACHINE' and type = any($1::text[])
    union all
    select contact_id, id, visitor_id, identified_at, identified_by, false
    from visitor
    where visitor_id in (
        select visitor_id
        from stage_interaction
        where contact_id is not null and stamped_at is null and visitor_id <> ''
            and actor <> 'MACHINE' and type = any($1::text[])
    )
),
turn as (
    select *, lag(contact_id) over (partition by visitor_id order by at, id) as contact_before
    from line
)
insert into visitor (contact_id, id, visitor_id, identified_at, identified_by)
select contact_id, id, visitor_id, at, type
from turn
where is_new and contact_id is distinct from contact_before
on conflict (contact_id, id) do nothing

-- name: staged_anonymous
-- What the browsers that the batch has proved anybody's did while they were nobody's.
select orphan.*, null::uuid as contact_id
from (
    select distinct visitor_id
    from stage_interaction
    where contact_id is not null and stamped_at is null and visitor_id <> ''
        and actor <> 'MACHINE' and type = any($1::text[])
) proved
join orphan_interaction orphan on orphan.visitor_id = proved.visitor_id
where orphan.contact_key is null and orphan.contact_email is null
    and (orphan.message_id is null or orphan.type <> all($2::text[]))

-- name: visits_restamp
-- After a move that took place in the past: what was done before, by a browser that became known after it.
update interaction
set account_id = $3
where contact_id = $1 and occurred_at < $2 and stamp_moment(occurred_at, properties) >= $2
    and account_id is distinct from $3
    and exists (select from visitor where visitor.contact_id = $1 and visitor.identified_at >= $2)

-- name: unmerge_visitors
-- A browser goes back to whom its proof goes back to.
update visitor
set contact_id = $3
from merge_interaction moved
where moved.winner_id = $1 and moved.merge_id = $2 and visitor.id = moved.interaction_id
    and visitor.contact_id = $1

-- name: subject_visitors
select visitor_id, identified_at, identified_by from visitor where contact_id = $1 order by identified_at, id
