"""What charts are drawn from, in the graph: series, breakdowns, places and heat maps (domain.md 4.6)."""

# mypy: disable-error-code="valid-type"
from datetime import datetime
from typing import Annotated, Any

from domain import buckets
from domain import charts as records
from domain.buckets import MOST_POINTS
from domain.charts import MOST_ENTRIES, MOST_SERIES
from resolvers import charts
from resolvers.context import Info
from schema.graph import argument, choice, column, declared, shows
from schema.sources import Charted, Ranked

USUAL = 10
"""How many entries are shown where nobody says it."""
for _enum in (buckets.TimeBucket, records.InsightCount, records.BreakdownDimension):
    choice(_enum)
InsightCount = records.InsightCount
ALL: Any = [InsightCount.INTERACTIONS]


@shows(records.TimePoint)
class TimePoint:
    """How many there were in one stretch of time."""

    at: datetime = column(
        "When the stretch begins. The first may begin before the window does: what lies in the window counts."
    )
    value: int = column("How many there were.")


@shows(records.TimeSeries)
class TimeSeries:
    """How many there were of one count, stretch by stretch, from the window's beginning to its end.

    Where the window has no beginning, it begins with the first interaction; where it has no end, it ends now.
    Stretches without any are there, with zero.
    """

    of: InsightCount = column("What is counted.")
    bucket: buckets.TimeBucket = column("How long the stretches are.")
    timezone: str = column("The time zone whose clocks and calendar they follow.")
    points: list[TimePoint] = column("The stretches, earliest first.")
    total: int = column("All together: what the insights say of the same count.")


@shows(records.BreakdownEntry)
class BreakdownEntry:
    """How many there were of one value."""

    key: str | None = column("The value; null where it is not known.")
    label: str = column("The value in words; `Unknown` where it is not known.")
    count: int = column("How many there were.")
    share: float | None = column("The part of all that were counted, 0..1, whether they are shown or not.")


@shows(records.GeoEntry)
class GeoEntry:
    """How many there were in one place, as far as it is known."""

    country: str | None = column("The country's ISO code; null where it is not known.")
    state: str | None = column("The state or province; null where it is not known.")
    city: str | None = column("The city; null where it is not known.")
    count: int = column("How many there were.")
    share: float | None = column("The part of all that were counted, 0..1, whether they are shown or not.")


@shows(records.HeatmapCell)
class HeatmapCell:
    """One hour of the week."""

    weekday: int = column("The day of the week: 0 is Monday, 6 Sunday.")
    hour: int = column("The hour of the day, 0 to 23.")
    value: float | None = column("The value; null where there is none.")


@shows(records.Heatmap)
class Heatmap:
    """A value for each hour of the week, by the clocks of a time zone."""

    timezone: str = column("The time zone.")
    cells: list[HeatmapCell] = column("All 168 hours, from Monday 0 o'clock on.")


Timezone = Annotated[str, argument("The time zone, by its IANA name, such as Europe/Amsterdam.")]
Of = Annotated[InsightCount, argument("What is counted.")]
First = Annotated[int, argument(f"How many entries, {MOST_ENTRIES} at most.")]


def series() -> Any:
    """The field that shows counts over time."""

    async def resolve(
        root: Any,
        info: Info,
        of: Annotated[
            list[InsightCount], argument(f"What is counted: a series for each, {MOST_SERIES} at most.")
        ] = ALL,
        bucket: Annotated[
            buckets.TimeBucket, argument(f"How long the stretches are; {MOST_POINTS:,} of them at most.")
        ] = buckets.TimeBucket.DAY,
        timezone: Timezone = "UTC",
    ) -> Any:
        return await charts.series(root, info, of, bucket, timezone)

    words = "Counts over time, in the order of `of`; those of unique figures lie at the first occurrence."
    return declared(words, Charted(resolve), resolve)


def breakdown() -> Any:
    """The field that shows counts by value."""

    async def resolve(
        root: Any,
        info: Info,
        by: Annotated[records.BreakdownDimension, argument("What they are told apart by.")],
        of: Of = InsightCount.INTERACTIONS,
        first: First = USUAL,
    ) -> Any:
        return await charts.breakdown(root, info, by, of, first)

    words = "Counts by value, the largest first, those of one size by label."
    return declared(words, Ranked(resolve, USUAL), resolve)


def geography() -> Any:
    """The field that shows counts by place."""

    async def resolve(root: Any, info: Info, of: Of = InsightCount.INTERACTIONS, first: First = USUAL) -> Any:
        return await charts.geography(root, info, of, first)

    words = "Counts by place, the largest first: of countries alone, ask for a breakdown."
    return declared(words, Ranked(resolve, USUAL), resolve)


def open_times() -> Any:
    """The field that shows when messages are opened."""

    async def resolve(root: Any, info: Info, timezone: Timezone = "UTC") -> Any:
        return await charts.open_times(root, info, timezone)

    words = "How many opens there were in each hour of the week, repeats included (domain.md 4.2)."
    return declared(words, Charted(resolve), resolve)


def reaction_times() -> Any:
    """The field that shows how soon messages are opened."""

    async def resolve(root: Any, info: Info, timezone: Timezone = "UTC") -> Any:
        return await charts.reaction_times(root, info, timezone)

    words = (
        "How many seconds it took from a copy's delivery to its first opening, by the hour of the week in"
        " which it was delivered: the median; null where nothing was opened (domain.md 4.2). Copies whose"
        " opening was recorded before their delivery are left aside."
    )
    return declared(words, Charted(resolve), resolve)
