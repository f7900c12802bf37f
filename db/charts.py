"""The statements that charts are drawn from: facts counted by time, by value and by hour of the week.

All owners of a page share one statement: the fragments of queries/charts.sql over the facts of a scope.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from db.account_charts import Summed, has_hours, has_sums, is_dear
from db.charted import Charted
from db.database import Reads
from db.dimensions import DIMENSIONS
from db.loaders import Batch
from db.sql import Args, statement
from domain.buckets import Shift, Tally, TimeBucket, borders, shifts
from domain.charts import UNKNOWN, BreakdownDimension
from domain.refusals import Refused
from domain.scopes import Scope

AHEAD = timedelta(days=1)
"""How far a source's clock may run ahead of ours: what happened then has happened."""


Since = tuple[UUID, datetime]
"""An owner, and where its series begins."""


@dataclass(frozen=True)
class Series(Batch[Tally]):
    """How many of some kinds there were in each stretch of time, by the parts that the kinds stand for.

    Its keys are owners with the beginnings of their series; where the window is open, it ends with the last
    of what has happened, or now.
    """

    scope: Scope
    parts: tuple[tuple[str, int], ...]
    bucket: TimeBucket
    zone: str
    now: datetime

    async def fetch(self, reads: Reads, keys: list[Any]) -> Sequence[Any]:
        found = {key: self._borders(key[1]) for key in keys}
        rows = await self._rows(reads, found)
        return [
            known if isinstance(known, Refused) else self._tally(known, rows.get(key[0], ()))
            for key, known in found.items()
        ]

    def _borders(self, since: datetime) -> list[datetime] | Refused:
        zone, until = ZoneInfo(self.zone), self.scope.window.to_at
        try:
            if until is not None:
                return borders(self.bucket, zone, since, until)
            found = borders(self.bucket, zone, since, max(self.now, since) + timedelta(microseconds=1))
            return [*found, *borders(self.bucket, zone, found[-1], self.now + AHEAD)[1:]]
        except Refused as refused:
            return refused

    async def _rows(
        self, reads: Reads, found: Mapping[Since, list[datetime] | Refused]
    ) -> Mapping[UUID, list[tuple[int, datetime, int]]]:
        """What was counted of each owner: part, beginning, and how many."""
        asked = {key[0]: known for key, known in found.items() if known and not isinstance(known, Refused)}
        beginnings = sorted(set().union(*asked.values()))
        if not beginnings:
            return {}
        text, args = self._statement(list(asked), beginnings)
        rows = await reads.rows(f"{self.scope.name}_series", *args, text=text)
        told: defaultdict[UUID, list[tuple[int, datetime, int]]] = defaultdict(list)
        for row in rows:
            places = zip(row["places"], row["ns"], strict=True)
            told[row["owner_id"]] += [(row["part"], beginnings[max(place - 1, 0)], n) for place, n in places]
        return told

    def _statement(self, owners: list[UUID], beginnings: list[datetime]) -> tuple[str, Args]:
        if has_sums(self.scope) and not is_dear(self.scope, beginnings):
            summed = Summed(self.scope, owners)
            return summed.series(self.parts, beginnings), summed.args
        charted = Charted(self.scope, owners)
        return charted.series(self.parts, beginnings), charted.args

    def _tally(self, beginnings: list[datetime], rows: Sequence[tuple[int, datetime, int]]) -> Tally:
        return Tally.of(beginnings, rows, None if self.scope.window.to_at else self.now)


@dataclass(frozen=True)
class OfTheWeek(Batch[Mapping[int, float]]):
    """A value of each hour of the week by the clocks of a time zone.

    Its keys are owners with the moment from which on there is anything of theirs.
    """

    scope: Scope
    zone: str
    now: datetime

    def shifts(self, keys: Sequence[Since]) -> list[Shift]:
        """How the zone's clocks differ from UTC in the time of these keys."""
        return shifts(self.zone, min(since for _, since in keys), self.scope.window.to_at or self.now + AHEAD)

    async def rows(
        self, reads: Reads, what: str, text: str, charted: Charted, keys: Sequence[Since]
    ) -> Sequence[Mapping[int, float]]:
        """What the statement gives for each key."""
        rows = await reads.rows(f"{self.scope.name}_{what}", *charted.args, text=text)
        found = {row["owner_id"]: dict(zip(row["places"], row["ns"], strict=True)) for row in rows}
        return [found.get(owner, {}) for owner, _ in keys]


@dataclass(frozen=True)
class OpenTimes(OfTheWeek):
    """How many opens there were in each hour of the week."""

    async def fetch(self, reads: Reads, keys: list[Any]) -> Sequence[Mapping[int, float]]:
        known, owners, kinds = self.shifts(keys), [owner for owner, _ in keys], frozenset({"EMAIL_OPENED"})
        charted = Summed(self.scope, owners) if _hourly(self.scope, known) else Charted(self.scope, owners)
        counted = charted.hours(kinds) if isinstance(charted, Summed) else charted.counted(kinds)
        names = charted.clocks(known)
        text = statement("chart_counted_hours_of_the_week").format(counted=counted, **names)
        return await self.rows(reads, "open_times", text, charted, keys)


@dataclass(frozen=True)
class ReactionTimes(OfTheWeek):
    """How many seconds it took to open what was delivered in each hour of the week: the median."""

    async def fetch(self, reads: Reads, keys: list[Any]) -> Sequence[Mapping[int, float]]:
        charted = Charted(self.scope, [owner for owner, _ in keys])
        names = {"counted": charted.reactions(), **charted.clocks(self.shifts(keys))}
        text = statement("chart_counted_reactions").format(**names)
        return await self.rows(reads, "reaction_times", text, charted, keys)


def _hourly(scope: Scope, known: Sequence[Shift]) -> bool:
    return has_sums(scope) and has_hours(known)


class Group(NamedTuple):
    """Values, None being not known, what the first is called, how many had them, and how many there are."""

    keys: tuple[str | None, ...]
    label: str
    n: int
    total: int


@dataclass(frozen=True)
class Groups(Batch[list[Group]]):
    """How many of some kinds there were of each value; the first so many, those met most."""

    scope: Scope
    kinds: frozenset[str]
    by: tuple[BreakdownDimension, ...]
    first: int

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[list[Group]]:
        charted = Charted(self.scope, keys)
        values = [DIMENSIONS[one] for one in self.by]
        read = f", array[{', '.join(value for value, _ in values)}]::text[] as keys, {values[0][1]} as label"
        counted, first = charted.counted(self.kinds, read), charted.args.add(self.first, "int")
        unknown = charted.args.add(UNKNOWN, "text")
        text = statement("chart_counted_groups").format(counted=counted, first=first, unknown=unknown)
        rows = await reads.rows(f"{self.scope.name}_groups", *charted.args, text=text)
        found: defaultdict[UUID, list[Group]] = defaultdict(list)
        for row in rows:
            found[row["owner_id"]].append(Group(tuple(row["keys"]), row["label"], row["n"], row["total"]))
        return [found[key] for key in keys]
