"""The demo's subscription lists with who is on them, its centres, and segments of what contacts have done."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from db import writes
from db.database import Transaction
from db.ids import uuid7
from domain.facts import NewInteraction
from domain.interactions import InteractionType
from domain.subscriptions import JoinedVia, Segment, SegmentKind, SubscriptionCenter, SubscriptionList
from engines.demo.campaigns import NEWS, OFFERS

_T = InteractionType
_FIRST = datetime(2024, 1, 1, tzinfo=UTC)
_EVENTS = "list-events"
_LISTS = {
    NEWS: ("Quillmere letter", "What is new, once a month.", "Newsletter"),
    OFFERS: ("Offers", "What costs less for a while.", "Promotion"),
    _EVENTS: ("Invitations", "Events near you, before anybody else hears of them.", "Events"),
}
_CENTERS = {"Events and offers": (_EVENTS, OFFERS), "Letters": (NEWS,)}
_SEGMENTS = {
    "Came to an event": _T.EVENT_CHECK_IN,
    "Answered a survey": _T.SURVEY_RESPONSE,
    "Forwarded a message": _T.EMAIL_FORWARDED,
}
_STAY = ("contact_id", "id", "list_id", "joined_at", "joined_via", "left_at", "left_via", "source")


async def settle(tx: Transaction, happened: Sequence[NewInteraction], contacts: Mapping[str, UUID]) -> None:
    """Writes the lists, and as stays on them what the interactions tell of joining and leaving."""
    lists = {
        key: SubscriptionList(_id(key), 1, _FIRST, _FIRST, *words, key, True, False)
        for key, words in _LISTS.items()
    }
    await writes.insert(tx, "subscription_list", list(lists.values()))
    told = sorted((new for new in happened if new.contact_key in contacts), key=lambda new: new.occurred_at)
    await tx.copy("subscription", _STAY, [*_stays(told, contacts), *_invited(told, contacts)])
    for name, keys in _CENTERS.items():
        await writes.insert(
            tx, "subscription_center", [SubscriptionCenter(_id(name), 1, _FIRST, _FIRST, name, False)]
        )
        await tx.run("subscription_center_offer", _id(name), [_id(key) for key in keys])
    await _pick(tx, told, contacts)


def _stays(told: Iterable[NewInteraction], contacts: Mapping[str, UUID]) -> Iterator[tuple[Any, ...]]:
    """From each joining to the leaving that follows it."""
    current: dict[tuple[str, str], datetime] = {}
    for new in told:
        place = str(new.contact_key), str((new.properties or {}).get("segmentId"))
        if new.type is _T.SEGMENT_SUBSCRIBED and place[1] in _LISTS:
            current.setdefault(place, new.occurred_at)
        elif new.type is _T.SEGMENT_UNSUBSCRIBED and place in current:
            yield _stay(contacts, *place, current.pop(place), new.occurred_at)
    yield from (_stay(contacts, *place, joined_at) for place, joined_at in current.items())


def _invited(told: Iterable[NewInteraction], contacts: Mapping[str, UUID]) -> Iterator[tuple[Any, ...]]:
    """Who registers for an event signs up for invitations to the next ones."""
    first: dict[str, datetime] = {}
    for new in told:
        if new.type is _T.EVENT_REGISTRATION:
            first.setdefault(str(new.contact_key), new.occurred_at)
    yield from (_stay(contacts, key, _EVENTS, joined_at) for key, joined_at in first.items())


def _stay(
    contacts: Mapping[str, UUID],
    contact: str,
    name: str,
    joined_at: datetime,
    left_at: datetime | None = None,
) -> tuple[Any, ...]:
    id = uuid7(joined_at, f"{contact} on {name}")
    left_via = JoinedVia.CENTER.name if left_at else None
    began = contacts[contact], id, _id(name), joined_at, JoinedVia.LANDING_PAGE.name
    return (*began, left_at, left_via, "form-download")


async def _pick(tx: Transaction, told: Iterable[NewInteraction], contacts: Mapping[str, UUID]) -> None:
    """A segment of each kind of contact, as they were known at the end."""
    done: dict[InteractionType, dict[UUID, None]] = {kind: {} for kind in _SEGMENTS.values()}
    for new in told:
        if new.type in done:
            done[new.type][contacts[str(new.contact_key)]] = None
    for name, kind in _SEGMENTS.items():
        made = Segment(_id(name), 1, _FIRST, _FIRST, name, "Picked by hand.", SegmentKind.STATIC)
        await writes.insert(tx, "segment", [made])
        await tx.run("segment_add_members", made.id, list(done[kind]), _FIRST, None)


def _id(name: str) -> UUID:
    return uuid7(_FIRST, f"demo {name}")
