"""The two years that the demo tells of, and the hours at which people do things."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

LENGTH = timedelta(days=730)
_OPENING, _CLOSING = 7, 19


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, from `start` until before `end`."""

    start: datetime
    end: datetime

    @classmethod
    def until(cls, last: date) -> "Span":
        """The two years whose last day is `last`."""
        end = datetime.combine(last, time(), UTC) + timedelta(days=1)
        return cls(end - LENGTH, end)

    def at(self, share: float) -> datetime:
        """The moment at which that share of the stretch has gone by, to the second."""
        return self.start + timedelta(seconds=int((self.end - self.start).total_seconds() * share))

    def months(self) -> Iterator[date]:
        """The first days of the months that begin in the stretch."""
        day = self.start.date()
        while day < self.end.date():
            if day.day == 1:
                yield day
            day += timedelta(days=1)


def at_work(rng: Random, moment: datetime) -> datetime:
    """The moment, or mostly the next morning where it falls into a night or a weekend."""
    if moment.weekday() >= 5 and rng.random() < 0.85:
        moment = _morning(rng, moment + timedelta(days=7 - moment.weekday()))
    elif moment.hour >= _CLOSING and rng.random() < 0.8:
        moment = _morning(rng, moment + timedelta(days=1))
        return at_work(rng, moment)
    elif moment.hour < _OPENING and rng.random() < 0.9:
        moment = _morning(rng, moment)
    return moment


def _morning(rng: Random, day: datetime) -> datetime:
    at = datetime.combine(day.date(), time(_OPENING), UTC)
    return at + timedelta(seconds=int(min(rng.expovariate(1 / 7200), 36_000)))


def tuesday(day: date, hour: int) -> datetime:
    """That hour on the first Tuesday from `day` on: when mailings go out."""
    return datetime.combine(day + timedelta(days=(1 - day.weekday()) % 7), time(hour), UTC)


def soon(rng: Random, moment: datetime, least: float, most: float) -> datetime:
    """A moment from `least` to `most` seconds later, to the millisecond."""
    return moment + timedelta(milliseconds=int(rng.uniform(least, most) * 1000))
