"""The change log as it grows: read once a process, for any number of readers.

A reader holds a place and no queue: what it has not taken yet lies in the ring of recent entries or, when it
is slow or comes back after a while, in the table. So a slow reader costs no memory, and no entry is lost.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

import structlog

from db.changes import Cursor, from_text, page_statement, to_change, to_text
from db.connections import LOST
from db.database import Database, Reads
from db.listener import Listener
from domain.changes import BEGINNING, Change, CursorExpired, Position, Topic

log = structlog.get_logger()
RING = 10_000
"""Entries, and interactions named in them, that are kept at hand."""
AT_ONCE = 1_000
PAGE = 50
"""Entries that a reader takes at once."""
_POLL = 2.0
_HELD = 0.05
"""Seconds until the log is read again: as a rule, and where a running transaction holds entries back."""
_SHARED = 1.0
"""Seconds that what was read for one entry stays there for others who want it."""


class Leaf(NamedTuple):
    """Entries that were read together, and the places between which they are all there are."""

    since: Position
    until: Position
    by_topic: dict[Topic, list[Change]]
    weight: int


class Feed:
    """The log of one database, from the moment that the process began to follow it."""

    def __init__(self, database: Database, address: str, ring: int = RING) -> None:
        self._database = database
        self._size = ring
        self._leaves: deque[Leaf] = deque()
        self._weight = 0
        self._waiting: dict[Topic, set[asyncio.Future[Position]]] = {}
        self._shared: dict[Any, asyncio.Future[Any]] = {}
        self._woken = asyncio.Event()
        self.listener = Listener(address, self._woken.set)
        self.position = BEGINNING
        self.name = ""

    async def begin(self) -> None:
        """Makes the log this database's own, and begins at its end."""
        async with self._database.transaction() as tx:
            (own,) = await tx.rows("change_log_own")
            if own["written"] != own["own"]:
                await tx.run("change_log_begin", own["own"])
        self.name = blake2b(own["own"].encode(), digest_size=6).hexdigest()
        self.position = await self._end()

    async def _end(self) -> Position:
        """The place after all that is settled, which may be ahead of what was read."""
        (end,) = await self._database.reads().rows("changes_end")
        return Position(end["xact"], end["number"])

    async def follow(self) -> None:
        """Reads what is new until it is cancelled."""
        while True:
            try:
                pause = _HELD if await self._advance() else _POLL
            except LOST as fault:
                log.warning("the change log cannot be read", error=str(fault) or type(fault).__name__)
                pause = _POLL
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._woken.wait()
            self._woken.clear()

    async def _advance(self) -> bool:
        """Takes what is settled; whether there is more that is not."""
        while True:
            rows = await self._database.reads().rows("changes_after", *self.position, AT_ONCE)
            settled = [to_change(row) for row in rows if row["settled"]]
            if settled:
                self._publish(settled)
            if len(settled) < AT_ONCE:
                return len(settled) < len(rows)

    def _publish(self, changes: Sequence[Change]) -> None:
        by_topic: defaultdict[Topic, list[Change]] = defaultdict(list)
        for change in changes:
            for topic in change.topics():
                by_topic[topic].append(change)
        weight = sum(1 + len(change.interactions) for change in changes)
        leaf = Leaf(self.position, changes[-1].position, dict(by_topic), weight)
        self._leaves.append(leaf)
        self._weight += weight
        while self._weight > self._size and self._leaves:
            self._weight -= self._leaves.popleft().weight
        self.position = leaf.until
        for topic in by_topic:
            for waiting in self._waiting.get(topic, ()):
                if not waiting.done():
                    waiting.set_result(leaf.since)

    @property
    def since(self) -> Position:
        """The place from which on all entries are at hand."""
        return self._leaves[0].since if self._leaves else self.position

    def recent(self, topics: frozenset[Topic], after: Position) -> list[Change]:
        """The entries at hand of these topics after a place that lies within them."""
        leaves: list[Leaf] = []
        for leaf in reversed(self._leaves):
            if leaf.until <= after:
                break
            leaves.append(leaf)
        found: list[Change] = []
        for leaf in reversed(leaves):
            if len(topics) == 1:
                (topic,) = topics
                here: Iterable[Change] = leaf.by_topic.get(topic, ())
            else:
                ours = {c.position: c for topic in topics for c in leaf.by_topic.get(topic, ())}
                here = (ours[position] for position in sorted(ours))
            found += (change for change in here if change.position > after)
            if len(found) >= PAGE:
                break
        return found[:PAGE]

    async def stored(self, topics: frozenset[Topic], after: Position, until: Position) -> list[Change]:
        """The entries in the table of these topics between two places."""
        text, args = page_statement(sorted(topics, key=str), after, until, PAGE)
        rows = await self._database.reads().rows("changes_page", *args, text=text)
        if Position(rows[0]["expired_xact"], rows[0]["expired_number"]) > after:
            raise CursorExpired
        return [to_change(row) for row in rows if row["xact"] is not None]

    async def wait(self, topics: frozenset[Topic]) -> Position:
        """Waits for entries of these topics; gives the place after which they come."""
        waiting: asyncio.Future[Position] = asyncio.get_running_loop().create_future()
        for topic in topics:
            self._waiting.setdefault(topic, set()).add(waiting)
        try:
            return await waiting
        finally:
            for topic in topics:
                self._waiting[topic].discard(waiting)
                if not self._waiting[topic]:
                    del self._waiting[topic]

    async def reader(self, after: str | None) -> "Reader":
        """A reader that goes on after a cursor, or begins now; its topics are its own affair."""
        if after is None:
            return Reader(self, Cursor(max(self.position, await self._end())))
        cursor = from_text(after, self.name)
        if not self.since <= cursor.position <= self.position:
            (bounds,) = await self._database.reads().rows("change_log_bounds")
            expired = Position(bounds["expired_xact"], bounds["expired_number"])
            if cursor.position < expired or cursor.position.xact >= bounds["future"]:
                raise CursorExpired
        return Reader(self, cursor)

    def cursor(self, position: Position, taken: int = 0, basis: Topic | None = None) -> str:
        """The place as clients see it."""
        return to_text(Cursor(position, taken, basis), self.name)

    async def share(self, key: Any, read: Callable[[Reads], Awaitable[Any]]) -> Any:
        """What is read for an entry, once for all readers that want it at about the same time."""
        found = self._shared.get(key)
        if found is None:
            found = self._shared[key] = asyncio.ensure_future(read(self._database.reads()))
            loop = asyncio.get_running_loop()
            found.add_done_callback(lambda _: loop.call_later(_SHARED, self._shared.pop, key, None))
        return await asyncio.shield(found)

    async def expire(self, kept: timedelta) -> int:
        """Deletes the entries that are older, unless another process does it now; returns how many times."""
        rounds = 0
        while True:
            async with self._database.transaction() as tx:
                (lock,) = await tx.rows("changes_expire_lock")
                if not lock["ours"] or not await tx.run("changes_expire", datetime.now(UTC) - kept):
                    return rounds
            rounds += 1

    async def tidy(self, kept: timedelta) -> None:
        """Deletes what has grown old, from time to time, until it is cancelled."""
        while True:
            try:
                await self.expire(kept)
            except LOST as fault:
                log.warning("old changes stay", error=str(fault) or type(fault).__name__)
            await asyncio.sleep(min(max(kept.total_seconds() / 24, 1), 3600))


class Reader:
    """One reader's way through the log."""

    def __init__(self, feed: Feed, cursor: Cursor) -> None:
        self._feed = feed
        self._topics: frozenset[Topic] = frozenset()
        self._taken: deque[Change] = deque()
        self._ahead = cursor.position
        self.start = cursor
        self.position = cursor.position

    def turn(self, topics: Iterable[Topic]) -> None:
        """Reads these topics from here on: from the place of the entry last given."""
        wanted = frozenset(topics)
        if wanted != self._topics:
            self._topics = wanted
            self._taken.clear()
            self._ahead = self.position

    def skip(self) -> None:
        """Leaves out all that there is now."""
        self._taken.clear()
        self.position = self._ahead = max(self._ahead, self._feed.position)

    async def next(self) -> Change:
        """The next entry; waits for it."""
        while not await self.has_more():
            self.position = self._ahead = max(self._ahead, await self._feed.wait(self._topics))
        change = self._taken.popleft()
        self.position = change.position
        return change

    async def has_more(self) -> bool:
        """Whether there is an entry now."""
        while not self._taken and self._ahead < self._feed.position:
            until = self._feed.position
            if self._ahead >= self._feed.since:
                found = self._feed.recent(self._topics, self._ahead)
            else:
                found = await self._feed.stored(self._topics, self._ahead, until)
            self._taken.extend(found)
            self._ahead = found[-1].position if len(found) == PAGE else until
            if not found:
                self.position = self._ahead
        return bool(self._taken)


@asynccontextmanager
async def following(
    database: Database, address: str, *, kept: timedelta = timedelta(days=7), ring: int = RING
) -> AsyncIterator[Feed]:
    """A feed that follows the log until the block ends."""
    feed = Feed(database, address, ring)
    await feed.begin()
    database.feed = feed
    tasks = [asyncio.create_task(run) for run in (feed.listener.run(), feed.follow(), feed.tidy(kept))]
    try:
        yield feed
    finally:
        database.feed = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
