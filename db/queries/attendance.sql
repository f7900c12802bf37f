-- What events came to in a window, $2 to $3, either open where null (domain.md 4.5, 9.7); $4 is the code of a check-in
-- to the event itself.

-- name: event_attendance
select event.id as owner_id, registered.*, came.*, waited.*, offered.*
from event
cross join lateral (
    select count(*) as registrations, count(*) filter (where is_canceled) as canceled
    from event_registration registration
    where registration.event_id = event.id
        and registration.created_at >= coalesce($2::timestamptz, '-infinity')
        and registration.created_at < coalesce($3::timestamptz, 'infinity')
) registered
cross join lateral (
    select count(*) filter (where type = $4) as check_ins, count(*) filter (where type <> $4) as session_check_ins,
        count(distinct contact_id) filter (where type = $4) as attendees
    from check_in
    where check_in.event_id = event.id and checked_in_at >= coalesce($2::timestamptz, '-infinity')
        and checked_in_at < coalesce($3::timestamptz, 'infinity')
) came
cross join lateral (
    select count(*) as waiting
    from waitlist_item item
    where item.event_id = event.id and item.created_at >= coalesce($2::timestamptz, '-infinity')
        and item.created_at < coalesce($3::timestamptz, 'infinity')
) waited
cross join lateral (
    select coalesce(sum(allocated), 0)::bigint as passes_allocated, coalesce(sum(sold), 0)::bigint as passes_sold
    from event_pass
    where event_pass.event_id = event.id
) offered
where event.id = any($1::uuid[])

-- name: event_participants
-- Of each event the contacts that registered or came, who was checked in most often first; $4 is how many.
select *
from (
    select event_id as owner_id, contact_id, min(registered_at) as registered_at,
        coalesce(bool_and(is_canceled), false) as is_canceled, count(checked_in_at) as check_ins,
        max(checked_in_at) as last_check_in_at,
        row_number() over (
            partition by event_id
            order by count(checked_in_at) desc, max(checked_in_at) desc nulls last, min(registered_at), contact_id
        ) as place
    from (
        select event_id, contact_id, created_at as registered_at, is_canceled, null::timestamptz as checked_in_at
        from event_registration
        where event_id = any($1::uuid[]) and created_at >= coalesce($2::timestamptz, '-infinity')
            and created_at < coalesce($3::timestamptz, 'infinity')
        union all
        select event_id, contact_id, null, null, checked_in_at
        from check_in
        where event_id = any($1::uuid[]) and checked_in_at >= coalesce($2::timestamptz, '-infinity')
            and checked_in_at < coalesce($3::timestamptz, 'infinity')
    ) done
    group by event_id, contact_id
) ranked
where place <= $4::int
order by owner_id, place

-- name: list_turnover
-- Of each list how many joined and left in the window, and how many were on it at its end, $4.
select list.id as owner_id,
    count(*) filter (where joined_at >= coalesce($2::timestamptz, '-infinity')
        and joined_at < coalesce($3::timestamptz, 'infinity')) as joined,
    count(*) filter (where left_at >= coalesce($2::timestamptz, '-infinity')
        and left_at < coalesce($3::timestamptz, 'infinity')) as departed,
    count(*) filter (where joined_at < $4::timestamptz and (left_at is null or left_at >= $4::timestamptz)) as members,
    min(joined_at) as began_at
from subscription_list list
left join subscription stay on stay.list_id = list.id
where list.id = any($1::uuid[])
group by list.id

-- name: list_turnover_by_bucket
-- The same by stretches of time that begin at the moments of $2: place 0 is before the first of them.
select list_id as owner_id, place, count(*) filter (where came) as joined, count(*) filter (where not came) as departed
from (
    select list_id, true as came, joined_at as at from subscription where list_id = any($1::uuid[])
    union all
    select list_id, false, left_at from subscription where list_id = any($1::uuid[]) and left_at is not null
) turn
cross join lateral (select width_bucket(at, $2::timestamptz[]) as place) bucket
where at < $3::timestamptz
group by list_id, place
