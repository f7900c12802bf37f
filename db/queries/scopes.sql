-- Facts in a scope (db/scopes.py): whose they are, as owner_id; `within` is the account that an occurrence has to lie
-- in to count, null where any does. {of} says whose: `= any($1)`; {accounts} are accounts as rows of owner_id and
-- account_id, those below them too where they are pooled.

-- name: accounts_in_scope
select key as owner_id, key as account_id from unnest({keys}) key

-- name: accounts_below_in_scope
with recursive below as (
    select key as owner_id, key as account_id from unnest({keys}) key
    union
    select below.owner_id, account.id
    from below
    join account on account.parent_account_id = below.account_id
)
select owner_id, account_id from below

-- name: accounts_below
-- Each account with itself and all that lie below it.
with recursive below as (
    select key as owner_id, key as account_id from unnest($1::uuid[]) key
    union
    select below.owner_id, account.id
    from below
    join account on account.parent_account_id = below.account_id
)
select owner_id, account_id from below

-- name: contact_facts_in_scope
select fact.contact_id as owner_id, null::uuid as within, fact.*
from interaction fact
where fact.contact_id = any({keys})

-- name: contact_copies_in_scope
select copy.contact_id as owner_id, null::uuid as within, copy.*
from delivered_copy copy
where copy.contact_id = any({keys})

-- name: contact_owners_in_scope
select key as owner_id, null::uuid as within, key as contact_id from unnest({keys}) key

-- name: account_current_members_facts_in_scope
select owner.owner_id, owner.account_id as within, fact.*
from ({accounts}) owner
join interaction fact on fact.account_id = owner.account_id
join contact member on member.id = fact.contact_id and member.account_id = fact.account_id

-- name: account_current_members_owners_in_scope
select owner.owner_id, owner.account_id as within, member.id as contact_id
from ({accounts}) owner
join contact member on member.account_id = owner.account_id

-- name: account_during_membership_facts_in_scope
select owner.owner_id, owner.account_id as within, fact.*
from ({accounts}) owner
join interaction fact on fact.account_id = owner.account_id

-- name: account_during_membership_owners_in_scope
select distinct owner.owner_id, owner.account_id as within, stay.contact_id
from ({accounts}) owner
join contact_account_membership stay on stay.account_id = owner.account_id

-- name: account_all_time_facts_in_scope
select owner.owner_id, null::uuid as within, fact.*
from ({accounts}) owner
join contact member on member.account_id = owner.account_id
join interaction fact on fact.contact_id = member.id

-- name: account_all_time_owners_in_scope
select owner.owner_id, null::uuid as within, member.id as contact_id
from ({accounts}) owner
join contact member on member.account_id = owner.account_id

-- name: segment_facts_in_scope
select member.segment_id as owner_id, null::uuid as within, fact.*
from segment_member member
join interaction fact on fact.contact_id = member.contact_id
where member.segment_id = any({keys})

-- name: segment_owners_in_scope
select member.segment_id as owner_id, null::uuid as within, member.contact_id
from segment_member member
where member.segment_id = any({keys})

-- name: anybody_facts_in_scope
select key as owner_id, null::uuid as within, fact.*
from unnest({keys}) key
cross join interaction fact

-- name: anybody_copies_in_scope
select key as owner_id, null::uuid as within, copy.*
from unnest({keys}) key
cross join delivered_copy copy

-- name: copies_of_owners_in_scope
-- The copies that owners' contacts have got.
select owner.owner_id, owner.within, copy.*
from ({owners}) owner
join delivered_copy copy on copy.contact_id = owner.contact_id

-- name: measured_facts_in_scope
-- What each interaction counts for, as interaction_measure has it.
select fact.owner_id, fact.contact_id, counted.kind, 1 as n, fact.occurred_at as at,
    case when counted.is_type then fact.occurred_at end as seen_at
from ({facts}) fact
cross join lateral interaction_kinds(fact.type, fact.message_id, fact.properties) counted

-- name: measured_copies_in_scope
-- What each copy counts for, as copy_measure has it: once, where and when it first happened to whoever counts; one
-- that bounced at or after its delivery is no delivered copy, and no opened one. All copies are read in one pass.
select owner_id, contact_id, message_id, kind, 1 as n, at, null::timestamptz as seen_at
from (
    select copy.owner_id, copy.within, mark.contact_id, copy.message_id, mark.mark,
        copy_kind(mark.mark, mark.link) collate "C" as kind,
        min(first_at) filter (where not machine or {machines}) as at,
        (array_agg(mark.account_id order by first_at, machine)
            filter (where not machine or {machines}))[1] as account_id,
        max(max(last_at) filter (where mark.mark = 'BOUNCED')) over one
            >= coalesce(max(max(last_at) filter (where mark.mark = 'EMAIL_DELIVERED')) over one, '-infinity')
            as bounced
    from ({copies}) copy
    join copy_mark mark on mark.contact_id = copy.contact_id and mark.copy_id = copy.id
    group by copy.owner_id, copy.within, mark.contact_id, mark.copy_id, copy.message_id, mark.mark, mark.link
    window one as (partition by copy.owner_id, copy.within, mark.contact_id, mark.copy_id)
) measure
where measure.at is not null and (within is null or account_id = within) and {times}
    and mark <> 'BOUNCED' and not (mark in ('EMAIL_DELIVERED', 'EMAIL_OPENED') and bounced is true)

-- name: measured_contacts_in_scope
-- What all that each contact did counts for; its machine rows are what machines add (docs/decisions/0003).
select owner.owner_id, owner.contact_id, measure.kind, measure.n, measure.at, measure.seen_at
from ({owners}) owner
cross join lateral (
    select account_id, at, machine, kind, n, seen_at
    from interaction_measure
    where interaction_measure.contact_id = owner.contact_id
    union all
    select account_id, at, machine, kind, n, null
    from copy_measure
    where copy_measure.contact_id = owner.contact_id
) measure
where (not measure.machine or {machines}) and (owner.within is null or measure.account_id = owner.within) and {times}

-- name: sums_counted_in_scope
select owner_id, false as machine, kind, n, seen_at as first_at, seen_at as last_at from ({measures}) measure

-- name: engaged_in_scope
-- How many contacts engaged.
select fact.owner_id, count(distinct fact.contact_id) as engaged
from ({facts}) fact
group by fact.owner_id

-- name: members_in_scope
-- How many present contacts the accounts have.
select owner.owner_id, count(*) as contacts
from ({accounts}) owner
join contact member on member.account_id = owner.account_id
group by owner.owner_id

-- name: contacts_met_in_scope
-- A condition on contacts t: that they have interactions of some types about the message or journey; {0} holds the
-- message, the journey, whether machines count, from, to, and the types.
t.id in (
    select fact.contact_id
    from interaction fact
    where {about} and (fact.actor <> 'MACHINE' or ({0}::text[])[3] = 'true')
        and fact.occurred_at >= ({0}::text[])[4]::timestamptz and fact.occurred_at < ({0}::text[])[5]::timestamptz
        and fact.type = any(({0}::text[])[6:])
)
