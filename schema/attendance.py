"""Insights of events and of subscription lists: who registered, came, joined and left (domain.md 4.5)."""

# mypy: disable-error-code="valid-type,misc"
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import UNSET

from domain import attendance as records
from domain import turnover
from domain.buckets import TimeBucket
from domain.windows import Window, twelve_months_before
from resolvers import attendance, relations
from resolvers.context import Info
from resolvers.relations import Relation
from schema.charts import Timezone
from schema.graph import argument, column, custom, declared, described, relation, shows
from schema.links import First
from schema.node import Part
from schema.sources import Ranked

if TYPE_CHECKING:
    from schema.customers import Contact

OfContact = Annotated["Contact", strawberry.lazy("schema.customers")]
USUAL = 10
"""How many participants are shown where nobody says it."""
Begin = Annotated[
    datetime | None, argument("Where the window begins; the beginning of time if not given.", name="from")
]
Since = Annotated[
    datetime | None,
    argument(
        "Where the window begins; 12 months before its end if not given, null for all time.", name="from"
    ),
]
End = Annotated[datetime | None, argument("Where the window ends, itself left out; now if not given.")]


@shows(records.Participant)
class EventParticipant:
    """A contact that registered for an event, or came."""

    contact: OfContact = relation("The contact.", Relation(relations.contact, "contact_id"))
    registered_at: datetime | None = column("When it registered first, in the window; null where it did not.")
    is_canceled: bool = column("Whether all its registrations were cancelled.")
    check_ins: int = column("How often it was checked in, to the event or to a session.")
    last_check_in_at: datetime | None = column("When it was checked in last; null where it was not.")


def _came(words: str, name: str) -> Any:
    return column(words, of=f"came.{name}")


async def _participants(root: attendance.OfEvent, info: Info, first: First = USUAL) -> Any:
    return await attendance.participants(root, info, first)


@described
class EventInsights(Part):
    """What an event came to: each registration, check-in and wait counts at its own moment."""

    from_at: datetime | None = column("Where the window begins.", name="from", of="window.from_at")
    to_at: datetime | None = column("Where the window ends; null is now.", name="to", of="window.to_at")
    registrations: int = _came("Registrations, cancelled ones among them.", "registrations")
    canceled: int = _came("Of these, those that were cancelled.", "canceled")
    active_registrations: int = _came("Of these, those that were not.", "active_registrations")
    check_ins: int = _came("How often somebody was checked in to the event.", "check_ins")
    session_check_ins: int = _came("How often somebody was checked in to a session.", "session_check_ins")
    attendees: int = _came("How many contacts were checked in to the event.", "attendees")
    attendance_rate: float | None = _came(
        "Attendees per active registration; null without any. Above 1 where people come unregistered, or"
        " where the window leaves registrations out.",
        "attendance_rate",
    )
    waiting: int = _came("How many began to wait for a place, and still do.", "waiting")
    passes_allocated: int = _came("How many passes there are, whatever the window.", "passes_allocated")
    passes_sold: int = _came("How many passes are sold, whatever the window.", "passes_sold")
    passes_left: int = _came("How many passes are left, whatever the window.", "passes_left")
    budget: Decimal | None = column("What the event may cost.", of="owner.budget")
    total_cost: Decimal | None = column("What it cost.", of="owner.total_cost")
    total_revenue: Decimal | None = column("What it brought.", of="owner.total_revenue")
    result: Decimal | None = column("What it brought less what it cost; null where either is not known.")
    participants: list[EventParticipant] = declared(
        "The contacts that registered or came, who was checked in most often first.",
        Ranked(_participants, USUAL),
        _participants,
    )


def of_event() -> Any:
    """The field that shows what an event came to."""

    async def resolve(root: Any, info: Info, from_: Begin = UNSET, to: End = UNSET) -> Any:
        return await attendance.of_event(root, info, Window.between(from_ or None, to or None))

    return custom("What the event came to: registrations, attendance, passes and money.", resolve)


@shows(turnover.Turn)
class ListTurnover:
    """How many joined and left a list in a stretch of time."""

    at: datetime = column("When the stretch begins.")
    joined: int = column("How many joined.")
    departed: int = column("How many left.")
    members: int = column("How many were on the list at its end.")


async def _over_time(
    root: attendance.OfList,
    info: Info,
    bucket: Annotated[TimeBucket, argument("How long the stretches are.")] = TimeBucket.MONTH,
    timezone: Timezone = "UTC",
) -> Any:
    return await attendance.over_time(root, info, bucket, timezone)


@described
class SubscriptionListInsights(Part):
    """How a subscription list grew and shrank, by its stays (domain.md 4.5, 9.1)."""

    from_at: datetime | None = column("Where the window begins.", name="from", of="window.from_at")
    to_at: datetime | None = column("Where the window ends; null is now.", name="to", of="window.to_at")
    joined: int = column("How many stays began in the window.", of="turnover.joined")
    departed: int = column("How many stays ended in it.", of="turnover.departed")
    members: int = column("How many were on the list at its end.", of="turnover.members")
    over_time: list[ListTurnover] = custom(
        "How it grew, stretch by stretch: from the window's beginning, or the first who joined.", _over_time
    )


def of_list() -> Any:
    """The field that shows how a list grew."""

    async def resolve(root: Any, info: Info, from_: Since = UNSET, to: End = UNSET) -> Any:
        start = twelve_months_before(to or info.context.now) if from_ is UNSET else from_
        return await attendance.of_list(root, info, Window.between(start, to or None))

    return custom("How the list grew and shrank.", resolve)
