"""The span of time that insights are asked for (domain.md 4.1)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from domain.refusals import Code, Refused

Span = tuple[datetime, datetime]
YEARS = range(1900, 2200)
"""The years in which anything can have happened, or be asked for."""


def reasonable(moment: datetime) -> datetime:
    """The moment in UTC; refuses one that lies in no year that anybody means."""
    if moment.year not in YEARS:
        raise Refused(Code.INVALID, f"{moment.isoformat()} lies outside the years {YEARS[0]} to {YEARS[-1]}.")
    return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """From `from_at` until before `to_at`; None is open to that side."""

    from_at: datetime | None = None
    to_at: datetime | None = None

    @classmethod
    def between(cls, from_at: datetime | None, to_at: datetime | None) -> "Window":
        """The window that somebody asks for; refuses one that ends before it begins."""
        if from_at is not None and to_at is not None and to_at < from_at:
            raise Refused(Code.INVALID, "The window ends before it begins: `to` lies before `from`.", "to")
        return cls(from_at, to_at)

    @property
    def is_open(self) -> bool:
        """Whether it holds all of time."""
        return self.from_at is None and self.to_at is None

    def told(self, *of: object) -> str:
        """The window in a word, for ids of what was counted in it."""
        ends = [moment.isoformat() if moment else "" for moment in (self.from_at, self.to_at)]
        return "/".join([*map(str, of), *ends])

    def days(self) -> tuple[date | None, date | None]:
        """The whole days (UTC) inside: from the first until before the last."""
        first = _day_from(self.from_at) if self.from_at else None
        last = self.to_at.astimezone(UTC).date() if self.to_at else None
        if first and last and last < first:
            last = first
        return first, last

    def months(self) -> tuple[date | None, date | None]:
        """The whole months (UTC) inside: from the first until before the last."""
        first, last = self.days()
        begin = _month_from(first) if first else None
        end = last.replace(day=1) if last else None
        return begin, (begin if begin and end and end < begin else end)

    def edges(self) -> tuple[Span, Span] | None:
        """What lies inside the window but in no whole day; None where the window is made of whole days."""
        first, last = self.days()
        head = tail = _NOTHING
        if self.from_at and first:
            head = self.from_at, min(_midnight(first), self.to_at or _midnight(first))
        if self.to_at and last:
            tail = max(_midnight(last), head[1]), self.to_at
        found = [span if span[0] < span[1] else _NOTHING for span in (head, tail)]
        return (found[0], found[1]) if found != [_NOTHING, _NOTHING] else None


_NOTHING = (datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _day_from(moment: datetime) -> date:
    day = moment.astimezone(UTC).date()
    return day if _midnight(day) == moment else day + timedelta(days=1)


def _month_from(day: date) -> date:
    return day if day.day == 1 else (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def twelve_months_before(moment: datetime) -> datetime:
    """The start of the day (UTC) a year before: what insights show unless asked otherwise (domain.md 4.1)."""
    day = moment.astimezone(UTC).date()
    leap = day.month == 2 and day.day == 29
    return _midnight(day.replace(year=day.year - 1, day=28 if leap else day.day))
