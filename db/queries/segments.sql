-- Segments and their members, who are contacts, always (domain.md 7.1, R8).

-- name: segment_by_id
select * from segment where id = any($1::uuid[])

-- name: segment_locked
select * from segment where id = $1 for update

-- name: segment_update
update segment
set name = $2, description = $3, version = version + 1, updated_at = $4
where id = $1

-- name: segment_delete
delete from segment where id = $1

-- name: segments_of_contact
select member.contact_id, segment.*
from segment_member member
join segment on segment.id = member.segment_id
where member.contact_id = any($1::uuid[])
order by member.contact_id, left(segment.name collate "C", 200), segment.id

-- name: segment_add_members
-- Of these ids, those of contacts that are no members yet.
insert into segment_member (contact_id, segment_id, added_at, added_by)
select id, $1, $3, $4
from contact
where id = any($2::uuid[]) and master_id is null
order by id
on conflict (contact_id, segment_id) do nothing

-- name: segment_remove_members
delete from segment_member
where segment_id = $1 and contact_id = any($2::uuid[])

-- name: segment_size
select count(*) as n from segment_member where segment_id = $1

-- name: segment_sizes_by_bucket
-- How many members each segment was last told to have in each stretch of time that begins at a moment of $2; place 0
-- is before the first of them.
select distinct on (segment_id, place) segment_id as owner_id, place, members
from (
    select segment.id as segment_id, width_bucket(told.occurred_at, $2::timestamptz[]) as place, told.occurred_at,
        told.id, least(greatest((told.properties ->> 'membersCount')::numeric, 0), 2147483647)::bigint as members
    from unnest($1::uuid[]) segment (id)
    join orphan_interaction told on told.properties ->> 'segmentId' = segment.id::text
    where told.type = 'SEGMENT_MEMBERS_COUNT_CHANGED' and told.occurred_at < $3::timestamptz
        and jsonb_typeof(told.properties -> 'membersCount') = 'number'
) told
order by segment_id, place, occurred_at desc, id desc

-- name: segment_touch
update segment set updated_at = $2 where id = $1
