-- Taking a person away (domain.md 10.5): $1 is the contact, which is locked. What is tied to the contact's row by a
-- foreign key goes with it: stays in accounts, subscriptions, segments, consent's log, registrations and what hangs on
-- them, speakers, team members.

-- name: contacts_merged_into
select * from contact where master_id = $1 order by id for update

-- name: leads_of_person
-- Those of the contact, and those tied to no contact that carry an address of the person and no other's name.
select *
from lead
where contact_id = $1
    or (contact_id is null and lower(email) = any($2::text[]) and coalesce(lower(last_name), '') in ('', $3))
order by id
for update

-- name: opportunities_of_person
select *
from opportunity
where contact_id = $1 or customer_contact_id = $1 or originating_lead_id = any($2::uuid[])
order by id
for update

-- name: opportunity_free
-- The texts freed of the person's values; the version is written by what unties the contact.
update opportunity
set name = $2, description = $3, attributes = $4
where id = $1

-- name: opportunity_closings
select id, description, competitor from opportunity_close where opportunity_id = $1

-- name: opportunity_closing_free
update opportunity_close
set description = $2, competitor = $3
where id = $1

-- name: histories_of
select id, record_id, version, changes
from record_history
where record_id = any($1::uuid[]) and changes <> '{}'

-- name: history_free
update record_history
set changes = $3
where record_id = $1 and version = $2

-- name: records_tied_to_contact
-- What names the contact, and lives on.
select id from account where primary_contact_id = $1
union all
select id from contact where guardian_id = $1 or parent_contact_id = $1
union all
select id from lead where customer_contact_id = $1

-- name: event_counts_withdraw
with leaving as (
    select event_id, count(*) filter (where not is_canceled) as registrations
    from event_registration
    where contact_id = $1
    group by event_id
),
came as (
    select event_id, count(*) as check_ins
    from check_in
    where contact_id = $1
    group by event_id
),
had as (
    select pass_id, count(*) as passes
    from attendee_pass
    where contact_id = $1
    group by pass_id
),
passes as (
    update event_pass
    set sold = greatest(sold - had.passes, 0)
    from had
    where event_pass.id = had.pass_id
)
update event
set registration_count = greatest(registration_count - coalesce(leaving.registrations, 0), 0),
    check_in_count = greatest(check_in_count - coalesce(came.check_ins, 0), 0)
from leaving
full join came on came.event_id = leaving.event_id
where event.id = coalesce(leaving.event_id, came.event_id)

-- name: registered_by_forget
update event_registration set registered_by_id = null where registered_by_id = $1

-- name: orphans_forget
-- What waited for the contact's keys, was done in the browsers that it used, or was sent to its addresses. The ledger
-- knows them still, as nobody's, so that a repeat is not taken in.
with gone as (
    delete from orphan_interaction
    where id in (
        select orphan.id
        from source_key
        join orphan_interaction orphan
            on orphan.contact_source = source_key.source and orphan.contact_key = source_key.key
        where source_key.record_id = $1 and source_key.entity = 'contact'
        union all
        select orphan.id
        from (
            select visitor_id from interaction where contact_id = $1 and visitor_id <> ''
            union
            select visitor_id from visitor where contact_id = $1
        ) own
        join orphan_interaction orphan on orphan.visitor_id = own.visitor_id
        union all
        select id
        from orphan_interaction
        where properties ? 'emailAddressUsed' and lower(properties ->> 'emailAddressUsed') = any($2::text[])
        union all
        select id
        from orphan_interaction
        where contact_email = any($2::text[])
    )
    returning id
)
update interaction_key
set contact_id = '00000000-0000-0000-0000-000000000000'
from gone
where interaction_key.id = gone.id

-- name: forwards_forget
-- That others forwarded a message to the person.
update interaction
set properties = properties - 'secondaryRecipientProfileId'
where type = 'EMAIL_FORWARDED' and properties ->> 'secondaryRecipientProfileId' = any($1::text[])

-- name: interactions_forget
with gone as (
    delete from interaction
    where contact_id = $1
    returning id
)
update interaction_key
set contact_id = '00000000-0000-0000-0000-000000000000'
from gone
where interaction_key.id = gone.id

-- name: copies_forget
with marks as (
    delete from copy_mark where contact_id = $1
),
sums as (
    delete from contact_rollup where contact_id = $1
)
delete from delivered_copy where contact_id = $1

-- name: source_keys_of_contact
select key from source_key where record_id = $1

-- name: answers_forget
-- The keys stay for their day, so that who asks again does not bring the person back.
update idempotency set record_ids = '{}', answer = null where record_ids && $1::uuid[]

-- name: merges_forget
-- A merge of the person can no longer be undone, nor can any bring back what the person was.
with merged as (
    delete from merge
    where entity = 'contact' and (winner_id = $1 or loser_id = $1)
    returning id
),
interactions as (
    delete from merge_interaction using merged where merge_interaction.merge_id = merged.id
),
keys as (
    delete from merge_key using merged where merge_key.merge_id = merged.id
),
parts as (
    delete from merge_part using merged where merge_part.merge_id = merged.id
)
delete from merge_part
where record_id = any($2::uuid[]) and not exists (select from merged where merged.id = merge_part.merge_id)

-- name: merges_of_accounts_forget
-- What undoes a merge of accounts names nobody who is gone.
update merge
set winner_before = replace(winner_before::text, '"' || $1::text || '"', 'null')::jsonb,
    winner_after = replace(winner_after::text, '"' || $1::text || '"', 'null')::jsonb,
    loser_before = replace(loser_before::text, '"' || $1::text || '"', 'null')::jsonb
where entity = 'account' and purged_at is null
    and $1::text in (
        winner_before ->> 'primary_contact_id', winner_after ->> 'primary_contact_id',
        loser_before ->> 'primary_contact_id'
    )

-- name: refusals_forget
-- What imports refused of the person: rows and values that hold what the person is known by.
delete from import_refusal
where lower(refusal ->> 'value') = any($2::text[])
    or exists (
        select from unnest($1::text[]) known (text) where strpos(lower(refusal::text), known.text) > 0
    )

-- name: documents_about_forget
-- Documents that name the person in so many words; clients send them again when they need them.
delete from document
where exists (select from unnest($1::text[]) known (value) where strpos(lower(document.text), known.value) > 0)

-- name: views_naming
-- Saved views whose words or filters hold what somebody is known by.
select id, name, search, filter
from saved_view
where exists (
    select from unnest($1::text[]) known (text)
    where strpos(lower(concat_ws(' ', name, search, filter::text)), known.text) > 0
)
for update

-- name: view_free
update saved_view
set name = $2, search = $3, filter = $4, version = version + 1, updated_at = $5
where id = $1

-- name: requests_of_person
select *
from data_subject_request
where contact_id = $1
    or id in (select request_id from data_subject where contact_id = $1)
    or lower(email) = any($2::text[])
    or regexp_replace(phone, '\D', '', 'g') in (
        select regexp_replace(own.phone, '\D', '', 'g') from unnest($3::text[]) own (phone)
    )
order by id
for update

-- name: request_forget
-- A request stays, and no longer tells whom it was about.
update data_subject_request
set contact_id = null, email = null, phone = null, name = $2, version = version + 1, updated_at = $3
where id = $1

-- name: data_subject_nobody_forget
-- What a request found by an address alone.
delete from data_subject
where request_id = $1 and contact_id = '00000000-0000-0000-0000-000000000000'

-- name: data_subject_forget
delete from data_subject where contact_id = $1

-- name: tombstone_add
insert into erasure_tombstone (hash, erased_at)
values ($1, $2)
on conflict (hash) do nothing

-- name: stays_move
insert into contact_account_membership (contact_id, from_at, to_at, account_id)
select $2, from_at, to_at, account_id
from contact_account_membership
where contact_id = $1

-- name: interactions_move
-- What happened stays countable and leads to nobody: neither by its own id at the source, nor by place, browser,
-- address or text. Links stay, but for those that hold what the person is known by.
with moved as (
    update interaction
    set contact_id = $2,
        source_id = id::text,
        sending_id = null,
        visitor_id = null,
        link = case
            when exists (select from unnest($4::text[]) known (text) where strpos(lower(link), known.text) > 0)
            then 'erased:' || md5(link)
            else link
        end,
        properties = (
            select coalesce(jsonb_object_agg(key, value), '{}')
            from jsonb_each(properties)
            where key = any($3::text[])
        )
    where contact_id = $1
    returning id
)
update interaction_key
set contact_id = $2
from moved
where interaction_key.id = moved.id

-- name: marks_move
update copy_mark
set contact_id = $2,
    link = case
        when exists (select from unnest($3::text[]) known (text) where strpos(lower(link), known.text) > 0)
        then 'erased:' || md5(link)
        else link
    end
where contact_id = $1

-- name: copies_move
with sums as (
    update contact_rollup set contact_id = $2 where contact_id = $1
)
update delivered_copy set contact_id = $2 where contact_id = $1

-- name: registrations_move
-- What hangs on a registration follows it by its foreign key.
with answers as (
    delete from registration_response where contact_id = $1
)
update event_registration
set contact_id = $2, registered_by_id = null, qr_code = null, area = null, company_size = null,
    industry = null, years_in_industry = null, version = version + 1, updated_at = $3
where contact_id = $1

-- name: check_ins_move
update check_in set contact_id = $2, version = version + 1, updated_at = $3 where contact_id = $1

-- name: passes_move
update attendee_pass set contact_id = $2, version = version + 1, updated_at = $3 where contact_id = $1

-- name: lead_blank
-- Of a lead remains how far it came and what it may bring.
update lead
set home_id = $2, contact_id = $3, topic = $4, description = null, first_name = null, last_name = null,
    company_name = null, job_title = null, email = null, email2 = null, email3 = null, business_phone = null,
    home_phone = null, phone3 = null, mobile_phone = null, website = null, address_line1 = null,
    address_line2 = null, address_line3 = null, city = null, state_or_province = null, postal_code = null,
    country = null, qualification_comments = null, customer_contact_id = null, attributes = '{}', custom = '{}',
    version = version + 1, updated_at = $5
where id = $1
