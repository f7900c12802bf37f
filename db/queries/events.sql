-- Events and those who come, speak, pay and help (domain.md 9.7), as the loaders ask for them.

-- name: event_by_id
select * from event where id = any($1::uuid[])

-- name: event_session_by_id
select * from event_session where id = any($1::uuid[])

-- name: session_track_by_id
select * from session_track where id = any($1::uuid[])

-- name: event_pass_by_id
select * from event_pass where id = any($1::uuid[])

-- name: event_registration_by_id
select * from event_registration where id = any($1::uuid[])

-- name: attendee_pass_by_id
select * from attendee_pass where id = any($1::uuid[])

-- name: session_registration_by_id
select * from session_registration where id = any($1::uuid[])

-- name: check_in_by_id
select * from check_in where id = any($1::uuid[])

-- name: waitlist_item_by_id
select * from waitlist_item where id = any($1::uuid[])

-- name: speaker_by_id
select * from speaker where id = any($1::uuid[])

-- name: speaker_engagement_by_id
select * from speaker_engagement where id = any($1::uuid[])

-- name: sponsorship_by_id
select * from sponsorship where id = any($1::uuid[])

-- name: event_vendor_by_id
select * from event_vendor where id = any($1::uuid[])

-- name: event_team_member_by_id
select * from event_team_member where id = any($1::uuid[])

-- name: tracks_of_event
select * from session_track where event_id = any($1::uuid[]) order by event_id, name, id

-- name: passes_of_event
select * from event_pass where event_id = any($1::uuid[]) order by event_id, name, id

-- name: sponsorships_of_event
select * from sponsorship where event_id = any($1::uuid[]) order by event_id, created_at, id

-- name: vendors_of_event
select * from event_vendor where event_id = any($1::uuid[]) order by event_id, created_at, id

-- name: team_of_event
select * from event_team_member where event_id = any($1::uuid[]) order by event_id, created_at, id

-- name: sessions_of_track
select event_session.*, track_id
from session_in_track
join event_session on event_session.id = session_id
where track_id = any($1::uuid[])
order by track_id, starts_at, id

-- name: tracks_of_session
select session_track.*, session_id
from session_in_track
join session_track on session_track.id = track_id
where session_id = any($1::uuid[])
order by session_id, name, id

-- name: responses_of_registration
select *
from registration_response
where registration_id = any($1::uuid[])
order by registration_id, place

-- name: sessions_of_registration
select *
from session_registration
where registration_id = any($1::uuid[])
order by registration_id, created_at, id

-- name: passes_of_registration
select *
from attendee_pass
where registration_id = any($1::uuid[])
order by registration_id, created_at, id

-- name: check_ins_of_registration
select *
from check_in
where registration_id = any($1::uuid[])
order by registration_id, checked_in_at, id

-- name: engagements_of_speaker
select *
from speaker_engagement
where speaker_id = any($1::uuid[])
order by speaker_id, starts_at, id

-- name: latest_registration_of_contact
select registration.*
from unnest($1::uuid[]) wanted (id)
cross join lateral (
    select *
    from event_registration
    where contact_id = wanted.id
    order by created_at desc, id desc
    limit 1
) registration

-- name: team_roles_of_contact
select * from event_team_member where contact_id = any($1::uuid[]) order by contact_id, created_at, id

-- name: sponsorships_of_account
select * from sponsorship where account_id = any($1::uuid[]) order by account_id, created_at, id

-- name: vendor_roles_of_account
select * from event_vendor where account_id = any($1::uuid[]) order by account_id, created_at, id

-- name: every_registration_of_contact
select *
from event_registration
where contact_id = any($1::uuid[])
order by contact_id, created_at desc, id desc
