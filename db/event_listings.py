"""What may be listed of events (domain.md 9.7): each list with its order and its parents."""

from db.listings import Listing, Sort
from domain.events import (
    CheckIn,
    Event,
    EventRegistration,
    EventSession,
    SessionRegistration,
    SpeakerEngagement,
    WaitlistItem,
)

_CREATED = {"CREATED_AT": Sort("t.created_at", "timestamptz")}
_STARTS = {"STARTS_AT": Sort("t.starts_at", "timestamptz")}

events = Listing(
    "events",
    Event,
    "event t",
    {**_STARTS, "NAME": Sort('left(t.name collate "C", 200)', "text"), **_CREATED},
)
event_sessions = Listing("event_sessions", EventSession, "event_session t", _STARTS, {"event": "t.event_id"})
event_registrations = Listing(
    "event_registrations",
    EventRegistration,
    "event_registration t",
    _CREATED,
    {"contact": "t.contact_id", "event": "t.event_id"},
)
session_registrations = Listing(
    "session_registrations",
    SessionRegistration,
    "session_registration t",
    _CREATED,
    {"session": "t.session_id"},
)
check_ins = Listing(
    "check_ins",
    CheckIn,
    "check_in t",
    {"CHECKED_IN_AT": Sort("t.checked_in_at", "timestamptz")},
    {"contact": "t.contact_id", "event": "t.event_id"},
)
waitlist_items = Listing(
    "waitlist_items",
    WaitlistItem,
    "waitlist_item t",
    _CREATED,
    {"contact": "t.contact_id", "event": "t.event_id", "session": "t.session_id"},
)
speaker_engagements = Listing(
    "speaker_engagements",
    SpeakerEngagement,
    "(select engagement.*, speaker.contact_id from speaker_engagement engagement"
    " join speaker on speaker.id = engagement.speaker_id) t",
    _STARTS,
    {"contact": "t.contact_id", "event": "t.event_id", "session": "t.session_id"},
)
