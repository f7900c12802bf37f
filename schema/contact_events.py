"""What the graph shows of events at a contact: where it registered, came and spoke (domain.md R35 to R37)."""

# mypy: disable-error-code="valid-type,misc"
from datetime import datetime

from domain.events import EventRegistration as RegistrationRecord
from domain.records import Contact
from resolvers import events
from resolvers.relations import Relation
from schema.event_details import RegistrationAnswers, RegistrationResponse
from schema.events import (
    CheckIn,
    Event,
    EventRegistration,
    EventTeamMember,
    SpeakerEngagement,
    WaitlistItem,
)
from schema.graph import column, relation, shows
from schema.lists import Connection
from schema.node import Part
from schema.paged import paged


@shows(Contact)
class ContactEvents(Part):
    """The events that the contact registered for, came to and took part in (domain.md R35, R37)."""

    registrations: Connection[EventRegistration] = paged(
        "Every registration, newest first; cancelled ones among them.",
        events.registrations_of_contact,
        "CREATED_AT",
        descending=True,
    )
    check_ins: Connection[CheckIn] = paged(
        "Every check-in, to events and to sessions, newest first.",
        events.check_ins_of_contact,
        "CHECKED_IN_AT",
        descending=True,
    )
    waitlist_items: Connection[WaitlistItem] = paged(
        "What the contact waits for, newest first.",
        events.waitlist_of_contact,
        "CREATED_AT",
        descending=True,
    )
    speaker_engagements: Connection[SpeakerEngagement] = paged(
        "Where the contact speaks, latest first.",
        events.engagements_of_contact,
        "STARTS_AT",
        descending=True,
    )
    team_roles: list[EventTeamMember] = relation(
        "The events that the contact helps to run.", Relation(events.team_roles_of_contact, "id")
    )


@shows(RegistrationRecord)
class EventProfile(Part, RegistrationAnswers):
    """What a contact told of itself when it registered for an event (domain.md R36)."""

    registered_at: datetime = column("When the contact registered.", of="created_at")
    event: Event = relation("For which event.", Relation(events.event, "event_id"))
    responses: list[RegistrationResponse] = relation(
        "What was asked and answered, in the order of the questions.", Relation(events.responses, "id")
    )
    registration: EventRegistration = relation(
        "The registration itself.", Relation(events.registration, "id")
    )


@shows(Contact)
class EventInformation(Part):
    """The basic data that the contact gave when it registered for events (domain.md R36)."""

    latest: EventProfile | None = relation(
        "What it told last; null where it never registered.", Relation(events.latest_registration, "id")
    )
    all: list[EventProfile] = relation(
        "What it told each time, newest first.", Relation(events.every_registration, "id")
    )
