"""Insights of segments, journeys and messages (domain.md 4.5)."""

# mypy: disable-error-code="valid-type,misc"
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import UNSET

from domain import insights as catalogue
from domain import turnover
from domain.buckets import TimeBucket
from domain.interactions import InteractionType
from domain.lists import ContactSort
from domain.refusals import Code, Refused
from resolvers import attendance, lists, scopes
from resolvers.context import Info
from resolvers.formulas import segment_members, value
from resolvers.insights import Answer
from schema import links
from schema.asking import AllTime, From, Journey, Machines, Message, To, asked
from schema.charts import Timezone
from schema.filters import ContactWhere
from schema.graph import argument, column, custom, declared, described, shows
from schema.insights import Insights, type_named
from schema.lists import After, Before, Connection, First, Last, asked_of, order_input
from schema.sources import Viewed

if TYPE_CHECKING:
    from schema.customers import Contact

OfContact = Annotated["Contact", strawberry.lazy("schema.customers")]
ContactOrder = order_input(ContactSort)
Types = Annotated[
    list[InteractionType],
    argument("With at least one interaction of one of these types: EMAIL_OPENED for who opened, and so on."),
]
_asked = asked_of(lists.Order(ContactSort.CREATED_AT.name))


async def _contacts(
    root: Answer,
    info: Info,
    types: Types,
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
    where: Annotated[ContactWhere | None, argument("Which of them are meant; all where not given.")] = UNSET,
    order_by: Annotated[
        ContactOrder | None, argument("The order; CREATED_AT, smallest first, where not given.")
    ] = UNSET,
) -> Any:
    if not types:
        raise Refused(Code.REQUIRED, "Name at least one type of interactions.", "types")
    page = _asked(where, order_by, first=first, after=after, last=last, before=before)
    return await scopes.contacts(root, info, [kind.name for kind in types], page)


def _met(words: str) -> Any:
    return declared(words, Viewed(_contacts), _contacts)


_ENGAGED = "How many contacts engaged: opened, clicked, visited, submitted, came."


@described
class MessageInsights(Insights):
    """How a message was met by those it was sent to (domain.md 4.5, E-mail)."""

    is_type_of = type_named("MessageInsights")
    message_id: str = column("The message's id, as its source writes it.", of="owner.name")
    previous: "MessageInsights | None" = links.previous()
    most_engaged: list[links.EngagedContact] = links.most_engaged()
    engaged_contacts: int = custom(_ENGAGED, scopes.engaged)
    contacts: Connection[OfContact] = _met("The contacts that met it: sent to, opened, clicked, bounced.")


@described
class JourneyInsights(Insights):
    """How a journey's messages and pages were met (domain.md 4.5, Journey)."""

    is_type_of = type_named("JourneyInsights")
    journey_id: str = column("The journey's id, as its source writes it.", of="owner.name")
    previous: "JourneyInsights | None" = links.previous()
    most_engaged: list[links.EngagedContact] = links.most_engaged()
    engaged_contacts: int = custom(_ENGAGED, scopes.engaged)
    contacts: Connection[OfContact] = _met("The contacts that met it: entered, stopped, opened, clicked.")


async def _size(root: Answer, info: Info) -> int:
    size: int = await value(segment_members, root.owner, info)
    return size


async def _reach(root: Answer, info: Info) -> float | None:
    return catalogue.ratio(await scopes.engaged(root, info), await _size(root, info))


@shows(turnover.Size)
class SegmentSize:
    """How many members a segment had at the end of a stretch of time."""

    at: datetime = column("When the stretch begins.")
    members: int | None = column("How many there were at its end; null where no change was recorded yet.")


async def _sizes(
    root: Answer,
    info: Info,
    bucket: Annotated[TimeBucket, argument("How long the stretches are.")] = TimeBucket.MONTH,
    timezone: Timezone = "UTC",
) -> Any:
    return await attendance.sizes(root, info, bucket, timezone)


@described
class SegmentInsights(Insights):
    """How a segment's present members have met our marketing, all pooled (domain.md 4.1, 4.5)."""

    is_type_of = type_named("SegmentInsights")
    previous: "SegmentInsights | None" = links.previous()
    most_engaged: list[links.EngagedContact] = links.most_engaged()
    size: int = custom("How many members the segment has now.", _size)
    sizes: list[SegmentSize] = custom(
        "How many it had over time: from the window's beginning, or the segment's, whenever they changed.",
        _sizes,
    )
    engaged_contacts: int = custom(_ENGAGED, scopes.engaged)
    reach: float | None = custom("Engaged contacts per member, 0..1; null without members.", _reach)


def of_segment(words: str) -> Any:
    """The field that shows a segment's insights."""

    async def resolve(
        root: Any,
        info: Info,
        from_: From = UNSET,
        to: To = UNSET,
        include_machines: Machines = False,
        all_time: AllTime = False,
        journey_id: Journey = UNSET,
        message_id: Message = UNSET,
    ) -> Any:
        about: dict[str, Any] = {"journey_id": journey_id, "message_id": message_id}
        question = asked(info.context.now, from_, to, include_machines, all_time=all_time, **about)
        return await scopes.of_segment.answer(root, info, question)

    return custom(words, resolve)


async def _named(info: Info, type_name: str, about: Mapping[str, Any], *given: Any, all_time: bool) -> Any:
    question = asked(info.context.now, *given, all_time=all_time, **about)
    return await scopes.of_named(info, type_name, question)


async def _of_message(
    info: Info,
    message_id: Annotated[str, argument("The message's id, as its source writes it.")],
    journey_id: Journey = UNSET,
    from_: From = UNSET,
    to: To = UNSET,
    include_machines: Machines = False,
    all_time: AllTime = False,
) -> Any:
    about = {"message_id": message_id, "journey_id": journey_id}
    return await _named(info, "MessageInsights", about, from_, to, include_machines, all_time=all_time)


async def _of_journey(
    info: Info,
    journey_id: Annotated[str, argument("The journey's id, as its source writes it.")],
    message_id: Message = UNSET,
    from_: From = UNSET,
    to: To = UNSET,
    include_machines: Machines = False,
    all_time: AllTime = False,
) -> Any:
    about = {"message_id": message_id, "journey_id": journey_id}
    return await _named(info, "JourneyInsights", about, from_, to, include_machines, all_time=all_time)


_BY_ID = "by the id that interactions name it by; of an id that none names, all is zero."


@strawberry.type
class ScopeQueries:
    message_insights: MessageInsights = custom(f"The insights of a message, {_BY_ID}", _of_message)
    journey_insights: JourneyInsights = custom(f"The insights of a journey, {_BY_ID}", _of_journey)
