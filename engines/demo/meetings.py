"""The records of the demo's events: who registered and came, who spoke and who paid (domain.md 9.7)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from db import writes
from db.database import Transaction
from db.ids import uuid7
from domain import event_options as options
from domain import events
from domain.facts import NewInteraction
from domain.interactions import InteractionType
from domain.options import State
from engines.demo.campaigns import Event
from engines.demo.campaigns import events as offered
from engines.demo.days import Span

_T = InteractionType
Ids = Mapping[str, UUID]
_FIRST = datetime(2024, 1, 1, tzinfo=UTC)
_PLANNED = timedelta(days=60)
_QUESTIONS = ("Do you need a parking space?", "What would you like to hear about?")
_ANSWERS = (("Yes", "No"), ("Prices", "Savings", "What others did", None))
_TALKS = {"Opening": options.SessionType.KEYNOTE, "At the machine": options.SessionType.HANDS_ON_LAB}

_ABOUT: Mapping[str, Any] = {
    "description": "Talks, machines to try, and time to meet.",
    "time_zone": "Europe/London",
    "venue": "Quillmere Works",
    "room": "Long Hall",
    "maximum_capacity": 150,
    "waitlist": True,
    "auto_register": False,
    "number_of_invitations": 5,
    "allow_custom_agenda": False,
    "create_leads": False,
    "publish_status": options.PublishStatus.LIVE,
    "currency": "GBP",
}


async def hold(
    tx: Transaction, span: Span, happened: Sequence[NewInteraction], ids: Mapping[str, Ids]
) -> None:
    """Writes the events and what the interactions tell of them; `ids` are those of contacts and accounts."""
    told = [new for new in happened if new.contact_key and "eventId" in (new.properties or {})]
    made = [*_registered(told, ids["contact"])]
    for number, event in enumerate(offered(span)):
        made += _event(number, event, made)
        made += _around(number, event, ids, made)
    for record, table in events.TABLES.items():
        await writes.insert(tx, table, [one for one in made if type(one) is record])


def _id(event: str) -> UUID:
    """The id of the event that the story calls so."""
    return uuid7(_FIRST, f"event {event}")


def _kept(seed: str, at: datetime, id: UUID | None = None) -> dict[str, Any]:
    return {"id": id or uuid7(at, seed), "version": 1, "created_at": at, "updated_at": at}


def _event(number: int, event: Event, made: Sequence[Any]) -> Iterator[Any]:
    """The event, with how many registered and came, and its sessions."""
    of_event = _id(event.id)
    here = [one for one in made if getattr(one, "event_id", None) == of_event]
    counts = Counter(type(one) for one in here if not getattr(one, "is_canceled", False))
    named: dict[str, Any] = dict.fromkeys(events.Event.__dataclass_fields__)
    named |= {**_kept(event.id, event.starts_at - _PLANNED, of_event), **_ABOUT}
    named |= {
        "name": event.title,
        "type": list(options.EventType)[number % len(options.EventType)],
        "format": options.EventFormat.HYBRID if number % 3 == 0 else options.EventFormat.ON_SITE,
        "starts_at": event.starts_at,
        "ends_at": event.starts_at + timedelta(hours=7),
        "registration_closes_at": event.starts_at - timedelta(days=1),
        "registration_count": counts[events.EventRegistration],
        "check_in_count": counts[events.CheckIn],
        "budget": Decimal(4000 + 500 * number),
        "attributes": {"eventId": event.id},
    }
    yield events.Event(**named)
    for hour, (title, kind) in enumerate(_TALKS.items()):
        yield _session(event, title, kind, event.starts_at + timedelta(hours=2 * hour))


def _session(event: Event, title: str, kind: options.SessionType, starts_at: datetime) -> events.EventSession:
    return events.EventSession(
        **_kept(f"{event.id} {title}", event.starts_at - _PLANNED),
        event_id=_id(event.id),
        title=title,
        summary=None,
        type=kind,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        maximum_capacity=None,
        publish_status=options.PublishStatus.LIVE,
    )


def _around(number: int, event: Event, ids: Mapping[str, Ids], made: Sequence[Any]) -> Iterator[Any]:
    """A speaker who is a contact, and an account that gives money."""
    of_event, planned = _id(event.id), event.starts_at - _PLANNED
    opening = next(one for one in made if type(one) is events.EventSession and one.event_id == of_event)
    contact, account = (sorted(ids[entity].items())[number * 3][1] for entity in ("contact", "account"))
    speaker = events.Speaker(
        **_kept(f"{event.id} speaker", planned),
        contact_id=contact,
        name=f"Speaker of the {event.title}",
        about=None,
        type=options.SpeakerType.EXTERNAL,
    )
    yield speaker
    yield events.SpeakerEngagement(
        **_kept(f"{event.id} speaks", planned),
        speaker_id=speaker.id,
        event_id=of_event,
        session_id=opening.id,
        starts_at=opening.starts_at,
        ends_at=opening.ends_at,
    )
    yield events.Sponsorship(
        **_kept(f"{event.id} sponsor", planned),
        event_id=of_event,
        account_id=account,
        category=list(options.SponsorshipCategory)[number % 4],
        type=options.SponsorshipType.MONETARY,
        amount=Decimal(1000 + 250 * number),
        currency="GBP",
        description=None,
    )


def _registered(told: Sequence[NewInteraction], contacts: Ids) -> Iterator[Any]:
    """The registrations, the answers given on registering, and the check-ins."""
    canceled = {_named(new) for new in told if new.type is _T.EVENT_REGISTRATION_CANCELED}
    came = {_named(new): new for new in told if new.type is _T.EVENT_CHECK_IN}
    for new in told:
        if new.type is _T.EVENT_REGISTRATION:
            contact, arrival = contacts[new.contact_key or ""], came.get(_named(new))
            registration = _registration(new, contact, _named(new) in canceled, arrival is not None)
            yield registration
            yield from _responses(new, registration)
            if arrival is not None:
                yield _check_in(arrival, registration)


def _named(new: NewInteraction) -> tuple[str | None, str]:
    """Whose registration for which event an interaction is about: nobody registers twice."""
    return new.contact_key, (new.properties or {})["eventId"]


def _registration(
    new: NewInteraction, contact: UUID, is_canceled: bool, came: bool
) -> events.EventRegistration:
    rng = Random(f"profile {new.contact_key}")
    return events.EventRegistration(
        **_kept(f"{_named(new)}", new.occurred_at),
        contact_id=contact,
        event_id=_id(_named(new)[1]),
        registered_by_id=None,
        primary_role=options.AttendeeRole.ATTENDEE,
        is_canceled=is_canceled,
        state=State.INACTIVE if is_canceled else State.ACTIVE,
        qr_code=(new.properties or {}).get("eventRegistrationId"),
        times_checked_in=int(came),
        area=rng.choice(list(options.BusinessArea)),
        company_size=rng.choice(list(options.CompanySize)),
        industry=rng.choice(list(options.AttendeeIndustry)),
        years_in_industry=rng.choice(list(options.YearsInIndustry)),
    )


def _responses(
    new: NewInteraction, registration: events.EventRegistration
) -> Iterator[events.RegistrationResponse]:
    rng = Random(f"answers {_named(new)}")
    for place, (question, answers) in enumerate(zip(_QUESTIONS, _ANSWERS, strict=True), 1):
        own = (registration.contact_id, registration.id, place)
        yield events.RegistrationResponse(*own, question, rng.choice(answers))


def _check_in(arrival: NewInteraction, registration: events.EventRegistration) -> events.CheckIn:
    at = arrival.occurred_at
    return events.CheckIn(
        **_kept(f"in {_named(arrival)}", at),
        contact_id=registration.contact_id,
        type=options.CheckInType.EVENT,
        event_id=registration.event_id,
        session_id=None,
        registration_id=registration.id,
        checked_in_at=at,
        checked_out_at=at + timedelta(minutes=Random(f"stay {_named(arrival)}").randrange(45, 400)),
        viewing_minutes=None,
        questions_asked=None,
    )
