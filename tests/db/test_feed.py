"""The change log is read without loss or repetition, whoever writes, falls behind or breaks off."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import pytest

from db.changes import Note
from db.database import Database, Transaction, connected
from db.feed import Feed, Reader, following
from domain.changes import About, Change, ChangeKind, CursorExpired, Position, Topic
from domain.refusals import Refused
from tests.conftest import address, cloned

LEADS = Topic(About.ENTITY, "lead")
PATIENCE = 20


@pytest.fixture
async def writing(dsn: str) -> AsyncIterator[Database]:
    """The database as another process writes to it."""
    async with connected(dsn) as found:
        yield found


@pytest.fixture
async def reading(dsn: str) -> AsyncIterator[Database]:
    """The database as the process of the readers has it."""
    async with connected(dsn, size=3) as found:
        yield found


async def write(db: Database, *ids: UUID) -> None:
    """Writes leads, as far as the log knows, in one transaction."""
    async with db.transaction() as tx:
        for id in ids:
            tx.note(Note("lead", ChangeKind.UPDATED, id))


async def reader_of(feed: Feed, *topics: Topic, after: str | None = None) -> Reader:
    """A reader of these topics, of all leads where none are named."""
    reader = await feed.reader(after)
    reader.turn(topics or [LEADS])
    return reader


async def take(reader: Reader, number: int) -> list[Change]:
    """The next entries, however long they take within reason."""
    async with asyncio.timeout(PATIENCE):
        return [await reader.next() for _ in range(number)]


def ids(changes: list[Change]) -> list[UUID]:
    """What the entries are about."""
    return [change.record_id for change in changes]


class Writer:
    """Writes transactions that overlap with others', some of them undone, whole or in part."""

    def __init__(self, db: Database, seed: int) -> None:
        self._db = db
        self._chance = random.Random(seed)
        self.committed: list[UUID] = []

    async def run(self, rounds: int) -> None:
        """Writes so many transactions."""
        for _ in range(rounds):
            with suppress(InterruptedError):
                kept: list[UUID] = []
                async with self._db.transaction() as tx:
                    await self._fill(tx, kept)
                self.committed += kept

    async def _fill(self, tx: Transaction, kept: list[UUID]) -> None:
        for _ in range(self._chance.randint(1, 4)):
            await self._pause()
            kept += await self._some(tx)
            if self._chance.random() < 0.3:
                await tx.run("savepoint", text="savepoint attempt")
                await self._some(tx)
                await self._pause()
                await tx.run("undo", text="rollback to savepoint attempt")
        await self._pause()
        if self._chance.random() < 0.2:
            raise InterruptedError

    async def _some(self, tx: Transaction) -> list[UUID]:
        made = [uuid4() for _ in range(self._chance.randint(1, 5))]
        for id in made:
            tx.note(Note("lead", ChangeKind.CREATED, id))
        await tx.tell()
        return made

    async def _pause(self) -> None:
        await asyncio.sleep(self._chance.random() * 0.01)


class Follower:
    """Reads on and on, now and then from a new connection to a cursor that it kept."""

    def __init__(self, feed: Feed, seed: int) -> None:
        self._feed = feed
        self._chance = random.Random(seed)
        self.seen: list[Change] = []

    async def run(self, last: UUID) -> None:
        """Reads until that record comes."""
        reader = await reader_of(self._feed)
        while last not in ids(self.seen[-1:]):
            change = await reader.next()
            self.seen.append(change)
            if self._chance.random() < 0.05:
                reader = await reader_of(self._feed, after=self._feed.cursor(change.position))
            if self._chance.random() < 0.01:
                await asyncio.sleep(0.05)


@pytest.mark.parametrize(("ring", "seed"), [(10_000, 1), (30, 2), (0, 3)])
async def test_every_entry_comes_once_and_in_order_while_transactions_overlap(
    writing: Database, reading: Database, dsn: str, ring: int, seed: int
) -> None:
    writers = [Writer(writing, seed * 100 + number) for number in range(8)]
    async with following(reading, dsn, ring=ring) as feed:
        followers = [Follower(feed, seed * 1000 + number) for number in range(4)]
        last = uuid4()
        tasks = [asyncio.create_task(follower.run(last)) for follower in followers]
        await asyncio.sleep(0)
        await asyncio.gather(*(writer.run(20) for writer in writers))
        await write(writing, last)
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*tasks)
    written = {id for writer in writers for id in writer.committed} | {last}
    for follower in followers:
        assert len(follower.seen) == len(written)
        assert set(ids(follower.seen)) == written
        assert all(one.position < other.position for one, other in pairwise(follower.seen))


async def test_what_is_committed_last_comes_first_where_it_began_first(
    writing: Database, reading: Database, dsn: str
) -> None:
    """A later transaction's entries wait for an earlier one that runs: its own could come behind them."""
    early, late = uuid4(), uuid4()
    async with following(reading, dsn) as feed:
        reader = await reader_of(feed)
        async with writing.transaction() as tx:
            tx.note(Note("lead", ChangeKind.UPDATED, early))
            await tx.tell()
            await write(writing, late)
            (held,) = await feed._database.reads().rows("changes_after", *feed.position, 10)
            assert (held["record_id"], held["settled"]) == (late, False)
            assert not await reader.has_more()
        assert ids(await take(reader, 2)) == [early, late]


@pytest.mark.parametrize("ring", [10_000, 7, 0])
async def test_a_reader_goes_on_at_every_place(
    writing: Database, reading: Database, dsn: str, ring: int
) -> None:
    """In the same process from the ring or the table, and in one that was started anew."""
    made = [uuid4() for _ in range(24)]
    async with following(reading, dsn, ring=ring) as feed:
        start = feed.cursor(feed.position)
        reader = await reader_of(feed)
        for place in range(0, len(made), 3):
            await write(writing, *made[place : place + 3])
        changes = await take(reader, len(made))
        cursors = [start, *(feed.cursor(change.position) for change in changes)]
        for place, cursor in enumerate(cursors):
            again = await reader_of(feed, after=cursor)
            assert ids(await take(again, len(made) - place)) == made[place:]
            assert not await again.has_more()
    async with following(reading, dsn, ring=ring) as feed:
        for place, cursor in enumerate(cursors):
            again = await reader_of(feed, after=cursor)
            assert ids(await take(again, len(made) - place)) == made[place:]
            assert not await again.has_more()


async def test_a_reader_gets_its_topics_alone(writing: Database, reading: Database, dsn: str) -> None:
    """By ring and by table alike, also several topics of one reader, each entry once."""
    account, contact, other = uuid4(), uuid4(), uuid4()
    async with following(reading, dsn) as feed:
        start = feed.cursor(feed.position)
        reader = await reader_of(feed)
        async with writing.transaction() as tx:
            tx.note(Note("contact", ChangeKind.UPDATED, contact, None, account, other))
            tx.note(Note("contact", ChangeKind.UPDATED, other, None, other, account))
            tx.note(Note("account", ChangeKind.UPDATED, account))
            tx.note(Note("lead", ChangeKind.UPDATED, uuid4()))
        await take(reader, 1)
        wanted = [Topic(About.MEMBERS, account), Topic(About.RECORD, contact), Topic(About.RECORD, account)]
        by_ring = await take(await reader_of(feed, *wanted, after=start), 3)
    async with following(reading, dsn, ring=0) as feed:
        again = await reader_of(feed, *wanted, after=start)
        assert await take(again, 3) == by_ring
        assert ids(by_ring) == [contact, other, account]
        assert not await again.has_more()


async def test_a_reader_that_stands_still_is_passed_by_and_misses_nothing(
    writing: Database, reading: Database, dsn: str
) -> None:
    made = [uuid4() for _ in range(400)]
    async with following(reading, dsn, ring=50) as feed:
        slow, quick = await reader_of(feed), await reader_of(feed)
        for place in range(0, 400, 10):
            await write(writing, *made[place : place + 10])
        await take(quick, 400)
        assert feed._weight <= 50
        assert len(slow._taken) == 0
        assert ids(await take(slow, 400)) == made


async def test_a_quiet_reader_does_not_fall_behind(
    writing: Database, reading: Database, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not concern a reader passes it by, and it needs no table to go on."""

    async def stored(topics: frozenset[Topic], after: Position, until: Position) -> list[Change]:
        assert Topic(About.RECORD, mine) not in topics
        return await by_table(topics, after, until)

    mine = uuid4()
    async with following(reading, dsn, ring=20) as feed:
        by_table = feed.stored
        monkeypatch.setattr(feed, "stored", stored)
        quiet, all_leads = await reader_of(feed, Topic(About.RECORD, mine)), await reader_of(feed)
        waiting = asyncio.create_task(take(quiet, 1))
        for _ in range(20):
            await write(writing, *(uuid4() for _ in range(5)))
        await take(all_leads, 100)
        await write(writing, mine)
        assert ids(await waiting) == [mine]
        assert feed._waiting == {}


async def test_a_killed_listener_comes_back_and_nothing_is_missed(
    writing: Database, reading: Database, dsn: str
) -> None:
    before, meanwhile, after = uuid4(), uuid4(), uuid4()
    admin = await asyncpg.connect(dsn)
    async with following(reading, dsn) as feed:
        reader = await reader_of(feed)
        async with asyncio.timeout(PATIENCE):
            await feed.listener.connected.wait()
        await write(writing, before)
        killed = await admin.fetch(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'leadgraph listener' and datname = current_database()"
        )
        assert len(killed) == 1
        await write(writing, meanwhile)
        assert ids(await take(reader, 2)) == [before, meanwhile]
        async with asyncio.timeout(PATIENCE):
            await feed.listener.connected.wait()
        await write(writing, after)
        assert ids(await take(reader, 1)) == [after]
    await admin.close()


async def test_all_connections_killed_are_made_again(writing: Database, reading: Database, dsn: str) -> None:
    made = [uuid4() for _ in range(10)]
    admin = await asyncpg.connect(dsn)
    async with following(reading, dsn) as feed:
        reader = await reader_of(feed)
        await write(writing, *made[:5])
        await admin.fetch(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        async with connected(dsn) as other:
            await write(other, *made[5:])
        assert ids(await take(reader, 10)) == made
    await admin.close()


async def test_without_a_listener_the_log_is_polled(
    writing: Database, reading: Database, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.feed._POLL", 0.05)
    made = uuid4()
    async with following(reading, address(dsn, "nowhere")) as feed:
        reader = await reader_of(feed)
        await write(writing, made)
        assert ids(await take(reader, 1)) == [made]
        assert not feed.listener.connected.is_set()


async def test_what_is_too_old_is_deleted_and_its_cursors_say_so(
    writing: Database, reading: Database, dsn: str
) -> None:
    made = [uuid4() for _ in range(6)]
    async with following(reading, dsn, ring=0) as feed:
        start = feed.cursor(feed.position)
        reader, slow = await reader_of(feed), await reader_of(feed)
        await write(writing, *made[:3])
        old = await take(reader, 3)
        assert await feed.expire(timedelta(0)) == 1
        await write(writing, *made[3:])
        await take(reader, 3)
        assert await feed.expire(timedelta(days=1)) == 0
        with pytest.raises(CursorExpired):
            await slow.next()
    async with following(reading, dsn) as feed:
        for cursor in (start, feed.cursor(old[1].position)):
            with pytest.raises(CursorExpired, match="subscribe without `after`"):
                await feed.reader(cursor)
        again = await reader_of(feed, after=feed.cursor(old[2].position))
        assert ids(await take(again, 3)) == made[3:]


async def test_a_log_of_which_nothing_is_left_goes_on(writing: Database, reading: Database, dsn: str) -> None:
    made = uuid4()
    async with following(reading, dsn) as feed:
        await write(writing, uuid4())
        await feed.expire(timedelta(0))
    async with following(reading, dsn, ring=0) as feed:
        reader, cursor = await reader_of(feed), feed.cursor(feed.position)
        await write(writing, made)
        for one in (reader, await reader_of(feed, after=cursor)):
            assert ids(await take(one, 1)) == [made]


async def test_one_process_at_a_time_deletes(writing: Database, reading: Database, dsn: str) -> None:
    await write(writing, uuid4())
    async with following(reading, dsn) as feed:
        async with writing.transaction() as tx:
            assert (await tx.rows("changes_expire_lock"))[0]["ours"]
            assert await feed.expire(timedelta(0)) == 0
        async with asyncio.timeout(10):  # whatever else runs on the server may hold it back for a moment
            while not await feed.expire(timedelta(0)):  # noqa: ASYNC110 - no event tells of it
                await asyncio.sleep(0.05)


async def test_a_cursor_that_is_none_is_refused(writing: Database, reading: Database, dsn: str) -> None:
    await write(writing, uuid4())
    async with following(reading, dsn) as feed:
        good = feed.cursor(feed.position)
        for bad in ("", "x", "====", good[:-6], good + "AAAA", "é", "\x00", "a" * 10_000):
            with pytest.raises(Refused, match="not a cursor of a subscription"):
                await feed.reader(bad)
        with pytest.raises(CursorExpired):
            await feed.reader(feed.cursor(feed.position._replace(xact=1 << 40)))


async def test_a_copy_of_the_database_begins_a_log_of_its_own(server: str, template: str) -> None:
    async with cloned(server, template) as original:
        async with connected(original) as db, following(db, original) as feed:
            await write(db, uuid4())
            cursor = feed.cursor(feed.position)
        await _begins_anew(server, urlsplit(original).path[1:], cursor)


async def _begins_anew(server: str, original: str, cursor: str) -> None:
    async with cloned(server, original) as copied, connected(copied) as copy:
        assert await copy.reads().rows("changes_after", 0, 0, 10)
        async with following(copy, copied) as feed:
            assert not await copy.reads().rows("changes_after", 0, 0, 10)
            with pytest.raises(Refused, match="of another database"):
                await feed.reader(cursor)


async def test_what_is_undone_leaves_no_entry(writing: Database, reading: Database, dsn: str) -> None:
    kept = uuid4()
    async with following(reading, dsn) as feed:
        reader = await reader_of(feed)
        with suppress(InterruptedError):
            async with writing.transaction() as tx:
                tx.note(Note("lead", ChangeKind.CREATED, uuid4()))
                await tx.tell()
                raise InterruptedError
        await write(writing, kept)
        assert ids(await take(reader, 1)) == [kept]


async def test_what_several_want_is_read_once_and_not_kept(
    reading: Database, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.feed._SHARED", 0.01)
    async with following(reading, dsn) as feed:
        calls: list[int] = []

        async def read(_: object) -> int:
            calls.append(1)
            await asyncio.sleep(0)
            return 7

        assert await asyncio.gather(*(feed.share("one", read) for _ in range(50))) == [7] * 50
        assert len(calls) == 1
        await asyncio.sleep(0.1)
        assert not feed._shared
