"""Events in the graph: what they consist of, and which contacts and accounts take part (domain.md 9.7)."""

# mypy: disable-error-code="valid-type,misc"
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain import events as records
from domain.lists import EventSort
from resolvers import events, relations
from resolvers.relations import Relation
from schema.attendance import EventInsights, of_event
from schema.event_details import (
    CheckInDetails,
    EventDetails,
    EventPassDetails,
    EventRegistrationDetails,
    EventSessionDetails,
    EventTeamMemberDetails,
    EventVendorDetails,
    RegistrationResponse,
    SessionRegistrationDetails,
    SessionTrackDetails,
    SpeakerDetails,
    SpeakerEngagementDetails,
    SponsorshipDetails,
    WaitlistItemDetails,
    Written,
)
from schema.graph import choice, relation, shows
from schema.lists import Connection, order_input
from schema.node import Node
from schema.paged import ordered, paged

if TYPE_CHECKING:
    from schema.customers import Account, Contact

OfAccount = Annotated["Account", strawberry.lazy("schema.customers")]
OfContact = Annotated["Contact", strawberry.lazy("schema.customers")]
choice(EventSort)
EventOrder = order_input(EventSort)


@shows(records.Event)
class Event(Node, EventDetails):
    """A meeting that people register for and come to, on site, online or both."""

    sessions: Connection["EventSession"] = paged(
        "Its parts, in the order of their starts.", events.sessions_of_event, "STARTS_AT"
    )
    tracks: list["SessionTrack"] = relation(
        "Its sessions grouped, by name.", Relation(events.tracks_of_event, "id")
    )
    passes: list["EventPass"] = relation(
        "The tickets on offer, by name.", Relation(events.passes_of_event, "id")
    )
    registrations: Connection["EventRegistration"] = paged(
        "Who registered, newest first; cancelled registrations among them.",
        events.registrations_of_event,
        "CREATED_AT",
        descending=True,
    )
    check_ins: Connection["CheckIn"] = paged(
        "Who came, to the event or to a session, newest first.",
        events.check_ins_of_event,
        "CHECKED_IN_AT",
        descending=True,
    )
    waitlist_items: Connection["WaitlistItem"] = paged(
        "Who waits for a place, longest first.", events.waitlist_of_event, "CREATED_AT"
    )
    speaker_engagements: Connection["SpeakerEngagement"] = paged(
        "Who speaks, in the order of their starts.", events.engagements_of_event, "STARTS_AT"
    )
    sponsorships: list["Sponsorship"] = relation(
        "The accounts that give something to it.", Relation(events.sponsorships_of_event, "id")
    )
    vendors: list["EventVendor"] = relation(
        "The accounts that work for it.", Relation(events.vendors_of_event, "id")
    )
    team_members: list["EventTeamMember"] = relation("Who runs it.", Relation(events.team_of_event, "id"))
    insights: EventInsights = of_event()


@shows(records.EventSession)
class EventSession(Node, EventSessionDetails):
    """A part of an event with a time of its own."""

    event: Event = relation("The event.", Relation(events.event, "event_id"))
    tracks: list["SessionTrack"] = relation(
        "The tracks that it belongs to, by name.", Relation(events.tracks_of_session, "id")
    )
    registrations: Connection["SessionRegistration"] = paged(
        "Who registered for it, newest first; cancelled registrations among them.",
        events.registrations_of_session,
        "CREATED_AT",
        descending=True,
    )
    waitlist_items: Connection["WaitlistItem"] = paged(
        "Who waits for a place in it, longest first.", events.waitlist_of_session, "CREATED_AT"
    )
    speaker_engagements: Connection["SpeakerEngagement"] = paged(
        "Who speaks in it, in the order of their starts.", events.engagements_of_session, "STARTS_AT"
    )


@shows(records.SessionTrack)
class SessionTrack(Node, SessionTrackDetails):
    """Sessions of an event that belong together."""

    event: Event = relation("The event.", Relation(events.event, "event_id"))
    sessions: list[EventSession] = relation(
        "Its sessions, in the order of their starts.", Relation(events.sessions_of_track, "id")
    )


@shows(records.EventPass)
class EventPass(Node, EventPassDetails):
    """A ticket that an event offers."""

    event: Event = relation("The event.", Relation(events.event, "event_id"))


@shows(records.EventRegistration)
class EventRegistration(Node, EventRegistrationDetails):
    """A contact's place at an event; its `createdAt` is when the contact registered."""

    contact: OfContact = relation("Who has the place.", Relation(relations.contact, "contact_id"))
    event: Event = relation("The event.", Relation(events.event, "event_id"))
    registered_by: OfContact | None = relation(
        "The contact who registered this one, where that was another.",
        Relation(relations.contact, "registered_by_id"),
    )
    responses: list[RegistrationResponse] = relation(
        "What was asked and answered on registering, in the order of the questions.",
        Relation(events.responses, "id"),
    )
    sessions: list["SessionRegistration"] = relation(
        "The places in sessions that go with it.", Relation(events.sessions_of_registration, "id")
    )
    passes: list["AttendeePass"] = relation(
        "The passes that go with it.", Relation(events.passes_of_registration, "id")
    )
    check_ins: list["CheckIn"] = relation(
        "When the contact came with it, earliest first.", Relation(events.check_ins_of_registration, "id")
    )


@shows(records.AttendeePass)
class AttendeePass(Node, Written):
    """A pass that a contact holds."""

    event_pass: EventPass = relation("Which pass it is.", Relation(events.event_pass, "pass_id"))
    contact: OfContact = relation("Who holds it.", Relation(relations.contact, "contact_id"))
    registration: EventRegistration | None = relation(
        "The registration that it goes with.", Relation(events.registration, "registration_id")
    )


@shows(records.SessionRegistration)
class SessionRegistration(Node, SessionRegistrationDetails):
    """A contact's place in one session, within a registration for the event."""

    contact: OfContact = relation("Who has the place.", Relation(relations.contact, "contact_id"))
    session: EventSession = relation("The session.", Relation(events.session, "session_id"))
    registration: EventRegistration = relation(
        "The registration for the event.", Relation(events.registration, "registration_id")
    )


@shows(records.CheckIn)
class CheckIn(Node, CheckInDetails):
    """That a contact came to an event or a session, and how long it stayed."""

    contact: OfContact = relation("Who came.", Relation(relations.contact, "contact_id"))
    event: Event = relation("The event.", Relation(events.event, "event_id"))
    session: EventSession | None = relation(
        "The session; null of a check-in to the event.", Relation(events.session, "session_id")
    )
    registration: EventRegistration | None = relation(
        "The registration with which the contact came; null where there was none.",
        Relation(events.registration, "registration_id"),
    )


@shows(records.WaitlistItem)
class WaitlistItem(Node, WaitlistItemDetails):
    """That a contact waits for a place since its `createdAt`, at an event or in a session."""

    contact: OfContact = relation("Who waits.", Relation(relations.contact, "contact_id"))
    event: Event | None = relation(
        "The event; null where the wait is for a session.", Relation(events.event, "event_id")
    )
    session: EventSession | None = relation(
        "The session; null where the wait is for the event.", Relation(events.session, "session_id")
    )


@shows(records.Speaker)
class Speaker(Node, SpeakerDetails):
    """Somebody who speaks at events."""

    contact: OfContact | None = relation(
        "The contact that the speaker is, where known.", Relation(relations.contact, "contact_id")
    )
    engagements: list["SpeakerEngagement"] = relation(
        "Where the speaker speaks, in the order of the starts.",
        Relation(events.engagements_of_speaker, "id"),
    )


@shows(records.SpeakerEngagement)
class SpeakerEngagement(Node, SpeakerEngagementDetails):
    """That a speaker speaks at an event, and when."""

    speaker: Speaker = relation("Who speaks.", Relation(events.speaker, "speaker_id"))
    event: Event = relation("The event.", Relation(events.event, "event_id"))
    session: EventSession | None = relation(
        "The session, where it is one.", Relation(events.session, "session_id")
    )


@shows(records.Sponsorship)
class Sponsorship(Node, SponsorshipDetails):
    """What an account gives to an event."""

    event: Event = relation("The event.", Relation(events.event, "event_id"))
    account: OfAccount = relation("The sponsor.", Relation(relations.account, "account_id"))


@shows(records.EventVendor)
class EventVendor(Node, EventVendorDetails):
    """An account that works for an event."""

    event: Event = relation("The event.", Relation(events.event, "event_id"))
    account: OfAccount = relation("The vendor.", Relation(relations.account, "account_id"))


@shows(records.EventTeamMember)
class EventTeamMember(Node, EventTeamMemberDetails):
    """Somebody who runs an event: a contact, or one of ours."""

    event: Event = relation("The event.", Relation(events.event, "event_id"))
    contact: OfContact | None = relation(
        "The contact; null where it is one of ours.", Relation(relations.contact, "contact_id")
    )


@strawberry.type
class EventQueries:
    events: Connection[Event] = ordered("All events.", events.events, EventOrder, EventSort.STARTS_AT)
