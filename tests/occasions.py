"""The events of the small invented company: one past with all that can be, one to come."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from db import writes
from db.database import Transaction
from db.ids import uuid7
from domain import event_options as options
from domain import events
from domain.options import State


def at(month: int, number: int, hour: int = 9) -> datetime:
    """A moment of the events' year."""
    return datetime(2026, month, number, hour, tzinfo=UTC)


def event_id(seed: str) -> UUID:
    """The id of what the seed names, the same each time."""
    return uuid7(at(1, 20), seed)


def kept(seed: str, moment: datetime, **values: Any) -> dict[str, Any]:
    """A record's own columns, with those given."""
    return {"id": event_id(seed), "version": 1, "created_at": moment, "updated_at": moment, **values}


def _event(seed: str, name: str, starts_at: datetime, **values: Any) -> events.Event:
    empty: dict[str, Any] = dict.fromkeys(events.Event.__dataclass_fields__)
    usual = {
        "waitlist": False,
        "auto_register": False,
        "allow_custom_agenda": False,
        "create_leads": False,
        "publish_status": options.PublishStatus.LIVE,
        "registration_count": 0,
        "check_in_count": 0,
        "attributes": {},
        "ends_at": starts_at + timedelta(hours=8),
    }
    own = kept(seed, at(1, 20), name=name, starts_at=starts_at)
    return events.Event(**(empty | usual | own | values))


def _session(seed: str, title: str, starts_at: datetime, kind: options.SessionType) -> events.EventSession:
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    named = {"event_id": event_id("fair"), "title": title, "summary": None, "type": kind, **times}
    limits = {"maximum_capacity": 40, "publish_status": options.PublishStatus.LIVE}
    return events.EventSession(**kept(seed, at(1, 21), **named, **limits))


EVENTS = [
    _event(
        "fair",
        "Kettle Fair",
        at(6, 10),
        type=options.EventType.CONFERENCE,
        format=options.EventFormat.HYBRID,
        time_zone="Europe/Berlin",
        venue="Old Foundry",
        maximum_capacity=120,
        waitlist=True,
        number_of_invitations=2,
        registration_closes_at=at(6, 8),
        registration_count=2,
        check_in_count=1,
        currency="EUR",
        budget=Decimal("12500.50"),
        attributes={"hashtag": "#kettles"},
    ),
    _event("talk", "A talk on lids", at(12, 1), type=options.EventType.WEBCAST),
]
SESSIONS = [
    _session("opening", "Opening", at(6, 10, 9), options.SessionType.KEYNOTE),
    _session("lab", "Handles by hand", at(6, 10, 11), options.SessionType.HANDS_ON_LAB),
]
OF_FAIR = {"event_id": event_id("fair")}


def _registration(seed: str, contact: UUID, moment: datetime, **values: Any) -> events.EventRegistration:
    usual = dict.fromkeys(
        (
            "registered_by_id",
            "primary_role",
            "qr_code",
            "area",
            "company_size",
            "industry",
            "years_in_industry",
        )
    )
    state = {"is_canceled": False, "state": State.ACTIVE, "times_checked_in": 0}
    merged = {"contact_id": contact, **OF_FAIR, **usual, **state, **kept(seed, moment), **values}
    return events.EventRegistration(**merged)


def _registrations(ann: UUID, bob: UUID) -> list[events.EventRegistration]:
    told = {
        "primary_role": options.AttendeeRole.JOURNALIST,
        "area": options.BusinessArea.MARKETING,
        "company_size": options.CompanySize.FROM_51_TO_100,
        "industry": options.AttendeeIndustry.MANUFACTURING,
        "years_in_industry": options.YearsInIndustry.FROM_5_TO_10,
        "qr_code": "KF-1",
        "times_checked_in": 1,
    }
    talk = {"event_id": event_id("talk"), "area": options.BusinessArea.SALES}
    gone = {"is_canceled": True, "state": State.INACTIVE}
    return [
        _registration("ann fair", ann, at(5, 1), **told),
        _registration("ann talk", ann, at(9, 1), **talk, **gone),
        _registration("bob fair", bob, at(5, 2), registered_by_id=ann),
    ]


def _of_contacts(ann: UUID, bob: UUID) -> list[Any]:
    fair, registration = event_id("fair"), event_id("ann fair")
    of_ann: dict[str, Any] = {"contact_id": ann, "registration_id": registration}
    came = {"contact_id": ann, "event_id": fair, "viewing_minutes": None, "questions_asked": None}
    lab = {"session_id": event_id("lab")}
    return [
        *_registrations(ann, bob),
        events.RegistrationResponse(**of_ann, place=1, question="Do you eat meat?", answer="No"),
        events.RegistrationResponse(**of_ann, place=2, question="Anything else?", answer=None),
        events.AttendeePass(**kept("ann pass", at(5, 1), **of_ann, pass_id=event_id("pass"))),
        events.SessionRegistration(**kept("ann lab", at(5, 1), **of_ann, **lab, is_canceled=False)),
        events.CheckIn(
            **kept("ann in", at(6, 10, 8), **came, type=options.CheckInType.EVENT, session_id=None),
            registration_id=registration,
            checked_in_at=at(6, 10, 8),
            checked_out_at=at(6, 10, 17),
        ),
        events.CheckIn(
            **kept("ann lab in", at(6, 10, 11), **came, **lab, type=options.CheckInType.SESSION),
            registration_id=registration,
            checked_in_at=at(6, 10, 11),
            checked_out_at=None,
        ),
    ]


def _waiting_and_speaking(bob: UUID, cas: UUID) -> list[Any]:
    fair, lab = event_id("fair"), {"session_id": event_id("lab")}
    waits = {"contact_id": cas, "auto_register": False}
    speaker = kept("bob speaks", at(3, 1), name="Bob Birch", about="Knows handles.")
    return [
        events.WaitlistItem(**kept("cas", at(5, 9), **waits, event_id=fair, session_id=None, invited=True)),
        events.WaitlistItem(**kept("cas lab", at(5, 10), **waits, event_id=None, **lab, invited=False)),
        events.Speaker(**speaker, contact_id=bob, type=options.SpeakerType.EXTERNAL),
        events.SpeakerEngagement(
            **kept("handles", at(3, 2), **OF_FAIR, **lab, speaker_id=event_id("bob speaks")),
            starts_at=at(6, 10, 11),
            ends_at=at(6, 10, 12),
        ),
    ]


def _of_accounts(lid: UUID, empty: UUID, ann: UUID) -> list[Any]:
    gold, worth = options.SponsorshipCategory.GOLD, {"amount": Decimal("3000"), "currency": "EUR"}
    kind = {"type": options.SponsorshipType.MONETARY, "category": gold, "description": None}
    caterer, ours = options.VendorType.FOOD_CATERER, options.TeamMemberType.INTERNAL
    helps = {"role": options.TeamRole.CATERING, "type": options.TeamMemberType.EXTERNAL}
    return [
        events.Sponsorship(**kept("gold", at(2, 1), **OF_FAIR, account_id=lid, **kind, **worth)),
        events.EventVendor(**kept("food", at(2, 2), **OF_FAIR, account_id=empty, type=caterer)),
        events.EventTeamMember(
            **kept("door", at(2, 3), **OF_FAIR, contact_id=None, user_name="porter", role=None, type=ours)
        ),
        events.EventTeamMember(**kept("soup", at(2, 4), **OF_FAIR, contact_id=ann, user_name=None, **helps)),
    ]


def _offered() -> list[Any]:
    external = {"type": options.TrackType.EXTERNAL, "audience": options.Audience.GENERAL}
    live = options.PublishStatus.LIVE
    track = kept("craft", at(1, 22), **OF_FAIR, name="Craft", **external, publish_status=live)
    price = {"price": Decimal("49.90"), "currency": "EUR"}
    return [
        events.SessionTrack(**track),
        events.TrackSession(event_id("craft"), event_id("lab")),
        events.EventPass(**kept("pass", at(1, 22), **OF_FAIR, name="Day", allocated=100, sold=1, **price)),
    ]


async def settle(tx: Transaction, ids: dict[str, UUID]) -> None:
    """Brings the events about, and who was there."""
    people = [*_of_contacts(ids["ann"], ids["bob"]), *_waiting_and_speaking(ids["bob"], ids["cas"])]
    companies = _of_accounts(ids["lid"], ids["empty"], ids["ann"])
    made = [*EVENTS, *SESSIONS, *_offered(), *people, *companies]
    for record, table in events.TABLES.items():
        await writes.insert(tx, table, [one for one in made if type(one) is record])
