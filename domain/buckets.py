"""The calendar of a time zone: where its hours, days, weeks and months begin, however long they are.

A day has 23 or 25 hours where clocks are put forward or back; an hour that comes twice is two hours.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from domain.refusals import Code, Refused

MOST_POINTS = 2_000
"""How many points a series has at most."""
_DAY, _SECOND, _MOMENT = timedelta(days=1), timedelta(seconds=1), timedelta(microseconds=1)


class TimeBucket(Enum):
    """How long the stretches of time are that a series counts by, in its time zone (domain.md 4.6)."""

    HOUR = "An hour of the clock; one that comes twice when clocks are put back is two."
    DAY = "A day, of 23 or 25 hours when clocks are changed."
    WEEK = "A week, from Monday on."
    MONTH = "A month of the calendar."


def borders(bucket: TimeBucket, zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """Where the buckets begin that hold the time from `start` until before `end`; refuses too many."""
    if start >= end:
        return []
    found = list(islice(_until(_beginnings(bucket, zone, start), start, end), MOST_POINTS + 1))
    if len(found) > MOST_POINTS:
        raise Refused(
            Code.INVALID,
            f"By {bucket.name.lower()} the window has more than {MOST_POINTS:,} points: choose a larger"
            " bucket, or ask for a shorter window with `from` and `to`.",
            "bucket",
        )
    return found


def _until(beginnings: Iterator[datetime], start: datetime, end: datetime) -> Iterator[datetime]:
    """The beginnings from the bucket that holds `start` on, each once: a day may be skipped."""
    last = next(beginnings)
    for beginning in beginnings:
        if beginning > start and beginning > last:
            yield last
        if beginning >= end:
            return
        last = max(beginning, last)


def _beginnings(bucket: TimeBucket, zone: ZoneInfo, start: datetime) -> Iterator[datetime]:
    """Where buckets begin, from one that is no later than `start`."""
    if bucket is TimeBucket.HOUR:
        return _hours(zone, start)
    day = start.astimezone(zone).date()
    match bucket:
        case TimeBucket.WEEK:
            day -= timedelta(days=day.weekday())
        case TimeBucket.MONTH:
            day = day.replace(day=1)
    return (_midnight(day, zone) for day in _days(day, _STEPS[bucket]))


def _days(day: date, following: Callable[[date], date]) -> Iterator[date]:
    while True:
        yield day
        day = following(day)


def _next_month(day: date) -> date:
    return day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)


_STEPS: dict[TimeBucket, Callable[[date], date]] = {
    TimeBucket.DAY: lambda day: day + _DAY,
    TimeBucket.WEEK: lambda day: day + 7 * _DAY,
    TimeBucket.MONTH: _next_month,
}


def _hours(zone: ZoneInfo, start: datetime) -> Iterator[datetime]:
    passed = _in_hour(start, zone)
    at = start - passed
    if _offset(at, zone) != _offset(start, zone):
        at = _shift(at, start, zone)
    while True:
        yield at
        following = at + timedelta(hours=1) - _in_hour(at, zone)
        at = _shift(at, following, zone) if _offset(at, zone) != _offset(following, zone) else following


def _in_hour(at: datetime, zone: ZoneInfo) -> timedelta:
    local = at.astimezone(zone)
    return timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of the day; where clocks leave midnight out, the moment at which they do so."""
    wanted = datetime.combine(day, time())
    at = wanted.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wanted:
        return at
    return _shift(at - _DAY, at, zone)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _shift(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment between these two, or the later, at which the clocks of the zone were changed."""
    offset = _offset(before, zone)
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if _offset(middle, zone) == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


Shift = tuple[datetime, int]
"""From which moment on clocks differ from UTC by how many seconds."""


def shifts(name: str, start: datetime, end: datetime) -> list[Shift]:
    """How the zone's clocks differ from UTC between these moments; the first entry holds from `start` on."""
    found: list[Shift] = []
    for year in range(start.year, end.year + 1):
        for at, seconds in _shifts_of_year(name, year):
            if at < end and (not found or found[-1][1] != seconds):
                found.append((at, seconds))
    begun = [place for place, (at, _) in enumerate(found) if at <= start]
    return found[begun[-1] :] if begun else found


@lru_cache(maxsize=2_000)
def _shifts_of_year(name: str, year: int) -> tuple[Shift, ...]:
    zone = ZoneInfo(name)
    at = datetime(year, 1, 1, tzinfo=UTC)
    end = datetime(year + 1, 1, 1, tzinfo=UTC)
    found = [(at, _offset(at, zone))]
    while at < end:
        following = at + _DAY
        if _offset(following, zone) != found[-1][1]:
            found.append((_shift(at, following, zone), _offset(following, zone)))
        at = following
    return tuple([(moment, int(offset.total_seconds())) for moment, offset in found if moment < end])


@dataclass(frozen=True, slots=True)
class Tally:
    """Where stretches of time begin, and how many there were in each, by what they were counted for."""

    beginnings: tuple[datetime, ...] = ()
    parts: Mapping[int, Mapping[datetime, int]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, beginnings: Sequence[datetime], rows: Iterable[tuple[int, datetime, int]], now: datetime | None
    ) -> "Tally":
        """The tally of these rows of part, beginning and number.

        Where `now` is given, stretches from then on are left out after the last in which there were any.
        """
        parts: dict[int, dict[datetime, int]] = {}
        for part, at, n in rows:
            counts = parts.setdefault(part, {})
            counts[at] = counts.get(at, 0) + n
        last = max([at for counts in parts.values() for at, n in counts.items() if n], default=None)
        shown = beginnings
        if now is not None:
            last = max(last, now - _MOMENT) if last else now - _MOMENT
            shown = [at for at in beginnings if at <= last] or beginnings[:1]
        return cls(tuple(shown), parts)

    def counts(self, parts: Iterable[int]) -> list[int]:
        """How many there were in each stretch of these parts together."""
        found = [self.parts[part] for part in parts if part in self.parts]
        return [sum([counts.get(at, 0) for counts in found]) for at in self.beginnings]
