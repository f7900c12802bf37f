-- Lists, who is on them, the centres that offer them, and what links are signed with (domain.md 9.1).

-- name: subscription_list_by_id
select * from subscription_list where id = any($1::uuid[])

-- name: subscription_list_locked
select * from subscription_list where id = $1 for update

-- name: subscription_lists_held
-- So that nobody locks or deletes them while contacts join and leave.
select * from subscription_list where id = any($1::uuid[]) order by id for share

-- name: subscription_list_update
update subscription_list
set name = $2, description = $3, purpose = $4, source = $5, public = $6, locked = $7, version = version + 1,
    updated_at = $8
where id = $1

-- name: subscription_list_delete
delete from subscription_list where id = $1

-- name: contacts_held
-- What decides whether contacts may be written, with these locked in the order that everybody locks them in.
select id, state, master_id
from contact
where id = any($1::uuid[])
order by id
for no key update

-- name: contacts_of_same_addresses
-- The active contacts that have an address of these contacts, these left out.
select distinct other.id
from contact named
join contact other on lower(other.email) = lower(named.email)
where named.id = any($1::uuid[]) and other.id <> all($1::uuid[]) and other.state = 0
    and other.master_id is null

-- name: subscription_by_id
select subscription.*, contact.email_permission, contact.bulk_email_permission
from subscription
join contact on contact.id = subscription.contact_id
where subscription.id = any($1::uuid[])

-- name: subscriptions_last
-- The last stay of each of these contacts on each of these lists.
select distinct on (contact_id, list_id) contact_id, id, list_id, joined_at, left_at
from subscription
where contact_id = any($1::uuid[]) and list_id = any($2::uuid[])
order by contact_id, list_id, left_at desc nulls first

-- name: subscriptions_close
update subscription known
set left_at = $3, left_via = $4
from unnest($1::uuid[], $2::uuid[]) leaving (contact_id, id)
where known.contact_id = leaving.contact_id and known.id = leaving.id

-- name: subscription_center_by_id
select * from subscription_center where id = any($1::uuid[])

-- name: subscription_center_locked
select * from subscription_center where id = $1 for update

-- name: subscription_center_default
select * from subscription_center where is_default

-- name: subscription_center_update
update subscription_center
set name = $2, version = version + 1, updated_at = $3
where id = $1

-- name: subscription_center_delete
delete from subscription_center where id = $1

-- name: subscription_center_offer
insert into subscription_center_list (center_id, list_id, place)
select $1, list_id, place
from unnest($2::uuid[]) with ordinality offered (list_id, place)

-- name: subscription_center_offer_nothing
delete from subscription_center_list where center_id = $1

-- name: lists_named_by_center
select list_id, place from subscription_center_list where center_id = $1

-- name: lists_of_centers
-- What each centre offers: the lists that it names, or every public one; what is locked cannot be chosen.
select center.id as center_id, list.*
from subscription_center center
join subscription_list list on not list.locked
left join subscription_center_list named on named.center_id = center.id and named.list_id = list.id
where center.id = any($1::uuid[])
    and (named.list_id is not null
        or list.public and not exists (
            select from subscription_center_list other where other.center_id = center.id))
order by center.id, named.place, list.name, list.id

-- name: lists_joined
-- Of these lists, those that the contact is on.
select list_id
from subscription
where contact_id = $1 and list_id = any($2::uuid[]) and left_at is null

-- name: contact_behind
-- The contact of that id, or the one that it was merged into.
with recursive behind as (
    select id, master_id from contact where id = $1
    union
    select master.id, master.master_id
    from behind
    join contact master on master.id = behind.master_id
)
select id from behind where master_id is null

-- name: signing_key
select key from signing_key

-- name: signing_key_make
insert into signing_key (key) values ($1)
on conflict (sole) do nothing
