-- Addresses that nothing is sent to (domain.md 8.6): what happens to them is gathered from interactions as these are
-- taken in, and how they stand is computed anew from all of it.

-- name: staged_address_events
-- What a batch tells of addresses: bounces and complaints, and deliveries to addresses that are looked after already.
-- An attempt that the list itself has prevented tells nothing new. An interaction that names no address used went to
-- its contact's own.
with told as (
    select stage.id, stage.occurred_at as at, stage.type, lower(coalesce(
            nullif(stage.properties ->> 'emailAddressUsed', ''), stage.contact_email,
            (select owner.email from contact owner where owner.id = stage.contact_id)
        )) as address,
        coalesce(stage.sending_id, concat_ws(chr(31), stage.message_id, coalesce(stage.journey_id, ''),
            coalesce(stage.iteration_id, ''), coalesce(stage.tile_id, ''))) as sending,
        stage.sending_id is not null or stage.message_id is not null as has_sending
    from stage_interaction stage
    where stage.properties ->> 'bounceCategory' is distinct from 'suppression-list'
        and (
            stage.type in ('EMAIL_HARD_BOUNCED', 'EMAIL_SOFT_BOUNCED', 'EMAIL_FEEDBACK_LOOP')
            or stage.type = 'EMAIL_DELIVERED' and exists (select from suppressed_address)
        )
)
select told.id, told.at, told.type, told.address, case when has_sending then md5(sending)::uuid end as sending
from told
left join suppressed_address known on known.address = told.address
where told.address like '%@%' and length(told.address) <= 320
    and (told.type <> 'EMAIL_DELIVERED' or known.id is not null)

-- name: addresses_hold
-- Locks the addresses, in their order, so that two batches do not compute how one stands past each other.
insert into suppressed_address (id, address, created_at, updated_at)
select id, address, $3, $3
from unnest($1::uuid[], $2::text[]) named (id, address)
order by address
on conflict (address) do update set updated_at = excluded.updated_at

-- name: address_events_add
insert into address_event (address, at, id, kind, sending)
select * from unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::text[], $5::uuid[])
on conflict (address, at, id) do nothing

-- name: address_deliveries_add
-- Deliveries since the first soft bounce of these addresses, which were taken in before anybody looked after them: of
-- whoever has the address now, of the contacts of this batch, and of nobody.
with first as (
    select address, min(at) as at
    from address_event
    where address = any($1::text[]) and kind = 'SOFT_BOUNCE'
    group by address
),
recipients as (
    select first.address, first.at, owner.id as contact_id
    from first
    join contact owner on lower(owner.email) = first.address
    union
    select first.address, first.at, stage.contact_id
    from first
    join stage_interaction stage on lower(stage.properties ->> 'emailAddressUsed') = first.address
    where stage.contact_id is not null
)
insert into address_event (address, at, id, kind)
select recipients.address, known.occurred_at, known.id, 'DELIVERY'
from recipients
cross join lateral (
    select delivery.occurred_at, delivery.id
    from interaction delivery
    where delivery.contact_id = recipients.contact_id and delivery.occurred_at >= recipients.at
        and delivery.type = 'EMAIL_DELIVERED'
        and recipients.address = lower(coalesce(
            nullif(delivery.properties ->> 'emailAddressUsed', ''),
            (select owner.email from contact owner where owner.id = delivery.contact_id)
        ))
) known
union
select first.address, orphan.occurred_at, orphan.id, 'DELIVERY'
from first
join orphan_interaction orphan on lower(orphan.properties ->> 'emailAddressUsed') = first.address
    and orphan.properties ? 'emailAddressUsed'
where orphan.type = 'EMAIL_DELIVERED' and orphan.occurred_at >= first.at
on conflict (address, at, id) do nothing

-- name: address_events_of
select address, at, id, kind, sending
from address_event
where address = any($1::text[])

-- name: addresses_stand
update suppressed_address known
set cause = now_is.cause, times_listed = now_is.times_listed,
    consecutive_soft_bounces = now_is.consecutive_soft_bounces, listed_at = now_is.listed_at,
    until = now_is.until, permanent = now_is.permanent
from unnest(
    $1::text[], $2::text[], $3::int[], $4::int[], $5::timestamptz[], $6::timestamptz[], $7::boolean[]
) now_is (address, cause, times_listed, consecutive_soft_bounces, listed_at, until, permanent)
where known.address = now_is.address

-- name: suppressed_address_by_id
select * from suppressed_address where id = any($1::uuid[])

-- name: suppressed_address_by_address
select * from suppressed_address where address = $1

-- name: suppressed_address_is_pattern
update suppressed_address set is_pattern = true where address = $1

-- name: suppressed_address_forget
-- A person's addresses: its own, and those that its interactions were sent to; but for those that somebody else has.
-- Patterns that hold one of them go as well.
with own as (
    select unnest($2::text[]) as address
    union
    select event.address
    from interaction
    join address_event event on event.id = interaction.id
    where interaction.contact_id = $1
),
going as (
    select address
    from own
    where not exists (
        select from contact other
        where lower(other.email) = own.address and other.id <> $1 and other.master_id is distinct from $1
    )
),
patterns as (
    delete from suppressed_address
    where is_pattern and exists (select from own where strpos(suppressed_address.address, own.address) > 0)
    returning address
),
held as materialized (
    select id
    from suppressed_address
    where address in (select address from going)
    order by address
    for update
),
addresses as (
    delete from suppressed_address using held where suppressed_address.id = held.id
)
delete from address_event
where address in (select address from going union select address from patterns)

-- name: subject_suppressed
-- How the addresses stand that are a contact's, or that its interactions were sent to.
select address, cause, times_listed, consecutive_soft_bounces, listed_at, until, permanent
from suppressed_address
where address in (
        select lower(own.email)
        from contact
        cross join lateral (values (contact.email), (contact.email2), (contact.email3)) own (email)
        where contact.id = $1
    )
    or address in (
        select event.address
        from interaction
        join address_event event on event.id = interaction.id
        where interaction.contact_id = $1
    )
order by address

-- name: suppressed_address_known
select address, cause, times_listed, consecutive_soft_bounces, listed_at, until, permanent
from suppressed_address
where address = lower($1)
