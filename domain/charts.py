"""What charts are drawn from: counts over time, by value, place and hour of the week (domain.md 4.6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

from domain.buckets import TimeBucket
from domain.insights import EmailInsights, Measure, ratio
from domain.interactions import BOUNCES, Category, InteractionType, engaging
from domain.refusals import Code, Refused

MOST_SERIES = 10
"""How many counts one series field gives at once."""
MOST_ENTRIES = 100
"""How many entries of a breakdown can be asked for."""
HOURS_OF_WEEK = 7 * 24


def _counts() -> dict[str, str]:
    """The names of all counts and their words: the catalogue's own, and one for each category."""
    wide = {
        "INTERACTIONS": "Interactions of any type.",
        "ENGAGEMENTS": "Interactions that the contact itself caused: opens, clicks, visits, submissions.",
    }
    email = {
        f.name.upper(): f"`{f.name}` of the e-mail KPIs. {f.metadata['doc']}" for f in fields(EmailInsights)
    }
    return wide | email | {c.name: f"Interactions of the category {c.name}. {c.value}" for c in Category}


_make: Any = Enum
InsightCount: Any = _make("InsightCount", _counts(), module=__name__)
InsightCount.__doc__ = "What is counted, for charts: all that insights count, made from the same catalogue."


@cache
def kinds_of(count: Any, without: frozenset[Category] = frozenset()) -> frozenset[str]:
    """The kinds that a count adds up, leaving the interactions of some categories out."""
    types = [kind for kind in InteractionType if kind.category not in without]
    match count.name:
        case "INTERACTIONS":
            return frozenset(kind.name for kind in types)
        case "ENGAGEMENTS":
            return engaging(without)
        case name if name in Category.__members__:
            return frozenset(kind.name for kind in types if kind.category.name == name)
        case name:
            found: frozenset[str] = _EMAIL[name]
            return found


_EMAIL: Mapping[str, frozenset[str]] = {f.name.upper(): f.metadata["kinds"] for f in fields(EmailInsights)}


def divided(
    counts: Sequence[frozenset[str]],
) -> tuple[tuple[tuple[str, int], ...], list[frozenset[int]]]:
    """Kinds in parts, so that each part counts for the same of the counts; and the parts of each count."""
    roles: dict[tuple[int, ...], int] = {}
    parts = []
    for kind in sorted(frozenset().union(*counts)):
        role = tuple(place for place, kinds in enumerate(counts) if kind in kinds)
        parts.append((kind, roles.setdefault(role, len(roles))))
    shares = [
        frozenset(part for role, part in roles.items() if place in role) for place in range(len(counts))
    ]
    return tuple(parts), shares


def given(counts: Sequence[Any], without: frozenset[Category]) -> None:
    """Refuses too many counts, and one that these insights do not give (domain.md 4.4)."""
    if not 1 <= len(counts) <= MOST_SERIES:
        message = f"1 to {MOST_SERIES} counts are given at once; {len(counts)} were named."
        raise Refused(Code.INVALID, message, "of")
    for count in counts:
        if not kinds_of(count, without):
            message = f"Account insights give no {count.name.lower()} interactions."
            raise Refused(Code.INVALID, message, "of")


class BreakdownDimension(Enum):
    """What interactions are told apart by; what one does not say is not known (domain.md 3.1 to 3.5).

    A figure that counts copies once has the properties of the first occurrence.
    """

    TYPE = "By type of interaction."
    CATEGORY = "By category of interaction."
    COUNTRY = "By country, by its ISO code."
    STATE = "By state or province."
    CITY = "By city."
    EMAIL_DOMAIN = "By the domain of the address that was written to."
    DEVICE = "By type of device."
    BROWSER = "By browser."
    OPERATING_SYSTEM = "By operating system."
    REFERRER = "By the page that led there."
    SEARCH_ENGINE = "By the search engine that led there."
    SOURCE = "By the system that the interaction came from."
    MESSAGE = "By message, by its id."
    JOURNEY = "By journey, by its id."
    ITERATION = "By iteration of a journey, by its id."
    TILE = "By tile of a journey, by its id."
    LINK = "By the link that was followed."
    WEBSITE = "By website, by its id."
    PAGE = "By page, by its address."
    FORM = "By form, by its id."
    EVENT = "By event, by its id."
    SURVEY = "By survey, by its id."
    SUBSCRIPTION_LIST = "By the subscription list that was joined or left, by its id."
    BOUNCE_CATEGORY = "By why messages bounced."
    BLOCKED_REASON = "By why messages were not sent."
    CUSTOM_TYPE = "By the name of an interaction of an own kind."


UNKNOWN = "Unknown"
"""What stands for a value that is not known."""

FIRST_OF: Mapping[str, InteractionType] = {
    "DELIVERED": InteractionType.EMAIL_DELIVERED,
    "UNIQUE_OPEN": InteractionType.EMAIL_OPENED,
    "UNIQUE_MESSAGE_CLICK": InteractionType.EMAIL_CLICKED,
    "UNIQUE_LINK_CLICK": InteractionType.EMAIL_CLICKED,
    "UNSUBSCRIBE": InteractionType.SEGMENT_UNSUBSCRIBED,
    "SUBSCRIPTION_SUBMITTED": InteractionType.EMAIL_SUBSCRIPTION_SUBMIT,
    "UNIQUE_SUBMISSION": InteractionType.FORM_SUBMITTED,
}
"""Of which type the first occurrence is that a measure of copies counts."""
SORTS_OF: Mapping[str, Sequence[InteractionType]] = {
    Measure.DUPLICATE.name: (InteractionType.EMAIL_BLOCKED,),
    Measure.SUPPRESSED_ATTEMPT.name: (*BOUNCES, InteractionType.EMAIL_FEEDBACK_LOOP),
    Measure.GENERATED_LEAD.name: (InteractionType.FORM_SUBMITTED,),
}
"""Of which types the interactions are that a measure of a special sort counts."""


def entries_wanted(first: int) -> int:
    """How many entries are asked for; refuses what is too much, or nothing."""
    if not 1 <= first <= MOST_ENTRIES:
        message = f"1 to {MOST_ENTRIES} entries can be asked for; {first} were."
        raise Refused(Code.INVALID, message, "first")
    return first


@dataclass(frozen=True, slots=True)
class TimePoint:
    """How many there were in one stretch of time, which begins `at` this moment."""

    at: datetime
    value: int


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """How many there were of something, stretch by stretch."""

    of: Any
    bucket: TimeBucket
    timezone: str
    points: Sequence[TimePoint]

    @property
    def total(self) -> int:
        """All of them together: what the same count of the insights says."""
        return sum([point.value for point in self.points])


@dataclass(frozen=True, slots=True)
class BreakdownEntry:
    """How many there were of a value, None being not known; `total` is of all values together."""

    key: str | None
    label: str
    count: int
    total: int

    @property
    def share(self) -> float | None:
        """The part that these are of all."""
        return ratio(self.count, self.total)


@dataclass(frozen=True, slots=True)
class GeoEntry:
    """How many there were in a place, as far as it is known; `total` is of all places together."""

    country: str | None
    state: str | None
    city: str | None
    count: int
    total: int

    @property
    def share(self) -> float | None:
        """The part that these are of all."""
        return ratio(self.count, self.total)


def ranked(entries: Iterable[BreakdownEntry], first: int) -> list[BreakdownEntry]:
    """The largest entries, those of one size by their labels."""
    return sorted(entries, key=lambda entry: (-entry.count, entry.label))[:first]


def typed(counts: Iterable[tuple[str | None, int]], by: BreakdownDimension) -> list[BreakdownEntry]:
    """How many there were of each type, or of each category, from counts by type."""
    found: dict[tuple[str | None, str], int] = {}
    for name, n in counts:
        key = _type(name, by)
        found[key] = found.get(key, 0) + n
    total = sum(found.values())
    return [BreakdownEntry(key, label, n, total) for (key, label), n in found.items() if n]


def _type(name: str | None, by: BreakdownDimension) -> tuple[str | None, str]:
    if name is None:
        return None, UNKNOWN
    shown = InteractionType[name].category.name if by is BreakdownDimension.CATEGORY else name
    return shown, shown.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class HeatmapCell:
    """One hour of the week, Monday being 0."""

    weekday: int
    hour: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Heatmap:
    """A value for each hour of the week."""

    timezone: str
    cells: Sequence[HeatmapCell]

    @classmethod
    def of(cls, timezone: str, values: Mapping[int, float], empty: float | None) -> "Heatmap":
        """The map of these values by hour of the week; `empty` where there is none."""
        return cls(
            timezone,
            [HeatmapCell(*divmod(place, 24), values.get(place, empty)) for place in range(HOURS_OF_WEEK)],
        )
