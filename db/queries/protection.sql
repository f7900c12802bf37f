-- Consent, its log and settings, and what people ask for of their own data (domain.md 10).

-- name: consent_log
-- One entry for each change; none where the settings say so. Who waited for a contact's lock came before what was
-- logged meanwhile: an entry's moment is later than that of every entry which its contact has.
insert into consent_change (
    contact_id, id, old_level, new_level, at, changed_by, source, source_form_id, source_text, reason
)
select changed.contact_id, changed.id, changed.old_level, changed.new_level,
    greatest($5::timestamptz, newest.at + interval '1 microsecond') + interval '1 microsecond'
        * (row_number() over (partition by changed.contact_id order by changed.place) - 1),
    $6::text, $7::text, $8::text, $9::text, $10::text
from unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[])
    with ordinality changed (contact_id, id, old_level, new_level, place)
left join lateral (
    select at from consent_change where contact_id = changed.contact_id order by at desc limit 1
) newest on true
where (select is_consent_change_logging_enabled from data_protection_settings)

-- name: contact_shared
select * from contact where id = $1 for share

-- name: contact_has_wards
select from contact where guardian_id = $1 limit 1

-- name: data_protection_settings
select * from data_protection_settings

-- name: data_protection_settings_locked
select * from data_protection_settings for update

-- name: data_protection_settings_set
update data_protection_settings
set is_enforced = $1, is_consent_change_logging_enabled = $2, version = version + 1, updated_at = $3
returning *

-- name: consent_change_by_id
select * from consent_change where id = any($1::uuid[])

-- name: wards_of_contacts
select * from contact where guardian_id = any($1::uuid[]) order by guardian_id, created_at, id

-- name: data_subject_request_by_id
select * from data_subject_request where id = any($1::uuid[])

-- name: contacts_of_requests
-- Those a request was found to be about, as far as they are there.
select data_subject.request_id, contact.*
from data_subject
join contact on contact.id = data_subject.contact_id
where data_subject.request_id = any($1::uuid[])
order by data_subject.request_id, contact.id

-- name: request_claim
-- The oldest that nobody else works at.
select *
from data_subject_request
where status = 'IN_PROGRESS'
order by created_at, id
limit 1
for update skip locked

-- name: subjects_by_email
select id
from contact
where lower(email) = lower($1) or lower(email2) = lower($1) or lower(email3) = lower($1)
order by id

-- name: subjects_by_phone
-- By their digits alone.
select id
from contact
where regexp_replace($1::text, '\D', '', 'g') in (
    regexp_replace(business_phone, '\D', '', 'g'), regexp_replace(home_phone, '\D', '', 'g'),
    regexp_replace(phone3, '\D', '', 'g'), regexp_replace(mobile_phone, '\D', '', 'g'),
    regexp_replace(fax, '\D', '', 'g')
)
order by id

-- name: subjects_add
insert into data_subject (contact_id, request_id)
select contact_id, $1 from unnest($2::uuid[]) found (contact_id)

-- name: subjects_size
select count(*) as n from interaction where contact_id = any($1::uuid[])

-- name: request_located
update data_subject_request
set located = true, contacts = $2, total = $3, version = version + 1, updated_at = $4
where id = $1

-- name: subject_next
select contact_id
from data_subject
where request_id = $1 and not done
order by contact_id
limit 1

-- name: subject_done
update data_subject set done = true where request_id = $1 and contact_id = $2

-- name: request_advance
update data_subject_request
set done = least(done + $2, total), version = version + 1, updated_at = $3
where id = $1

-- name: request_complete
update data_subject_request
set status = 'COMPLETED', done = total, completed_at = $2, version = version + 1, updated_at = $2,
    contact_id = case when type = 'EXPORT' then contact_id end,
    email = case when type = 'EXPORT' then email end,
    phone = case when type = 'EXPORT' then phone end
where id = $1

-- name: request_fail
update data_subject_request
set status = 'FAILED', error = $2, completed_at = $3, version = version + 1, updated_at = $3
where id = $1 and status = 'IN_PROGRESS'

-- name: part_last
select number, last_at, last_id
from data_subject_part
where contact_id = $1 and request_id = $2
order by number desc
limit 1

-- name: part_add
insert into data_subject_part (contact_id, request_id, number, last_at, last_id, data)
values ($1, $2, $3, $4, $5, $6)

-- name: parts_of_request
select contact_id, number, data
from data_subject_part
where request_id = $1 and (contact_id, number) > ($2, $3)
order by contact_id, number
limit 1

-- name: subject_interactions
select *
from interaction
where contact_id = $1 and ($2::timestamptz is null or (occurred_at, id) > ($2, $3))
order by occurred_at, id
limit $4

-- name: leads_of_address
-- Leads tied to no contact that carry the address.
select * from lead where contact_id is null and lower(email) = lower($1) order by id for update

-- name: orphans_of_address
select *
from orphan_interaction
where properties ? 'emailAddressUsed' and lower(properties ->> 'emailAddressUsed') = lower($1)
order by occurred_at, id

-- name: subject_accounts
select account.name, stay.from_at, stay.to_at
from contact_account_membership stay
join account on account.id = stay.account_id
where stay.contact_id = $1
order by stay.from_at

-- name: subject_subscriptions
select list.name as list, stay.joined_at, stay.joined_via, stay.left_at, stay.left_via, stay.source
from subscription stay
join subscription_list list on list.id = stay.list_id
where stay.contact_id = $1
order by stay.joined_at, stay.id

-- name: subject_segments
select segment.name, member.added_at
from segment_member member
join segment on segment.id = member.segment_id
where member.contact_id = $1
order by member.added_at, segment.id

-- name: subject_registrations
select event.name as event, registration.*,
    coalesce((
        select jsonb_agg(jsonb_build_object('question', question, 'answer', answer) order by place)
        from registration_response response
        where response.contact_id = registration.contact_id and response.registration_id = registration.id
    ), '[]') as responses
from event_registration registration
join event on event.id = registration.event_id
where registration.contact_id = $1
order by registration.created_at, registration.id

-- name: subject_check_ins
select event.name as event, check_in.checked_in_at, check_in.checked_out_at, check_in.viewing_minutes,
    check_in.questions_asked
from check_in
join event on event.id = check_in.event_id
where check_in.contact_id = $1
order by check_in.checked_in_at, check_in.id

-- name: subject_waitlist
select coalesce(event.name, session.title) as place, item.created_at, item.auto_register, item.invited
from waitlist_item item
left join event on event.id = item.event_id
left join event_session session on session.id = item.session_id
where item.contact_id = $1
order by item.created_at, item.id

-- name: subject_speaking
select name, about, created_at from speaker where contact_id = $1 order by id

-- name: subject_consent
select * from consent_change where contact_id = $1 order by at, id

-- name: subject_history
select entity, version, kind, at, changes
from record_history
where record_id = any($1::uuid[])
order by at, record_id, version

-- name: subject_keys
select source, key from source_key where record_id = $1 order by source, key

-- name: subject_opportunities
select * from opportunity where contact_id = $1 or customer_contact_id = $1 order by created_at, id

-- name: subject_leads
select * from lead where contact_id = $1 order by created_at, id

-- name: subject_stages
select stage.*
from lead_stage stage
join lead on lead.home_id = stage.home_id and lead.id = stage.lead_id
where lead.contact_id = $1
order by stage.lead_id, stage.entered_at
