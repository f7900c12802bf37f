"""Events: how their records are related to each other, and what is listed of them (domain.md 9.7)."""

from collections.abc import Mapping
from typing import Any

from db import event_listings as listings
from db.loaders import First, Many, One
from domain import events as records
from resolvers.lists import Listed

event = One(records.Event, "event_by_id")
session = One(records.EventSession, "event_session_by_id")
track = One(records.SessionTrack, "session_track_by_id")
event_pass = One(records.EventPass, "event_pass_by_id")
registration = One(records.EventRegistration, "event_registration_by_id")
attendee_pass = One(records.AttendeePass, "attendee_pass_by_id")
session_registration = One(records.SessionRegistration, "session_registration_by_id")
check_in = One(records.CheckIn, "check_in_by_id")
waitlist_item = One(records.WaitlistItem, "waitlist_item_by_id")
speaker = One(records.Speaker, "speaker_by_id")
engagement = One(records.SpeakerEngagement, "speaker_engagement_by_id")
sponsorship = One(records.Sponsorship, "sponsorship_by_id")
vendor = One(records.EventVendor, "event_vendor_by_id")
team_member = One(records.EventTeamMember, "event_team_member_by_id")
NODES: Mapping[str, One[Any]] = {
    "AttendeePass": attendee_pass,
    "CheckIn": check_in,
    "Event": event,
    "EventPass": event_pass,
    "EventRegistration": registration,
    "EventSession": session,
    "EventTeamMember": team_member,
    "EventVendor": vendor,
    "SessionRegistration": session_registration,
    "SessionTrack": track,
    "Speaker": speaker,
    "SpeakerEngagement": engagement,
    "Sponsorship": sponsorship,
    "WaitlistItem": waitlist_item,
}

tracks_of_event = Many(records.SessionTrack, "tracks_of_event", by="event_id")
passes_of_event = Many(records.EventPass, "passes_of_event", by="event_id")
sponsorships_of_event = Many(records.Sponsorship, "sponsorships_of_event", by="event_id")
vendors_of_event = Many(records.EventVendor, "vendors_of_event", by="event_id")
team_of_event = Many(records.EventTeamMember, "team_of_event", by="event_id")
sessions_of_track = Many(records.EventSession, "sessions_of_track", by="track_id")
tracks_of_session = Many(records.SessionTrack, "tracks_of_session", by="session_id")
responses = Many(records.RegistrationResponse, "responses_of_registration", by="registration_id")
sessions_of_registration = Many(records.SessionRegistration, "sessions_of_registration", by="registration_id")
passes_of_registration = Many(records.AttendeePass, "passes_of_registration", by="registration_id")
check_ins_of_registration = Many(records.CheckIn, "check_ins_of_registration", by="registration_id")
engagements_of_speaker = Many(records.SpeakerEngagement, "engagements_of_speaker", by="speaker_id")
every_registration = Many(records.EventRegistration, "every_registration_of_contact", by="contact_id")
latest_registration = First(records.EventRegistration, "latest_registration_of_contact", by="contact_id")
team_roles_of_contact = Many(records.EventTeamMember, "team_roles_of_contact", by="contact_id")
sponsorships_of_account = Many(records.Sponsorship, "sponsorships_of_account", by="account_id")
vendor_roles_of_account = Many(records.EventVendor, "vendor_roles_of_account", by="account_id")

events = Listed(listings.events)
sessions_of_event = Listed(listings.event_sessions, "event")
registrations_of_event = Listed(listings.event_registrations, "event")
registrations_of_contact = Listed(listings.event_registrations, "contact")
registrations_of_session = Listed(listings.session_registrations, "session")
check_ins_of_event = Listed(listings.check_ins, "event")
check_ins_of_contact = Listed(listings.check_ins, "contact")
waitlist_of_event = Listed(listings.waitlist_items, "event")
waitlist_of_session = Listed(listings.waitlist_items, "session")
waitlist_of_contact = Listed(listings.waitlist_items, "contact")
engagements_of_event = Listed(listings.speaker_engagements, "event")
engagements_of_session = Listed(listings.speaker_engagements, "session")
engagements_of_contact = Listed(listings.speaker_engagements, "contact")
