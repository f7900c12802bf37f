"""Charts of insights: from what is asked to what is counted, for whoever the insights are of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from db.charts import Group, Groups, OfTheWeek, OpenTimes, ReactionTimes, Series
from db.loaders import Sums
from db.scopes import ScopedSums
from domain.buckets import TimeBucket
from domain.charts import (
    FIRST_OF,
    SORTS_OF,
    BreakdownDimension,
    BreakdownEntry,
    GeoEntry,
    Heatmap,
    TimePoint,
    TimeSeries,
    divided,
    entries_wanted,
    given,
    kinds_of,
    ranked,
    typed,
)
from domain.refusals import Code, Refused
from domain.scopes import Owner, Scope
from engines import countries, kept
from resolvers.context import Info
from resolvers.insights import Answer
from resolvers.scopes import AGGREGATES, scope_of

PLACE = (BreakdownDimension.COUNTRY, BreakdownDimension.STATE, BreakdownDimension.CITY)
TYPES = (BreakdownDimension.TYPE, BreakdownDimension.CATEGORY)
FEW = 1_000
"""More than there are types, or countries: all are read, and ordered by their labels."""


async def series(
    root: Answer, info: Info, of: Sequence[Any], bucket: TimeBucket, timezone: str
) -> list[TimeSeries]:
    """How many there were of each count in each stretch of time, within the window."""
    zone, without = _zone(timezone), AGGREGATES[root.type_name].without
    given(of, without)
    parts, shares = divided([kinds_of(count, without) for count in of])
    found = scope_of(root)
    since = await _since(root, info, *found) if found else None
    if found is None or since is None:
        return [TimeSeries(count, bucket, zone, ()) for count in of]
    batch = Series(found[0], parts, bucket, zone, info.context.now)
    tally = await info.context.load(batch, cast(UUID, (found[1], since)))
    counts = [tally.counts(share) for share in shares]
    return [
        TimeSeries(count, bucket, zone, list(map(TimePoint, tally.beginnings, values)))
        for count, values in zip(of, counts, strict=True)
    ]


async def open_times(root: Answer, info: Info, timezone: str) -> Heatmap:
    """How many opens there were in each hour of the week."""
    return await _of_the_week(OpenTimes, root, info, timezone, 0)


async def reaction_times(root: Answer, info: Info, timezone: str) -> Heatmap:
    """How long it took to open what was delivered in each hour of the week."""
    return await _of_the_week(ReactionTimes, root, info, timezone, None)


async def _of_the_week(
    batch: type[OfTheWeek], root: Answer, info: Info, timezone: str, empty: float | None
) -> Heatmap:
    zone, found = _zone(timezone), scope_of(root)
    since = await _since(root, info, *found) if found else None
    if found is None or since is None:
        return Heatmap.of(zone, {}, empty)
    values = await info.context.load(batch(found[0], zone, info.context.now), cast(UUID, (found[1], since)))
    return Heatmap.of(zone, values, empty)


async def _since(root: Answer, info: Info, scope: Scope, key: UUID) -> datetime | None:
    """From when on there is anything that counts; None where there is nothing.

    A copy may count that an interaction was about which these insights do not show.
    """
    if root.question.window.from_at is not None:
        return root.question.window.from_at
    owner = scope.owner.name.lower()
    is_summed = scope.owner in (Owner.CONTACT, Owner.ACCOUNT) and not (scope.is_narrow or scope.below)
    batch = Sums(owner, root.question.counting(owner)) if is_summed else ScopedSums(scope)
    sums = await info.context.load(batch, key)
    return min([entry.first_at for entry in sums if entry.first_at and entry.n], default=None)


async def breakdown(
    root: Answer, info: Info, by: BreakdownDimension, of: Any, first: int
) -> list[BreakdownEntry]:
    """How many there were of each value, those met most."""
    size, without = entries_wanted(first), AGGREGATES[root.type_name].without
    given([of], without)
    kinds = kinds_of(of, without)
    if by in TYPES:
        return ranked(await _by_type(root, info, by, kinds), size)
    if by is BreakdownDimension.COUNTRY:
        groups = await _groups(root, info, kinds, (by,), FEW)
        return ranked([_entry(group, _country(group)) for group in groups], size)
    return [_entry(group, group.label) for group in await _groups(root, info, kinds, (by,), size)]


async def geography(root: Answer, info: Info, of: Any, first: int) -> list[GeoEntry]:
    """How many there were in each place, those met most."""
    size, without = entries_wanted(first), AGGREGATES[root.type_name].without
    given([of], without)
    groups = await _groups(root, info, kinds_of(of, without), PLACE, size)
    return [_geo(*group) for group in groups]


async def _groups(
    root: Answer, info: Info, kinds: frozenset[str], by: tuple[BreakdownDimension, ...], first: int
) -> list[Group]:
    found = scope_of(root)
    return await info.context.load(Groups(found[0], kinds, by, first), found[1]) if found else []


async def _by_type(
    root: Answer, info: Info, by: BreakdownDimension, kinds: frozenset[str]
) -> list[BreakdownEntry]:
    """By type or category, of which there are few: from the sums where these say it, else from the facts."""
    if kinds & (FIRST_OF.keys() | SORTS_OF.keys()):
        found = await _groups(root, info, kinds, (BreakdownDimension.TYPE,), FEW)
        return typed(((group.keys[0], group.n) for group in found), by)
    return typed(((one.type.name, one.count) for one in root.insights.by_type if one.type.name in kinds), by)


def _entry(group: Group, label: str) -> BreakdownEntry:
    return BreakdownEntry(group.keys[0], label, group.n, group.total)


def _geo(keys: Sequence[str | None], label: str, n: int, total: int) -> GeoEntry:
    country, state, city = keys
    return GeoEntry(country, state, city, n, total)


def _country(group: Group) -> str:
    """The country's name; its code where that is none of the standard's."""
    return (countries.named(group.keys[0]) if group.keys[0] else None) or group.label


def _zone(timezone: str) -> str:
    """The time zone's name in its own spelling; refuses what is none."""
    try:
        return kept.time_zone(timezone)
    except kept.Unfit as unfit:
        raise Refused(Code.INVALID, str(unfit), "timezone") from None
