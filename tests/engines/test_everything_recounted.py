"""Whatever happens, every figure is the one of the facts, and what is kept is what a recount finds."""

from itertools import product
from typing import Any

from hypothesis import HealthCheck, given, settings

from db.database import Database
from db.insights import Counting
from db.loaders import Sums
from domain.insights import WITHOUT_ON_ACCOUNTS, Attribution
from domain.windows import Window
from engines.recount import recount as compare
from tests.engines.histories import EventfulWorld, histories
from tests.engines.test_recount import ACCOUNTS, windows
from tests.recount import attributed, recount


async def differences(db: Database, **options: Any) -> list[str]:
    """What a recount of the whole database finds, in words."""
    return [one.words async for reached in compare(db, **options) for one in reached.found]


async def agrees(world: EventfulWorld, window: Window, machines: bool) -> None:
    """Every contact's and every account's figures are those of the facts, by every attribution."""
    span = (window.from_at, window.to_at, machines)
    facts = world.facts()
    for contact in sorted(world.there):
        expected = recount([f for f in facts if f.contact == contact], *span)
        assert await world.found(Sums("contact", Counting(window, machines)), contact) == expected
    for account, whose in product(ACCOUNTS, Attribution):
        counting, within = attributed(facts, whose, account, world.member)
        expected = recount(counting, *span, account=within, without=WITHOUT_ON_ACCOUNTS)
        batch = Sums("account", Counting(window, machines, whose))
        assert await world.found(batch, account, without=WITHOUT_ON_ACCOUNTS) == expected


@given(history=histories, window=windows)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_every_figure_is_that_of_the_facts_whatever_has_happened(
    database: Database, history: list[Any], window: Window
) -> None:
    world = EventfulWorld(database)
    await world.begin()
    for step in history:
        await world.live(step)
    for span, machines in product((Window(), window), (False, True)):
        await agrees(world, span, machines)
    assert await differences(database) == []
