"""What events and subscription lists came to, in a window (domain.md 4.5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from db.attendance import Attendances, Participants, Sizes, TurnoverByBucket, Turnovers
from domain.attendance import Attendance, Participant
from domain.buckets import TimeBucket, borders
from domain.refusals import Code, Refused
from domain.scopes import ranked
from domain.turnover import Size, Turn, Turnover
from domain.windows import Window
from engines import kept
from resolvers.context import Info
from resolvers.insights import Answer


@dataclass(frozen=True)
class OfEvent:
    """An event with what it came to in the window."""

    owner: Any
    window: Window
    came: Attendance

    @property
    def global_id(self) -> str:
        """What tells it from the same of another record, or for another window."""
        return self.window.told(self.owner.id)

    @property
    def result(self) -> Any:
        """Revenue less cost; None where either is not known."""
        cost, revenue = self.owner.total_cost, self.owner.total_revenue
        return None if cost is None or revenue is None else revenue - cost


@dataclass(frozen=True)
class OfList:
    """A subscription list with its joining and leaving in the window."""

    owner: Any
    window: Window
    turnover: Turnover

    @property
    def global_id(self) -> str:
        """What tells it from the same of another record, or for another window."""
        return self.window.told(self.owner.id)


async def of_event(root: Any, info: Info, window: Window) -> OfEvent:
    """What the event came to."""
    return OfEvent(root, window, await info.context.load(Attendances(window), root.id))


async def participants(root: OfEvent, info: Info, first: int) -> tuple[Participant, ...]:
    """Who registered or came, the most present first."""
    return await info.context.load(Participants(root.window, ranked(first)), root.owner.id)


async def of_list(root: Any, info: Info, window: Window) -> OfList:
    """How the list grew."""
    end = window.to_at or info.context.now
    return OfList(root, window, await info.context.load(Turnovers(window, end), root.id))


async def over_time(root: OfList, info: Info, bucket: TimeBucket, timezone: str) -> tuple[Turn, ...]:
    """How the list grew, stretch by stretch: from the window's beginning, or the first who joined."""
    zone, end = _zone(timezone), root.window.to_at or info.context.now
    start: datetime | None = root.window.from_at or root.turnover.began_at
    if start is None:
        return ()
    beginnings = tuple(borders(bucket, zone, start, end))
    return await info.context.load(TurnoverByBucket(beginnings, end), root.owner.id) if beginnings else ()


async def sizes(root: Answer, info: Info, bucket: TimeBucket, timezone: str) -> tuple[Size, ...]:
    """How many members a segment had, stretch by stretch: from the window's beginning, or its creation."""
    window = root.question.window
    start, end = window.from_at or root.owner.created_at, window.to_at or info.context.now
    beginnings = tuple(borders(bucket, _zone(timezone), start, end))
    return await info.context.load(Sizes(beginnings, end), root.owner.id) if beginnings else ()


def _zone(timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(kept.time_zone(timezone))
    except kept.Unfit as unfit:
        raise Refused(Code.INVALID, str(unfit), "timezone") from None
