"""What events came to, and how lists and segments have grown, counted from what is kept of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.database import Reads
from db.loaders import Batch
from db.rows import to_record
from domain.attendance import Attendance, Participant
from domain.event_options import CheckInType
from domain.turnover import Size, Turn, Turnover
from domain.windows import Window


@dataclass(frozen=True)
class Attendances(Batch[Attendance]):
    """What each event came to."""

    window: Window

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[Attendance]:
        ends = self.window.from_at, self.window.to_at
        rows = await reads.rows("event_attendance", keys, *ends, int(CheckInType.EVENT))
        found = {row["owner_id"]: to_record(Attendance, row) for row in rows}
        return [found.get(key, Attendance(key)) for key in keys]


@dataclass(frozen=True)
class Participants(Batch[tuple[Participant, ...]]):
    """Who registered for each event or came, the most present first."""

    window: Window
    first: int

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[tuple[Participant, ...]]:
        ends = self.window.from_at, self.window.to_at
        found: defaultdict[UUID, list[Participant]] = defaultdict(list)
        for row in await reads.rows("event_participants", keys, *ends, self.first):
            found[row["owner_id"]].append(to_record(Participant, row))
        return [tuple(found[key]) for key in keys]


@dataclass(frozen=True)
class Turnovers(Batch[Turnover]):
    """How many joined and left each list, and how many were on it in the end."""

    window: Window
    end: datetime

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[Turnover]:
        ends = self.window.from_at, self.window.to_at
        rows = await reads.rows("list_turnover", keys, *ends, self.end)
        found = {row["owner_id"]: to_record(Turnover, row) for row in rows}
        return [found.get(key, Turnover(key)) for key in keys]


@dataclass(frozen=True)
class TurnoverByBucket(Batch[tuple[Turn, ...]]):
    """How many joined and left each list, and were on it, in each stretch of time."""

    beginnings: tuple[datetime, ...]
    end: datetime

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[tuple[Turn, ...]]:
        rows = await reads.rows("list_turnover_by_bucket", keys, list(self.beginnings), self.end)
        found: defaultdict[UUID, dict[int, tuple[int, int]]] = defaultdict(dict)
        for row in rows:
            found[row["owner_id"]][row["place"]] = row["joined"], row["departed"]
        return [Turn.all_of(self.beginnings, found[key]) for key in keys]


@dataclass(frozen=True)
class Sizes(Batch[tuple[Size, ...]]):
    """How many members each segment had at the end of each stretch of time."""

    beginnings: tuple[datetime, ...]
    end: datetime

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[tuple[Size, ...]]:
        rows = await reads.rows("segment_sizes_by_bucket", keys, list(self.beginnings), self.end)
        found: defaultdict[UUID, dict[int, int]] = defaultdict(dict)
        for row in rows:
            found[row["owner_id"]][row["place"]] = row["members"]
        return [Size.all_of(self.beginnings, found[key]) for key in keys]
