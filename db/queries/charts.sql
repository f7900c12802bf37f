-- What charts are drawn from, counted from the facts (domain.md 4.6). db/charts.py fills the fragments in: {facts},
-- {owners} and {copies} are those of a scope (queries/scopes.sql), {measured} is the table of what copies count for,
-- {within} says when and what, {read} what else is read of each. Copies are looked up by the ids of all contacts at
-- once, so that their marks are read in one go.

-- name: chart_counted_moments_of_contacts
-- What archived interactions have left counts too, as no property of theirs is read.
select done.contact_id as owner_id, done.at, done.kind, done.n
from interaction_measure done
where done.contact_id = any({keys}) and {within}

-- name: chart_counted_facts
select fact.owner_id, fact.occurred_at as at, fact.type as kind, 1 as n{read}
from ({facts}) fact

-- name: chart_counted_sorts
-- Interactions that are of a special sort, and those of a type.
select fact.owner_id, fact.occurred_at as at, counted.kind, 1 as n{read}
from ({facts}) fact
cross join lateral interaction_kinds(fact.type, fact.message_id, fact.properties) counted
where counted.kind = any({kinds})

-- name: chart_counted_copies
select owner.owner_id, done.at, done.kind, done.n{read}
from ({owners}) owner
join {measured} done on done.contact_id = owner.contact_id
{beside}
where done.contact_id = any(array(select contact_id from ({owners}) owned))
    and (owner.within is null or done.account_id = owner.within) and {within}

-- name: chart_counted_copies_about
-- Of one message or journey.
select copied.owner_id, done.at, done.kind, done.n{read}
from ({copies}) copied
cross join lateral (
    select * from {measured} measure
    where measure.contact_id = copied.contact_id and measure.copy_id = copied.id
) done
{beside}
where (copied.within is null or done.account_id = copied.within) and {within}

-- name: chart_counted_measured_copies
-- All but the clicks on links, which have a table of their own.
(select measured.*, null::text as link from copy_measure measured where kind <> 'UNIQUE_LINK_CLICK')

-- name: chart_counted_measured_links
-- The first click on each link of a copy, as copy_measure counts them, with the link.
(
    select contact_id, copy_id, counted.account_id, counted.at, counted.machine, 'UNIQUE_LINK_CLICK' as kind,
        counted.n, link
    from (
        select contact_id, copy_id, link,
            (array_agg(account_id) filter (where not machine))[1] as person_account,
            min(first_at) filter (where not machine) as person_at,
            (array_agg(account_id) filter (where machine))[1] as machine_account,
            min(first_at) filter (where machine) as machine_at
        from copy_mark
        where mark = 'EMAIL_CLICKED' and link <> ''
        group by contact_id, copy_id, link
    ) copied
    cross join lateral copy_counts(person_account, person_at, machine_account, machine_at) counted
)

-- name: chart_counted_first_occurrence
-- The interaction that a copy counts for: of several at one moment the first by id.
join delivered_copy copy on copy.contact_id = done.contact_id and copy.id = done.copy_id
left join lateral (
    select *
    from interaction
    where interaction.contact_id = done.contact_id and interaction.occurred_at = done.at
        and interaction.type = case done.kind {first_of} end
        and interaction.message_id = copy.message_id
        and interaction.journey_id is not distinct from copy.journey_id
        and interaction.iteration_id is not distinct from copy.iteration_id
        and interaction.tile_id is not distinct from copy.tile_id
        and (interaction.actor = 'MACHINE') = (done.machine and done.n > 0)
        and (done.link is null or interaction.link = done.link)
    order by interaction.id
    limit 1
) fact on true

-- name: chart_counted_series
-- How many there were in each stretch of time, by what they are counted for.
select owner_id, part, array_agg(place) as places, array_agg(n) as ns
from (
    select counted.owner_id, wanted.part, counted.place, sum(counted.n)::bigint as n
    from (
        select owner_id, kind, width_bucket(at, {borders}) as place, sum(n) as n
        from (
            {counted}
        ) moment
        group by owner_id, kind, place
    ) counted
    join unnest({kinds}, {parts}) wanted (kind, part) on wanted.kind = counted.kind
    group by counted.owner_id, wanted.part, counted.place
) summed
group by owner_id, part

-- name: chart_counted_hours_of_the_week
-- How many there were in each hour of the week by the clocks of a time zone, which differ from UTC by {seconds}
-- from {shifts} on.
select owner_id, array_agg(place) as places, array_agg(n) as ns
from (
    select owner_id, (extract(isodow from local)::int - 1) * 24 + extract(hour from local)::int as place,
        sum(n)::bigint as n
    from (
        select owner_id, n,
            at at time zone 'UTC' + ({seconds})[width_bucket(at, {shifts})] * interval '1 second' as local
        from (
            {counted}
        ) moment
    ) clock
    group by owner_id, place
) summed
group by owner_id

-- name: chart_counted_reactions
-- How long it took until a delivered copy was opened, by the hour of the week in which it was delivered. A copy
-- that bounced at or after its last delivery was not delivered (domain.md 4.7, as copy_measure has it).
select owner_id, array_agg(place) as places, array_agg(median) as ns
from (
    select owner_id, (extract(isodow from local)::int - 1) * 24 + extract(hour from local)::int as place,
        percentile_cont(0.5) within group (order by seconds) as median
    from (
        select owner_id, extract(epoch from opened_at - at)::float8 as seconds,
            at at time zone 'UTC' + ({seconds})[width_bucket(at, {shifts})] * interval '1 second' as local
        from (
            {counted}
        ) reaction
    ) clock
    group by owner_id, place
) summed
group by owner_id

-- name: chart_counted_reacted
(
    select delivered.contact_id, delivered.copy_id, delivered.account_id, delivered.first_at as at,
        'REACTION' as kind, 1 as n, opened.first_at as opened_at
    from copy_mark delivered
    join copy_mark opened on opened.contact_id = delivered.contact_id and opened.copy_id = delivered.copy_id
        and opened.mark = 'EMAIL_OPENED' and opened.first_at >= delivered.first_at
    where delivered.mark = 'EMAIL_DELIVERED' and {delivered_first} and {opened_first}
        and not exists (
            select from copy_mark bounce
            where bounce.contact_id = delivered.contact_id and bounce.copy_id = delivered.copy_id
                and bounce.mark = 'BOUNCED'
                and not exists (
                    select from copy_mark delivery
                    where delivery.contact_id = bounce.contact_id and delivery.copy_id = bounce.copy_id
                        and delivery.mark = 'EMAIL_DELIVERED' and delivery.last_at > bounce.last_at
                )
        )
)

-- name: chart_counted_first_by_anybody
-- Of a person's and a machine's mark the earlier, the person's where both came at once.
not exists (
    select from copy_mark earlier
    where earlier.contact_id = {mark}.contact_id and earlier.copy_id = {mark}.copy_id
        and earlier.mark = {mark}.mark and earlier.machine <> {mark}.machine
        and (earlier.first_at < {mark}.first_at or (earlier.first_at = {mark}.first_at and {mark}.machine))
)

-- name: chart_counted_groups
-- The values that were met most, how often each was, and how often all were together.
select owner_id, keys, label, n, total
from (
    select owner_id, keys, label, n, sum(n) over (partition by owner_id)::bigint as total,
        row_number() over (partition by owner_id order by n desc, label collate "C", keys collate "C") as place
    from (
        select owner_id, keys, coalesce(max(label), keys[1], {unknown}) as label, sum(n)::bigint as n
        from (
            {counted}
        ) moment
        group by owner_id, keys
        having sum(n) <> 0
    ) grouped
) ranked
where place <= {first}
order by owner_id, place

-- name: chart_counted_of_sums
-- An account's series from its sums by day: whole days where no stretch of time begins within them, else their
-- hours (UTC); {cut} are the hours in which one begins, or the window does or ends: these are counted from the facts.
with daily as (
    select owner.owner_id, wanted.part, summed.day, sum(summed.n)::bigint as n, {hours}
    from ({accounts}) owner
    join account_sum summed on summed.account_id = owner.account_id
    join unnest({kinds}, {parts}) wanted (kind, part) on wanted.kind = summed.kind
    where summed.span = 'D' and summed.day >= {first_day} and summed.day <= {last_day}
        and summed.belonging = any({belonging}) and (not summed.machine or {machines})
    group by owner.owner_id, wanted.part, summed.day
)
select owner_id, part, array_agg(place) as places, array_agg(n) as ns
from (
    select owner_id, part, width_bucket(at, {borders}) as place, sum(n)::bigint as n
    from (
        select owner_id, part, day::timestamp at time zone 'UTC' as at, n
        from daily
        where day <> all({split})
        union all
        select owner_id, part, hourly.at, hour.n
        from daily
        cross join lateral unnest(array[{hour_names}]) with ordinality hour (n, place)
        cross join lateral (
            select (day::timestamp + (hour.place - 1) * interval '1 hour') at time zone 'UTC' as at
        ) hourly
        where day = any({split}) and hour.n <> 0 and hourly.at <> all({cut})
            and hourly.at >= {from_hour} and hourly.at < {to_hour}
        {seams}
    ) moment
    group by owner_id, part, place
) summed
group by owner_id, part

-- name: chart_counted_of_seams
union all
select counted.owner_id, wanted.part, counted.at, counted.n
from (
    {counted}
) counted
join unnest({kinds}, {parts}) wanted (kind, part) on wanted.kind = counted.kind

-- name: chart_counted_facts_at_seams
-- Each seam is looked up by itself, before anything is joined: `offset 0` keeps it so.
select touched.owner_id, touched.occurred_at as at, counted.kind, 1 as n
from (
    select owner.owner_id, owner.account_id, fact.*
    from unnest({begins}, {ends}) seam (begins, ends)
    cross join ({accounts}) owner
    cross join lateral (
        select contact_id, occurred_at, actor, type, message_id, properties
        from interaction
        where interaction.account_id = owner.account_id and interaction.occurred_at >= seam.begins
            and interaction.occurred_at < seam.ends and interaction.type = any({types})
        offset 0
    ) fact
    offset 0
) touched
{members}
cross join lateral interaction_kinds(touched.type, touched.message_id, touched.properties) counted
where counted.kind = any({kinds}) and (touched.actor <> 'MACHINE' or {machines})

-- name: chart_counted_copies_at_seams
-- Copies are found by their marks at these times.
select touched.owner_id, done.at, done.kind, done.n
from (
    select distinct owner.owner_id, owner.account_id, mark.contact_id, mark.copy_id
    from unnest({begins}, {ends}) seam (begins, ends)
    cross join ({accounts}) owner
    cross join lateral (
        select contact_id, copy_id
        from copy_mark
        where copy_mark.account_id = owner.account_id and copy_mark.first_at >= seam.begins
            and copy_mark.first_at < seam.ends and copy_mark.mark = any({types})
        offset 0
    ) mark
) touched
{members}
cross join lateral (
    select * from copy_measure
    where copy_measure.contact_id = touched.contact_id and copy_measure.copy_id = touched.copy_id
    offset 0
) done
where done.account_id = touched.account_id and width_bucket(done.at, {edges}) % 2 = 1
    and done.kind = any({kinds}) and (not done.machine or {machines})

-- name: chart_counted_present
join contact member on member.id = touched.contact_id and member.account_id = touched.account_id

-- name: chart_counted_facts_of_members_at_seams
select fact.owner_id, fact.occurred_at as at, counted.kind, 1 as n
from unnest({begins}, {ends}) seam (begins, ends)
cross join lateral (
    select * from ({facts}) fact
    where fact.occurred_at >= seam.begins and fact.occurred_at < seam.ends and fact.type = any({types})
    offset 0
) fact
cross join lateral interaction_kinds(fact.type, fact.message_id, fact.properties) counted
where counted.kind = any({kinds}) and (fact.actor <> 'MACHINE' or {machines})

-- name: chart_counted_copies_of_members_at_seams
select owner.owner_id, done.at, done.kind, done.n
from ({owners}) owner
join copy_measure done on done.contact_id = owner.contact_id
where done.contact_id = any(array(select contact_id from ({owners}) owned))
    and done.at >= ({begins})[1] and done.at < ({ends})[cardinality({ends})]
    and width_bucket(done.at, {edges}) % 2 = 1
    and done.kind = any({kinds}) and (not done.machine or {machines})

-- name: chart_counted_of_hours
-- What an account's sums hold of each hour (UTC).
select owner.owner_id, summed.kind, hour.n,
    (summed.day::timestamp + (hour.place - 1) * interval '1 hour') at time zone 'UTC' as at
from ({accounts}) owner
join account_sum summed on summed.account_id = owner.account_id
cross join lateral unnest(array[{hour_names}]) with ordinality hour (n, place)
where summed.span = 'D' and summed.kind = any({kinds}) and summed.day >= {first_day} and summed.day <= {last_day}
    and summed.belonging = any({belonging}) and (not summed.machine or {machines}) and hour.n <> 0
