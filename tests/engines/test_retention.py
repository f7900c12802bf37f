"""Months are archived, dropped and restored: what is counted stays what it was."""

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from db.database import Database, connected
from db.insights import Counting
from db.loaders import Loaders, Sums
from domain.facts import NewInteraction
from domain.insights import Attribution, Insights, Sum, fold
from domain.intake import Incoming, Key
from domain.interactions import Actor, InteractionType
from domain.merges import Choice
from domain.windows import Window
from engines import archives, ingest, memberships, merges, records, retention, unmerges
from engines.archives import Unusable
from engines.customers import receive
from engines.ingest import Outcome
from engines.recount import recount
from engines.retention import Left, Refusal
from server.retention import run_archive, run_drop, run_list, run_restore
from tests.conftest import cloned

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 7, 20, 8, 30, tzinfo=UTC)
CONTACTS = ("c0", "c1", "c2")
ACCOUNTS = ("a0", "a1")
T = InteractionType
TYPES = (
    T.EMAIL_SENT,
    T.EMAIL_DELIVERED,
    T.EMAIL_DELIVERED,
    T.EMAIL_OPENED,
    T.EMAIL_OPENED,
    T.EMAIL_CLICKED,
    T.EMAIL_HARD_BOUNCED,
    T.FORM_SUBMITTED,
    T.WEBSITE_VISITED,
)
WINDOWS = (
    Window(),
    Window(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)),
    Window(datetime(2026, 3, 1, tzinfo=UTC), None),
    Window(datetime(2026, 2, 11, tzinfo=UTC), datetime(2026, 5, 3, tzinfo=UTC)),
    Window(datetime(2026, 2, 11, 7, 20, tzinfo=UTC), datetime(2026, 3, 29, 22, 50, tzinfo=UTC)),
)
"""Of whole months, of whole days, and of neither."""


def history(seed: int = 7, count: int = 260) -> list[NewInteraction]:
    """What three contacts did from January to June; many a copy is met in more than one month."""
    chance = random.Random(seed)
    return [
        NewInteraction(
            chance.choice(TYPES),
            START + timedelta(minutes=chance.randrange(181 * 24 * 60)),
            "house",
            f"{seed}-{number}",
            contact_key=chance.choice(CONTACTS),
            actor=chance.choice((Actor.HUMAN, Actor.UNKNOWN, Actor.MACHINE)),
            message_id=chance.choice(("m0", "m1", "m2", "m3", None)),
            journey_id="j",
            link=chance.choice(("https://shop.example/a", "https://shop.example/b", None)),
            properties={"deviceType": chance.choice(("Phone", "Desktop")), "leadMatchingResult": "CREATED"},
        )
        for number in range(count)
    ]


@dataclass
class House:
    """Three contacts and two accounts in a database of their own."""

    db: Database
    ids: dict[str, UUID]

    @classmethod
    async def begun(cls, db: Database) -> "House":
        accounts = [Incoming("account", "house", (a,), {"name": a}) for a in ACCOUNTS]
        contacts = [
            Incoming("contact", "house", (c,), {"last_name": c, "account_id": Key("a0")}, since=START)
            for c in CONTACTS
        ]
        async with db.transaction() as tx:
            await receive(tx, [*accounts, *contacts], NOW)
        house = await cls.found(db)
        await house.take(history())
        return house

    @classmethod
    async def found(cls, db: Database) -> "House":
        rows = await db.reads().rows("ids", text="select * from source_key where source = 'house'")
        return cls(db, {row["key"]: row["record_id"] for row in rows})

    async def take(self, news: list[NewInteraction]) -> list[Outcome]:
        return [one.outcome for one in await ingest.ingest(self.db, news, NOW)]

    async def move(self, contact: str, account: str | None, at: datetime) -> None:
        to = self.ids[account] if account else None
        await self.db.write(memberships.move, "ann", "r", self.ids[contact], to, at, NOW)

    async def facts(self) -> list[dict[str, Any]]:
        text = "select * from interaction order by occurred_at, id"
        return [dict(row) for row in await self.db.reads().rows("facts", text=text)]

    async def count(self, table: str) -> int:
        (row,) = await self.db.reads().rows("count", text=f"select count(*) as n from {table}")
        found: int = row["n"]
        return found

    async def told(self) -> dict[tuple[Any, ...], Insights]:
        """Every figure of everybody, in all windows, with machines and without, however attributed."""
        loaders = Loaders(self.db.reads())
        asked: dict[tuple[Any, ...], Awaitable[tuple[Sum, ...]]] = {}
        for window, machines in product(range(len(WINDOWS)), (False, True)):
            for contact in CONTACTS:
                batch = Sums("contact", Counting(WINDOWS[window], machines))
                asked[contact, window, machines] = loaders.load(batch, self.ids[contact])
            for account, attribution in product(ACCOUNTS, Attribution):
                batch = Sums("account", Counting(WINDOWS[window], machines, attribution))
                asked[account, window, machines, attribution] = loaders.load(batch, self.ids[account])
        found = await asyncio.gather(*asked.values())
        return {key: fold(sums) for key, sums in zip(asked, found, strict=True)}

    async def differs_in_nothing(self) -> None:
        """All that is kept is what facts and archived sums say."""
        assert [one.words async for reached in recount(self.db) for one in reached.found] == []

    async def is_as(self, twin: "House") -> None:
        """What is told of everybody is what the twin tells, and nothing differs from what is kept."""
        assert await self.told() == await twin.told()
        await self.differs_in_nothing()

    async def archive(self, before: date, folder: Path) -> list[Left]:
        left: list[Left] = []
        await retention.archive(self.db, before, folder, NOW, left.append)
        return left


@pytest.fixture(scope="module")
async def begun(server: str, template: str) -> AsyncIterator[str]:
    """The name of a database that holds the house."""
    async with cloned(server, template) as dsn:
        async with connected(dsn) as db:
            await House.begun(db)
        yield urlsplit(dsn).path.lstrip("/")


@pytest.fixture
async def house(server: str, begun: str) -> AsyncIterator[House]:
    async with cloned(server, begun) as dsn, connected(dsn) as db:
        yield await House.found(db)


@pytest.fixture
async def twin(server: str, begun: str) -> AsyncIterator[House]:
    """The same house, of which nothing is archived."""
    async with cloned(server, begun) as dsn, connected(dsn) as db:
        yield await House.found(db)


APRIL = date(2026, 4, 1)


async def test_archived_months_count_as_before_and_come_back_as_they_were(
    house: House, tmp_path: Path
) -> None:
    await house.move("c1", "a1", datetime(2026, 3, 10, 12, tzinfo=UTC))
    before, facts = await house.told(), await house.facts()
    left = await house.archive(APRIL, tmp_path / "archive")
    assert [one.month.month for one in left] == [1, 2, 3]
    assert {f["occurred_at"].month for f in await house.facts()} == {4, 5, 6}
    assert sum(one.rows for one in left) + len(await house.facts()) == len(facts)
    assert await house.told() == before
    await house.differs_in_nothing()
    for one in left:
        assert one.file is not None
        assert one.file.stat().st_mode & 0o777 == 0o600
        assert (await retention.restore(house.db, one.file))[1:] == (one.rows, 0)
        assert await house.told() == before
    assert await house.facts() == facts
    assert [await house.count(table) for table in ("archived_month", "contact_month", "archived_mark")] == [
        0
    ] * 3


async def test_dropped_months_count_as_before(house: House) -> None:
    before = await house.told()
    left: list[Left] = []
    await retention.drop(house.db, date(2026, 6, 1), NOW, left.append)
    assert len(left) == 5
    assert await house.told() == before
    assert {f["occurred_at"].month for f in await house.facts()} == {6}


async def test_an_archived_event_stays_known_and_a_late_one_is_counted(house: House, tmp_path: Path) -> None:
    await house.archive(APRIL, tmp_path)
    assert set(await house.take(history())) == {Outcome.REPEATED}
    late = history(8, 40)
    assert set(await house.take(late)) == {Outcome.STORED}
    before, facts = await house.told(), await house.facts()
    left = await house.archive(APRIL, tmp_path)
    assert left[0].file == tmp_path / "interactions-2026-01.2.parquet"
    assert await house.told() == before
    for one in left:
        assert one.file is not None
        await retention.restore(house.db, one.file)
    assert (await house.told(), await house.facts()) == (before, facts)


async def test_what_happens_to_contacts_afterwards_counts_as_if_nothing_were_archived(
    house: House, twin: House, tmp_path: Path
) -> None:
    """Moves into the archived past, merges and their undoing, late events."""
    await house.archive(date(2026, 6, 1), tmp_path)
    await house.is_as(twin)
    undone: list[UUID] = []
    for one in (house, twin):
        await one.move("c1", "a1", datetime(2026, 2, 17, 9, tzinfo=UTC))
        await one.take(history(8, 40))
        await one.move("c0", None, datetime(2026, 5, 2, tzinfo=UTC))
    await house.is_as(twin)
    for one in (house, twin):
        merge = await one.db.write(
            merges.merge_contacts, "ann", "r", one.ids["c0"], one.ids["c1"], Choice(), NOW
        )
        undone.append(merge.id)
    await house.is_as(twin)
    for one, id in zip((house, twin), undone, strict=True):
        await one.take(history(9, 40))
        await one.db.write(unmerges.unmerge_contacts, "ann", "r", id, NOW)
    await house.is_as(twin)
    undone.clear()
    for one in (house, twin):
        ids = (one.ids["a0"], one.ids["a1"])
        undone.append((await one.db.write(merges.merge_accounts, "ann", "r", *ids, Choice(), NOW)).id)
    await house.is_as(twin)
    for one, id in zip((house, twin), undone, strict=True):
        await one.db.write(unmerges.unmerge_accounts, "ann", "r", id, NOW)
    await house.is_as(twin)


async def test_what_comes_back_after_moves_and_merges_is_what_never_left(
    house: House, twin: House, tmp_path: Path
) -> None:
    """Also where a move cuts a month that was archived."""
    left = await house.archive(date(2026, 6, 1), tmp_path)
    for one in (house, twin):
        await one.move("c1", "a1", datetime(2026, 2, 17, 9, 20, tzinfo=UTC))
        await one.db.write(merges.merge_contacts, "ann", "r", one.ids["c0"], one.ids["c1"], Choice(), NOW)
    for month in left:
        assert month.file is not None
        await retention.restore(house.db, month.file)
    await house.is_as(twin)
    assert await house.facts() == await twin.facts()
    await house.differs_in_nothing()


async def test_a_deleted_account_and_a_deleted_contact_leave_nothing(
    house: House, twin: House, tmp_path: Path
) -> None:
    await house.archive(APRIL, tmp_path)
    for one in (house, twin):
        await one.db.write(records.remove, "ann", "r", "contact", one.ids["c2"], NOW)
    await house.is_as(twin)
    (row,) = await house.db.reads().rows(
        "left",
        house.ids["c2"],
        text="select (select count(*) from contact_month where contact_id = $1 or done_by = $1)"
        " + (select count(*) from interaction_key where contact_id = $1) as n",
    )
    assert row["n"] == 0
    for one in (house, twin):
        await one.db.write(records.remove, "ann", "r", "account", one.ids["a0"], NOW)
    await house.is_as(twin)


async def test_who_is_erased_can_be_taken_out_of_archives_and_does_not_come_back(
    house: House, twin: House, tmp_path: Path
) -> None:
    left = await house.archive(APRIL, tmp_path)
    for one in (house, twin):
        await one.db.write(records.remove, "ann", "r", "contact", one.ids["c2"], NOW)
    assert [one.erased for one in await retention.months(house.db) if one.files] == [1, 1, 1]
    first, second, third = [one.file for one in left if one.file]
    gone: dict[Path, int] = {}
    await retention.erase(house.db, [first, second], NOW + timedelta(hours=1), gone.__setitem__)
    assert all(gone.values())
    for path in (first, second):
        kept = [fact for facts in archives.facts(archives.opened(path)) for fact in facts]
        assert {fact[0] for fact in kept} == {house.ids["c0"], house.ids["c1"]}
    assert [one.erased for one in await retention.months(house.db) if one.files] == [0, 0, 1]
    for path in (first, second):
        assert (await retention.restore(house.db, path))[2] == 0
    assert (await retention.restore(house.db, third))[2] > 0
    await house.is_as(twin)
    assert len(await house.facts()) == len(await twin.facts())


async def test_archiving_that_was_interrupted_goes_on_where_it_was(house: House, tmp_path: Path) -> None:
    before = await house.told()
    (tmp_path / "interactions-2026-01.parquet.part").write_bytes(b"half")
    (tmp_path / "interactions-2026-02.parquet").write_bytes(b"whole, but not yet taken out")
    done: list[Left] = []

    def stop(left: Left) -> None:
        done.append(left)
        if left.month.month == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await retention.archive(house.db, date(2026, 6, 1), tmp_path, NOW, stop)
    assert await house.told() == before
    done += await house.archive(date(2026, 6, 1), tmp_path)
    assert [one.month.month for one in done] == [1, 2, 3, 4, 5]
    assert await house.told() == before
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".part")]


async def test_nothing_is_lost_that_comes_in_while_a_month_is_archived(
    house: House, twin: House, tmp_path: Path
) -> None:
    late = [history(seed, 30) for seed in range(10, 20)]

    async def come(one: House) -> None:
        for batch in late:
            await one.take(batch)

    await asyncio.gather(come(house), house.archive(date(2026, 7, 1), tmp_path))
    await come(twin)
    await house.archive(date(2026, 7, 1), tmp_path)
    await house.is_as(twin)


async def test_two_do_not_archive_at_the_same_time(house: House, tmp_path: Path) -> None:
    text = "select pg_advisory_xact_lock(4719305540)"
    async with house.db.transaction() as tx:
        await tx.run("alone", text=text)
        assert await run_archive(house.db, "2026-04", tmp_path, False) == 1
    assert await house.count("archived_month") == 0


async def test_a_month_whose_merge_can_be_undone_waits(house: House, tmp_path: Path) -> None:
    ids = (house.ids["c0"], house.ids["c1"])
    await house.db.write(merges.merge_contacts, "ann", "r", *ids, Choice(), NOW)
    with pytest.raises(Refusal, match="2026-01 holds interactions of merged contacts"):
        await house.archive(APRIL, tmp_path)
    left: list[Left] = []
    await retention.archive(house.db, APRIL, tmp_path, NOW + timedelta(days=2), left.append)
    assert len(left) == 3


async def test_a_damaged_file_and_a_strange_one_are_refused(house: House, tmp_path: Path) -> None:
    (first, *_) = await house.archive(APRIL, tmp_path)
    assert first.file is not None
    strange = tmp_path / "strange.parquet"
    strange.write_text("no archive")
    with pytest.raises(Unusable, match="is no archive"):
        await retention.restore(house.db, strange)
    archive = archives.opened(first.file)
    _forge(archive)
    with pytest.raises(Unusable, match="is damaged"):
        await retention.restore(house.db, first.file)
    assert {f["occurred_at"].month for f in await house.facts()} == {4, 5, 6}


def _forge(archive: archives.Archive) -> None:
    """Takes a row out of the file, and leaves what it says of itself."""
    import pyarrow.parquet as files

    told = files.read_metadata(archive.path).metadata
    table = files.read_table(archive.path)
    with files.ParquetWriter(archive.path, table.schema) as writer:
        writer.write_table(table.slice(1))
        writer.add_key_value_metadata({name: told[name] for name in told if name.startswith(b"leadgraph.")})


async def test_the_commands_say_what_they_did(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run_archive(house.db, "2026-02", tmp_path, False) == 0
    path = tmp_path / "interactions-2026-01.parquet"
    assert f"interactions are in {path}; their sums stay." in capsys.readouterr().out
    assert await run_drop(house.db, "2026-03", False, False) == 1
    assert "interactions of 1 month would go for good: say so with --yes." in capsys.readouterr().err
    assert await run_drop(house.db, "2026-03", True, False) == 0
    assert "interactions are dropped; their sums stay." in capsys.readouterr().out
    assert await run_list(house.db) == 0
    listed = capsys.readouterr().out.splitlines()
    assert any("2026-01" in line and str(path) in line for line in listed)
    assert any("2026-02" in line and "dropped" in line for line in listed)
    assert await run_restore(house.db, path) == 0
    assert "2026-01: " in capsys.readouterr().out
    assert await run_restore(house.db, path) == 1
    assert "was not archived from this database, or has been restored before" in capsys.readouterr().err
    assert await run_archive(house.db, "January", tmp_path, False) == 2
    assert "`January` is no month" in capsys.readouterr().err


async def test_without_the_extra_it_is_said_how_to_install_it(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert await run_archive(house.db, "2026-04", tmp_path, False) == 2
    assert "pip install 'leadgraph[parquet]'" in capsys.readouterr().err
    assert os.listdir(tmp_path) == []


async def test_identities_are_forgotten_where_that_is_asked_for(house: House) -> None:
    await retention.drop(house.db, APRIL, NOW, lambda left: None, forget_keys=True)
    assert await house.count("interaction_key") == len(await house.facts())
