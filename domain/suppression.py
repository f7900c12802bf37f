"""Addresses that nothing is sent to, and how long: decided by what happened to them (domain.md 8.6)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from domain.interactions import InteractionType

MOST_SOFT_BOUNCES = 5
"""So many messages that bounce softly in a row are as one that bounces hard (domain.md 8.6, 12 item 2)."""
PERIODS = (timedelta(days=7), timedelta(days=14), timedelta(days=30), timedelta(days=180))
"""How long an address is listed for the first time, the second, the third, and from then on."""
SUPPRESSED = "suppression-list"
"""The bounce category of attempts that were shown and not transmitted: they are the list's doing (3.2)."""


class AddressState(Enum):
    """Whether an address is sent to (domain.md 8.6)."""

    NOT_LISTED = "Messages are sent to it."
    ON_SUPPRESSION_LIST = "Nothing is sent to it until its time is over, or staff takes it off the list."
    PERMANENTLY_BLOCKED = "Its owner complained of spam: nothing is ever sent to it."


class SuppressionCause(Enum):
    """Why an address was listed (domain.md 8.6)."""

    HARD_BOUNCE = "A message bounced hard: the address or its domain does not exist."
    SOFT_BOUNCES = "Five messages in a row bounced softly."
    COMPLAINT = "A message was marked as spam."
    STAFF = "Somebody who works here listed it."


class Happening(Enum):
    """What happens to an address; what happens at one moment is taken in this order."""

    DELIVERY = "A message was delivered."
    SOFT_BOUNCE = "A message bounced softly."
    HARD_BOUNCE = "A message bounced hard."
    COMPLAINT = "A message was marked as spam."
    REMOVED = "Staff took it off the list."
    ADDED = "Staff listed it."


_ORDER = {kind: place for place, kind in enumerate(Happening)}
HAPPENINGS = {
    InteractionType.EMAIL_DELIVERED: Happening.DELIVERY,
    InteractionType.EMAIL_SOFT_BOUNCED: Happening.SOFT_BOUNCE,
    InteractionType.EMAIL_HARD_BOUNCED: Happening.HARD_BOUNCE,
    InteractionType.EMAIL_FEEDBACK_LOOP: Happening.COMPLAINT,
}
"""Which interactions tell of an address; block bounces tell of the sender."""


@dataclass(frozen=True, slots=True)
class AddressEvent:
    """One thing that happened to an address; `sending` tells the messages apart, where that is known."""

    at: datetime
    id: UUID
    kind: Happening
    sending: UUID | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How an address stands after all that is known to have happened to it."""

    cause: SuppressionCause | None = None
    times_listed: int = 0
    consecutive_soft_bounces: int = 0
    listed_at: datetime | None = None
    until: datetime | None = None
    permanent: bool = False
    _counted: frozenset[UUID] = frozenset()

    def on_list(self, at: datetime) -> bool:
        """Whether it is listed at that moment."""
        return self.state(at) is not AddressState.NOT_LISTED

    def state(self, at: datetime) -> AddressState:
        """Whether the address is sent to at that moment."""
        return _state(self.permanent, self.listed_at, self.until, at)


@dataclass(frozen=True, slots=True)
class SuppressedAddress:
    """An address, or a pattern of addresses, that was listed or is on its way there."""

    id: UUID
    address: str
    is_pattern: bool
    created_at: datetime
    updated_at: datetime
    cause: SuppressionCause | None
    times_listed: int
    consecutive_soft_bounces: int
    listed_at: datetime | None
    until: datetime | None
    permanent: bool

    def state(self, at: datetime) -> AddressState:
        """Whether it is sent to at that moment."""
        return _state(self.permanent, self.listed_at, self.until, at)


def _state(permanent: bool, listed_at: datetime | None, until: datetime | None, at: datetime) -> AddressState:
    if permanent:
        return AddressState.PERMANENTLY_BLOCKED
    if listed_at is None or listed_at > at or (until is not None and until <= at):
        return AddressState.NOT_LISTED
    return AddressState.ON_SUPPRESSION_LIST


def standing(events: Iterable[AddressEvent]) -> Standing:
    """How an address stands after these, each of which counts once, in the order in which they happened."""
    found = Standing()
    for event in sorted(set(events), key=lambda event: (event.at, _ORDER[event.kind], event.id)):
        found = _after(found, event)
    return replace(found, _counted=frozenset())


def _after(known: Standing, event: AddressEvent) -> Standing:
    """How it stands after one more: a complaint is for good, and while it is listed no bounce counts."""
    if known.permanent:
        return known
    match event.kind:
        case Happening.COMPLAINT:
            listed = replace(known, permanent=True, times_listed=known.times_listed + 1)
            return replace(listed, cause=SuppressionCause.COMPLAINT, listed_at=event.at, until=None)
        case Happening.ADDED:
            return replace(known, cause=SuppressionCause.STAFF, listed_at=event.at, until=None)
        case Happening.REMOVED:
            rested = _rested(known)
            return replace(rested, until=event.at) if known.on_list(event.at) else rested
        case Happening.DELIVERY:
            return _rested(known)
    if known.on_list(event.at):
        return known
    if event.kind is Happening.HARD_BOUNCE:
        return _listed(_rested(known), SuppressionCause.HARD_BOUNCE, event.at)
    return _softly(known, event)


def _softly(known: Standing, event: AddressEvent) -> Standing:
    """One more message of the row bounced softly; a row that has led to the list is over."""
    if known.consecutive_soft_bounces >= MOST_SOFT_BOUNCES:
        known = _rested(known)
    if event.sending in known._counted:
        return known
    counted = known._counted | {event.sending} if event.sending else known._counted
    run = known.consecutive_soft_bounces + 1
    after = replace(known, consecutive_soft_bounces=run, _counted=counted)
    if run < MOST_SOFT_BOUNCES:
        return after
    return _listed(after, SuppressionCause.SOFT_BOUNCES, event.at)


def _rested(known: Standing) -> Standing:
    """The row of soft bounces has ended."""
    return replace(known, consecutive_soft_bounces=0, _counted=frozenset())


def _listed(known: Standing, cause: SuppressionCause, at: datetime) -> Standing:
    times = known.times_listed + 1
    period = PERIODS[min(times, len(PERIODS)) - 1]
    return replace(known, cause=cause, times_listed=times, listed_at=at, until=at + period)
