"""The demo company is loaded once and whole, or not at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from db.database import Database, connected
from domain.intake import ENTITIES, Incoming
from engines import customers
from engines.demo import LAST_DAY, Demo, invent, load
from tests.conftest import cloned

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo() -> Demo:
    return invent(LAST_DAY)


@pytest.fixture(scope="module")
async def loaded(server: str, demo_template: str) -> AsyncIterator[Database]:
    async with cloned(server, demo_template) as dsn, connected(dsn) as found:
        yield found


@pytest.fixture
def shortened(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> Demo:
    """The demo's first weeks, in batches of a thousand: enough to be cut off in."""
    short = replace(demo, interactions=demo.interactions[:4000])
    monkeypatch.setattr("engines.demo.loading.invent", lambda until: short)
    monkeypatch.setattr("engines.ingest.LARGEST_BATCH", 1000)
    return short


async def test_it_is_loaded_whole_and_once(loaded: Database, demo: Demo) -> None:
    before = await counts(loaded)
    assert before["contact"] == len(demo.contacts)
    assert before["opportunity"] == len(demo.opportunities)
    assert before["interaction_key"] == len(demo.interactions)
    assert before["interaction"] + before["orphan_interaction"] == len(demo.interactions)
    assert not await load(loaded, NOW)
    assert await counts(loaded) == before


async def test_an_interaction_bears_the_account_of_its_moment(loaded: Database) -> None:
    wrong = """
        select count(*) as n
        from interaction
        left join contact_account_membership stay on stay.contact_id = interaction.contact_id
            and from_at <= occurred_at and (to_at is null or occurred_at < to_at)
        where interaction.account_id is distinct from stay.account_id
    """
    former = "select count(*) as n from contact_account_membership where to_at is not null"
    assert await number(loaded, wrong) == 0
    assert await number(loaded, former) >= 20


async def test_every_lead_ends_in_the_stage_and_state_it_was_given(loaded: Database, demo: Demo) -> None:
    open_stays = "select count(*) as n from lead_stage where left_at is null"
    qualified = "select count(*) as n from lead where state = 1 and qualifying_opportunity_id is not null"
    named = "select count(*) as n from interaction where lead_id is not null"
    assert await number(loaded, open_stays) == len(demo.leads)
    assert await number(loaded, qualified) == len(demo.opportunities)
    assert await number(loaded, named) > 100


async def test_a_load_that_is_cut_off_leaves_nothing_and_the_next_completes_it(
    empty: Database, shortened: Demo
) -> None:
    def cut_off(done: int, total: int) -> None:
        if done >= 2000:
            loading.cancel()

    loading = asyncio.create_task(load(empty, NOW, cut_off))
    with suppress(asyncio.CancelledError):
        await loading
    assert loading.cancelled()
    assert set((await counts(empty)).values()) == {0}
    assert await load(empty, NOW)
    assert (await counts(empty))["interaction_key"] == len(shortened.interactions)


async def test_of_two_that_load_at_once_one_does(empty: Database, shortened: Demo) -> None:
    assert sorted(await asyncio.gather(load(empty, NOW), load(empty, NOW))) == [False, True]
    assert (await counts(empty))["interaction_key"] == len(shortened.interactions)


async def test_a_database_with_records_of_its_own_is_left_alone(empty: Database) -> None:
    own = Incoming("contact", "own", ("1",), {"last_name": "Varnholt"})
    async with empty.transaction() as tx:
        await customers.receive(tx, [own], NOW)
    assert not await load(empty, NOW)
    assert (await counts(empty))["contact"] == 1


async def test_progress_is_told_from_nothing_to_all(empty: Database, shortened: Demo) -> None:
    told: list[tuple[int, int]] = []
    await load(empty, NOW, lambda done, total: told.append((done, total)))
    assert told == [(done, 4000) for done in range(0, 4001, 1000)]


TABLES = (*ENTITIES, "source_key", "interaction", "interaction_key", "orphan_interaction", "contact_rollup")


async def counts(db: Database) -> dict[str, int]:
    return {table: await number(db, f"select count(*) as n from {table}") for table in TABLES}


async def number(db: Database, query: str) -> int:
    async with db.transaction() as tx:
        found: int = (await tx.rows("test", text=query))[0]["n"]
        return found
