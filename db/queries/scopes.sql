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
select fact.owner_id, fact.contact_id, fact.actor = 'MACHINE' as machine, counted.kind, 1 as n,
    fact.occurred_at as at, case when counted.is_type then fact.occurred_at end as seen_at
from ({facts}) fact
cross join lateral interaction_kinds(fact.type, fact.message_id, fact.properties) counted

-- name: measured_copies_in_scope
-- What each copy counts for, where it is of the journey or message.
select copy.owner_id, copy.contact_id, measure.machine, measure.kind, measure.n, measure.at,
    null::timestamptz as seen_at
from ({copies}) copy
cross join lateral (
    select * from copy_measure
    where copy_measure.contact_id = copy.contact_id and copy_measure.copy_id = copy.id
) measure
where (copy.within is null or measure.account_id = copy.within) and {times}

-- name: measured_contacts_in_scope
-- What all that each contact did counts for.
select owner.owner_id, owner.contact_id, measure.machine, measure.kind, measure.n, measure.at, measure.seen_at
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
where (owner.within is null or measure.account_id = owner.within) and {times}

-- name: sums_counted_in_scope
select owner_id, machine, kind, n, seen_at as first_at, seen_at as last_at from ({measures}) measure

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
