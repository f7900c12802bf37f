"""Charts of accounts are the same from sums as from facts, and every statement of charts is one."""

from collections.abc import AsyncIterator
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.account_charts import Summed
from db.charted import Charted
from db.charts import Groups, OpenTimes, ReactionTimes, Series
from db.database import Database, Reads
from db.loaders import ROOT
from db.sql import statement
from domain.buckets import TimeBucket, borders, shifts
from domain.charts import BreakdownDimension, InsightCount, divided, kinds_of
from domain.scopes import Owner, Scope
from domain.windows import Window
from tests.engines.test_recount import ACCOUNTS, NOW, START, Event, Move, World, histories, windows

OPENS = frozenset({"EMAIL_OPENED"})
ATTRIBUTIONS = ("CURRENT_MEMBERS", "DURING_MEMBERSHIP", "ALL_TIME")
HOURLY = ("UTC", "Europe/Amsterdam", "America/New_York")
ZONES = (*HOURLY, "Asia/Kolkata", "Pacific/Chatham", "Asia/Kathmandu")


async def _rows(db: Database, charted: Charted, text: str) -> dict[Any, int]:
    """What a statement counts, zeros left out."""
    found: dict[Any, int] = {}
    for row in await db.reads().rows("compared", *charted.args, text=text):
        of = (row["owner_id"], row.get("part"))
        found |= {(*of, place): n for place, n in zip(row["places"], row["ns"], strict=True) if n}
    return found


@given(
    history=histories,
    window=windows,
    machines=st.booleans(),
    attribution=st.sampled_from(ATTRIBUTIONS),
    bucket=st.sampled_from(TimeBucket),
    zone=st.sampled_from(ZONES),
    of=st.lists(st.sampled_from(InsightCount), min_size=1, max_size=4),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_sums_give_what_facts_give(
    database: Database,
    history: list[list[Event] | Move],
    window: Window,
    machines: bool,
    attribution: str,
    bucket: TimeBucket,
    zone: str,
    of: list[Any],
) -> None:
    world = World(database)
    await world.begin()
    for step in history:
        await world.live(step)
    owners = [world.ids[account] for account in ACCOUNTS]
    for below in (False, True):
        scope = Scope(Owner.ACCOUNT, window, machines, attribution, below=below)
        parts, _ = divided([kinds_of(count) for count in of])
        beginnings = borders(bucket, ZoneInfo(zone), window.from_at or START, window.to_at or NOW)
        if beginnings:
            of_sums, of_facts = Summed(scope, owners), Charted(scope, owners)
            expected = await _rows(database, of_facts, of_facts.series(parts, beginnings))
            assert await _rows(database, of_sums, of_sums.series(parts, beginnings)) == expected
        for hourly in HOURLY:
            known = shifts(hourly, window.from_at or START, window.to_at or NOW)
            of_sums, of_facts = Summed(scope, owners), Charted(scope, owners)
            texts = [
                statement("chart_counted_hours_of_the_week").format(counted=counted, **charted.clocks(known))
                for charted, counted in (
                    (of_sums, of_sums.hours(OPENS)),
                    (of_facts, of_facts.counted(OPENS)),
                )
            ]
            expected = await _rows(database, of_facts, texts[1])
            assert await _rows(database, of_sums, texts[0]) == expected


class Preparing(Reads):
    """Reads that prepare a statement and find nothing."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def rows(self, name: str, *args: Any, text: str | None = None) -> list[Any]:
        prepared = await self.connection.prepare(text or statement(name))
        assert len(prepared.get_parameters()) == len(args)
        return []


@pytest.fixture
async def preparing(dsn: str) -> AsyncIterator[Preparing]:
    connection = await asyncpg.connect(dsn)
    yield Preparing(connection)
    await connection.close()


SCOPES = [
    Scope(owner, window, machines, attribution, journey, below=below)
    for owner, attribution, window, machines, journey, below in product(
        Owner,
        ATTRIBUTIONS,
        (Window(), Window(START.replace(minute=20), NOW.replace(minute=40))),
        (False, True),
        (None, "spring"),
        (False, True),
    )
    if (owner is Owner.ACCOUNT or (attribution == ATTRIBUTIONS[0] and not below))
    and (owner is not Owner.ANYBODY or journey)
]


async def test_every_statement_of_charts_can_be_prepared(preparing: Preparing) -> None:
    kinds = frozenset().union(*(kinds_of(count) for count in InsightCount))
    parts, _ = divided([kinds])
    key: Any = (ROOT, START)
    for scope in SCOPES:
        for zone in ("UTC", "Asia/Kolkata"):
            await Series(scope, parts, TimeBucket.DAY, zone, NOW).fetch(preparing, [key])
            await OpenTimes(scope, zone, NOW).fetch(preparing, [key])
        await ReactionTimes(scope, "UTC", NOW).fetch(preparing, [key])
        await Groups(scope, kinds, tuple(BreakdownDimension)[:3], 10).fetch(preparing, [ROOT])
    for by in BreakdownDimension:
        await Groups(SCOPES[0], kinds, (by,), 10).fetch(preparing, [ROOT])


def test_what_counts_for_the_same_is_read_together() -> None:
    parts, shares = divided(
        [kinds_of(count) for count in (InsightCount.INTERACTIONS, InsightCount.TOTAL_OPENS)]
    )
    numbers = dict(parts)
    assert set(numbers.values()) == {0, 1}
    assert shares[0] == {0, 1}
    assert shares[1] == {numbers["EMAIL_OPENED"]}
