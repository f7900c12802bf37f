-- Two records that become one, and become two again (docs/merging.md). Whatever is moved is noted in the tables that
-- lead with the winner, so that it can go back; sums of accounts are taken out before and put in afterwards.

-- name: merge_add
insert into merge (id, entity, winner_id, loser_id, merged_at, merged_by, undoable_until)
values ($1, $2, $3, $4, $5, $6, $7)

-- name: merge_locked
select * from merge where id = $1 for update

-- name: merge_by_id
select * from merge where id = any($1::uuid[])

-- name: merges_into
select * from merge where winner_id = any($1::uuid[]) order by winner_id, merged_at desc, id desc

-- name: merge_contacts_before
update merge
set winner_before = to_jsonb(winner), loser_before = to_jsonb(loser)
from contact winner, contact loser
where merge.id = $1 and winner.id = merge.winner_id and loser.id = merge.loser_id

-- name: merge_contacts_after
update merge
set winner_after = to_jsonb(winner)
from contact winner
where merge.id = $1 and winner.id = merge.winner_id

-- name: merge_accounts_before
update merge
set winner_before = to_jsonb(winner), loser_before = to_jsonb(loser)
from account winner, account loser
where merge.id = $1 and winner.id = merge.winner_id and loser.id = merge.loser_id

-- name: merge_accounts_after
update merge
set winner_after = to_jsonb(winner)
from account winner
where merge.id = $1 and winner.id = merge.winner_id

-- name: merged_contacts_kept
-- The winner as it was before, as the merge left it, and the loser as it was before.
select kept.place, held.*
from merge
cross join lateral (values (1, winner_before), (2, winner_after), (3, loser_before)) kept (place, image)
cross join lateral jsonb_populate_record(null::contact, kept.image) held
where merge.id = $1
order by kept.place

-- name: merged_accounts_kept
select kept.place, held.*
from merge
cross join lateral (values (1, winner_before), (2, winner_after), (3, loser_before)) kept (place, image)
cross join lateral jsonb_populate_record(null::account, kept.image) held
where merge.id = $1
order by kept.place

-- name: merge_undone
update merge
set undone_at = $2, undone_by = $3, purged_at = $2, winner_before = null, winner_after = null, loser_before = null
where id = $1

-- name: merges_later
-- Merges that stand on this one: of its winner, or of what its winner's stays were in.
select later.id
from merge this
join merge later on later.made_at > this.made_at and later.undone_at is null
where this.id = $1 and (
    (later.entity = this.entity and this.winner_id in (later.winner_id, later.loser_id))
    or (later.entity <> this.entity and exists (
        select from merge_part part
        where part.merge_id = later.id and part.part in ('stay', 'piece')
            and this.winner_id in (part.record_id, (part.image ->> 'account_id')::uuid)))
    or (this.entity = 'contact' and later.entity = 'account' and exists (
        select from merge_part part
        where part.merge_id = this.id and part.part = 'stay'
            and (part.image ->> 'account_id')::uuid = later.loser_id)))
limit 1

-- name: merge_asked_about
-- Whether somebody's request about their own data is being worked on that is about one of these contacts.
select request.id
from data_subject_request request
where request.status = 'IN_PROGRESS' and (
    request.contact_id = any($1::uuid[])
    or exists (
        select from data_subject subject
        where subject.request_id = request.id and subject.contact_id = any($1::uuid[])))
limit 1

-- name: merge_part_add
insert into merge_part (winner_id, merge_id, part, record_id)
select $1, $2, $3, added.record_id
from unnest($4::uuid[]) added (record_id)

-- name: merge_parts
select record_id, at, image
from merge_part
where winner_id = $1 and merge_id = $2 and part = $3
order by record_id, at

-- name: merge_forget_interactions
delete from merge_interaction
where ctid in (select ctid from merge_interaction where merge_id = $1 limit $2)

-- name: merge_forget_parts
delete from merge_part
where ctid in (select ctid from merge_part where merge_id = $1 limit $2)

-- name: merge_forget_keys
delete from merge_key where merge_id = $1

-- name: merges_to_purge
select id
from merge
where purged_at is null and undoable_until <= $1
order by undoable_until, id
limit $2
for update skip locked

-- name: merge_purged
update merge
set purged_at = $2, winner_before = null, winner_after = null, loser_before = null
where id = $1

-- name: merges_of
select id from merge where winner_id = $1 or loser_id = $1

-- name: merge_delete
delete from merge where id = $1

-- name: pointers_to
select id from contact where master_id = $1 order by id

-- name: merge_keep_stays
-- A contact's stays as they are before it becomes a pointer.
insert into merge_part (winner_id, merge_id, part, record_id, at, image)
select $1, $2, 'stay', contact_id, from_at, to_jsonb(stay)
from contact_account_membership stay
where contact_id = $3

-- name: merge_fill_stays
-- The loser's stays fill the time that the winner's leave open; what has no end ends at $4, where that is given.
with own as (
    select coalesce(range_agg(tstzrange(from_at, to_at)), '{}') as spans
    from contact_account_membership
    where contact_id = $1
),
added as (
    insert into contact_account_membership (contact_id, from_at, to_at, account_id)
    select $1, lower(piece.span), upper(piece.span), stay.account_id
    from contact_account_membership stay
    cross join own
    cross join lateral unnest(
        tstzmultirange(tstzrange(stay.from_at, coalesce(stay.to_at, $4::timestamptz))) - own.spans) piece (span)
    where stay.contact_id = $3 and (stay.to_at is not null or $4::timestamptz is null or stay.from_at < $4)
    returning *
)
insert into merge_part (winner_id, merge_id, part, record_id, at, image)
select $1, $2, 'piece', contact_id, from_at, to_jsonb(added)
from added

-- name: merge_drop_stays
delete from contact_account_membership where contact_id = $1

-- name: merge_cut_stay
-- The winner's present stay ends, and the one that was chosen in its stead begins.
with cut as (
    update contact_account_membership
    set to_at = $3
    where contact_id = $1 and to_at is null
    returning contact_id, from_at
),
added as (
    insert into contact_account_membership (contact_id, from_at, account_id)
    values ($1, $3, $4)
    returning *
)
insert into merge_part (winner_id, merge_id, part, record_id, at, image)
select $1::uuid, $2::uuid, 'cut', contact_id, from_at, null::jsonb from cut
union all
select $1, $2, 'piece', contact_id, from_at, to_jsonb(added) from added

-- name: unmerge_cut_stays
-- A stay that was cut short takes back the time of the one that cut it short.
update contact_account_membership stay
set to_at = (
    select piece.to_at
    from contact_account_membership piece
    join merge_part added on added.winner_id = $1 and added.merge_id = $2 and added.part = 'piece'
        and added.record_id = piece.contact_id and added.at = piece.from_at
    where piece.contact_id = stay.contact_id and piece.from_at = stay.to_at)
from merge_part cut
where cut.winner_id = $1 and cut.merge_id = $2 and cut.part = 'cut'
    and stay.contact_id = cut.record_id and stay.from_at = cut.at
    and exists (
        select from merge_part added
        where added.winner_id = $1 and added.merge_id = $2 and added.part = 'piece' and added.at = stay.to_at)

-- name: unmerge_drop_pieces
delete from contact_account_membership stay
using merge_part added
where added.winner_id = $1 and added.merge_id = $2 and added.part = 'piece'
    and stay.contact_id = added.record_id and stay.from_at = added.at

-- name: unmerge_stays
-- The loser's stays as they were; not those in accounts that are gone.
insert into contact_account_membership (contact_id, from_at, to_at, account_id)
select stay.contact_id, stay.from_at, stay.to_at, stay.account_id
from merge_part kept
cross join lateral jsonb_populate_record(null::contact_account_membership, kept.image) stay
join account on account.id = stay.account_id
where kept.winner_id = $1 and kept.merge_id = $2 and kept.part = 'stay'

-- name: membership_present
select account_id
from contact_account_membership
where contact_id = $1 and to_at is null

-- name: merge_interactions
-- The loser's interactions become the winner's, each stamped by the stays that the winner has now.
with moved as (
    delete from interaction where contact_id = $3
    returning *
),
noted as (
    insert into merge_interaction (winner_id, merge_id, interaction_id)
    select $1, $2, id from moved
)
insert into interaction (
    contact_id, occurred_at, id, account_id, type, actor, recorded_at, source, source_id, lead_id, journey_id,
    iteration_id, tile_id, message_id, sending_id, usage_type, visitor_id, link, properties
)
select $1, occurred_at, id, stay.account_id, type, actor, recorded_at, source, source_id, lead_id, journey_id,
    iteration_id, tile_id, message_id, sending_id, usage_type, visitor_id, link, properties
from moved
left join contact_account_membership stay on stay.contact_id = $1
    and stay.from_at <= stamp_moment(moved.occurred_at, moved.properties)
    and (stay.to_at is null or stamp_moment(moved.occurred_at, moved.properties) < stay.to_at)

-- name: merge_interaction_keys
update interaction_key known
set contact_id = $1
from merge_interaction moved
where moved.winner_id = $1 and moved.merge_id = $2 and known.id = moved.interaction_id

-- name: unmerge_interaction_keys
update interaction_key known
set contact_id = $3
from merge_interaction moved
where moved.winner_id = $1 and moved.merge_id = $2 and known.id = moved.interaction_id and known.contact_id = $1

-- name: unmerge_interactions
with moved as (
    delete from interaction
    using merge_interaction noted, interaction_key known
    where noted.winner_id = $1 and noted.merge_id = $2 and known.id = noted.interaction_id
        and known.contact_id = $3 and interaction.contact_id = $1
        and interaction.occurred_at = known.occurred_at and interaction.id = known.id
    returning interaction.*
)
insert into interaction (
    contact_id, occurred_at, id, account_id, type, actor, recorded_at, source, source_id, lead_id, journey_id,
    iteration_id, tile_id, message_id, sending_id, usage_type, visitor_id, link, properties
)
select $3, occurred_at, id, stay.account_id, type, actor, recorded_at, source, source_id, lead_id, journey_id,
    iteration_id, tile_id, message_id, sending_id, usage_type, visitor_id, link, properties
from moved
left join contact_account_membership stay on stay.contact_id = $3
    and stay.from_at <= stamp_moment(moved.occurred_at, moved.properties)
    and (stay.to_at is null or stamp_moment(moved.occurred_at, moved.properties) < stay.to_at)

-- name: interactions_stamp
-- Interactions whose account is not the one that their contact's stays give.
with wrong as (
    select own.contact_id, own.occurred_at, own.id, stay.account_id
    from interaction own
    left join contact_account_membership stay on stay.contact_id = own.contact_id
        and stay.from_at <= stamp_moment(own.occurred_at, own.properties)
        and (stay.to_at is null or stamp_moment(own.occurred_at, own.properties) < stay.to_at)
    where own.contact_id = $1 and own.account_id is distinct from stay.account_id
)
update interaction
set account_id = wrong.account_id
from wrong
where interaction.contact_id = wrong.contact_id and interaction.occurred_at = wrong.occurred_at
    and interaction.id = wrong.id

-- name: merge_source_keys
with moved as (
    update source_key
    set record_id = $1
    where record_id = $3 and entity = $4
    returning source, key
)
insert into merge_key (entity, source, key, merge_id, winner_id)
select $4, source, key, $2, $1 from moved

-- name: unmerge_source_keys
update source_key known
set record_id = $3
from merge_key moved
where moved.merge_id = $2 and known.entity = moved.entity and known.source = moved.source
    and known.key = moved.key and known.record_id = $1

-- name: merge_close_subscriptions
-- Of two stays on one list the winner's goes on; and who left it later than the other joined, left it.
with both_of as (
    select * from subscription where contact_id in ($1, $3)
),
closed as (
    update subscription own
    set left_at = greatest($4, own.joined_at), left_via = 'MERGE'
    where own.contact_id in ($1, $3) and own.left_at is null and (
        (own.contact_id = $3 and exists (
            select from both_of other
            where other.contact_id = $1 and other.list_id = own.list_id and other.left_at is null))
        or (
            exists (
                select from both_of other
                where other.contact_id <> own.contact_id and other.list_id = own.list_id
                    and other.left_at > own.joined_at)
            and not exists (
                select from both_of other
                where other.contact_id <> own.contact_id and other.list_id = own.list_id
                    and other.left_at is null)))
    returning own.id, own.left_at
)
insert into merge_part (winner_id, merge_id, part, record_id, at)
select $1, $2, 'subscription closed', id, left_at from closed

-- name: unmerge_close_subscriptions
update subscription own
set left_at = null, left_via = null
from merge_part closed
where closed.winner_id = $1 and closed.merge_id = $2 and closed.part = 'subscription closed'
    and own.contact_id in ($1, $3) and own.id = closed.record_id and own.left_at = closed.at
    and own.left_via = 'MERGE' and not exists (
        select from subscription other
        where other.contact_id = own.contact_id and other.list_id = own.list_id and other.left_at is null)

-- name: merge_segment_members
with twice as (
    delete from segment_member own
    where own.contact_id = $3 and exists (
        select from segment_member other where other.contact_id = $1 and other.segment_id = own.segment_id)
    returning own.*
),
moved as (
    update segment_member own
    set contact_id = $1
    where own.contact_id = $3 and not exists (
        select from segment_member other where other.contact_id = $1 and other.segment_id = own.segment_id)
    returning own.segment_id
)
insert into merge_part (winner_id, merge_id, part, record_id, image)
select $1::uuid, $2::uuid, 'segment member twice', segment_id, to_jsonb(twice) from twice
union all
select $1, $2, 'segment member', segment_id, null from moved

-- name: unmerge_segment_members
with moved as (
    update segment_member own
    set contact_id = $3
    from merge_part part
    where part.winner_id = $1 and part.merge_id = $2 and part.part = 'segment member'
        and own.contact_id = $1 and own.segment_id = part.record_id and not exists (
            select from segment_member other where other.contact_id = $3 and other.segment_id = own.segment_id)
)
insert into segment_member (contact_id, segment_id, added_at, added_by)
select kept.contact_id, kept.segment_id, kept.added_at, kept.added_by
from merge_part part
cross join lateral jsonb_populate_record(null::segment_member, part.image) kept
join segment on segment.id = kept.segment_id
where part.winner_id = $1 and part.merge_id = $2 and part.part = 'segment member twice'
on conflict (contact_id, segment_id) do nothing

-- name: contacts_of_account_locked
-- Everyone who is or was a member.
select id
from contact
where account_id = $1 or id in (select contact_id from contact_account_membership where account_id = $1)
order by id
for update

-- name: contacts_locked
select id from contact where id = any($1::uuid[]) order by id for update

-- name: merge_move_stays
with moved as (
    update contact_account_membership
    set account_id = $1
    where account_id = $3
    returning contact_id, from_at
)
insert into merge_part (winner_id, merge_id, part, record_id, at)
select $1, $2, 'stay', contact_id, from_at from moved

-- name: unmerge_move_stays
update contact_account_membership stay
set account_id = $3
from merge_part moved
where moved.winner_id = $1 and moved.merge_id = $2 and moved.part = 'stay'
    and stay.contact_id = moved.record_id and stay.from_at = moved.at and stay.account_id = $1

-- name: merge_stamps
update interaction set account_id = $1 where contact_id = any($3::uuid[]) and account_id = $2

-- name: merge_mark_stamps
update copy_mark set account_id = $1 where contact_id = any($3::uuid[]) and account_id = $2

-- name: merge_sum_stamps
with gone as (
    delete from contact_rollup where contact_id = any($3::uuid[]) and account_id = $2
    returning contact_id, machine, kind, n, first_at, last_at
)
insert into contact_rollup as known (contact_id, account_id, machine, kind, n, first_at, last_at)
select contact_id, $1, machine, kind, n, first_at, last_at
from gone
order by contact_id, machine, kind
on conflict (contact_id, account_id, machine, kind) do update
set n = known.n + excluded.n,
    first_at = least(known.first_at, excluded.first_at),
    last_at = greatest(known.last_at, excluded.last_at)

-- name: unmerge_stamps
update interaction own
set account_id = $3
from contact_account_membership stay
where stay.account_id = $3 and stay.contact_id = any($2::uuid[]) and own.contact_id = stay.contact_id
    and own.account_id = $1 and stay.from_at <= stamp_moment(own.occurred_at, own.properties)
    and (stay.to_at is null or stamp_moment(own.occurred_at, own.properties) < stay.to_at)

-- name: unmerge_mark_stamps
update copy_mark own
set account_id = $3
from contact_account_membership stay
where stay.account_id = $3 and stay.contact_id = any($2::uuid[]) and own.contact_id = stay.contact_id
    and own.account_id = $1 and stay.from_at <= own.first_at
    and (stay.to_at is null or own.first_at < stay.to_at)

-- name: unmerge_forget_sums
delete from contact_rollup
where contact_id = any($2::uuid[]) and account_id in ($1, $3)

-- name: unmerge_recount
-- What these contacts did as members of the two accounts, counted from the facts.
insert into contact_rollup (contact_id, account_id, machine, kind, n, first_at, last_at)
select measure.contact_id, measure.account_id, measure.machine, measure.kind, sum(measure.n),
    min(measure.seen_at), max(measure.seen_at)
from (
    select contact_id, account_id, at, machine, kind, n, seen_at
    from interaction_measure
    where contact_id = any($2::uuid[]) and account_id in ($1, $3)
    union all
    select measured.contact_id, measured.account_id, measured.at, measured.machine, measured.kind, measured.n,
        null
    from unnest($2::uuid[]) member (id)
    cross join lateral (select * from copy_measure where copy_measure.contact_id = member.id) measured
    where measured.account_id in ($1, $3)
) measure
group by measure.contact_id, measure.account_id, measure.machine, measure.kind
having sum(measure.n) <> 0

-- name: members_now_of
-- Of these contacts, those whose present stay is in the account.
select contact_id
from contact_account_membership
where contact_id = any($2::uuid[]) and account_id = $1 and to_at is null

-- name: merge_end_stay
with cut as (
    update contact_account_membership
    set to_at = $3
    where contact_id = $1 and to_at is null
    returning contact_id, from_at, to_at
)
insert into merge_part (winner_id, merge_id, part, record_id, at, image)
select $1, $2, 'end', contact_id, from_at, to_jsonb(cut) from cut

-- name: unmerge_ended_stays
update contact_account_membership stay
set to_at = null
from merge_part cut
where cut.winner_id = $1 and cut.merge_id = $2 and cut.part = 'end'
    and stay.contact_id = cut.record_id and stay.from_at = cut.at
    and stay.to_at = (cut.image ->> 'to_at')::timestamptz and not exists (
        select from contact_account_membership other
        where other.contact_id = stay.contact_id and other.from_at > stay.from_at)

-- name: account_is_pointer
select from account where id = $1 and master_id is not null

-- name: contact_standing
-- The contact, or the one that stands for it at the end of the way.
with recursive way as (
    select id, master_id from contact where id = $1
    union
    select contact.id, contact.master_id from way join contact on contact.id = way.master_id
)
select id from way where master_id is null

-- name: account_standing
-- The account, or the one that stands for it at the end of the way.
with recursive way as (
    select id, master_id from account where id = $1
    union
    select account.id, account.master_id from way join account on account.id = way.master_id
)
select id from way where master_id is null
