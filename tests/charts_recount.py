"""A second reading of charts, from raw facts: each moment that counts, by the clock or by what it says."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from domain.insights import EmailInsights
from domain.interactions import ENGAGEMENT, Actor, Category, InteractionType
from tests.recount import Fact, _bounced, _firsts, _kinds

T = InteractionType
Moment = tuple[str, Fact]


@dataclass(frozen=True)
class Told(Fact):
    """A fact with what it says of itself."""

    id: Any = None
    said: Any = None


@dataclass(frozen=True)
class Asked:
    """Which facts count: when, whose, and whether machines' do."""

    start: datetime | None
    end: datetime | None
    machines: bool
    account: Any = None
    without: frozenset[Category] = frozenset()

    def holds(self, fact: Fact) -> bool:
        """Whether the fact lies in the window and with the account."""
        inside = (self.start is None or fact.at >= self.start) and (self.end is None or fact.at < self.end)
        return inside and (self.account is None or fact.account == self.account)


def moments(facts: Sequence[Fact], asked: Asked) -> Iterator[Moment]:
    """Each fact that counts with what it counts for; of several at one moment the first by id comes first."""
    ordered = sorted(facts, key=lambda fact: (fact.at, fact.id))  # type: ignore[attr-defined]
    seen = [fact for fact in ordered if asked.machines or fact.actor is not Actor.MACHINE]
    every = [(kind, fact) for fact in seen for kind in _kinds(fact)]
    for kind, fact in [*every, *_firsts(ordered, seen)]:
        if asked.holds(fact):
            yield kind, fact


Counts = Callable[[str], bool]


def counts_for(count: str, without: frozenset[Category] = frozenset()) -> Counts:
    """Whether a kind is among those that a count of that name adds up."""
    email = {f.name.upper(): f.metadata["kinds"] for f in fields(EmailInsights)}
    kinds: frozenset[str] = email.get(count) or frozenset(
        kind.name
        for kind in InteractionType
        if kind.category not in without
        and (
            count == "INTERACTIONS"
            or (count == "ENGAGEMENTS" and kind in ENGAGEMENT)
            or kind.category.name == count
        )
    )
    return kinds.__contains__


def stretch(bucket: str, at: datetime, zone: ZoneInfo) -> Any:
    """Which hour, day, week or month of the zone's clocks and calendar it is."""
    local = at.astimezone(zone)
    match bucket:
        case "HOUR":
            return local.date(), local.hour, -(local.utcoffset() or timedelta())
        case "DAY":
            return local.date()
        case "WEEK":
            return local.date() - timedelta(days=local.weekday())
        case _:
            return local.year, local.month


def over_time(counted: Sequence[Moment], count: Counts, bucket: str, zone: ZoneInfo) -> Any:
    """How many there were in each stretch that has any."""
    return Counter(stretch(bucket, fact.at, zone) for kind, fact in counted if count(kind))


def opens(counted: Sequence[Moment], zone: ZoneInfo) -> list[int]:
    """How many opens there were in each hour of the week."""
    found = Counter(_hour(fact.at, zone) for kind, fact in counted if kind == "EMAIL_OPENED")
    return [found[place] for place in range(168)]


def reactions(facts: Sequence[Fact], asked: Asked, zone: ZoneInfo) -> list[float | None]:
    """The median of seconds from delivery to first opening, by the hour of the week of the delivery."""
    seen = [fact for fact in facts if asked.machines or fact.actor is not Actor.MACHINE]
    groups: defaultdict[Any, list[Fact]] = defaultdict(list)
    for fact in seen:
        if fact.copy and fact.type in (T.EMAIL_DELIVERED, T.EMAIL_OPENED):
            groups[fact.contact, fact.copy].append(fact)
    found: defaultdict[int, list[float]] = defaultdict(list)
    bounced = _bounced(facts)
    for key, group in groups.items():
        delivered = [fact for fact in group if fact.type is T.EMAIL_DELIVERED]
        opened = [fact.at for fact in group if fact.type is T.EMAIL_OPENED]
        if not delivered or not opened or key in bounced:
            continue
        first = min(delivered, key=lambda fact: (fact.at, fact.actor is Actor.MACHINE))
        if asked.holds(first) and min(opened) >= first.at:
            found[_hour(first.at, zone)].append((min(opened) - first.at).total_seconds())
    return [median(found[place]) if place in found else None for place in range(168)]


def _hour(at: datetime, zone: ZoneInfo) -> int:
    local = at.astimezone(zone)
    return local.weekday() * 24 + local.hour


def by_value(counted: Sequence[Moment], count: Counts, value: Callable[[Any], Any]) -> Counter[Any]:
    """How many there were of each value."""
    return Counter(value(fact) for kind, fact in counted if count(kind))
